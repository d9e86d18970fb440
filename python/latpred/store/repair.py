"""Verify, repair and export campaign stores."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from latpred.base.shown import Shown
from latpred.base.tables import write_columns, write_parquet
from latpred.errors import StorageError
from latpred.store.reader import Damage, StoreContent, existing, read_store
from latpred.store.rows import RESULT_FIELDS
from latpred.store.tables import in_writing_order
from latpred.store.writer import StoreWriter, absolute

__all__ = ["StoreReport", "export_store", "repair_store", "verify_store"]


@dataclass
class StoreReport(Shown):
    """What a store holds, and what is wrong with it.

    Attributes:
        path: The file.
        rows: Number of readable rows in all tables.
        campaigns, networks, finished, visits: Counts; finished networks have a final row.
        environments: Records of the machines that measured.
        clock_steps: Sessions that began, by the calendar clock, before the last write.
        damage: What is not as it was written, each with its place; empty for a sound store.
        rejected: Rows that a repair left out, each with the reason.
    """

    path: str
    rows: int
    campaigns: int
    networks: int
    finished: int
    visits: int
    environments: int
    clock_steps: int
    damage: list[str] = field(default_factory=list)
    rejected: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        return not self.damage

    def to_dict(self) -> dict[str, Any]:
        return {**asdict(self), "ok": self.ok}


def _report(content: StoreContent) -> StoreReport:
    tables = content.tables
    return StoreReport(
        path=str(content.path),
        rows=sum(map(len, tables.values())),
        campaigns=len(tables["campaigns"]),
        networks=len(tables["networks"]),
        finished=sum(row["final"] == 1 for row in tables["results"]),
        visits=len(tables["visits"]),
        environments=len(tables["environments"]),
        clock_steps=sum(row["clock_stepped_back"] == 1 for row in tables["sessions"]),
        damage=[str(one) for one in content.damage],
    )


def verify_store(path: str | Path) -> StoreReport:
    """Check every row of a store against its checksum and the chain, without writing.

    Raises:
        CorruptionError: If it cannot be read at all. StorageError: If there is no store.

    Example:
        >>> meter = lp.LatencyMeter(effort="dataset", reference=archs[:1])
        >>> found = lp.measure(archs[1:3], meter, store="campaign.sqlite", progress=False)
        >>> report = lp.verify_store("campaign.sqlite")
        >>> report.ok, report.networks, report.damage
        (True, 2, [])
    """
    return _report(read_store(path, allow_damage=True))


class _Salvage:
    """The rows of a damaged store that are still usable, campaign by campaign."""

    def __init__(self, content: StoreContent) -> None:
        self.rejected: list[Damage] = []
        self.tables: dict[str, list[dict[str, Any]]] = {}
        for table, rows in content.tables.items():
            self.tables[table] = []
            for row in rows:
                good = row["serial"] not in content.bad_serials
                self._sort(table, row, "damaged" if not good else "")
        for campaign in [row["campaign"] for row in self.tables["campaigns"]]:
            self._check_campaign(campaign)
        known = {row["campaign"] for row in self.tables["campaigns"]}
        for table in ("networks", "sessions", "visits", "results", "ends"):
            self._filter(table, "its campaign is damaged", lambda row: row["campaign"] in known)
        environments = {row["env_id"] for row in self.tables["environments"]}
        self._filter(
            "sessions", "its environment is damaged", lambda r: r["env_id"] in environments
        )
        sessions = {row["session"] for row in self.tables["sessions"]}
        for table in ("visits", "results", "ends"):
            self._filter(table, "its session is damaged", lambda row: row["session"] in sessions)

    def _sort(self, table: str, row: dict[str, Any], fault: str) -> None:
        if fault:
            self.rejected.append(Damage(f"{table} row {row['serial']}", fault))
        else:
            self.tables[table].append(row)

    def _filter(self, table: str, fault: str, good: Any) -> None:
        rows, self.tables[table] = self.tables[table], []
        for row in rows:
            self._sort(table, row, "" if good(row) else fault)

    def _of(self, table: str, campaign: int) -> list[dict[str, Any]]:
        return [row for row in self.tables[table] if row["campaign"] == campaign]

    def _check_campaign(self, campaign: int) -> None:
        """Steps behind a gap cannot be replayed; an ended campaign needs all its final rows."""
        (head,) = self._of("campaigns", campaign)
        plan = {row["position"] for row in self._of("networks", campaign)}
        final = {row["position"] for row in self._of("results", campaign) if row["final"]}
        ended = bool(self._of("ends", campaign))
        if len(plan) == head["networks"] and ended and plan <= final:
            return
        whole = len(plan) == head["networks"]
        steps = sorted(row["sequence"] for row in self._of("visits", campaign))
        prefix = next((i for i, step in enumerate(steps) if i != step), len(steps))
        if not whole:
            fault = "a network of its campaign is damaged, so that it cannot go on"
            for table in ("campaigns", "ends"):
                self._filter(table, fault, lambda row: row["campaign"] != campaign)
            return

        def replayable(row: dict[str, Any]) -> bool:
            return bool(row["campaign"] != campaign or row["sequence"] < prefix)

        def unfinished(row: dict[str, Any]) -> bool:
            return bool(row["campaign"] != campaign)

        self._filter("visits", "behind a missing step", replayable)
        for table in ("results", "ends"):
            self._filter(table, "made again from the steps when the campaign goes on", unfinished)


def repair_store(path: str | Path, out: str | Path) -> StoreReport:
    """Copy all intact and usable rows into a new store; `path` stays as it is.

    A campaign can resume from its last step before the first damaged one.

    Returns:
        A report on the new store; `damage` is that of the old one, and `rejected` lists the rows
        left out.

    Raises:
        CorruptionError: If nothing can be read. StorageError: If `out` exists already.

    Example:
        >>> meter = lp.LatencyMeter(effort="dataset", reference=archs[:1])
        >>> found = lp.measure(archs[1:3], meter, store="campaign.sqlite", progress=False)
        >>> lp.repair_store("campaign.sqlite", "whole.sqlite").rejected
        []
    """
    target = absolute(out)
    if target.exists():
        raise StorageError(f"{target} exists already, a new file expected")
    content = read_store(path, allow_damage=True)
    salvage = _Salvage(content)
    writer = StoreWriter(target)
    try:
        for table, row in in_writing_order(salvage.tables):
            writer.add(table, row)
        writer.commit()
    finally:
        writer.close()
    report = verify_store(target)
    report.damage = [str(one) for one in content.damage]
    report.rejected = [str(one) for one in salvage.rejected]
    return report


def _result_columns(content: StoreContent) -> dict[str, list[Any]]:
    """One row per network, in the form of a latency table; the final row where there is one."""
    places = {(row["campaign"], row["position"]): row for row in content.tables["networks"]}
    machines = {row["session"]: row["env_id"] for row in content.tables["sessions"]}
    best: dict[tuple[int, int], dict[str, Any]] = {}
    for row in sorted(content.tables["results"], key=lambda row: row["final"]):
        best[row["campaign"], row["position"]] = row
    fields = [name for name in RESULT_FIELDS if name not in ("name", "latency_ms")]
    columns: dict[str, list[Any]] = {"architecture": [], "latency_ms": [], "device": []}
    columns |= {name: [] for name in [*fields, "repeat", "final", "env_id"]}
    for place in sorted(best):
        row, network = best[place], places.get(place)
        if network is None or row["latency_ms"] is None:
            continue
        values = {**row, "architecture": network["name"], "device": network["device"]}
        values |= {"repeat": network["repeat"], "env_id": machines.get(row["session"], "")}
        for name, column in columns.items():
            value = values[name]
            column.append(float("nan") if value is None else value)
    return columns


def _visit_columns(content: StoreContent) -> dict[str, list[Any]]:
    rows = sorted(content.tables["visits"], key=lambda row: (row["campaign"], row["sequence"]))
    names = [name for name in rows[0] if name != "serial"] if rows else ["campaign", "sequence"]
    return {name: ["" if row[name] is None else row[name] for row in rows] for name in names}


def _write(path: Path, columns: dict[str, list[Any]]) -> None:
    if path.suffix != ".parquet":
        write_columns(path, dict(columns))
        return
    import pandas as pd

    write_parquet(path, pd.DataFrame(columns))


def export_store(
    path: str | Path, out: str | Path, *, visits: str | Path | None = None
) -> dict[str, Any]:
    """Write the measured networks as a latency table, and each visit to another file.

    Args:
        path: The store; an unfinished campaign contributes the networks finished so far.
        out: `.csv` or `.parquet`, read back by `latpred.read_latency_table`.
        visits: Likewise, with one row per step of the campaigns; `legs` are JSON (see VisitRecord).

    Returns:
        Counts of `networks` and `visits`, `without_latency`, and the settings of the campaigns.

    Raises:
        CorruptionError: If anything in the store is damaged: repair it first.

    Example:
        >>> meter = lp.LatencyMeter(effort="dataset", reference=archs[:1])
        >>> found = lp.measure(archs[1:3], meter, store="campaign.sqlite", progress=False)
        >>> lp.export_store("campaign.sqlite", "board.csv")["networks"]
        2
    """
    content = read_store(existing(path))
    columns = _result_columns(content)
    _write(Path(out), columns)
    if visits is not None:
        _write(Path(visits), _visit_columns(content))
    count = len(columns["architecture"])
    settings = [json.loads(row["settings"]) for row in content.tables["campaigns"]]
    return {
        "networks": count,
        "without_latency": len(content.tables["networks"]) - count,
        "visits": len(content.tables["visits"]),
        "settings": settings[0] if settings else {},
    }
