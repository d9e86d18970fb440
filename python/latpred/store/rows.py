"""Conversion between rows of a campaign store and the meter's results and records."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any, Protocol

from latpred.base.json import json_text, with_nan
from latpred.store.format import TABLES
from latpred.store.reader import StoreContent

__all__ = ["RESULT_FIELDS", "earlier_records", "keys_by_campaign", "result_cells", "visit_cells"]

# Fields of NetworkResult that are stored.
RESULT_FIELDS = [
    name for name in TABLES["results"] if name not in ("campaign", "session", "position", "final")
]
# Fields of VisitRecord that are stored as JSON.
_LISTS = ("reference_runs", "legs")
_VISIT_FIELDS = [
    name for name in TABLES["visits"] if name not in ("campaign", "session", "written")
]


class Row(Protocol):
    """A NetworkResult, which has all of RESULT_FIELDS; its package is not imported here."""

    @property
    def index(self) -> int: ...


def visit_cells(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The cells of table `visits` for `VisitRecord.fields()`."""
    cells = {name: fields[name] for name in _VISIT_FIELDS}
    for name in _LISTS:
        cells[name] = json_text(cells[name], compact=True)
    return cells


def visit_fields(row: Mapping[str, Any]) -> dict[str, Any]:
    """What `VisitRecord.from_fields` takes, from a row of table `visits`."""
    fields = {name: row[name] for name in _VISIT_FIELDS}
    fields["shared"] = bool(fields["shared"])
    fields["pressure"] = math.nan if fields["pressure"] is None else fields["pressure"]
    fields["reference_runs"] = json.loads(fields["reference_runs"])
    fields["legs"] = list(with_nan(json.loads(fields["legs"])))
    return fields


def result_cells(row: Row) -> dict[str, Any]:
    """The cells of table `results` for a NetworkResult."""
    return {"position": row.index, **{name: getattr(row, name) for name in RESULT_FIELDS}}


def earlier_records(content: StoreContent, campaign: int) -> list[dict[str, Any]]:
    """The records of a campaign in their order, for the meter to replay."""
    rows = [row for row in content.tables["visits"] if row["campaign"] == campaign]
    return [visit_fields(row) for row in sorted(rows, key=lambda row: row["sequence"])]


def keys_by_campaign(content: StoreContent) -> dict[int, dict[int, tuple[str, int]]]:
    """Campaign -> number of a network in it -> (hash, repeat), in the order of numbers."""
    keys: dict[int, dict[int, tuple[str, int]]] = {}
    for row in sorted(content.tables["networks"], key=lambda row: row["position"]):
        keys.setdefault(row["campaign"], {})[row["position"]] = (row["arch_hash"], row["repeat"])
    return keys
