"""Stores of other versions: read as they are, migrated on a copy, or refused by name."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from latpred._core import measurement as core
from latpred.errors import CorruptionError, ModelVersionError
from latpred.store import format as layout
from latpred.store.reader import read_store
from latpred.store.repair import repair_store

from tests.store import campaigns

DATA = Path(__file__).parent / "data"  # files kept from when their versions were made


KINDS = {"integer": "INTEGER", "real": "REAL", "text": "TEXT"}
# Follow from other columns, so no store needs them.
NOT_STORED = {"index", "attempted"}


def test_a_new_field_of_a_row_asks_for_a_new_version() -> None:
    """Stores hold every field as its table has it; files of this version stay as they are."""
    stored = layout.columns_of("results")
    wanted = {
        field.name: KINDS[field.kind] + "?" * field.nullable
        for field in core.row_fields()
        if field.name not in NOT_STORED
    }
    own = {"campaign", "session", "position", "final"}
    assert {name: kind for name, kind in stored.items() if name not in own} == wanted, (
        "a field came or went: raise SCHEMA_VERSION, tell the version in _ADDED, and migrate"
    )
    assert layout.SCHEMA_VERSION == 3
    assert set(layout.columns_of("results", 1)) == set(stored) - {"p90_ms"}
    assert layout.columns_of("results", 2) == stored
    assert layout.name_in(2, "results", "apart_visits") == "dropped_visits"


def test_a_newer_version_is_refused(place: Path) -> None:
    path = place / "a.db"
    campaigns.run_to_end(path)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 99")
    for use in (read_store, campaigns.open_store):
        with pytest.raises(ModelVersionError, match="version 99, this latpred reads up to 3"):
            use(path)


@pytest.fixture(params=["version_1.sqlite", "version_1_ended.sqlite"])
def version_1(place: Path, request: pytest.FixtureRequest) -> Path:
    """A campaign that was interrupted, and one that ended."""
    path = place / "a.db"
    shutil.copy(DATA / request.param, path)
    return path


def test_versions_that_never_were_are_refused(place: Path) -> None:
    campaigns.interrupted(place / "a.db")
    with closing(sqlite3.connect(place / "a.db")) as connection:
        connection.execute("PRAGMA user_version = 0")
    for use in (read_store, campaigns.open_store):
        with pytest.raises(ModelVersionError, match="version 0, which no latpred wrote; 1 to 3"):
            use(place / "a.db")


def test_an_older_version_is_read_as_it_is(version_1: Path) -> None:
    before = version_1.read_bytes()
    content = read_store(version_1)
    assert (content.version, content.damage) == (1, [])
    assert [row["name"] for row in content.tables["networks"]] == campaigns.NAMES
    assert {row["p90_ms"] for row in content.tables["results"]} <= {None}  # came with version 2
    assert version_1.read_bytes() == before


@pytest.mark.parametrize("stop", ["create:1", "create.commit:1", "insert:3", "migrate:1"])
def test_an_older_version_is_migrated_on_a_copy(
    stop: str, place: Path, version_1: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, rows = version_1.read_bytes(), read_store(version_1).tables
    version_1.chmod(0o640)
    monkeypatch.setenv("LATPRED_FAILPOINT", stop)
    assert campaigns.in_child(lambda: campaigns.open_store(version_1).close()) == -9
    assert version_1.read_bytes() == before
    monkeypatch.delenv("LATPRED_FAILPOINT")
    campaigns.open_store(version_1).close()
    migrated, kept = read_store(version_1), read_store(place / "a.db.v1")
    assert (migrated.version, kept.version) == (layout.SCHEMA_VERSION, 1)
    assert migrated.tables["visits"] == rows["visits"] == kept.tables["visits"]
    assert migrated.tables["results"] == rows["results"]
    assert all(path.stat().st_mode & 0o777 == 0o640 for path in (version_1, place / "a.db.v1"))
    assert not (place / "a.db.new").exists()


def test_a_campaign_of_an_older_version_goes_on(place: Path, version_1: Path) -> None:
    """Its visits count as they are; they have no times of single samples."""
    before = read_store(version_1).tables["visits"]
    campaigns.run_to_end(version_1)
    campaigns.run_to_end(place / "b.db")
    rows, expected = campaigns.read(version_1), campaigns.read(place / "b.db")
    assert rows["visits"][: len(before)] == [
        {k: v for k, v in row.items() if k not in campaigns.VOLATILE} for row in before
    ]
    assert len(rows["visits"]) == len(expected["visits"])
    assert {row["name"] for row in rows["final"]} == set(campaigns.NAMES)


def test_a_damaged_store_of_an_older_version_is_not_migrated(version_1: Path) -> None:
    """New checksums would make its damage look like what was measured."""
    with closing(sqlite3.connect(version_1)) as connection:
        connection.execute("UPDATE visits SET seconds = 99.0 WHERE sequence = 0")
        connection.commit()
    before = version_1.read_bytes()
    with pytest.raises(CorruptionError, match="not what was written here"):
        campaigns.open_store(version_1)
    assert version_1.read_bytes() == before
    repaired = version_1.with_name("b.db")
    assert any("visits row" in text for text in repair_store(version_1, repaired).rejected)
    assert read_store(repaired).version == layout.SCHEMA_VERSION
