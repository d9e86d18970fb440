"""Campaigns one after the other at one speed of the machine."""

from __future__ import annotations

import numpy as np

from latpred._core import predictors as _native
from latpred.datasets.table import LatencyTable

__all__ = ["Speed"]


class Speed:
    """That of the first campaign with references, to which later ones are brought.

    Without it a change of the machine between two campaigns would look like one between their
    networks.
    """

    def __init__(self) -> None:
        self._first: list[float] = []

    def of_first(self, table: LatencyTable) -> LatencyTable:
        """The table at the speed of the first one; as it is where no references tell."""
        found = (table.meta or {}).get("references", [])
        levels = [float(one.get("latency_ms") or np.nan) for one in found]
        beside = getattr(table, "measured", {}).get("reference")
        if not levels or beside is None:
            return table
        if len(self._first) != len(levels):
            self._first = levels
            return table
        numbers = np.asarray(beside, dtype=np.int64)
        factors, _ = _native.later_scale(np.array([self._first]), np.array(levels), numbers)
        ends = (None if end is None else end * factors for end in (table.low_ms, table.high_ms))
        low, high = ends
        latency = table.latency_ms * factors
        return LatencyTable(table.archs, latency, table.device, low, high, table.status, table.meta)
