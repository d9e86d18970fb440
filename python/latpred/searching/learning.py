"""What of a latency model the core's searches use: the compiled model, and how it learns more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from latpred.base.arguments import shown
from latpred.datasets.table import LatencyTable
from latpred.errors import ConfigError, SchemaError
from latpred.spaces import Architectures, Objective, Space

__all__ = ["EVEN", "LatencyModel", "bound_of", "model_of"]

EVEN = 0.5
# Whose fits take seconds at most: they may be repeated for a single measurement.
_QUICK = {"additive", "flops", "gaussian-process"}


def model_of(latency: Any) -> Any:
    """The predictor of a device pack; anything else as it is."""
    inner = getattr(latency, "predictor", None)
    return latency if inner is None else inner


def bound_of(latency: Any, confidence: float) -> Objective:
    """The upper bound of latencies; at a confidence of .5 the prediction itself is one.

    Raises:
        ConfigError: For what has none.
    """
    given = getattr(latency, "upper_bound", None)
    if given is None and confidence == EVEN:
        prediction: Objective = latency
        return prediction
    if given is None:
        raise ConfigError(
            f"search: confidence={confidence:g} needs a latency with an upper_bound, such as a "
            f"predictor or a device pack, got {shown(latency)}"
        )
    bound: Objective = given(confidence)
    return bound


@dataclass
class LatencyModel:
    """A compiled model (or none yet), its fitter, and the rows that it is fitted to."""

    native: Any
    fitter: Any
    archs: Architectures
    latency_ms: NDArray[np.float64]

    @classmethod
    def none(cls, space: Space) -> LatencyModel:
        """Where there is no model: objectives stay as they are."""
        return cls(None, None, space.architectures([]), np.zeros(0))

    @classmethod
    def of(cls, latency: Any, space: Space, *, quick: bool = False) -> LatencyModel | None:
        """Of a predictor, fitted or not, or of a pack; None for another kind of objective.

        Rows of the fit are kept, so that it can be repeated with more of them; a model without
        them, as one from a file, is corrected by measurements.

        Args:
            latency: What predicts latencies.
            space: Where it is used.
            quick: Keep the rows only where a fit takes seconds at most.
        """
        model = model_of(latency)
        if not hasattr(model, "_fitter") or not hasattr(model, "_native"):
            return None
        none = cls.none(space)
        none.native = model._native
        if model._native is None:
            none.fitter = model._fitter()
            return none
        rows = model._rows
        if rows is None or (quick and str(model._native.kind) not in _QUICK):
            return none
        return cls(model._native, model._fitter(), *rows)

    def with_rows(self, table: LatencyTable | None) -> LatencyModel:
        """The same, with measured rows added.

        Raises:
            SchemaError: For rows of another space.
        """
        if table is None:
            return self
        if table.archs.space != self.archs.space:
            raise SchemaError(
                f"search: measured rows of {table.archs.space}, of {self.archs.space} expected"
            )
        latency_ms = np.append(self.latency_ms, table.latency_ms)
        return LatencyModel(self.native, self.fitter, self.archs + table.archs, latency_ms)
