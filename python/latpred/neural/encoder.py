"""What encoders share: networks that learn numbers of other networks, without latencies."""

from __future__ import annotations

import inspect
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from latpred._core import neural as _native
from latpred._core import training as _training
from latpred.base.files import read_if_there, write
from latpred.base.names import did_you_mean
from latpred.base.progress import Progress, with_bar
from latpred.errors import ConfigError, DataError, NotFittedError
from latpred.neural.network_features import NetworkFeatures
from latpred.predictors.rows import StrPath, integer_setting
from latpred.spaces import Architectures, ArchitecturesLike, Space

__all__ = ["Encoder"]


class Encoder:
    """What encoders share: `fit` on networks of a space, then `encode` any network of it.

    Example:
        >>> from latpred.neural import Encoder
        >>> isinstance(lp.Arch2VecEncoder(), Encoder)
        True
    """

    kind: ClassVar[str] = ""
    _PRESETS: ClassVar[dict[str, dict[str, Any]]] = {}
    preset: str
    form: str
    seed: int
    _features: NetworkFeatures | None = None

    def fit(
        self,
        archs: Architectures,
        *,
        checkpoint: StrPath | None = None,
        progress: bool = True,
        threads: int = 1,
    ) -> Self:
        """Learn from networks of one space; each counts once, in whatever order they are given.

        All is computed on one thread; the same networks, settings and seed give the same encoder
        to the bit. Ctrl-C leaves the encoder as it was before.

        Args:
            archs: At least 10 different networks.
            checkpoint: File that keeps the training after each epoch. Where it is there already,
                the training goes on from it, with the same result to the bit.
            progress: Show a progress bar.
            threads: Threads that make the networks' graphs.

        Raises:
            ConfigError: For settings out of range, or a form that the space does not have.
            DataError: For fewer than 10 different networks, or, of CATE, none of similar size.
            TrainingError: Where the loss is not finite any more; names the epoch.
            CorruptionError: For a damaged checkpoint; ConfigError for that of other networks or
                settings, StorageError where it cannot be read or written.
        """
        if not isinstance(archs, Architectures):
            raise DataError(f"fit: Architectures expected, got {type(archs).__name__}")
        training = self.start(archs, threads=threads)
        total = int(self.settings()["epochs"])
        with_bar(progress, "fit", lambda report: _run(training, report, total, checkpoint))
        self._features = training.model()
        self.history_ = dict(training.history)
        self.held_out_: dict[str, float] = training.judge()
        return self

    def start(self, archs: Architectures, *, threads: int = 1) -> _native.EncoderTraining:
        """Prepare a training to be run epoch by epoch, left and continued; raises as `fit`.

        The result has `run(epochs)`, `checkpoint()`, `restore(bytes)`, `history`, `finished`,
        `judge()` and `model()`; a restored training goes on with the same result to the bit.
        """
        raise NotImplementedError

    def settings(self) -> dict[str, Any]:
        """The preset's settings, and those that were given in their place."""
        if self.preset not in self._PRESETS:
            raise ConfigError(
                f"{type(self).__name__}: preset={self.preset!r:.60}; known: {sorted(self._PRESETS)}"
                f"{did_you_mean(self.preset, self._PRESETS)}"
            )
        given = {name: getattr(self, name) for name in self._PRESETS[self.preset]}
        chosen = {name: value for name, value in given.items() if value is not None}
        return self._PRESETS[self.preset] | chosen

    def encode(self, archs: ArchitecturesLike, *, threads: int = 1) -> NDArray[np.float32]:
        """N x width float32; of a network the same whatever stands beside it.

        Raises:
            NotFittedError: Before `fit`.
            SchemaError: For networks of another space.
        """
        return self.features().encode(archs, threads=threads)

    def features(self) -> NetworkFeatures:
        """The encoding as NetworkFeatures, as predictors take it; NotFittedError before `fit`."""
        if self._features is None:
            raise NotFittedError(f"{type(self).__name__}: call fit first")
        return self._features

    @property
    def width(self) -> int:
        """Numbers of a network."""
        return int(self.features().width)

    @property
    def space(self) -> Space:
        """Space of the networks."""
        return self.features().space

    def save(self, path: StrPath) -> None:
        """Write a file for `lp.load_encoder`; StorageError where it cannot be written."""
        self.features().save(path)

    def _count(self, name: str, value: Any, least: int = 1) -> int:
        return integer_setting(type(self).__name__, name, value, least, 2**31)

    def _number(self, name: str, value: Any) -> float:
        try:
            return float(value)
        except (TypeError, ValueError) as error:
            text = f"{type(self).__name__}: {name}={value!r:.60}, a number expected"
            raise ConfigError(text) from error

    def _form(self) -> str:
        if not isinstance(self.form, str):
            raise ConfigError(f"{type(self).__name__}: form={self.form!r:.60}, a text expected")
        return self.form

    def _loop(self, settings: dict[str, Any], clip_norm: float = 0.0) -> _training.LoopSettings:
        return _training.LoopSettings(
            epochs=self._count("epochs", settings["epochs"]),
            batch_size=self._count("batch_size", settings["batch_size"]),
            keep_best=False,
            clip_norm=clip_norm,
            seed=integer_setting(type(self).__name__, "seed", self.seed, 0),
        )

    def __repr__(self) -> str:
        names = inspect.signature(type(self)).parameters
        shown = [f"{n}={v!r}" for n in names if (v := getattr(self, n)) is not None]
        return f"{type(self).__name__}({', '.join(shown)})"


def _run(training: Any, report: Progress | None, total: int, path: StrPath | None) -> None:
    if path is None:
        training.run(None, total=total, progress=report)
        return
    if (state := read_if_there(path)) is not None:
        training.restore(state)
    while not training.finished:
        training.run(1, total=total, progress=report)
        write(path, training.checkpoint())
