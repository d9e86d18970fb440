"""Where the values of the trials come from."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from latpred._core import tuning as _native
from latpred.base.names import did_you_mean
from latpred.errors import ConfigError
from latpred.tuning.ledger import Ledger
from latpred.tuning.parameters import Parameters

__all__ = ["Sampler", "make_sampler"]


class Sampler(Protocol):
    """Gives values to the trials of a study that have none."""

    trials: int

    def configure(self, core: _native.Study, study: Ledger) -> None:
        """Give values to all trials that may have them now."""

    def identity(self) -> dict[str, Any]:
        """Return what must be the same when a study is resumed."""


def make_sampler(space: Parameters, settings: Any) -> Sampler:
    """Return the sampler that the settings ask for."""
    kind = settings.sampler
    if kind == "grid":
        return _GridSampler(space, settings)
    if settings.trials is None:
        raise ConfigError("tune: trials=None, a number expected (only a grid has its own)")
    if kind == "random":
        return _RandomSampler(space, settings)
    if callable(kind) or kind == "tpe":
        return _BlockSampler(space, settings)
    raise ConfigError(
        f"tune: unknown sampler {kind!r}: random, grid, tpe, or a function from a seed to an "
        "Optuna sampler expected"
        f"{did_you_mean(kind, ('random', 'grid', 'tpe'))}"
    )


class _FreeSampler:
    """The values of a trial follow from its number."""

    trials: int

    def values(self, trial: int) -> list[float]:
        raise NotImplementedError

    def configure(self, core: _native.Study, _study: Ledger) -> None:
        for trial in range(core.configured, self.trials):
            if not core.record(trial).configuration:
                core.configure(trial, self.values(trial))


class _RandomSampler(_FreeSampler):
    def __init__(self, space: Parameters, settings: Any) -> None:
        self.trials = settings.trials
        self._space = space
        self._seed = settings.seed

    def values(self, trial: int) -> list[float]:
        return _native.random_configuration(self._space.native, self._seed, trial)

    def identity(self) -> dict[str, Any]:
        return {"sampler": "random"}


class _GridSampler(_FreeSampler):
    def __init__(self, space: Parameters, settings: Any) -> None:
        self._grid = _native.Grid(space.native, settings.grid_points, settings.seed)
        self.trials = len(self._grid) if settings.trials is None else settings.trials
        if self.trials > len(self._grid):
            raise ConfigError(
                f"tune: {self.trials} trials, at most {len(self._grid)} expected: the grid's points"
            )
        self._points = settings.grid_points

    def values(self, trial: int) -> list[float]:
        return self._grid.configuration(trial)

    def identity(self) -> dict[str, Any]:
        return {"sampler": "grid", "grid_points": self._points}


class _BlockSampler:
    """A sampler that learns. It sees the trials before a block of fixed size, all of them over."""

    def __init__(self, space: Parameters, settings: Any) -> None:
        self.trials = settings.trials
        self._space = space
        self._settings = settings
        self._make: Callable[[int], Any] | None = (
            None if settings.sampler == "tpe" else settings.sampler
        )

    def configure(self, core: _native.Study, study: Ledger) -> None:
        from latpred.tuning.optuna_bridge import ask

        begin = core.configured
        # A study that was interrupted in a block has trials with values left to do first.
        if not all(core.record(trial).over for trial in range(begin)):
            return
        count, seed = _native.trial_block(
            self._settings.seed, begin, self._settings.block, self.trials
        )
        asked = ask(self._space, study.trials, self._make, seed, count)
        for trial, values in enumerate(asked, begin):
            core.configure(trial, self._space.configuration(values))

    def identity(self) -> dict[str, Any]:
        kind = self._settings.sampler
        name = kind if isinstance(kind, str) else getattr(kind, "__qualname__", type(kind).__name__)
        return {"sampler": name, "block": self._settings.block}
