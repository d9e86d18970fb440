"""What predictors share that are trained epoch by epoch."""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib import metadata
from typing import Any, Self

import numpy.typing as npt

from latpred._core import base as _base
from latpred._core import neural as _native
from latpred._core import training as _training
from latpred.base.files import read_if_there, write
from latpred.base.progress import Progress, with_bar
from latpred.errors import ConfigError
from latpred.neural.kept_settings import with_kept_settings
from latpred.predictors.base import Predictor
from latpred.predictors.rows import (
    StrPath,
    Table,
    Values,
    integer_setting,
    same_device,
    training_rows,
)
from latpred.spaces import Architectures

__all__ = ["TrainedPredictor"]


class TrainedPredictor(Predictor):
    """A predictor with loss, optimiser, schedule and epochs as `MlpPredictor` has them."""

    loss: str
    beta: float
    optimizer: str
    learning_rate: float
    weight_decay: float
    momentum: float
    schedule: str
    warmup: float
    epochs: int
    batch_size: int
    patience: int | None
    keep_best: bool
    criterion: str
    clip_norm: float | None
    scale_target: bool
    validation_share: float
    seed: int

    def fit(
        self,
        table: Table | Architectures,
        latency_ms: npt.ArrayLike | None = None,
        *,
        validation: Table | None = None,
        checkpoint: StrPath | None = None,
        progress: bool = True,
    ) -> Self:
        """Fit to a latency table, or to architectures and N positive latencies in ms.

        Ctrl-C leaves the predictor as it was before.

        Args:
            table: Rows to learn from.
            latency_ms: Where `table` is architectures.
            validation: Rows to judge epochs on; a share of the others where None.
            checkpoint: File that keeps the training after each epoch. Where it is there already,
                the training goes on from it, with the same result to the bit.
            progress: Show a progress bar.

        Raises:
            DataError: For an empty table, another number of latencies, NaN or values <= 0.
            ConfigError: For settings out of range.
            SchemaError: For validation rows of another space.
            TrainingError: Where the loss or a prediction is not finite any more; names the epoch.
            CorruptionError: For a damaged checkpoint; ConfigError for that of other rows or
                settings, StorageError where it cannot be read or written.
        """
        training = self.start(table, latency_ms, validation=validation)
        if checkpoint is None:
            with_bar(progress, "fit", lambda report: self._run(training, report))
        else:
            with_bar(progress, "fit", lambda report: self._run_kept(training, report, checkpoint))
        self._rows = training_rows(table, latency_ms)[:2]
        return self._finish(training)

    def start(
        self,
        table: Table | Architectures,
        latency_ms: npt.ArrayLike | None = None,
        *,
        validation: Table | None = None,
    ) -> _native.MlpTraining | _native.GraphTraining | _native.BlockSequenceTraining:
        """Prepare a training to be run epoch by epoch, left and continued; raises as `fit`.

        The result has `run(epochs)`, `checkpoint()`, `restore(bytes)`, `history`, `finished` and
        `model()`; a restored training goes on with the same result to the bit.
        """
        archs, values, device = training_rows(table, latency_ms)
        judged: dict[str, Any] = {}
        if validation is not None:
            judged_archs, judged_values, _ = training_rows(validation, None)
            same_device("fit: validation", validation, table)
            judged = {"validation_archs": judged_archs, "validation_latency": judged_values}
        return self._training(archs, values, device=device, **judged)

    def _run(self, training: Any, report: Progress | None, epochs: int | None = None) -> None:
        training.run(epochs, total=self.epochs, progress=report)

    def _run_kept(self, training: Any, report: Progress | None, path: StrPath) -> None:
        """Epoch by epoch, each kept in a file from which it goes on."""
        if (state := read_if_there(path)) is not None:
            training.restore(state)
        while not training.finished:
            self._run(training, report, 1)
            write(path, training.checkpoint())

    def _training(
        self, archs: Architectures, values: Values, **rest: Any
    ) -> _native.MlpTraining | _native.GraphTraining | _native.BlockSequenceTraining:
        """The compiled training of these rows and settings."""
        raise NotImplementedError

    def _count(self, name: str, least: int) -> int:
        return integer_setting(type(self).__name__, name, getattr(self, name), least)

    def _training_settings(self) -> dict[str, Any]:
        """Settings that all trainings have, by the names of the compiled ones."""
        patience = 0 if self.patience is None else self._count("patience", 1)
        return {
            "loss": _training.LossSettings(self.loss, beta=self.beta),
            "optimizer": _training.OptimizerSettings(
                self.optimizer,
                learning_rate=self.learning_rate,
                weight_decay=self.weight_decay,
                momentum=self.momentum,
            ),
            "schedule": _training.ScheduleSettings(self.schedule, warmup=self.warmup),
            "loop": _training.LoopSettings(
                epochs=self._count("epochs", 1),
                batch_size=self._count("batch_size", 1),
                patience=patience,
                keep_best=self.keep_best,
                clip_norm=self.clip_norm or 0.0,
                criterion=self.criterion,
                seed=self._count("seed", 0),
            ),
            "scale_target": self.scale_target,
            "validation_share": self.validation_share,
        }

    def _checked_settings(self, make: Callable[[], Any]) -> Any:
        """What `make` makes of the settings; ConfigError where one is of the wrong type."""
        try:
            return make()
        except TypeError as error:
            shown = ", ".join(f"{key}={value!r:.60}" for key, value in self.get_params().items())
            name = type(self).__name__
            raise ConfigError(f"{name}: a setting of the wrong type: {shown}") from error

    def _finish(self, training: Any) -> Self:
        """Take over model, history and notes of a training."""
        native = training.model()
        history = training.history
        best = int(training.best_epoch)
        notes = {
            "settings": json.dumps(self.get_params()),
            "best_epoch": best,
            "epochs": len(history["train_loss"]),
            "validation_rows": training.validation_rows,
            "kernels": f"{_base.instruction_set()}, 1 thread",
            "torch": metadata.version("torch"),
        }
        if training.validation_rows:
            for name in ("validation_mae", "validation_rmse"):
                notes[f"{name}_ms"] = float(history[name][best])
        native.notes = {key: str(value) for key, value in notes.items()}
        self._native = native
        self.history_: dict[str, Values] = dict(history)
        self.best_epoch_ = best
        self.n_epochs_ = len(history["train_loss"])
        self.stopped_early_ = bool(training.stopped_early)
        return self

    @classmethod
    def _of_native(cls, native: Any) -> Self:
        """Take the settings from the file's notes, where they are readable."""
        return with_kept_settings(super()._of_native(native))
