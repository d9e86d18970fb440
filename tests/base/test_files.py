"""Files are replaced whole: beside other writers, after a kill, with their permissions."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import latpred as lp
import pytest
from latpred import _core
from latpred.base.files import check_output

write = _core.base.write_file


def left_over(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir() if path.name.endswith(".part")]


@pytest.mark.parametrize("mode", [0o600, 0o644, 0o664])
def test_permissions_stay(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "m"
    write(str(path), b"old")
    path.chmod(mode)
    write(str(path), b"new")
    assert path.read_bytes() == b"new"
    assert path.stat().st_mode & 0o777 == mode
    assert left_over(tmp_path) == []


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    target, link = tmp_path / "target", tmp_path / "link"
    target.write_bytes(b"old")
    link.symlink_to(target)
    write(str(link), b"new")
    assert link.is_symlink()
    assert target.read_bytes() == b"new"


def test_a_pipe_is_written_to() -> None:
    write("/dev/null", b"gone")
    assert Path("/dev/null").is_char_device()


@pytest.mark.parametrize("name", ["", "no/such/folder/m", "a\0b", "x" * 300, "."])
def test_what_cannot_be_written_is_said(tmp_path: Path, name: str) -> None:
    with pytest.raises(lp.StorageError, match="cannot be written"):
        write(f"{tmp_path}/{name}", b"new")
    assert list(tmp_path.iterdir()) == []


def test_names_are_not_cut_at_a_zero_byte(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"other")
    with pytest.raises(lp.StorageError):
        _core.predictors.load_predictor(f"{tmp_path}/a\0b")


def test_two_writers_of_one_path(tmp_path: Path) -> None:
    """They once shared the name of the file beside, so that one's half could become the whole."""
    path = tmp_path / "m"
    contents = [bytes([65 + i]) * (1 << 20) for i in range(4)]

    def work(content: bytes) -> None:
        for _ in range(12):
            write(str(path), content)
            assert path.read_bytes() in contents

    faults: list[Exception] = []

    def watched(content: bytes) -> None:
        try:
            work(content)
        except (AssertionError, lp.LatpredError, OSError) as error:
            faults.append(error)

    threads = [threading.Thread(target=watched, args=(content,)) for content in contents]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert left_over(tmp_path) == []


WRITER = """
import sys
from latpred import _core
from latpred.base.files import check_output
print("begun", flush=True)
while True:
    for letter in b"ab":
        _core.base.write_file(sys.argv[1], bytes([letter]) * 3_000_000)
"""


def test_a_kill_leaves_the_old_or_the_new(tmp_path: Path) -> None:
    path = tmp_path / "m"
    for pause in (0.0, 0.003, 0.01, 0.03):
        child = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE, text=True
        )
        assert child.stdout is not None
        assert child.stdout.readline() == "begun\n"
        while not path.exists():
            time.sleep(0.001)
        time.sleep(pause)
        os.kill(child.pid, signal.SIGKILL)
        child.wait()
        child.stdout.close()
        assert path.read_bytes() in (b"a" * 3_000_000, b"b" * 3_000_000)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("x" * 300 + ".csv", "cannot be written: File name too long"),
        ("y/" * 3000 + "t.csv", "cannot be written"),
        ("nul\0.csv", "null byte"),
        ("pipe.csv", "is no regular file"),
        ("file/t.csv", "there is no folder"),
        ("link-to-folder.csv", "is a folder"),
        ("sealed/t.csv", "Permission denied|cannot be written"),
    ],
    ids=lambda text: text[:20],
)
def test_places_that_cannot_be_written_are_named(name: str, text: str, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.csv")
    (tmp_path / "file").write_text("")
    (tmp_path / "link-to-folder.csv").symlink_to(tmp_path)
    (tmp_path / "sealed").mkdir(mode=0o500)
    if name.startswith("sealed") and os.geteuid() == 0:
        pytest.skip("root may write everywhere")
    with pytest.raises(lp.StorageError, match=text) as failure:
        check_output(tmp_path / name)
    assert len(str(failure.value)) < 700


@pytest.mark.parametrize("name", ["new.csv", "old.csv", "link.csv", "ünï 日本.csv", "-dash.csv"])
def test_places_that_can_be_written_stay_as_they_are(name: str, tmp_path: Path) -> None:
    (tmp_path / "old.csv").write_text("old")
    (tmp_path / "link.csv").symlink_to("elsewhere.csv")
    before = sorted(one.name for one in tmp_path.iterdir())
    check_output(tmp_path / name, [".csv"])
    assert sorted(one.name for one in tmp_path.iterdir()) == before
