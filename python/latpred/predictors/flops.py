"""The baseline predictor: affine in multiply-accumulates."""

from __future__ import annotations

from typing import Any, Self

import numpy.typing as npt

from latpred._core import predictors as _native
from latpred.predictors.base import Predictor
from latpred.predictors.rows import Table, training_rows
from latpred.spaces import Architectures

__all__ = ["FlopsPredictor"]


class FlopsPredictor(Predictor):
    """The usual baseline: an affine function of multiply-accumulates, fitted by least squares.

    Attributes:
        constant_: Latency in ms without any multiply-accumulate. per_gmac_: ms per 10^9 of them.

    Example:
        >>> model = lp.FlopsPredictor().fit(table)  # of a table where 1e6 MACs take 1 ms, plus 1 ms
        >>> round(model.constant_, 3), round(model.per_gmac_)
        (1.0, 1000)
    """

    kind = "flops"

    def fit(self, table: Table | Architectures, latency_ms: npt.ArrayLike | None = None) -> Self:
        """Fit to a latency table, or to architectures and N latencies in ms; raises DataError."""
        archs, values, device = training_rows(table, latency_ms)
        return self._fit_compiled(archs, values, device)

    def _compiled_fitter(self) -> Any:
        return _native.FlopsFitter()

    @property
    def constant_(self) -> float:
        """Latency without any multiply-accumulate, ms."""
        return float(self._fitted().constant)

    @property
    def per_gmac_(self) -> float:
        """ms per 10^9 multiply-accumulates."""
        return float(self._fitted().per_gmac)
