"""One writer: a living one is named at once, a dead one does not stand in the way."""

from __future__ import annotations

import json
import os
import signal
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from latpred.base import lock as store_lock
from latpred.base.lock import StoreLock, lock_path, network_filesystem, this_process
from latpred.errors import CampaignLockedError, StudyLockedError
from latpred.tuning.study_store import StudyStore

from tests.store import campaigns


def test_a_second_writer_learns_who_is_first(place: Path) -> None:
    path = place / "a.db"
    with campaigns.open_store(path):
        text = f"process {os.getpid()} on host {this_process()['host']}"
        with pytest.raises(CampaignLockedError, match=text):
            campaigns.open_store(path)

        def work() -> None:
            begun = time.monotonic()
            with pytest.raises(CampaignLockedError, match=text):
                campaigns.open_store(path)
            (place / "seconds").write_text(str(time.monotonic() - begun))

        assert campaigns.in_child(work) == 0
        print(f"refused after {float((place / 'seconds').read_text()) * 1e3:.1f} ms")
    campaigns.open_store(path).close()


def test_eight_writers_race(place: Path) -> None:
    """Row 11: all start at once; one at a time writes, all others are refused, nothing breaks."""
    path = place / "a.db"
    ready, go = os.pipe()
    children = []
    for _ in range(8):
        pid = os.fork()
        if pid == 0:
            os.close(go)
            os.read(ready, 1)
            code = 1
            try:
                campaigns.run_to_end(path)
                code = 0
            except CampaignLockedError:
                code = 3
            finally:
                os._exit(code)
        children.append(pid)
    os.close(go)
    os.close(ready)
    codes = [os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in children]
    assert set(codes) <= {0, 3}
    assert 0 in codes
    campaigns.run_to_end(place / "b.db")
    assert campaigns.read(path) == campaigns.read(place / "b.db")


def test_a_killed_holder_is_followed(place: Path) -> None:
    path = place / "a.db"

    def work() -> None:
        with campaigns.open_store(path) as store:

            def die(_: Any) -> None:
                os.kill(os.getpid(), signal.SIGKILL)

            campaigns.run(store, on_visit=die)

    assert campaigns.in_child(work) == -signal.SIGKILL
    assert json.loads(lock_path(path).read_text())["pid"] > 0
    campaigns.run_to_end(path)


def test_a_child_of_the_holder_does_not_hold(place: Path) -> None:
    """A worker that was forked during the campaign outlives it."""
    path = place / "a.db"
    ready, go = os.pipe()
    store = campaigns.open_store(path)
    pid = os.fork()
    if pid == 0:
        os.close(go)
        os.read(ready, 1)
        os._exit(0)
    store.close()
    campaigns.open_store(path).close()
    os.close(go)
    os.close(ready)
    os.waitpid(pid, 0)


@pytest.mark.parametrize(
    ("change", "alive"),
    [
        ({}, True),
        ({"start": 1}, False),  # the number was given to another process
        ({"boot_id": "before"}, False),  # the machine was started again
        ({"pid": 2**22 + 1}, False),
    ],
)
def test_who_is_alive(change: dict[str, Any], alive: bool) -> None:
    assert store_lock.is_alive(this_process() | change) == alive


@pytest.mark.parametrize(("start", "free"), [(0, False), (1, True)])
def test_the_text_counts_where_locks_do_not(start: int, free: bool, place: Path) -> None:
    """Row 12: as on a file system that gives the lock to two; the parent is alive."""
    holder = this_process() | {"pid": os.getppid()}
    holder["start"] = start or store_lock._start_time(os.getppid())
    lock_path(place / "a.db").write_text(json.dumps(holder))
    if free:
        StoreLock(place / "a.db").release()
    else:
        with pytest.raises(CampaignLockedError, match=f"process {os.getppid()}"):
            StoreLock(place / "a.db")


@pytest.mark.parametrize("text", ["", "{", "[]", '{"pid": "x"}', "\0" * 50])
def test_a_torn_text_is_nobody(text: str, place: Path) -> None:
    lock_path(place / "a.db").write_text(text)
    StoreLock(place / "a.db").release()


MOUNTS = "/dev/a / ext4 rw 0 0\nserver:/x /mnt/nfs nfs4 rw 0 0\n/dev/b /mnt/nfs/local ext4 rw 0 0\n"


@pytest.mark.parametrize(
    ("path", "kind"), [("/home/a", None), ("/mnt/nfs/a", "nfs4"), ("/mnt/nfs/local/a", None)]
)
def test_network_file_systems_are_known(path: str, kind: str | None) -> None:
    assert network_filesystem(Path(path), MOUNTS) == kind


def test_another_host_on_a_network_file_system(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Row 14: whether its process lives cannot be known here."""
    holder = {"pid": 1, "start": 1, "boot_id": "there", "host": "elsewhere"}
    lock_path(place / "a.db").write_text(json.dumps(holder))
    monkeypatch.setattr(store_lock, "network_filesystem", lambda _: "nfs")
    with pytest.raises(CampaignLockedError, match="process 1 on host elsewhere"):
        StoreLock(place / "a.db")


def test_a_store_on_a_network_file_system_warns(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("latpred.store.campaign.network_filesystem", lambda _: "nfs")
    with campaigns.open_store(place / "a.db") as store:
        assert "network file system (nfs)" in store.warnings[0]


def test_a_locked_study_does_not_speak_of_a_campaign(place: Path) -> None:
    with closing(StudyStore(place / "study.db")):
        with pytest.raises(StudyLockedError, match="the study is being written") as caught:
            StudyStore(place / "study.db")
        assert "campaign" not in str(caught.value)
    with closing(StudyStore(place / "study.db")):
        pass
