"""What a network pack learns from its rows: the model, and its error on families left out."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from latpred._core import kernels as _native
from latpred.errors import LatpredError
from latpred.kernels.probes import Probes
from latpred.kernels.rows import LabelledProbes
from latpred.metrics import evaluate

if TYPE_CHECKING:
    from latpred._core.kernels import NetworkModel

__all__ = ["LEAST_ROWS", "Learnt", "learn"]

LEAST_ROWS = 10


@dataclass(frozen=True)
class Learnt:
    """What the rows of a pack teach.

    Attributes:
        model: Fitted to all rows; None for too few of them.
        mape_percent: Mean relative error on families that it was not fitted on.
        failure: Why there is no model although there are rows enough.
    """

    model: NetworkModel | None = None
    mape_percent: float = math.nan
    failure: str = ""


def learn(labels: LabelledProbes, probes: Probes, seed: int) -> Learnt:
    """Fit the model to all rows; it leaves each family out in turn by itself."""
    if len(labels) < LEAST_ROWS:
        return Learnt()
    try:
        model = _native.fit_network_model(
            [probes.tensors(one.probe) for one in labels.chosen],
            labels.latency_ms,
            labels.noise * labels.latency_ms,  # 0 as long as nobody knows it
            [one.family for one in labels.chosen],
            seed=seed,
        )
    except LatpredError as error:
        return Learnt(failure=str(error)[:300])
    return Learnt(model, error_of(model))


def error_of(model: NetworkModel) -> float:
    """Mean relative error in percent on families left out; NaN where there are none."""
    found = model.held_out
    if len(found["measured_ms"]) == 0:
        return math.nan
    return evaluate(found["measured_ms"], found["predicted_ms"]).mape_percent
