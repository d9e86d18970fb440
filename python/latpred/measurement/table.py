"""The table of a campaign: latencies, and how each was come by."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from latpred._core import measurement as _native
from latpred.datasets.table import LatencyTable
from latpred.devices.environment import environment_warnings
from latpred.spaces import Architectures

__all__ = ["MeasuredTable", "campaign_meta", "failures", "logged_table", "table_of"]

_log = logging.getLogger("latpred")


class Measurer(Protocol):
    """What a table says of its meter."""

    device: Any
    effort: str
    seed: int


# Columns that are not those of every latency table.
_OWN = [
    field
    for field in _native.row_fields()
    if field.name
    not in {"index", "name", "status", "reason", "latency_ms", "low_ms", "high_ms", "attempted"}
]


class MeasuredTable(LatencyTable):
    """A latency table with what a campaign knows of each row.

    Example:
        >>> meter = lp.LatencyMeter(effort="dataset", reference=archs[:1])
        >>> found = meter.measure(archs[1:3])
        >>> type(found).__name__, len(found.measured["visits"])
        ('MeasuredTable', 2)

    Attributes:
        measured: Columns of N values:
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


MeasuredTable.__doc__ = "".join(
    [
        (MeasuredTable.__doc__ or "").rstrip(),
        *(f"\n            `{field.name}`: {field.sentence}" for field in _OWN),
        "\n    ",
    ]
)


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
    table.measured = {
        field.name: np.array([getattr(row, field.name) for row in good]) for field in _OWN
    }
    return table


def logged_table(
    archs: Architectures,
    rows: Sequence[_native.NetworkResult],
    meter: Measurer,
    meta: dict[str, Any],
) -> MeasuredTable | None:
    """The table with what is known of the campaign; logs what came up while it measured."""
    meta |= {"effort": meter.effort, "seed": meter.seed, "failed": failures(rows)}
    for text in [*meta.get("warnings", []), *meta["failed"]]:
        _log.warning("%s", text)
    before = environment_warnings(meta.setdefault("environment", {}))  # said when it began
    meta["warnings"] = before + meta.get("warnings", [])
    return table_of(archs, rows, meter.device.id, meta)


def failures(rows: Sequence[_native.NetworkResult]) -> list[str]:
    """A sentence a network that has no latency."""
    return [
        f"architecture {row.index}{f' ({row.name})' * bool(row.name)} has no latency: {row.reason}"
        for row in sorted(rows, key=lambda row: row.index)
        if not np.isfinite(row.latency_ms)
    ]


def campaign_meta(campaign: _native.Campaign) -> dict[str, Any]:
    """What is known of a campaign as a whole; plain values."""
    references = [one.fields() for one in campaign.references]
    return {"reference": campaign.reference.fields(), "references": references} | campaign.fields()
