"""Campaigns that are stopped, run out of disk or never come to rest: what was stored stays."""

from __future__ import annotations

import errno
import os
import random
import resource
import signal
import traceback
from pathlib import Path
from typing import Any

import pytest
from latpred.errors import StorageError
from latpred.store.reader import read_store

from tests.store import campaigns


@pytest.fixture
def golden(place: Path) -> dict[str, Any]:
    campaigns.run_to_end(place / "golden.db")
    return campaigns.read(place / "golden.db")


def test_ctrl_c_at_random_moments(place: Path, golden: dict[str, Any]) -> None:
    """Row 20: steps so far are on disk when KeyboardInterrupt arrives; the next call goes on."""
    chosen = random.Random(3)
    for number in range(50):
        path, runs, at = place / f"{number}.db", 0, chosen.randrange(1, 200)

        def interrupt(_: str, at: int = at) -> None:
            nonlocal runs
            runs += 1
            if runs == at:
                signal.raise_signal(signal.SIGINT)

        store = campaigns.open_store(path, commit_share=0.0)
        try:
            with pytest.raises(KeyboardInterrupt):
                campaigns.run(store, work=interrupt)
        except pytest.fail.Exception:
            assert runs < at
        store.close()
        kept = campaigns.read(path)["visits"]
        assert kept == golden["visits"][: len(kept)]
        campaigns.run_to_end(path)
        assert campaigns.read(path) == golden


def test_an_error_in_a_callback_comes_through(place: Path, golden: dict[str, Any]) -> None:
    """Row 22: with its traceback; what was measured is stored."""

    def progress(*_: Any) -> None:
        raise LookupError("of mine")

    with campaigns.open_store(place / "a.db") as store:
        with pytest.raises(LookupError, match="of mine") as caught:
            campaigns.run(store, progress=progress)
        assert "progress" in [
            frame.name for frame in traceback.extract_tb(caught.value.__traceback__)
        ]
    campaigns.run_to_end(place / "a.db")
    assert campaigns.read(place / "a.db") == golden


@pytest.mark.parametrize("limit", range(1_000, 80_000, 3_000))
def test_a_full_disk(limit: int, place: Path, golden: dict[str, Any]) -> None:
    """Rows 4 and 6: writes that are cut short and then fail, by a limit on the size of files."""
    path, said = place / "a.db", place / "said"

    def work() -> None:
        rows = 0

        def note(_: Any) -> None:
            nonlocal rows
            rows = store.stored_rows

        try:
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
            with campaigns.open_store(path) as store:
                campaigns.run(store, on_visit=note)
            text = "done"
        except StorageError as error:
            text = str(error)
        os.write(file, f"{rows} {text}".encode())

    file = os.open(said, os.O_WRONLY | os.O_CREAT)
    assert campaigns.in_child(work) == 0
    os.close(file)
    rows, text = said.read_text().split(" ", 1)
    if text != "done":
        assert str(path) in text
        assert "MB free" in text
    if int(rows):
        assert read_store(path).rows >= int(rows)
    campaigns.run_to_end(path)
    assert campaigns.read(path) == golden


def test_after_a_failed_commit_the_store_is_closed(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Row 5: a write that failed is not tried again; it may then be taken for done."""
    with campaigns.open_store(place / "a.db") as store:
        store.begin(["a"], [("a" * 16, 0)])
        monkeypatch.setenv("LATPRED_FAILPOINT", "commit:1:EIO")
        monkeypatch.setattr("latpred.base.failpoints._counts", {})
        with pytest.raises(StorageError, match="Input/output error") as caught:
            store.end([], {})
        assert caught.value.errno == errno.EIO
        with pytest.raises(StorageError, match="closed"):
            store.end([], {})
    with campaigns.open_store(place / "a.db") as store:
        assert store.unfinished is not None


def test_a_storm_of_signals(place: Path, golden: dict[str, Any]) -> None:
    """Row 6: system calls are interrupted all the time."""

    def work() -> None:
        signal.signal(signal.SIGALRM, lambda *_: None)
        signal.setitimer(signal.ITIMER_REAL, 0.0005, 0.0005)
        campaigns.run_to_end(place / "a.db")

    assert campaigns.in_child(work) == 0
    assert campaigns.read(place / "a.db") == golden


def test_a_machine_that_never_rests(place: Path) -> None:
    """Row 36: the campaign ends by its limit of visits and says so; nothing `converged`."""
    chosen = random.Random(1)
    with campaigns.open_store(place / "a.db", commit_share=0.0) as store:
        rows = campaigns.run(
            store, jitter=lambda: chosen.paretovariate(0.7), effort="fast", names=["a", "b"]
        ).rows
    assert {row.status for row in rows} <= {"budget", "drift", "suspect"}
    assert all(row.reason for row in rows)
    final = campaigns.read(place / "a.db")["final"]
    assert [row["status"] for row in final] == [row.status for row in rows]
