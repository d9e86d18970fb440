"""Stores of version 2: devices without a program are the runner's, labels are labels."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import latpred as lp
import pytest
from latpred.errors import ConfigMismatchError, CorruptionError
from latpred.store import format as layout
from latpred.store.reader import read_store
from latpred.store.repair import export_store, repair_store, verify_store

from tests.store import campaigns
from tests.store.version_2 import runner_unnamed, write_version_2

SETTINGS = campaigns.SETTINGS | {"device": lp.Device(mode="plain", name="here").id}
OLD = "here:libtorch-plain-t1-b1-fp32"


def made(place: Path, *, ended: bool) -> Path:
    """A store of version 2, as one of today's would have been then."""
    if ended:
        with campaigns.open_store(place / "now.db", settings=SETTINGS) as store:
            campaigns.run(store)
    else:
        campaigns.interrupted(place / "now.db", at=6, settings=SETTINGS)
    write_version_2(place / "now.db", place / "a.db", runner_unnamed)
    with closing(sqlite3.connect(place / "a.db")) as connection:
        text = "\n".join(connection.iterdump())
    assert OLD in text
    assert "runner" not in text
    assert "dropped_visits" in text
    return place / "a.db"


def test_it_is_read_as_what_it_stands_for(place: Path) -> None:
    path = made(place, ended=True)
    before = path.read_bytes()
    content, today = read_store(path), read_store(place / "now.db")
    assert (content.version, content.damage) == (2, [])
    assert content.tables == today.tables
    assert {row["status"] for row in content.tables["results"]} == {"labelled"}
    assert {row["device"] for row in content.tables["networks"]} == {SETTINGS["device"]}
    assert path.read_bytes() == before
    assert verify_store(path).ok


def test_it_goes_on_as_the_runners(place: Path) -> None:
    path = made(place, ended=False)
    eager = SETTINGS | {"device": lp.Device(program="eager", name="here").id}
    with pytest.raises(ConfigMismatchError, match=r"here:libtorch-runner-plain.*libtorch-eager"):
        campaigns.open_store(path, settings=eager)
    with campaigns.open_store(path, settings=SETTINGS) as store:
        campaigns.run(store)
    with campaigns.open_store(place / "whole.db", settings=SETTINGS) as store:
        campaigns.run(store)
    assert campaigns.read(path) == campaigns.read(place / "whole.db")
    assert read_store(path).version == layout.SCHEMA_VERSION
    assert read_store(place / "a.db.v2").version == 2


def test_no_network_is_measured_twice_after_it(place: Path) -> None:
    """Its key has the device and the hash of the settings: both are today's."""
    path = made(place, ended=True)
    with campaigns.open_store(path, settings=SETTINGS) as store:
        assert sorted(store.results) == campaigns.KEYS
        with pytest.raises(lp.StorageError, match="UNIQUE"):
            store.begin(campaigns.NAMES, campaigns.KEYS)


def test_it_is_exported_and_repaired(place: Path) -> None:
    space = lp.space("nas-bench-201")
    archs = space.sample(3, seed=0)
    with campaigns.open_store(place / "now.db", settings=SETTINGS) as store:
        campaigns.run(store, names=archs.to_strings())
    write_version_2(place / "now.db", place / "a.db", runner_unnamed)
    export_store(place / "a.db", place / "t.csv")
    table = lp.read_latency_table(place / "t.csv", space)
    assert (table.device, table.status) == (SETTINGS["device"], ("labelled",) * 3)
    with closing(sqlite3.connect(place / "a.db")) as connection, connection:
        connection.execute("UPDATE visits SET seconds = 99.0 WHERE sequence = 4")
    with pytest.raises(CorruptionError, match="not what was written here"):
        campaigns.open_store(place / "a.db", settings=SETTINGS)
    report = repair_store(place / "a.db", place / "b.db")
    assert len(report.rejected) == 1
    repaired = read_store(place / "b.db")
    assert repaired.version == layout.SCHEMA_VERSION
    assert {row["device"] for row in repaired.tables["networks"]} == {SETTINGS["device"]}


@pytest.mark.parametrize("settings", ["[1]", "{", '{"device": 3}', "null", "[" * 5000])
def test_forged_settings_are_typed_errors(settings: str, place: Path) -> None:
    """The chain reveals damage, but not forgery."""
    campaigns.interrupted(place / "now.db")

    def forge(table: str, row: dict[str, Any]) -> None:
        if table == "campaigns":
            row["settings"] = settings

    write_version_2(place / "now.db", place / "a.db", forge)
    read_store(place / "a.db")
    with pytest.raises(lp.LatpredError):
        campaigns.open_store(place / "a.db")


def test_a_label_with_an_interval_is_none(place: Path) -> None:
    """Rows that converged with an interval stay what they were."""
    with campaigns.open_store(place / "now.db", settings=SETTINGS | {"effort": "fast"}) as store:
        campaigns.run(store, effort="fast")
    write_version_2(place / "now.db", place / "a.db", runner_unnamed)
    assert {row["status"] for row in read_store(place / "a.db").tables["results"]} == {"converged"}
