"""What was reported as stored is there after a loss of power at any moment (row 3)."""

from __future__ import annotations

import os
import random
from pathlib import Path
from typing import Any

import pytest
from latpred.errors import StorageError
from latpred.store import writer as store_writer
from latpred.store.reader import read_store

from tests.store import campaigns
from tests.store.power_loss import Disk, Step, recorded
from tests.store.tracing import needs_strace

__all__ = ["needs_strace"]  # a fixture that each test here uses

FULL = os.environ.get("LATPRED_STORE_SWEEP") == "full"


def campaign(folder: Path) -> list[Step]:
    """The steps of a campaign that says after each commit how many rows are stored."""
    folder.mkdir()

    def work() -> None:
        file = os.open(folder / "said", os.O_WRONLY | os.O_CREAT)
        seconds = campaigns.tick()
        with campaigns.open_store(folder / "a.db", commit_share=0.5, seconds=seconds) as store:
            rows = 0

            def say(_: Any) -> None:
                nonlocal rows
                if store.stored_rows != rows:
                    rows = store.stored_rows
                    os.write(file, f"{rows} ".encode())

            campaigns.run(store, on_visit=say)
            os.write(file, f"{store.stored_rows} ".encode())

    return recorded(work, folder)


def losses(steps: list[Step], folder: Path, each: int) -> tuple[int, int]:
    """Tries outcomes of a loss after each step; (outcomes, those that lost reported rows)."""
    chosen, tried, lost, reported = random.Random(11), 0, 0, 0
    disk = Disk(folder)
    after = folder.with_name("after")
    for step in steps:
        if step.kind == "say":
            reported = int(step.data)
            continue
        disk.do(step)
        for files in disk.outcomes(chosen, each):
            after.mkdir(exist_ok=True)
            for old in after.iterdir():
                old.unlink()
            for path, content in files.items():
                (after / path.name).write_bytes(content)
            tried += 1
            lost += not holds(after / "a.db", reported)
    return tried, lost


def holds(path: Path, reported: int) -> bool:
    """Whether at least the reported rows are there, all rows being whole."""
    try:
        return read_store(path).rows >= reported
    except StorageError:
        return reported == 0


@pytest.mark.parametrize("each", [20 if FULL else 5])
def test_power_may_fail_at_any_moment(each: int, place: Path) -> None:
    steps = campaign(place / "here")
    assert sum(step.kind == "sync" for step in steps) > 10
    assert sum(step.kind == "say" for step in steps) > 3
    tried, lost = losses(steps, place / "here", each)
    assert lost == 0
    print(f"power losses: {tried}, none lost a reported row")


@pytest.mark.parametrize("setting", ["synchronous=OFF", "synchronous=FULL"])
def test_weaker_settings_lose_rows(
    setting: str, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The test can fail: without syncs, or without that of the folder, reported rows are lost."""
    monkeypatch.setattr(
        store_writer.StoreWriter,
        "_set_durable",
        staticmethod(lambda connection: connection.execute(f"PRAGMA {setting}")),
    )
    _, lost = losses(campaign(place / "here"), place / "here", 5)
    assert lost > 0
