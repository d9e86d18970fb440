"""The table of a campaign: latencies, and how each was come by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from latpred._core import measurement as _native
from latpred.datasets.table import LatencyTable
from latpred.spaces import Architectures

__all__ = ["MeasuredTable", "campaign_meta", "failures", "table_of"]

_FIELDS = (
    "cpu_ms",
    "p90_ms",
    "ratio",
    "visits",
    "clean_visits",
    "dropped_visits",
    "samples",
    "clean_samples",
    "fallback_share",
    "half_width_percent",
    "correlation",
    "reference",
    "time",
)

_REFERENCE = ("name", "latency_ms", "low_ms", "high_ms", "time", "calm", "legs", "clean_legs")


class MeasuredTable(LatencyTable):
    """A latency table with what a campaign knows of each row.

    Attributes:
        measured: Columns of N values: `cpu_ms` (CPU time of one run), `p90_ms` (90th percentile of
            the undisturbed samples, at the speed that the machine had at the time; NaN from fewer
            than 64), `ratio` (to the reference),
            `visits` (that count), `clean_visits`, `dropped_visits` (of quarantined sweeps),
            `samples`, `clean_samples`, `fallback_share` (of visits without a clean value),
            `half_width_percent` (of the ratio's
            interval, what the effort asks for; `low_ms` and `high_ms` hold the uncertainty of the
            reference's milliseconds, too), `correlation` (of neighbouring visits; the
            interval allows for it), `reference` (its number), `time` (what the ratio rests on:
            wall, cpu or any-wall).
    """

    measured: Mapping[str, NDArray[Any]] = {}

    def __getitem__(self, index: Any) -> MeasuredTable:
        """Rows by integer, slice, mask or integer array; always a table."""
        rows = np.atleast_1d(np.arange(len(self))[index])
        table = MeasuredTable(**self._rows(rows), device=self.device, meta=self.meta)
        table.measured = {name: values[rows] for name, values in self.measured.items()}
        return table

    def _columns(self) -> dict[str, Any]:
        return super()._columns() | dict(self.measured)


def table_of(
    archs: Architectures, rows: Sequence[_native.NetworkResult], device: str, meta: dict[str, Any]
) -> MeasuredTable | None:
    """The rows that have a latency, in the order of `archs`; None without any."""
    good = sorted((r for r in rows if np.isfinite(r.latency_ms)), key=lambda row: row.index)
    if not good:
        return None
    table = MeasuredTable(
        archs[[row.index for row in good]],
        np.array([row.latency_ms for row in good]),
        device=device,
        low_ms=np.array([row.low_ms for row in good]),
        high_ms=np.array([row.high_ms for row in good]),
        status=tuple(row.status for row in good),
        meta=meta,
    )
    table.measured = {name: np.array([getattr(row, name) for row in good]) for name in _FIELDS}
    return table


def failures(rows: Sequence[_native.NetworkResult]) -> list[str]:
    """A sentence a network that has no latency."""
    return [
        f"architecture {row.index}{f' ({row.name})' * bool(row.name)} has no latency: {row.reason}"
        for row in sorted(rows, key=lambda row: row.index)
        if not np.isfinite(row.latency_ms)
    ]


def campaign_meta(campaign: Any) -> dict[str, Any]:
    """What is known of a campaign as a whole; plain values."""
    references = [{name: getattr(one, name) for name in _REFERENCE} for one in campaign.references]
    return {
        "reference": {name: getattr(campaign.reference, name) for name in _REFERENCE},
        "references": references,
        "clean_fraction": campaign.clean_fraction,
        "calibrated": campaign.calibrated,
        "changes": campaign.changes,
        "quarantined": campaign.quarantined,
        "wall_seconds": campaign.wall_seconds,
        "cpu_seconds": campaign.cpu_seconds,
        "warnings": list(campaign.warnings),
    }
