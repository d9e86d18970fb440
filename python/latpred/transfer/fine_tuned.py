"""Fine-tuning: a predictor of one device and a few rows of another."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Self

import numpy.typing as npt

from latpred._core import transfer as _native
from latpred.base.progress import with_bar
from latpred.errors import ConfigError
from latpred.predictors.base import Predictor
from latpred.predictors.fitters import seeded
from latpred.predictors.registry import predictor_of_native
from latpred.predictors.rows import Table, integer_setting, training_rows
from latpred.spaces import Architectures

if TYPE_CHECKING:
    pass


__all__ = ["METHODS", "FineTunedPredictor", "fine_tuning_methods"]

METHODS: tuple[str, ...] = tuple(_native.fine_tuning_methods())

_count = partial(integer_setting, "FineTunedPredictor")


class FineTunedPredictor(Predictor):
    """A fitted predictor of another device, adapted to this one with 5 or more rows (best 20–700).

    Methods: "affine": a + b x the source's value, robust. "feature": that times a shrunk sum over
    resolution and logarithms of costs. "gaussian-process": a Gaussian process with the source in
    its kernel. Of an `MlpPredictor` besides: "last-layer": a robust ridge of the last layer,
    shrunk towards the affine map. "network": all layers from there on, by AdamW, as many epochs as
    a held-out seventh of the rows asks for. "legacy": what the OFA tutorial's successor does, for
    comparison; see Note.

    "auto" cross-validates all of them (but "legacy"; "network" from 100 rows on) on the target's
    rows, and takes the Gaussian process unless another one is better by more than one standard
    error of the row-by-row differences.

    Args:
        source: A fitted predictor of another device, of any width of the same family; kept inside
            the model file.
        method: One of `METHODS`.
        epochs, learning_rate, patience: Settings of "network".
        legacy_epochs, legacy_learning_rate: Settings of "legacy".
        batch_size: Rows of a minibatch, for both.
        seed: Seed for folds, held-out rows and the order of minibatches.

    Attributes:
        method_: The method used. cv_mae_ms_: With "auto", method -> cross-validated MAE in ms.

    Note:
        `latency_finetune.py` of RhythmSyed/NAS_PerformanceEstimation freezes the network up to its
        last but one linear layer, drops the last ReLU with the last linear layer, learns a new
        layer behind it by SGD at a rate of .1, and predicts with the ReLU put back.

    Example:
        >>> source = lp.FlopsPredictor().fit(table)
        >>> few = lp.LatencyTable(archs[:10], 2 * table.latency_ms[:10], device="phone")
        >>> model = lp.FineTunedPredictor(source, method="affine").fit(few)
        >>> model.method_, bool(abs(model.predict(archs) - 2 * table.latency_ms).max() < 0.1)
        ('affine', True)
    """

    kind = "fine-tuned"

    def __init__(
        self,
        source: Predictor | None = None,
        method: str = "auto",
        *,
        epochs: int = 100,
        learning_rate: float = 3e-4,
        patience: int | None = 15,
        legacy_epochs: int = 100,
        legacy_learning_rate: float = 0.1,
        batch_size: int = 32,
        seed: int = 0,
    ) -> None:
        self.source = source
        self.method = method
        self.epochs = epochs
        self.learning_rate = learning_rate
        self.patience = patience
        self.legacy_epochs = legacy_epochs
        self.legacy_learning_rate = legacy_learning_rate
        self.batch_size = batch_size
        self.seed = seed

    def fit(
        self,
        table: Table | Architectures,
        latency_ms: npt.ArrayLike | None = None,
        *,
        progress: bool = False,
    ) -> Self:
        """Fit to rows of the target: a latency table, or architectures and N latencies in ms.

        Raises:
            DataError: For fewer than 5 rows, another number of latencies, NaN or values <= 0.
            SchemaError: Where the source belongs to another family or has other resolutions.
            ConfigError: Without a source, for one that is not in ms, an unknown method, one that
                the source does not allow, or settings out of range.
            TrainingError: Where a training diverges (the "legacy" one may).
            NotFittedError: Where the source is not fitted.
        """
        archs, values, device = training_rows(table, latency_ms)
        fitter, seed = self._plain_fitter(), _count("seed", self.seed, 0)
        self._native, self.method_, self.cv_mae_ms_ = with_bar(
            progress,
            "fine-tune",
            lambda report: fitter.fit_whole(archs, values, seed=seed, progress=report),
        )
        self._native.device = device
        self._rows = archs, values
        return self

    def _plain_fitter(self) -> Any:
        if not isinstance(self.source, Predictor):
            raise ConfigError("FineTunedPredictor: a fitted predictor expected as `source`")
        return _native.FineTuneFitter(self.source._fitted(), **self._settings())

    def _compiled_fitter(self) -> Any:
        return seeded(self._plain_fitter(), _count("seed", self.seed, 0))

    def _settings(self) -> dict[str, Any]:
        counts: dict[str, float] = {
            name: _count(name, getattr(self, name), 1)
            for name in ("epochs", "legacy_epochs", "batch_size")
        }
        for name in ("learning_rate", "legacy_learning_rate"):
            rate = getattr(self, name)
            if not isinstance(rate, int | float) or not 0 < rate < float("inf"):
                raise ConfigError(f"FineTunedPredictor: {name}={rate!r}, above 0 expected")
            counts[name] = rate
        patience = 0 if self.patience is None else _count("patience", self.patience, 1)
        return {**counts, "patience": patience, "method": str(self.method)}

    @classmethod
    def _of_native(cls, native: Any) -> Self:
        """Take method and source from the file."""
        model = super()._of_native(native)
        model.source = predictor_of_native(native.source)
        model.method = model.method_ = native.notes.get("method", "auto")
        model.cv_mae_ms_ = {}
        return model


def fine_tuning_methods(source: Predictor) -> tuple[str, ...]:
    """The methods that a fitted source allows."""
    return tuple(_native.fine_tuning_methods(source._fitted()))
