"""What a store promises when it is opened: settings, environments, places, readers."""

from __future__ import annotations

import logging
import os
import shutil
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from latpred.errors import ConfigError, ConfigMismatchError, StorageError
from latpred.store.reader import read_store
from latpred.store.repair import verify_store

from tests.store import campaigns
from tests.store.campaigns import interrupted


def test_a_campaign_is_kept(place: Path) -> None:
    path = place / "a.db"
    with campaigns.open_store(path) as store:
        rows = campaigns.run(store).rows
    with campaigns.open_store(path) as store:
        assert store.unfinished is None
        assert store.summaries == [{"clean_fraction": 1.0}]
        for key, row in zip(campaigns.KEYS, rows, strict=True):
            assert store.results[key]["latency_ms"] == row.latency_ms
    assert path.stat().st_mode & 0o777 == 0o600
    assert not path.with_name("a.db-journal").exists()


def test_no_network_twice_in_a_file(place: Path) -> None:
    with campaigns.open_store(place / "a.db") as store:
        campaigns.run(store)
        with pytest.raises(StorageError, match="UNIQUE"):
            store.begin(campaigns.NAMES, campaigns.KEYS)


def test_an_unfinished_campaign_comes_first(place: Path) -> None:
    interrupted(place / "a.db")
    with campaigns.open_store(place / "a.db") as store:
        assert len(store.unfinished.earlier) == 5
        with pytest.raises(ConfigError, match="has not ended"):
            store.begin(["d"], [("d" * 16, 0)])


def test_files_grow_campaign_by_campaign(place: Path) -> None:
    with campaigns.open_store(place / "a.db") as store:
        campaigns.run(store)
    with campaigns.open_store(place / "a.db") as store:
        store.results, kept = {}, store.results
        campaigns.run(store, names=["d", "e"])
        assert len(store.results) == 2
    with campaigns.open_store(place / "a.db") as store:
        assert kept.keys() < store.results.keys()
        assert len(store.results) == 5


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"effort": "gold"}, "effort: stored 'dataset', given 'gold'"),
        ({"space": "other"}, "space: stored 'synthetic', given 'other'"),
        ({"new": 1}, "new: stored None, given 1"),
    ],
)
def test_other_settings_are_refused(change: dict[str, Any], text: str, place: Path) -> None:
    interrupted(place / "a.db")
    with pytest.raises(ConfigMismatchError, match=text) as refusal:
        campaigns.open_store(place / "a.db", settings=campaigns.SETTINGS | change)
    assert list(refusal.value.differences) == list(change)
    campaigns.open_store(place / "a.db").close()


OTHER = {"env_id": "e2", "cpu": "Another CPU", "kernel": "6.1"}


def test_another_environment_warns_and_labels_rows(
    place: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path, now = place / "a.db", campaigns.tick()
    interrupted(path, now=now)
    caplog.set_level(logging.WARNING, "latpred")
    with campaigns.open_store(path, environment=OTHER, now=now) as store:
        campaigns.run(store)
    text = "cpu: 'Some CPU' then, 'Another CPU' now"
    assert text in caplog.text
    assert "kernel" not in caplog.text
    assert [text in warning for warning in store.warnings] == [True]
    tables = read_store(path).tables
    machines = {row["session"]: row["env_id"] for row in tables["sessions"]}
    assert [machines[row["session"]] for row in tables["visits"]] == ["e1"] * 5 + ["e2"] * 4


def test_another_environment_may_be_allowed_or_refused(place: Path) -> None:
    path, other = place / "a.db", {"environment": OTHER, "now": campaigns.tick()}
    interrupted(path, now=other["now"])
    with campaigns.open_store(path, **other, allow_env_change=False) as store:
        with pytest.raises(ConfigMismatchError, match="allow_env_change") as refusal:
            store.resume()
        assert refusal.value.differences == {"cpu": ("Some CPU", "Another CPU")}
    with campaigns.open_store(path, **other, allow_env_change=True) as store:
        campaigns.run(store)
        assert store.warnings == []


def test_a_clock_set_back_is_flagged(place: Path) -> None:
    """Row 15: latencies come from a monotonic clock; only the calendar is affected."""
    interrupted(place / "a.db", now=campaigns.tick())
    with campaigns.open_store(place / "a.db", now=lambda: 500.0) as store:
        campaigns.run(store)
        assert "set back" in store.warnings[0]
    assert verify_store(place / "a.db").clock_steps == 1
    campaigns.run_to_end(place / "b.db")
    assert campaigns.read(place / "a.db") == campaigns.read(place / "b.db")


@pytest.mark.parametrize("name", ["missing/a.db", "folder", "x" * 300])
def test_places_where_no_store_can_be(name: str, place: Path) -> None:
    (place / "folder").mkdir()
    with pytest.raises(StorageError, match=name[:9]):
        campaigns.open_store(place / name)
    with pytest.raises(StorageError):
        read_store(place / name)


def test_a_folder_one_may_not_write(place: Path) -> None:
    """Row 7; in a process without privileges, to whom permissions apply."""
    campaigns.run_to_end(place / "a.db")
    place.chmod(0o555)
    (place / "a.db").chmod(0o444)

    def work() -> None:
        if os.geteuid() == 0:
            os.setegid(65534)
            os.seteuid(65534)
        with pytest.raises(StorageError, match="cannot write"):
            campaigns.open_store(place / "b.db")
        with pytest.raises(StorageError, match="cannot write"):
            campaigns.open_store(place / "a.db")
        assert len(campaigns.read(place / "a.db")["final"]) == 3

    try:
        assert campaigns.in_child(work) == 0
    finally:
        place.chmod(0o755)


def test_paths_are_absolute_from_the_start(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Row 37: the current folder changes, or goes, during and before a campaign."""
    gone = place / "gone"
    gone.mkdir()
    monkeypatch.chdir(place)
    with campaigns.open_store(Path("a.db")) as store:
        os.chdir(gone)
        gone.rmdir()
        campaigns.run(store)
    assert len(campaigns.read(place / "a.db")["final"]) == 3
    with pytest.raises(StorageError, match="folder"):
        campaigns.open_store(Path("b.db"))


def test_a_folder_that_goes_away(place: Path) -> None:
    folder = place / "gone"
    folder.mkdir()

    def remove(record: Any) -> None:
        if record.sequence == 3:
            shutil.rmtree(folder)

    with pytest.raises(StorageError, match=r"gone"):
        campaigns.run_to_end(folder / "a.db", on_visit=remove)


@pytest.mark.parametrize("name", ["häßlich und lang.db", "a?b#c%20.db", "n" * 200])
def test_names_of_any_kind(name: str, place: Path) -> None:
    campaigns.run_to_end(place / name)
    assert len(campaigns.read(place / name)["final"]) == 3


def test_readers_see_whole_snapshots(place: Path) -> None:
    """Row 13: while a writer commits each step, every read is a prefix that the chain accepts."""
    path, stop, seen = place / "a.db", threading.Event(), []
    campaigns.run_to_end(place / "golden.db")
    golden = campaigns.read(place / "golden.db")
    campaigns.open_store(path).close()

    def look() -> None:
        while not stop.is_set():
            seen.append(campaigns.read(path))

    def wait_for_a_look(_: Any) -> None:
        before = len(seen)
        while len(seen) == before and all(reader.is_alive() for reader in readers):
            time.sleep(0.0005)

    readers = [threading.Thread(target=look) for _ in range(3)]
    for reader in readers:
        reader.start()
    try:
        campaigns.run_to_end(path, on_visit=wait_for_a_look)
    finally:
        stop.set()
        for reader in readers:
            reader.join()
    assert len(seen) >= len(golden["visits"])
    for found in seen:
        for table, rows in found.items():
            assert rows == golden[table][: len(rows)]


def test_a_forked_child_cannot_write(place: Path) -> None:
    with campaigns.open_store(place / "a.db") as store:

        def work() -> None:
            with pytest.raises(StorageError, match="another process"):
                campaigns.run(store)
            store.close()

        assert campaigns.in_child(work) == 0
        campaigns.run(store)
    campaigns.run_to_end(place / "b.db")
    assert campaigns.read(place / "a.db") == campaigns.read(place / "b.db")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("folder.db", "a folder, a file expected"),
        ("t.csv", "a table as text"),
        ("torn.db", "16 bytes, not a campaign store"),
        ("nul\0.db", "null byte"),
        ("x" * 300, "File name too long"),
    ],
    ids=lambda text: text[:12],
)
def test_a_file_of_somebody_else_stays_alone(name: str, text: str, place: Path) -> None:
    """No lock is left beside it."""
    (place / "folder.db").mkdir()
    (place / "t.csv").write_text("architecture,latency_ms\nx,1\n")
    (place / "torn.db").write_bytes(b"SQLite format 3\0")
    with pytest.raises(StorageError, match=text) as failure:
        campaigns.open_store(place / name)
    assert len(str(failure.value)) < 500
    assert sorted(one.name for one in place.iterdir()) == ["folder.db", "t.csv", "torn.db"]
