"""The predictor for few rows."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
import numpy.typing as npt

from latpred._core import predictors as _native
from latpred.predictors.base import Predictor
from latpred.predictors.rows import Table, Values, training_rows
from latpred.spaces import Architectures, ArchitecturesLike

__all__ = ["GaussianProcessPredictor"]


class GaussianProcessPredictor(Predictor):
    """A Gaussian process over block tables, costs by counting, and another device's model.

    Its covariance is a sum of layers whose variances are learnt from the rows: those of the
    additive predictor, two smooth kernels of the logarithms of 14 cost features, and, with a
    `source`, the source's prediction, alone, by resolution and in the smooth kernels. It works
    from about ten rows on. Of more than `most_rows`, those of the least hash are kept, as the time
    grows with their cube. The order of rows does not matter, and equal rows count once.

    Args:
        source: A fitted predictor of another device (of any width of the same family); its model
            is kept inside this one's file.
        huber: Rows further out than this many robust standard deviations count less; with 0 all
            count alike.
        evidence_rows: Rows used to learn the variances, 8 to 1500.
        most_rows: Rows that the process rests on, 8 to 5000.

    Attributes:
        noise_: Relative standard deviation of a row.
        layers_: Name of each layer -> relative standard deviation that it explains.
        rows_: The rows that the process rests on, in an order of their own.
        row_weights_: The weight of each of them, below 1 where the robust loss trusts it less.

    Source: Rasmussen and Williams, Gaussian Processes for Machine Learning (2006), chapter 2;
        variances as in Zhou et al. (2019), "MM algorithms for variance components models".

    Example:
        >>> model = lp.GaussianProcessPredictor().fit(table[:20])
        >>> model.predict_std(archs[20:]).shape, len(model.rows_)
        ((40,), 20)
    """

    kind = "gaussian-process"

    def __init__(
        self,
        *,
        source: Predictor | None = None,
        huber: float = 1.0,
        evidence_rows: int = 512,
        most_rows: int = 2000,
    ) -> None:
        self.source = source
        self.huber = huber
        self.evidence_rows = evidence_rows
        self.most_rows = most_rows

    def fit(self, table: Table | Architectures, latency_ms: npt.ArrayLike | None = None) -> Self:
        """Fit to a latency table, or to architectures and N positive latencies in ms.

        Raises:
            DataError: For an empty table, another number of latencies, NaN or values <= 0.
            ConfigError: For settings out of range.
            SchemaError: Where the source belongs to another family.
        """
        archs, values, device = training_rows(table, latency_ms)
        return self._fit_compiled(archs, values, device)

    def _compiled_fitter(self) -> Any:
        return _native.GaussianProcessFitter(
            source=None if self.source is None else self.source._fitted(),
            huber=self.huber,
            evidence_rows=self.evidence_rows,
            most_rows=self.most_rows,
        )

    def predict_std(self, archs: ArchitecturesLike) -> Values:
        """N standard deviations in ms of a measurement of each architecture, noise included."""
        return np.asarray(self._fitted().deviations(self._architectures(archs)))

    @property
    def noise_(self) -> float:
        """Relative standard deviation of a row."""
        return float(self._fitted().noise)

    @property
    def layers_(self) -> dict[str, float]:
        """Standard deviation that each layer explains, relative to the mean latency."""
        return dict(self._fitted().layers)

    @property
    def rows_(self) -> Architectures:
        """The rows that the process rests on, in an order of their own."""
        rows: Architectures = self._fitted().rows
        return rows

    @property
    def row_weights_(self) -> Values:
        """Weight of each of `rows_`; below 1 where the robust loss trusts it less."""
        return np.asarray(self._fitted().row_weights)
