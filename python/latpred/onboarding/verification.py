"""Judging a pack by fresh networks, measured with care."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from latpred.base.shown import Shown
from latpred.datasets.table import LatencyTable
from latpred.metrics import Evaluation, coverage_test, evaluate
from latpred.predictors.base import Predictor

__all__ = ["CONFIDENCES", "Verification", "judged"]

Floats = NDArray[np.float64]
CONFIDENCES = (0.8, 0.9, 0.95)
LEAST_CAREFUL = 10


@dataclass(frozen=True)
class Verification(Shown):
    """A predictor against networks that it has not seen.

    Example:
        >>> model = lp.AdditivePredictor().fit(table[:40])
        >>> found = lp.onboarding.judged(model, table[40:])
        >>> found.predicted_ms.shape, found.evaluation.mape_percent < 50
        ((20,), True)

    Attributes:
        table: N fresh networks, measured at effort `default`.
        predicted_ms: N predictions.
        low_ms, high_ms: N ends of the intervals of 90 %; NaN where the model has none.
        evaluation: The errors.
        coverage: Confidence -> (share of the networks inside, 0 to 1; p-value of the two-sided
            beta-binomial test that the intervals hold what they promise).
        careful: How many of the networks were read as carefully as effort `default` asks for: the
            intervals are for such readings, and are judged by these alone (if there are 10).
        calibration_rows: Rows that the intervals rest on.
        shift_percent: By how much the references were slower than in the rounds. `table` is at the
            speed of the rounds: that the device has become slower or faster is told apart from how
            well the predictor knows its networks.
        raw_mape_percent: Mean relative error at the speed of then.
        load: Tasks that wanted a processor when it began, over the last minute.
        seconds: Wall time.
    """

    table: LatencyTable
    predicted_ms: Floats
    low_ms: Floats
    high_ms: Floats
    evaluation: Evaluation
    coverage: Mapping[float, tuple[float, float]] = field(default_factory=dict)
    careful: int = 0
    calibration_rows: int = 0
    shift_percent: float = 0.0
    raw_mape_percent: float = float("nan")
    load: float = float("nan")
    seconds: float = float("nan")

    @property
    def unjudged(self) -> str:
        """Why the intervals are not judged; "" where they are."""
        if self.coverage:
            return ""
        if self.careful < LEAST_CAREFUL and self.careful < len(self.table):
            return (
                f"Only {self.careful} of {len(self.table)} fresh networks could be read within "
                "2 %, too few to judge the intervals by."
            )
        return "There are too few measurements for intervals of the predictions."

    def to_dict(self) -> dict[str, Any]:
        """The figures as plain values."""
        return {
            "networks": len(self.table),
            "evaluation": dict(self.evaluation),
            "coverage": {str(level): list(found) for level, found in self.coverage.items()},
            "careful": self.careful,
            "calibration_rows": self.calibration_rows,
            "shift_percent": self.shift_percent,
            "raw_mape_percent": self.raw_mape_percent,
            "load": self.load,
            "seconds": self.seconds,
        }


def judged(
    model: Predictor,
    table: LatencyTable,
    load: float = float("nan"),
    seconds: float = float("nan"),
) -> Verification:
    """Compare a calibrated model with measured networks.

    Args:
        model: A fitted predictor.
        table: Networks that it was not fitted on.
        load, seconds: See `Verification`.

    Example:
        >>> model = lp.AdditivePredictor().fit(table[:40])
        >>> sorted(lp.onboarding.judged(model, table[40:]).coverage)
        [0.8, 0.9, 0.95]
    """
    predicted = model.predict(table.archs)
    rows = model.calibration_rows
    if rows == 0 and model._rows is not None:
        model.predict_interval(table.archs)
        rows = model.calibration_rows
    careful = _careful(table)
    blank = np.full(len(table), np.nan)
    low, high = model.predict_interval(table.archs) if rows >= 9 else (blank, blank)
    return Verification(
        table=table,
        predicted_ms=predicted,
        low_ms=low,
        high_ms=high,
        evaluation=evaluate(table.latency_ms, predicted),
        coverage={
            level: _covered(model, table[careful], level, rows)
            for level in CONFIDENCES
            if level <= rows / (rows + 1) and len(careful) >= LEAST_CAREFUL
        },
        careful=len(careful),
        calibration_rows=rows,
        load=load,
        seconds=seconds,
    )


def _careful(table: LatencyTable) -> NDArray[np.intp]:
    """Rows of the networks that were measured to the end; all where it is not known."""
    status = table.status or ["converged"] * len(table)
    return np.flatnonzero([one == "converged" for one in status])


def _covered(model: Predictor, table: LatencyTable, level: float, rows: int) -> tuple[float, float]:
    low, high = model.predict_interval(table.archs, level)
    inside = np.count_nonzero((low <= table.latency_ms) & (table.latency_ms <= high))
    p_value = coverage_test(int(inside), len(table), level, calibration_rows=rows)
    return float(inside / len(table)), p_value
