"""Latencies of op graphs as each campaign read them, and on one scale for all campaigns."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from latpred._core import measurement as _measurement
from latpred._core import predictors as _native
from latpred.base.tables import read_columns, write_columns
from latpred.errors import CorruptionError

__all__ = ["GraphRows", "MeasuredGraph"]

_LEVEL = "level_ms_"  # and the number of the reference
_TIMES = ("raw_ms", "raw_low_ms", "raw_high_ms")


@dataclass(frozen=True)
class MeasuredGraph:
    """A graph and its latency.

    Attributes:
        name: As given.
        latency_ms: Of one run, on the scale of all campaigns; NaN where it failed.
        low_ms, high_ms: Interval; NaN of labels.
        status: As of `LatencyMeter`.
        reason: Why it failed or did not converge.
    """

    name: str
    latency_ms: float
    low_ms: float
    high_ms: float
    status: str
    reason: str = ""


@dataclass
class _Row:
    name: str
    campaign: int
    reference: int
    times: tuple[float, float, float]
    status: str
    reason: str


@dataclass
class GraphRows:
    """Rows of several campaigns beside the same references.

    Each latency is a ratio to a reference times that reference's latency, which differs between
    campaigns as the machine does: `iter` puts all on the scale of the median campaign.

    Attributes:
        levels: Of each campaign the latency in ms of each reference; NaN where it was not measured.
    """

    levels: list[tuple[float, ...]] = field(default_factory=list)
    _rows: list[_Row] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self._rows)

    def __iter__(self) -> Iterator[MeasuredGraph]:
        for row, factor in zip(self._rows, self._factors(), strict=True):
            latency, low, high = (factor * ms for ms in row.times)
            yield MeasuredGraph(row.name, latency, low, high, row.status, row.reason)

    @property
    def names(self) -> list[str]:
        """Of the graphs that were tried."""
        return [row.name for row in self._rows]

    def add(self, rows: Sequence[_measurement.NetworkResult], levels: Sequence[float]) -> None:
        """The rows of a campaign that were tried, and the latencies of its references."""
        number, before = len(self.levels), len(self._rows)
        for row in rows:
            if row.status == "failed" or math.isfinite(row.latency_ms):
                times = (row.latency_ms, row.low_ms, row.high_ms)
                kept = _Row(row.name, number, row.reference, times, row.status, row.reason)
                self._rows.append(kept)
        if len(self._rows) > before:
            self.levels.append(tuple(levels))

    def later_than(self, earlier: GraphRows) -> tuple[list[MeasuredGraph], list[float]]:
        """These rows at the speed of earlier campaigns beside the same references.

        Returns:
            The rows, and by how many percent each campaign was slower; NaN where not known.
        """
        before = np.array(earlier.levels, dtype=np.float64)
        rows: list[MeasuredGraph] = []
        shifts: list[float] = []
        for number, levels in enumerate(self.levels):
            mine = [row for row in self._rows if row.campaign == number]
            beside = np.array([row.reference for row in mine], dtype=np.int64)
            factors, shift = _native.later_scale(before, np.array(levels), beside)
            shifts.append(float(shift))
            for row, factor in zip(mine, factors.tolist(), strict=True):
                latency, low, high = (factor * ms for ms in row.times)
                rows.append(MeasuredGraph(row.name, latency, low, high, row.status, row.reason))
        return rows, shifts

    def _factors(self) -> list[float]:
        if not self._rows:
            return []
        found = _native.level_factors(np.array(self.levels, dtype=np.float64))
        return [float(found[row.campaign, row.reference]) for row in self._rows]

    def write(self, path: str | Path) -> None:
        """Write a CSV file, at once or not at all."""
        columns: dict[str, Sequence[object]] = {
            "name": self.names,
            "latency_ms": [one.latency_ms for one in self],
            "status": [row.status for row in self._rows],
            "reason": [row.reason for row in self._rows],
            "campaign": [row.campaign for row in self._rows],
            "reference": [row.reference for row in self._rows],
        }
        for place, name in enumerate(_TIMES):
            columns[name] = [row.times[place] for row in self._rows]
        for place in range(len(self.levels[0]) if self.levels else 0):
            levels = [self.levels[row.campaign][place] for row in self._rows]
            columns[f"{_LEVEL}{place}"] = levels
        write_columns(path, columns)

    @classmethod
    def read(cls, path: str | Path) -> GraphRows:
        """What `write` wrote.

        Raises:
            StorageError: For a file that cannot be read.
            CorruptionError: For one of other columns or cells.
        """
        found = read_columns(path)
        rows = cls()
        try:
            levels = [name for name in found if name.startswith(_LEVEL)]
            for place, name in enumerate(found["name"]):
                number = int(found["campaign"][place])
                if number == len(rows.levels):
                    rows.levels.append(tuple(_number(found[one][place]) for one in levels))
                latency, low, high = (_number(found[one][place]) for one in _TIMES)
                texts = (found["status"][place], found["reason"][place])
                reference = int(found["reference"][place])
                if number >= len(rows.levels) or not 0 <= reference < len(levels):
                    raise ValueError(f"campaign {number}, reference {reference}")
                rows._rows.append(_Row(name, number, reference, (latency, low, high), *texts))
        except (KeyError, ValueError) as error:
            raise CorruptionError(f"{path}: not a table of measured graphs: {error}") from error
        return rows


def _number(text: str) -> float:
    return float(text) if text else math.nan
