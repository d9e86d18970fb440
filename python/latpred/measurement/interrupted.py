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

__all__ = ["campaign_so_far", "note_kept", "recording", "rows_so_far"]


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


def note_kept(
    stop: BaseException,
    table: object,
    asked: int,
    *,
    kept: int | None = None,
    also: str = "",
) -> None:
    """Hand what there is to whoever sees the interrupt or error, even without the meter.

    Args:
        stop: The interrupt or error.
        table: What there is; None for nothing.
        asked: Rows that were wanted.
        kept: Rows that have a latency; all of the table where None.
        also: Where it is as well.
    """
    if kept is None:
        kept = len(table) if isinstance(table, Sized) else 0
    stop.last_table = table  # type: ignore[attr-defined]
    what = "interrupt" if isinstance(stop, KeyboardInterrupt) else "error"
    stop.add_note(
        f"{kept} of {asked} rows are in {also}last_table of this {what}: "
        f"sys.last_value.last_table at a prompt, `except {type(stop).__name__} as stop: "
        "stop.last_table` in a program"
    )


def rows_so_far(
    archs: Architectures,
    references: Architectures,
    settings: CampaignSettings,
    records: Sequence[_native.VisitRecord],
) -> tuple[list[_native.NetworkResult], dict[str, Any]]:
    """Rows of the architectures visited, as if the time had run out after the records.

    With them what is known of the campaign, as its references. No row and nothing where there is
    no record, or the records are not of this campaign.
    """
    from latpred.measurement.elsewhere import nearest_references

    if not records:
        return [], {}
    pairing = nearest_references(archs, references)
    names = (archs.to_strings(), references.to_strings())
    campaign = campaign_so_far(*names, pairing, settings, records)
    if campaign is None:
        return [], {}
    return [row for row in campaign.rows if row.attempted], campaign_meta(campaign)


def campaign_so_far(
    networks: Sequence[str],
    references: Sequence[str],
    pairing: Sequence[int],
    settings: CampaignSettings,
    records: Sequence[_native.VisitRecord],
) -> _native.Campaign | None:
    """A campaign over networks of these names as if the time had run out after the records.

    None where there is no record, or the records are not of this campaign.
    """
    if not records:
        return None
    ended = replace(
        settings,
        clock=_native.SyntheticClock(),
        budget_seconds=1e-9,
        earlier=list(records),
        on_result=None,
        on_visit=None,
        progress=None,
    )
    works, beside = ([_Named(name) for name in names] for names in (networks, references))
    try:
        campaign: _native.Campaign = _native.measure_runnables(
            works, beside, ended.native(), list(pairing)
        )
    except (DataError, MeasurementError):
        return None
    return campaign
