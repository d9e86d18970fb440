"""Accuracy predictors: objectives in percent top-1, fitted to trained or evaluated networks."""

from __future__ import annotations

from typing import Any, Self

import numpy.typing as npt

from latpred._core import predictors as _predictors
from latpred.base.names import did_you_mean
from latpred.base.numbers import numbers
from latpred.errors import ConfigError, DataError
from latpred.predictors.additive import AdditivePredictor
from latpred.predictors.base import Predictor
from latpred.predictors.fitters import fit_quietly
from latpred.predictors.registry import made
from latpred.spaces import Architectures

__all__ = ["AccuracyPredictor"]

METHODS = ("additive", "mlp")


class AccuracyPredictor(Predictor):
    """Architectures -> accuracy in percent; an objective of search.

    Args:
        method: "additive": a sum over blocks with the interactions that cross-validation of the
            rows finds useful, of its own strength in every slot. "mlp": the recipe of OFA's
            authors, 128-400-400-400-1 over the one-hot encoding, Adam at 1e-3 with a decay of
            1e-4, squared errors, batches of 256, a fifth of the rows to stop by.
        ignore: Groups of genes known to have no influence, e.g. ("ks",); for "additive" only.
        base: A predictor whose settings are used instead of a method.
        seed: Seed for "mlp".

    On OFA's 16,000 networks with their ImageNet top-1, three random splits, 12,800 for fitting:
    root mean squared errors of .138 to .141 points with ignore=("ks",), rank correlation .981, by
    "mlp" .150 and .979 (one split). With 500 rows for calibration the 90 % intervals, .22 to .24
    points to either side, held .885 to .916 of 2,700 others.

    Source: the recipe: mit-han-lab/once-for-all, issue 30; the table: RhythmSyed/
        NAS_PerformanceEstimation, tutorial/store.pickle.

    Example:
        >>> top1 = np.linspace(70, 78, len(archs))  # percent, of your own networks
        >>> model = lp.AccuracyPredictor().fit(archs, top1)
        >>> model.unit
        '%'
    """

    kind = "accuracy-fitted"

    def __init__(
        self,
        method: str = "additive",
        *,
        ignore: tuple[str, ...] = (),
        base: Predictor | None = None,
        seed: int = 0,
    ) -> None:
        self.method = method
        self.ignore = ignore
        self.base = base
        self.seed = seed

    def fit(self, archs: Architectures, top1_percent: npt.ArrayLike) -> Self:
        """Fit to N architectures and their accuracies in percent.

        Raises:
            DataError: For no rows, another number of values, values outside (0, 100], or all in
                (0, 1], which are shares and no percent.
            ConfigError: For an unknown method.
        """
        values = numbers(top1_percent, "fit: accuracies")
        if values.ndim != 1 or len(values) == 0:
            raise DataError(f"fit: one accuracy a row expected, got shape {values.shape}")
        _predictors.check_percent(values)
        self.model_ = fit_quietly(self._base(), archs, values)
        self._native = self.model_._fitted()
        self._rows = archs, values
        self._native.unit = "%"
        return self

    def _compiled_fitter(self) -> Any:
        return _predictors.accuracy_fitter(self._base()._fitter())

    def _base(self) -> Predictor:
        if self.base is not None:
            return self.base._unfitted()
        if self.method == "additive":
            return AdditivePredictor(
                robust=False, share_slots=False, ignore=self.ignore, interactions="auto"
            )
        if self.method == "mlp":
            settings: dict[str, Any] = {
                "optimizer": "adam",
                "learning_rate": 1e-3,
                "weight_decay": 1e-4,
                "loss": "mse",
                "batch_size": 256,
                "epochs": 100,
                "validation_share": 0.2,
                "seed": self.seed,
            }
            return made("mlp", **settings)
        raise ConfigError(
            f"AccuracyPredictor: method {self.method!r}; known: {METHODS}"
            f"{did_you_mean(self.method, METHODS)}"
        )
