"""Faults at every system call that writes, made by strace: an independent check of fail points."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from latpred.errors import StorageError
from latpred.store import CampaignStore

from tests.store import campaigns, tracing
from tests.store.test_kills import check_survivor
from tests.store.tracing import needs_strace

__all__ = ["needs_strace"]  # a fixture that each test here uses

# The record (LATPRED_STORE_SWEEP=full) commits each step and tries every fault; quick runs commit
# every few steps, kill at every system call too and try a part of the other faults.
FULL = os.environ.get("LATPRED_STORE_SWEEP") == "full"
SHARE = 1.0 if FULL else 0.1


@pytest.fixture
def golden(place: Path) -> dict[str, Any]:
    campaigns.run_to_end(place / "golden.db")
    return campaigns.read(place / "golden.db")


def store_at(path: Path) -> CampaignStore:
    return campaigns.open_store(path, commit_share=SHARE, seconds=campaigns.tick())


def short(path: Path) -> Callable[[], None]:
    def work() -> None:
        with store_at(path) as store:
            campaigns.run(store)

    return work


def faults(place: Path, calls: list[str], stride: int) -> list[tuple[str, int]]:
    """(system call, K) of one short campaign."""
    counts = tracing.counted(short(place / "counted.db"))
    return [(call, k) for call in calls for k in range(1, counts[call] + 1, stride)]


def test_kill_at_every_write(place: Path, golden: dict[str, Any]) -> None:
    points = faults(place, tracing.WRITES, 1)
    assert len(points) > 60
    for number, (call, k) in enumerate(points):
        path = place / f"{number}.db"
        inject = f"inject={call}:signal=KILL:when={k}"
        status = tracing.traced(short(path), "-o", os.devnull, "-e", inject)
        assert status == -signal.SIGKILL, (call, k)
        check_survivor(path, golden)
    print(f"kills by strace: {len(points)}")


def failing(path: Path, note: Path) -> Callable[[], None]:
    """A campaign that notes how its failure was reported and what was stored by then."""

    def work() -> None:
        rows = 0
        try:
            with store_at(path) as store:

                def remember(_: Any) -> None:
                    nonlocal rows
                    rows = store.stored_rows

                campaigns.run(store, on_visit=remember)
        except StorageError as error:
            note.write_text(f"{rows} {error}")
            return
        note.write_text("done")

    return work


@pytest.mark.parametrize("error", ["ENOSPC", "EIO"])
def test_failing_writes(error: str, place: Path, golden: dict[str, Any]) -> None:
    """A typed error that names the file; what was stored stays; it goes on when space is back."""
    points = faults(place, ["pwrite64", "fsync", "fdatasync", "unlink"], 3 if FULL else 5)
    failed = 0
    for number, (call, k) in enumerate(points):
        path, note = place / f"{number}.db", place / "note"
        options = ["-o", os.devnull, "-e", f"inject={call}:error={error}:when={k}"]
        assert tracing.traced(failing(path, note), *options) == 0, (call, k)
        said = note.read_text()
        if said != "done":
            failed += 1
            stored, text = said.split(" ", 1)
            assert str(path) in text
            if int(stored):
                assert sum(map(len, campaigns.read_store(path).tables.values())) >= int(stored)
        check_survivor(path, golden)
    assert failed > len(points) // 2
    print(f"{error}: {failed} of {len(points)} reported, all went on")


def test_interrupted_writes_are_made_again(place: Path, golden: dict[str, Any]) -> None:
    for number, (call, k) in enumerate(faults(place, ["pwrite64"], 12)):
        path = place / f"{number}.db"
        options = ["-o", os.devnull, "-e", f"inject={call}:error=EINTR:when={k}"]
        assert tracing.traced(short(path), *options) == 0
        assert campaigns.read(path) == golden
