"""What an interrupted campaign has measured so far."""

from __future__ import annotations

from collections.abc import Sequence, Sized
from dataclasses import replace
from typing import Any

from latpred._core import measurement as _native
from latpred.devices.settings import CampaignSettings, OnVisit
from latpred.errors import DataError, MeasurementError
from latpred.measurement.table import campaign_meta
from latpred.spaces import Architectures

__all__ = ["campaign_so_far", "note_kept", "recording"]


class _Named:
    """A network that is not run: all of its visits are records."""

    def __init__(self, name: str) -> None:
        self.name = name

    def run(self) -> None:
        raise RuntimeError("the campaign was interrupted")


def recording(records: list[_native.VisitRecord], on_visit: OnVisit | None) -> OnVisit:
    """The same callback, with each record noted first."""

    def visited(record: _native.VisitRecord) -> None:
        records.append(record)
        if on_visit is not None:
            on_visit(record)

    return visited


def note_kept(stop: BaseException, table: Sized | None, asked: int) -> None:
    """Hand what there is to whoever sees the interrupt or error, even without the meter."""
    what = "interrupt" if isinstance(stop, KeyboardInterrupt) else "error"
    kept = 0 if table is None else len(table)
    stop.last_table = table  # type: ignore[attr-defined]
    stop.add_note(
        f"{kept} of {asked} rows are in meter.last_table, and in last_table of this {what}: "
        f"sys.last_value.last_table at a prompt, `except {type(stop).__name__} as stop: "
        "stop.last_table` in a program"
    )


def campaign_so_far(
    archs: Architectures,
    references: Architectures,
    settings: CampaignSettings,
    records: Sequence[_native.VisitRecord],
) -> tuple[list[_native.NetworkResult], dict[str, Any]]:
    """Rows of the networks that were visited, as if the time had run out after the records.

    With them what is known of the campaign, as its references. No row and nothing where there is
    no record, or the records are not of this campaign.
    """
    from latpred.measurement.elsewhere import nearest_references

    if not records:
        return [], {}
    ended = replace(
        settings, clock=_native.SyntheticClock(), budget_seconds=1e-9, earlier=list(records)
    )
    networks, beside = (
        [_Named(name) for name in each.to_strings()] for each in (archs, references)
    )
    try:
        campaign = _native.measure_runnables(
            networks, beside, ended.native(), nearest_references(archs, references)
        )
    except (DataError, MeasurementError):
        return [], {}
    return [row for row in campaign.rows if row.attempted], campaign_meta(campaign)
