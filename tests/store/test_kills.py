"""A campaign that is killed anywhere goes on and ends as one that was not."""

from __future__ import annotations

import os
import random
import signal
import time
from pathlib import Path
from typing import Any

import pytest
from latpred.errors import StorageError
from latpred.store.reader import read_store

from tests.store import campaigns


def check_survivor(path: Path, golden: dict[str, Any]) -> None:
    """Rows are a committed prefix; the campaign goes on and ends like the uninterrupted one."""
    if path.exists() and path.stat().st_size > 0:
        text, kept = "", {}
        try:
            kept = campaigns.read(path)
        except StorageError as error:
            text = str(error)
        assert not text or "not a campaign store" in text  # killed before anything was promised
        for table, rows in kept.items():
            assert rows == golden[table][: len(rows)]
    campaigns.run_to_end(path)
    assert campaigns.read(path) == golden


@pytest.fixture
def golden(place: Path) -> dict[str, Any]:
    campaigns.run_to_end(place / "golden.db")
    return campaigns.read(place / "golden.db")


def killed_at(path: Path, place: str) -> int:
    def work() -> None:
        os.environ["LATPRED_FAILPOINT"] = place
        campaigns.run_to_end(path)

    return campaigns.in_child(work)


def test_kill_at_every_fail_point(place: Path, golden: dict[str, Any]) -> None:
    for number in range(1, 1000):
        path = place / f"{number}.db"
        if killed_at(path, f"any:{number}") == 0:
            break
        check_survivor(path, golden)
    assert number > 50
    print(f"kill points: {number - 1}")


@pytest.mark.parametrize("name", ["lock", "lock.write", "open", "create", "create.commit"])
def test_kill_before_there_is_a_store(name: str, place: Path, golden: dict[str, Any]) -> None:
    path = place / "a.db"
    assert killed_at(path, f"{name}:1") == -signal.SIGKILL
    check_survivor(path, golden)


def test_reported_rows_survive(place: Path) -> None:
    """P1: what `stored_rows` said before the kill is there afterwards."""
    said = place / "said"

    def work() -> None:
        store = campaigns.open_store(place / "a.db")

        def note(record: Any) -> None:
            said.write_text(str(store.stored_rows))
            if record.sequence == 4:
                os.kill(os.getpid(), signal.SIGKILL)

        campaigns.run(store, on_visit=note)

    assert campaigns.in_child(work) == -signal.SIGKILL
    assert read_store(place / "a.db").rows == int(said.read_text()) > 8


def test_kill_again_and_again(place: Path, golden: dict[str, Any]) -> None:
    """Each session gets one record further; the set is that of an uninterrupted campaign."""
    path = place / "a.db"
    for _ in range(100):
        before = len(campaigns.read(path)["visits"]) if path.exists() else 0

        def die_after_one(record: Any, before: int = before) -> None:
            if record.sequence == before:
                os.kill(os.getpid(), signal.SIGKILL)

        def work(step: Any = die_after_one) -> None:
            campaigns.run_to_end(path, on_visit=step)

        if campaigns.in_child(work) == 0:
            break
    assert len(read_store(path).tables["sessions"]) == len(golden["visits"]) + 1
    assert campaigns.read(path) == golden


def test_kill_at_random_times(place: Path, golden: dict[str, Any]) -> None:
    """Of the wall clock, so that each run of this test tries other moments; outcome is the same."""
    count = int(os.environ.get("LATPRED_STORE_KILLS", "100"))
    chosen, killed = random.Random(time.time_ns()), 0
    for number in range(count):
        path = place / f"{number}.db"
        pid = os.fork()
        if pid == 0:
            campaigns.run_to_end(path)
            os._exit(0)
        time.sleep(chosen.uniform(0, 0.015))
        os.kill(pid, signal.SIGKILL)
        killed += os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) != 0
        check_survivor(path, golden)
        path.unlink()
    print(f"random kills: {killed} of {count} before the end")


def test_commits_keep_to_their_share(place: Path) -> None:
    """Where a commit costs 20 ms and a visit 100 ms, commits take at most 2 % and one more."""
    state = {"time": 0.0, "commits": 0, "rows": 0}

    def seconds() -> float:
        state["time"] += 0.010  # both looks of a commit: it costs 10 ms by this clock
        return state["time"]

    with campaigns.open_store(place / "a.db", commit_share=0.02, seconds=seconds) as store:

        def note(_: Any) -> None:
            state["time"] += 0.100
            state["commits"] += store.stored_rows != state["rows"]
            state["rows"] = store.stored_rows

        campaigns.run(store, on_visit=note, names=["a", "b", "c"], effort="fast")
    assert state["commits"] * 0.010 <= 0.02 * state["time"] + 2 * 0.010
    assert state["commits"] >= 2
