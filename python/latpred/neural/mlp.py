"""The latency predictor that is a multi-layer perceptron."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, Self

from latpred._core import neural as _native
from latpred.base.names import did_you_mean
from latpred.datasets.table import LatencyTable
from latpred.errors import ConfigError
from latpred.neural import study
from latpred.neural.presets import PRESETS
from latpred.neural.trained import TrainedPredictor
from latpred.predictors.fitters import seeded
from latpred.predictors.rows import Values, integer_setting
from latpred.spaces import Architectures

__all__ = ["PRESETS", "MlpPredictor"]

_count = partial(integer_setting, "MlpPredictor")


class MlpPredictor(TrainedPredictor):
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
            raise ConfigError(
                f"MlpPredictor: no preset {name!r}; known: {sorted(PRESETS)}"
                f"{did_you_mean(name, PRESETS)}"
            )
        return cls().set_params(**PRESETS[name]).set_params(**changes)

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

    def _training(self, archs: Architectures, values: Values, **rest: Any) -> _native.MlpTraining:
        return _native.MlpTraining(archs, values, settings=self._settings(), **rest)

    def _settings(self) -> Any:
        return self._checked_settings(
            lambda: _native.MlpSettings(
                hidden=[_count("hidden", width, 1) for width in self.hidden],
                encoding=self.encoding,
                **self._training_settings(),
            )
        )
