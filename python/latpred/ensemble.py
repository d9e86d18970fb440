"""Several predictors of one kind: their mean is steadier, and their spread says where not to."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from latpred import _core
from latpred.errors import ConfigError
from latpred.intervals import fit_quietly
from latpred.predictor_base import Predictor, Table, Values, training_rows
from latpred.spaces import Architectures

_native = _core.predictors

__all__ = ["EnsemblePredictor"]


class EnsemblePredictor(Predictor):
    """The mean of models that differ in their rows and seeds.

    Args:
        base: A predictor whose settings every member has; fitted or not, it stays as it is. Of
            several, which may be of different kinds, member i takes number i modulo their number.
            The additive one where None.
        members: Number of models; None: 5, or one of each of several bases.
        share: Of the rows that each member sees, drawn without repetition; 1: all. None: .8, or 1
            where every base has one member, as these differ anyway.
        seed: Of the drawing, and of members that have a `seed` (base seed + number).
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
        bases = self._bases()
        count, share = self._plan(len(bases))
        natives = [
            self._member(bases[i % len(bases)], i, share, archs, values)._fitted()
            for i in range(count)
        ]
        self._native = _native.make_ensemble(natives)
        self._native.device = device
        self._rows = archs, values
        return self

    def predict_std(self, archs: Any) -> Values:
        """N standard deviations over the members, in the unit of the values."""
        return np.asarray(self._fitted().deviations(self._architectures(archs)))

    def _plan(self, bases: int) -> tuple[int, float]:
        """Number of members, and the share of rows of each."""
        usual = bases if bases > 1 else 5
        count = usual if self.members is None else operator.index(self.members)
        usual_share = 1.0 if bases > 1 and count <= bases else 0.8
        share = usual_share if self.share is None else self.share
        if count < 1 or not 0 < share <= 1:
            raise ConfigError(
                f"EnsemblePredictor: members {count}, share {share}; 1 or more, and above 0 to 1, "
                "expected"
            )
        return count, share

    def _member(
        self, base: Predictor, number: int, share: float, archs: Architectures, values: Values
    ) -> Predictor:
        model = base._unfitted()
        settings = model.get_params()
        if "seed" in settings:
            model.set_params(seed=settings["seed"] + self.seed + number)
        if share == 1 or len(archs) < 2:
            return fit_quietly(model, archs, values)
        seed = 1000 * self.seed + number
        rows = _core.datasets.split_rows(archs, "random", [share], seed, False)[0]
        chosen = np.sort(rows.astype(np.intp))
        return fit_quietly(model, archs[chosen], values[chosen])

    def _bases(self) -> list[Predictor]:
        if isinstance(self.base, Predictor):
            return [self.base]
        if self.base:
            return list(self.base)
        from latpred.predictors import AdditivePredictor

        return [AdditivePredictor()]
