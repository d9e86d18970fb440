"""What an interrupted campaign has measured so far."""

from __future__ import annotations

from collections.abc import Sequence, Sized
from dataclasses import replace

from latpred._core import measurement as _native
from latpred.devices.settings import CampaignSettings, OnVisit
from latpred.errors import DataError
from latpred.spaces import Architectures

__all__ = ["note_kept", "recording", "rows_so_far"]


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


def note_kept(stop: KeyboardInterrupt, table: Sized | None, asked: int) -> None:
    """Hand what there is to whoever sees the interrupt, also where nobody has the meter."""
    kept = 0 if table is None else len(table)
    stop.last_table = table  # type: ignore[attr-defined]
    stop.add_note(
        f"{kept} of {asked} rows are in meter.last_table, and in last_table of this interrupt: "
        "sys.last_value.last_table at a prompt, `except KeyboardInterrupt as stop: "
        "stop.last_table` in a program"
    )


def rows_so_far(
    archs: Architectures,
    references: Architectures,
    settings: CampaignSettings,
    records: Sequence[_native.VisitRecord],
) -> list[_native.NetworkResult]:
    """The rows of the networks that were visited, as if the time had run out after the records.

    Empty where there is no record, or the records are not of this campaign.
    """
    from latpred.measurement.elsewhere import nearest_references

    if not records:
        return []
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
    except DataError:
        return []
    return [row for row in campaign.rows if row.attempted]
