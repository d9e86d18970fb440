"""Measuring the networks of a round, so that a kill loses little and a fault does not end it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from latpred.errors import MeasurementError
from latpred.measurement.meter import LatencyMeter
from latpred.measurement.stored import measure_with_store
from latpred.measurement.table import MeasuredTable, failures
from latpred.spaces import Architectures

__all__ = ["Measured", "measure_round"]

OnProgress = Callable[[int, int, str], None]


@dataclass(frozen=True)
class Measured:
    """What a campaign of a round gave.

    Attributes:
        table: The networks that have a latency; None without any.
        failed: A sentence for each that was tried and has none; the time may have been too short
            for others.
        cut: Why the device ended the campaign before its time, if it did.
        meta: What is known of the campaign.
    """

    table: MeasuredTable | None = None
    failed: tuple[str, ...] = ()
    cut: str = ""
    meta: dict[str, Any] = field(default_factory=dict)

    def statuses(self) -> dict[str, int]:
        """Status -> how many rows."""
        return dict(Counter((self.table.status or ()) if self.table is not None else ()))

    def levels(self) -> tuple[float, ...]:
        """Latency of each reference in ms."""
        nan = float("nan")
        found = [one.get("latency_ms") for one in self.meta.get("references", [])]
        return tuple(nan if ms is None else float(ms) for ms in found)

    def clean_percent(self) -> float:
        """Samples without evidence of disturbance."""
        share = self.meta.get("clean_fraction")
        return float("nan") if share is None else float(100 * share)

    def reasons(self, chosen: Sequence[str], asked: Architectures) -> list[str]:
        """Why each row was chosen, in the order of the table."""
        if self.table is None:
            return []
        why = dict(zip(asked.to_strings(), chosen, strict=True))
        return [why[name] for name in self.table.archs.to_strings()]


def measure_round(
    archs: Architectures, meter: LatencyMeter, store: Path, progress: OnProgress
) -> Measured:
    """Measure different networks; what fails is told and ends nothing.

    Raises:
        ConfigError, StorageError, ConfigMismatchError: As `lp.measure` with a store.
        KeyboardInterrupt: What was measured is in the store.
    """
    try:
        table = measure_with_store(archs, meter, store, progress=progress)
    except MeasurementError as error:
        kept = meter.last_table
        if kept is None:
            return Measured(None, (str(error),))
        return Measured(kept, cut=str(error), meta=dict(kept.meta or {}))
    tried = [row for row in meter.last_campaign if row.status == "failed"]
    return Measured(table, tuple(failures(tried)), meta=dict(table.meta or {}))
