"""Measuring probe networks, so that a kill loses little and a fault ends nothing."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from latpred._core.graphs import OpGraph
from latpred.base.progress import Progress
from latpred.errors import MeasurementError
from latpred.measurement.meter import LatencyMeter

__all__ = ["MeasuredProbes", "measure_probes"]

UNKNOWN = {"raw_ms": math.nan, "raw_low_ms": math.nan, "raw_high_ms": math.nan, "reference": 0}


@dataclass(frozen=True)
class MeasuredProbes:
    """What a campaign over probes gave.

    Attributes:
        rows: Of each that has a latency: name, raw_ms, raw_low_ms, raw_high_ms, status and the
            number of its reference.
        failed: Name -> reason of those that were tried and have none.
        levels: Latency of each reference in ms.
        clean_percent: Samples without evidence of disturbance; NaN where not known.
        cut: Why the device ended the campaign before its time, if it did.
        environment: Record of the machine that measured.
    """

    rows: Sequence[Mapping[str, Any]] = ()
    failed: Mapping[str, str] = field(default_factory=dict)
    levels: tuple[float, ...] = ()
    clean_percent: float = math.nan
    cut: str = ""
    environment: Mapping[str, Any] = field(default_factory=dict)

    def statuses(self) -> dict[str, int]:
        """Status -> how many rows."""
        return dict(Counter(row["status"] for row in self.rows))

    def sentences(self) -> tuple[str, ...]:
        """One for each that failed, or for all of them."""
        failed = tuple(f"{name}: {reason}" for name, reason in self.failed.items())
        return failed or ((self.cut,) if self.cut and not self.rows else ())


def measure_probes(
    graphs: Mapping[str, OpGraph],
    meter: LatencyMeter,
    effort: str,
    seconds: float | None,
    progress: Progress,
) -> MeasuredProbes:
    """Measure networks by name, in at most so many seconds; None sets no limit.

    Raises:
        ConfigError: For a device that is not there.
        KeyboardInterrupt: On Ctrl-C.
    """
    raise MeasurementError("probing is not there yet")
