"""The latency predictor that is a multi-layer perceptron."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import partial
from importlib import metadata
from typing import Any, Self

import numpy.typing as npt

from latpred._core import base as _base
from latpred._core import neural as _native
from latpred._core import training as _training
from latpred.base.progress import with_bar
from latpred.datasets.table import LatencyTable
from latpred.errors import ConfigError
from latpred.neural import study
from latpred.neural.kept_settings import with_kept_settings
from latpred.neural.presets import PRESETS
from latpred.predictors.base import Predictor
from latpred.predictors.fitters import seeded
from latpred.predictors.rows import Table, Values, integer_setting, training_rows
from latpred.spaces import Architectures

__all__ = ["PRESETS", "MlpPredictor"]

_count = partial(integer_setting, "MlpPredictor")


class MlpPredictor(Predictor):
    """A multi-layer perceptron over an encoding of the architecture, fitted to latencies.

    ReLU between dense layers, a target of mean 0 and deviation 1, a robust loss, AdamW with a
    strong decay and a cosine down to 0; the epoch with the least error over the whole validation
    set is kept. The settings were chosen on held-out parts of rows 0-6999 of the three OFA tables.
    `preset("ofa-tutorial")` is the recipe of the OFA tutorial's successor instead.

    Same seed, same rows, same machine: the same model to the bit, whatever the number of threads
    (the arithmetic uses one); another instruction set changes the last digits.

    Args:
        hidden: Units of each hidden layer.
        encoding: "one-hot", "cost-features", or both as "one-hot+cost-features": that halves the
            error (with few rows more than that: below 1,000 take it, and more epochs), and a
            prediction takes three times as long, as costs are counted first.
        loss: "smooth-l1", "mae", "mse", "rmse", "relative" (errors as shares of the latency) or
            "pairwise-rank" (order only: predictions are scores, no ms).
        beta: Where "smooth-l1" turns from quadratic to linear, in deviations of the target.
        optimizer: "adamw", "adam" or "sgd", as PyTorch's.
        learning_rate: Highest learning rate.
        weight_decay: Decoupled for "adamw", else added to the gradient.
        momentum: Momentum of "sgd".
        schedule: "cosine", "linear", "constant", "step" or "one-cycle", over all epochs.
        warmup: Share of the steps over which the learning rate rises to its highest.
        epochs: Passes over the rows.
        batch_size: Rows of a minibatch.
        patience: Epochs without a lower validation error after which to stop; None never stops.
        keep_best: Whether to go back to the epoch of the least validation error.
        criterion: Which error that is: "mae", "rmse" or "spearman".
        clip_norm: Limit on the norm of the gradients; None sets no limit.
        scale_target: Whether to standardise latencies ("relative": divide by their mean).
        validation_share: Share of the rows held out to judge epochs, unless `fit` is given others;
            below 20 rows none are.
        seed: Seed for the first weights, the order of the rows and the rows held out.

    Attributes:
        history_: Arrays of E epochs: train_loss (in the loss's own, scaled unit), learning_rate,
            validation_mae, validation_rmse (ms, over the whole set; NaN without one) and
            validation_spearman.
        best_epoch_: From 0, the one kept. n_epochs_: E. stopped_early_: By `patience`.

    Example:
        >>> model = lp.MlpPredictor(hidden=(16,), epochs=5).fit(table, progress=False)
        >>> model.n_epochs_, model.predict(archs).shape
        (5, (60,))
    """

    kind = "mlp"

    def __init__(
        self,
        *,
        hidden: Sequence[int] = (400, 400, 400),
        encoding: str = "one-hot",
        loss: str = "smooth-l1",
        beta: float = 0.02,
        optimizer: str = "adamw",
        learning_rate: float = 2e-3,
        weight_decay: float = 0.3,
        momentum: float = 0.9,
        schedule: str = "cosine",
        warmup: float = 0.05,
        epochs: int = 60,
        batch_size: int = 32,
        patience: int | None = None,
        keep_best: bool = True,
        criterion: str = "mae",
        clip_norm: float | None = None,
        scale_target: bool = True,
        validation_share: float = 0.05,
        seed: int = 0,
    ) -> None:
        self.hidden = hidden
        self.encoding = encoding
        self.loss, self.beta = loss, beta
        self.optimizer = optimizer
        self.learning_rate = learning_rate
        self.weight_decay = weight_decay
        self.momentum = momentum
        self.schedule, self.warmup = schedule, warmup
        self.epochs = epochs
        self.batch_size = batch_size
        self.patience = patience
        self.keep_best = keep_best
        self.criterion = criterion
        self.clip_norm = clip_norm
        self.scale_target = scale_target
        self.validation_share = validation_share
        self.seed = seed

    @classmethod
    def preset(cls, name: str, **changes: Any) -> Self:
        """Make one with the settings of a known recipe; `changes` are further settings.

        "ofa-tutorial": what `latency_predictor.py` of RhythmSyed/NAS_PerformanceEstimation, which
        extends the Once-for-All tutorial, ships: 128-400-400-400-1, plain SGD (learning rate 1e-3,
        decay 1e-3, momentum .9), sqrt(MSE + 1e-6) of each minibatch of 32, 50 epochs, latencies in
        ms unscaled, no schedule, no stopping, the last epoch kept.

        Raises:
            ConfigError: For an unknown name or setting.
        """
        if name not in PRESETS:
            raise ConfigError(f"MlpPredictor: no preset {name!r}; known: {sorted(PRESETS)}")
        return cls().set_params(**PRESETS[name]).set_params(**changes)

    def fit(
        self,
        table: Table | Architectures,
        latency_ms: npt.ArrayLike | None = None,
        *,
        validation: Table | None = None,
        progress: bool = True,
    ) -> Self:
        """Fit to a latency table, or to architectures and N positive latencies in ms.

        Ctrl-C leaves the predictor as it was before.

        Args:
            table: Rows to learn from.
            latency_ms: Where `table` is architectures.
            validation: Rows to judge epochs on; a share of the others where None.
            progress: Show a progress bar.

        Raises:
            DataError: For an empty table, another number of latencies, NaN or values <= 0.
            ConfigError: For settings out of range.
            SchemaError: For validation rows of another space.
            TrainingError: Where the loss or a prediction is not finite any more; names the epoch.
        """
        training = self.start(table, latency_ms, validation=validation)
        with_bar(progress, "fit", lambda report: training.run(total=self.epochs, progress=report))
        self._rows = training_rows(table, latency_ms)[:2]
        return self._finish(training)

    def start(
        self,
        table: Table | Architectures,
        latency_ms: npt.ArrayLike | None = None,
        *,
        validation: Table | None = None,
    ) -> _native.MlpTraining:
        """Prepare a training to be run epoch by epoch, left and continued; raises as `fit`.

        The result has `run(epochs)`, `checkpoint()`, `restore(bytes)`, `history`, `finished` and
        `model()`; a restored training goes on with the same result to the bit.
        """
        archs, values, device = training_rows(table, latency_ms)
        judged: dict[str, Any] = {}
        if validation is not None:
            judged_archs, judged_values, _ = training_rows(validation, None)
            judged = {"validation_archs": judged_archs, "validation_latency": judged_values}
        settings = self._settings()
        return _native.MlpTraining(archs, values, settings=settings, device=device, **judged)

    @classmethod
    def study_objective(
        cls,
        table: LatencyTable,
        *,
        validation: LatencyTable | float,
        parameters: Mapping[str, Any] | None,
        preset: str | None,
        plan: Mapping[str, Any],
    ) -> tuple[Any, dict[str, Any], Mapping[str, Any], str]:
        """Return what `latpred.tune` sweeps, as `Predictor.study_objective`.

        Raises:
            ConfigError: For an unknown preset or setting.
        """
        return study.predictor_study(table, validation, parameters, preset, plan)

    def _compiled_fitter(self) -> Any:
        fitter = _native.MlpFitter(self._settings())
        return seeded(fitter, _count("seed", self.seed, 0))

    def _settings(self) -> Any:
        whole = ("epochs", "batch_size")
        counts = {name: _count(name, getattr(self, name), 1) for name in whole}
        patience = 0 if self.patience is None else _count("patience", self.patience, 1)
        try:
            hidden = [_count("hidden", width, 1) for width in self.hidden]
            return _native.MlpSettings(
                hidden=hidden,
                encoding=self.encoding,
                loss=_training.LossSettings(self.loss, beta=self.beta),
                optimizer=_training.OptimizerSettings(
                    self.optimizer,
                    learning_rate=self.learning_rate,
                    weight_decay=self.weight_decay,
                    momentum=self.momentum,
                ),
                schedule=_training.ScheduleSettings(self.schedule, warmup=self.warmup),
                loop=_training.LoopSettings(
                    **counts,
                    patience=patience,
                    keep_best=self.keep_best,
                    clip_norm=self.clip_norm or 0.0,
                    criterion=self.criterion,
                    seed=_count("seed", self.seed, 0),
                ),
                scale_target=self.scale_target,
                validation_share=self.validation_share,
            )
        except TypeError as error:
            shown = ", ".join(f"{key}={value!r}" for key, value in self.get_params().items())
            raise ConfigError(f"MlpPredictor: a setting of the wrong type: {shown}") from error

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
