"""Several predictors of one kind: their mean is steadier, and their spread says where not to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from latpred._core import selection as _selection
from latpred.predictors.base import Predictor
from latpred.predictors.fitters import fitter_of, seeded
from latpred.predictors.rows import Table, Values, integer_setting, training_rows
from latpred.spaces import Architectures, ArchitecturesLike

__all__ = ["EnsemblePredictor"]


class EnsemblePredictor(Predictor):
    """The mean of several models, which differ in their rows and seeds.

    Args:
        base: A predictor whose settings every member takes; the predictor itself does not change.
            Of several, also of different kinds, member i takes number i modulo their number. The
            additive predictor where None.
        members: Number of models; where None 5, or one for each of several bases.
        share: Share of the rows that each member sees, drawn by architecture without repeats. Where
            None .8, or 1 where every base has one member, as these differ anyway.
        seed: Seed for the draws, and added to the `seed` of members that have one.

    Example:
        >>> model = lp.EnsemblePredictor(lp.FlopsPredictor(), members=3).fit(table)
        >>> model.predict_std(archs).shape
        (60,)
    """

    kind = "ensemble"

    def __init__(
        self,
        base: Predictor | Sequence[Predictor] | None = None,
        *,
        members: int | None = None,
        share: float | None = None,
        seed: int = 0,
    ) -> None:
        self.base = base
        self.members = members
        self.share = share
        self.seed = seed

    def fit(self, table: Table | Architectures, latency_ms: npt.ArrayLike | None = None) -> Self:
        """Fit every member; raises as the `fit` of the base, ConfigError for wrong settings."""
        archs, values, device = training_rows(table, latency_ms)
        return self._fit_compiled(archs, values, device)

    def _compiled_fitter(self) -> Any:
        members = self.members
        if members is not None:
            members = integer_setting("EnsemblePredictor", "members", members, 1)
        bases = [fitter_of(base) for base in self._bases()]
        fitter = _selection.EnsembleFitter(bases, members=members, share=self.share)
        return seeded(fitter, integer_setting("EnsemblePredictor", "seed", self.seed, 0))

    def predict_std(self, archs: ArchitecturesLike) -> Values:
        """N standard deviations over the members, in the unit of the values."""
        return np.asarray(self._fitted().deviations(self._architectures(archs)))

    def _bases(self) -> list[Predictor]:
        if isinstance(self.base, Predictor):
            return [self.base]
        if self.base:
            return list(self.base)
        from latpred.predictors.additive import AdditivePredictor

        return [AdditivePredictor()]
