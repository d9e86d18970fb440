"""The additive predictor: a sum over blocks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

import numpy.typing as npt

from latpred._core import predictors as _native
from latpred.errors import ConfigError
from latpred.predictors.base import Predictor
from latpred.predictors.rows import Table, Values, training_rows
from latpred.spaces import Architectures

__all__ = ["AdditivePredictor"]


class AdditivePredictor(Predictor):
    """A sum over blocks at each resolution, plus a term of resolution and total depth.

    Weights are shrunk in layers towards the counted costs of the blocks, so ten random rows are a
    start, and thousands give an exact table where the device is additive. See `fit_additive` in
    cpp/predictors/additive.hpp.

    Args:
        robust: Whether to use Huber's loss, so that outliers (cold rows, sessions) count less.
        huber: Corner of that loss, in robust standard deviations.
        ridge: Strength of the shrinkage, relative to the noise. None chooses it from the rows, by
            marginal likelihood or (above `evidence_rows`) generalised cross-validation.
        share_slots: Whether blocks of a unit that cost the same have the same effect; true for
            latency, hardly for accuracy.
        ignore: Groups of genes known to have no influence, e.g. ("ks",).
        evidence_rows: Rows used to learn how much each layer of the prior explains.
        interactions: Tables beyond the sum, fitted to its residuals: "depths" (one over the depths
            of all units), "depths-settings" (the same for each resolution), "neighbours" (each
            block with the next of its unit), or "auto": those that lower the error of held-out
            rows, by three-fold cross-validation of the rows given (eight times the time). Below
            60 rows there are none.

    Attributes:
        interactions_: Groups that were fitted. validation_: Held-out errors (ms) without and
            with them, or None.
        ridge_: The strength used. noise_: Relative standard deviation of a row.
        layers_: Name of each layer of the prior -> relative standard deviation that it explains.
        row_weights_: N weights, below 1 where the robust loss trusts a row less.

    Example:
        >>> train, test = table.split("architecture", (0.7, 0.3))
        >>> model = lp.AdditivePredictor().fit(train)
        >>> lp.evaluate(test.latency_ms, model.predict(test.archs)).mape_percent < 5
        True
    """

    kind = "additive"

    def __init__(
        self,
        *,
        robust: bool = True,
        huber: float = 1.0,
        ridge: float | None = None,
        share_slots: bool = True,
        ignore: Sequence[str] = (),
        evidence_rows: int = 256,
        interactions: str | Sequence[str] = (),
    ) -> None:
        self.interactions = interactions
        self.robust = robust
        self.huber = huber
        self.ridge = ridge
        self.share_slots = share_slots
        self.ignore = ignore
        self.evidence_rows = evidence_rows

    def fit(self, table: Table | Architectures, latency_ms: npt.ArrayLike | None = None) -> Self:
        """Fit to a latency table, or to architectures and N positive latencies in ms.

        Raises:
            DataError: For an empty table, another number of latencies, NaN or values <= 0.
            ConfigError: For settings out of range.
        """
        archs, values, device = training_rows(table, latency_ms)
        self._native, results = self._compiled_fitter().fit_whole(archs, values)
        self._native.device = device
        self._rows = archs, values
        self.interactions_: list[str] = results["interactions"]
        before, after = results["validation"]
        self.validation_: tuple[float, float] | None = (before, after) if before > 0 else None
        self.ridge_: float = results["ridge"]
        self.noise_: float = results["noise"]
        self.layers_: dict[str, float] = results["layers"]
        self.row_weights_: Values = results["row_weights"]
        return self

    def _compiled_fitter(self) -> Any:
        if self.ridge is not None and not self.ridge > 0:
            raise ConfigError(f"AdditivePredictor: ridge {self.ridge}, above 0 or None expected")
        groups = self.interactions
        return _native.AdditiveFitter(
            robust=self.robust,
            huber=self.huber,
            ridge=self.ridge or 0.0,
            share_slots=self.share_slots,
            ignore=list(self.ignore),
            evidence_rows=self.evidence_rows,
            interactions=[groups] if isinstance(groups, str) else list(groups),
        )
