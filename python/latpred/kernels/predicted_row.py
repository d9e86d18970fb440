"""One network on one pack, as a row of a comparison."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from latpred.base.equal import Compared
from latpred.kernels.prediction import NetworkPrediction

__all__ = ["PredictedRow"]


@dataclass(frozen=True)
class PredictedRow(Compared):
    """One network on one pack.

    Attributes:
        network: Its name. pack: That of the pack; the device's text where it has none.
        batch_size: Images of one run.
        prediction: What the pack says; None where it says nothing.
        reason: Why; "" where it does.
        times: How many times as long as the fastest beside it takes, for each item of the batch.
        overlaps: Whether its interval and that of the fastest overlap.
        measured_ms, measured_low_ms, measured_high_ms: What a verification found; NaN without one.

    Example:
        >>> from latpred.kernels import PredictedRow
        >>> PredictedRow("mine", "libtorch", 1, None, "unknown operator").latency_ms
        nan
    """

    network: str
    pack: str
    batch_size: int
    prediction: NetworkPrediction | None
    reason: str = ""
    times: float = math.nan
    overlaps: bool = False
    measured_ms: float = math.nan
    measured_low_ms: float = math.nan
    measured_high_ms: float = math.nan

    @property
    def interval(self) -> tuple[float, float, float]:
        """Latency of one run in ms, and the ends of its interval: measured ones where known."""
        if not math.isnan(self.measured_ms):
            return self.measured_ms, self.measured_low_ms, self.measured_high_ms
        one = self.prediction
        return (math.nan,) * 3 if one is None else (one.latency_ms, one.low_ms, one.high_ms)

    @property
    def latency_ms(self) -> float:
        """Of one run, of the whole batch; measured where it was."""
        return self.interval[0]

    @property
    def per_item(self) -> tuple[float, float, float]:
        """The same for each item of the batch."""
        ms, low, high = (one / self.batch_size for one in self.interval)
        return ms, low, high

    def fields(self) -> dict[str, Any]:
        """The row as plain values."""
        one = self.prediction
        ms, low, high = self.interval
        known = {
            "outside": None if one is None else one.outside,
            "peak_bytes": None if one is None else one.peak_bytes,
            "device": None if one is None else one.device,
            "predicted_ms": None if one is None else one.latency_ms,
        }
        return {
            "network": self.network,
            "pack": self.pack,
            "batch_size": self.batch_size,
            "latency_ms": ms,
            "low_ms": low,
            "high_ms": high,
            "ms_per_item": self.per_item[0],
            "times": self.times,
            "overlaps": self.overlaps,
            "measured": not math.isnan(self.measured_ms),
            **known,
            "reason": self.reason,
        }

    @property
    def says(self) -> str:
        """What there is to say of it in a word."""
        if math.isnan(self.latency_ms):
            return "failed"
        words = ["measured"] if not math.isnan(self.measured_ms) else []
        words += ["fastest"] if self.times == 1.0 else ["overlaps"] if self.overlaps else []
        outside = self.prediction is not None and self.prediction.outside
        return ", ".join([*words, "outside"] if outside else words)
