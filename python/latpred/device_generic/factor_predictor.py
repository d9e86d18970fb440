"""Architecture factors as a function of an architecture's features."""

from __future__ import annotations

from typing import Any, Self

import numpy.typing as npt

from latpred._core import device_generic as _native
from latpred.predictors.base import Predictor
from latpred.predictors.rows import Table, training_rows
from latpred.spaces import Architectures

__all__ = ["FactorPredictor"]


class FactorPredictor(Predictor):
    """A Gaussian process with linear kernels of groups of features, for hundreds of networks.

    Methods:

    * "structure": costs, counts of operations, costs of stages, choices and pairs of them, the
      numbers of genes; in cells also which operations read the same node (runtimes compute shared
      parts once), and products of counts. It models the square root of the values, which lies
      between a sum of parts and a product of factors.
    * "cost-gp": costs of the network and of its stages alone.
    * "pairwise-ridge": choices and pairs of choices (in spaces of cells), of the logarithm.

    Variances of the groups are those of maximal marginal likelihood on 160 networks; rows beyond
    two robust deviations weigh less. It suits factors as well as latencies in ms.

    Args:
        method: One of these.

    Example:
        >>> data = lp.device_generic.read_folder(published)
        >>> model = lp.device_generic.FactorPredictor().fit(data.archs, data.factors)
        >>> lp.evaluate(data.factors, model.predict(data.archs)).spearman > 0.9
        True
    """

    kind = "architecture-factor"

    def __init__(self, method: str = "structure") -> None:
        self.method = method

    def fit(self, table: Table | Architectures, values: npt.ArrayLike | None = None) -> Self:
        """Fit to a table, or to architectures and N positive factors (or latencies in ms).

        Raises:
            ConfigError: For an unknown method.
            DataError: For an empty table, another number of values, NaN or values <= 0.
        """
        archs, given, device = training_rows(table, values)
        self._native = self._fitter().fit(archs, given)
        self._native.device = device
        self._rows = archs, given
        return self

    def _fitter(self) -> Any:
        return _native.FactorFitter(str(self.method))

    @classmethod
    def _of_native(cls, native: Any) -> Self:
        """Take the method from the file."""
        model = super()._of_native(native)
        model.method = native.notes.get("method", "structure")
        return model
