"""A study: a resumable sweep of trials over hyper-parameters, with early stopping."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from latpred._core import tuning as _native
from latpred.base.shown import Shown
from latpred.errors import ConfigError, CorruptionError, DataError, NotFittedError
from latpred.tuning import executors
from latpred.tuning.ledger import Trial
from latpred.tuning.parameters import Distribution, Parameters
from latpred.tuning.samplers import make_sampler
from latpred.tuning.settings import StudySettings, new_core
from latpred.tuning.study_store import StoredTrial, StudyStore
from latpred.tuning.trials import TrialMaker

if TYPE_CHECKING:
    import optuna
    from matplotlib.axes import Axes

__all__ = ["Study", "StudySettings"]


@dataclass
class Study(Shown):
    """A sweep: its trials, the best of them, and the ledger's hash.

    `run` may be interrupted and called again; with a store, also from another process. The result
    depends on objective, parameters and settings only: not on workers, executor or interruptions.

    Example:
        >>> study = lp.tune(lambda trial: trial.params["x"], parameters={"x": [3, 1, 2]},
        ...                 sampler="grid", progress=False)
        >>> study.best.params, study.finished
        ({'x': 1}, True)
    """

    objective: Any
    parameters: Mapping[str, Any]
    settings: StudySettings = field(default_factory=StudySettings)
    store: str | os.PathLike[str] | None = None
    name: str = ""
    """Goes into the store, to be compared on resumption: of what the objective depends on."""

    def __post_init__(self) -> None:
        """Check the settings and lay out the trials."""
        self._space = Parameters(self.parameters)
        self._sampler = make_sampler(self._space, self.settings)
        self._known: dict[int, StoredTrial] = {}
        self._seconds_before: dict[int, float] = {}
        self._unwritten: set[int] = set()
        self._core = self._new_core()

    def __getstate__(self) -> dict[str, Any]:
        """What the study was made with, and its trials; a copy goes on from them."""
        names = ("objective", "parameters", "settings", "store", "name")
        return {**{name: getattr(self, name) for name in names}, "trials": dict(self._known)}

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Make it anew, and take up the trials."""
        trials = state.pop("trials")
        vars(self).update(state)
        self.__post_init__()
        self._load(trials)

    def _shown(self) -> dict[str, object]:
        trials = self.trials
        done = [trial for trial in trials if trial.state == "complete"]
        best = {"best": self.best.params, "loss": self.best.loss} if done else {}
        return {"name": self.name, "trials": len(trials), **best, "finished": self.finished}

    @property
    def distributions(self) -> dict[str, Distribution]:
        """Name -> distribution of each hyper-parameter."""
        return dict(self._space.distributions)

    def _new_core(self) -> Any:
        live = 64 if hasattr(self.objective, "start") else 16
        return new_core(self.settings, self._sampler.trials, live)

    def run(
        self,
        executor: str = "local",
        workers: int | None = None,
        timeout_s: float = 0,
        progress: bool = True,
    ) -> Study:
        """Go on until all trials are over; returns the study. See `latpred.tune`."""
        from latpred.tuning.live_table import live_table

        store = None if self.store is None else StudyStore(self.store)
        try:
            if store is not None:
                self._load(store.begin(self._identity()))
            with live_table(self, progress) as show:

                def sink(changes: Iterable[Any]) -> None:
                    self._accept(changes, store)
                    show()

                self._work(executor, workers, timeout_s, sink)
        finally:
            if store is not None:
                store.close()
        return self

    def _work(self, executor: str, workers: int | None, timeout_s: float, sink: Any) -> None:
        make = TrialMaker(self.objective, self.parameters, self.settings.epochs)
        while not self._core.finished:
            self._sampler.configure(self._core, self)
            states = {n: t.saved for n, t in self._known.items() if t.saved is not None}
            self._seconds_before = {n: t.seconds for n, t in self._known.items()}
            rest = {"timeout_s": timeout_s, "states": states, "sink": sink}
            executors.run(executor, self._core, make, workers, **rest)

    def _load(self, stored: dict[int, StoredTrial]) -> None:
        """Begin again from what the store has."""
        if len(stored) and max(stored) >= self._sampler.trials:
            raise ConfigError(
                f"{self.store}: has {max(stored) + 1} trials, at least as many expected, "
                f"not {self._sampler.trials}"
            )
        self._core, self._known = self._new_core(), stored
        self._unwritten.clear()
        for number, trial in stored.items():
            try:
                record = _native.TrialRecord(
                    configuration=trial.configuration,
                    state=trial.state,
                    reason=trial.reason,
                    losses=trial.losses,
                    failures=trial.failures,
                )
                self._core.restore(number, record)
            except TypeError as error:
                raise CorruptionError(f"{self.store}: trial {number} is no trial") from error
            except (ConfigError, DataError) as error:
                raise CorruptionError(f"{self.store}: damaged: {error}") from error
        self._core.settle()
        self._core.changes()

    def _accept(self, changes: Iterable[Any], store: StudyStore | None) -> None:
        news = {}
        for number, record, saved, seconds in changes:
            old = self._known.get(number)
            state = saved or (old.saved if old else None)
            news[number] = StoredTrial(
                list(record.configuration),
                record.state if record.over else "waiting",
                record.reason,
                list(record.losses),
                record.failures,
                self._seconds_before.get(number, 0.0) + seconds,
                state,
            )
        # Noted before it is done: an interrupt in between must not leave a change unwritten.
        self._unwritten |= {n for n, trial in news.items() if trial != self._known.get(n)}
        self._known |= news
        self._drop_states()
        if store is not None and self._unwritten:
            store.write({number: self._known[number] for number in sorted(self._unwritten)})
            self._unwritten.clear()

    def _drop_states(self) -> None:
        """Forget the states of trials that are over, except the best one's."""
        best = self._core.best
        for number, trial in self._known.items():
            if trial.saved and number != best and self._core.record(number).over:
                self._unwritten.add(number)
                trial.saved = None

    def _identity(self) -> dict[str, Any]:
        s = self.settings
        named = ("epochs", "scheduler", "grace", "reduction", "startup", "seed")
        return {
            "parameters": self._space.to_dict(),
            "order": list(self._space.distributions),
            **{name: getattr(s, name) for name in named},
            **self._sampler.identity(),
            "name": self.name,
        }

    @property
    def trials(self) -> list[Trial]:
        """All trials as they stand, by number; those without values yet are left out."""
        records = [(n, self._core.record(n)) for n in range(self._sampler.trials)]
        return [
            Trial(
                number,
                self._space.values(record.configuration),
                record.state,
                record.reason,
                np.asarray(record.losses, dtype=np.float64),
                self._known[number].seconds if number in self._known else 0.0,
            )
            for number, record in records
            if record.configuration
        ]

    @property
    def best(self) -> Trial:
        """The finished trial of the least loss, the earliest of equals.

        Raises:
            NotFittedError: If no trial finished; says why the first failed.
        """
        number = self._core.best
        if number is None:
            failed = [t for t in self.trials if t.state == "failed"]
            why = f"; trial {failed[0].number} failed: {failed[0].reason}" if failed else ""
            raise NotFittedError(f"study: no trial has finished{why}")
        return next(trial for trial in self.trials if trial.number == number)

    @property
    def best_state(self) -> bytes | None:
        """The final state of the best trial, where the objective keeps states."""
        known = self._known.get(self.best.number)
        return known.saved[1] if known and known.saved else None

    @property
    def best_predictor(self) -> Any:
        """The predictor that the best trial trained, of a study over predictors.

        Raises:
            NotFittedError: If no trial finished.
            ConfigError: If the objective is a function or makes no predictors.
        """
        if not hasattr(self.objective, "predictor"):
            raise ConfigError("study: its objective makes no predictors; see best.params")
        seed = _native.trial_seed(self.settings.seed, self.best.number)
        return self.objective.predictor(self.best.params, seed, self.best_state)

    def to_optuna(self) -> optuna.Study:
        """Return an `optuna.Study` in memory; see `latpred.tuning.optuna_bridge.to_optuna`."""
        from latpred.tuning.optuna_bridge import to_optuna

        return to_optuna(self)

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw it: see `latpred.plots.trial_curves`."""
        from latpred.plots import trial_curves

        return trial_curves(self, ax=ax)

    @property
    def planned(self) -> int:
        """Number of trials in all, those without values yet among them."""
        return int(self._sampler.trials)

    @property
    def finished(self) -> bool:
        """Whether all trials are over."""
        return bool(self._core.finished)

    @property
    def ledger_hash(self) -> str:
        """SHA-256 over configuration, state, reason and losses of all trials, to the bit."""
        return str(self._core.ledger_hash)

    @property
    def epochs_run(self) -> int:
        """Epochs of all trials together."""
        return sum(len(trial.losses) for trial in self.trials)

    @property
    def epochs_saved(self) -> int:
        """Epochs that stopped trials were spared."""
        return int(self._core.epochs_saved)
