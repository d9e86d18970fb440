"""Fetching against a server of our own: whole and right, or an error that says why."""

from __future__ import annotations

import hashlib
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import latpred as lp
import pytest
from latpred import downloads
from latpred.base.lock import StoreLock
from latpred.downloads import fetching
from latpred.downloads.entries import DataSet

from tests.downloads.server import HOST, Served, remote, serving

CONTENT = {"a.csv": b"one two three\n" * 9000, "b c@d.csv": bytes(range(256)) * 50}


def data_of(contents: dict[str, bytes], address: str) -> DataSet:
    files = tuple(remote(f"data/{name}", content, name) for name, content in contents.items())
    return DataSet("own", "Own", "MIT", "us/own", "c0ffee", (), files, address + HOST)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    paths = {"a.csv": "a.csv", "b c@d.csv": "b%20c%40d.csv"}
    files = {f"/us/own/c0ffee/data/{paths[name]}": text for name, text in CONTENT.items()}
    with serving(files) as served:
        monkeypatch.setattr(fetching, "data_set", lambda _: data_of(CONTENT, served.address))
        yield served


def fetch(folder: Path, **settings: Any) -> downloads.Fetched:
    return downloads.fetch("own", folder, **{"pause_s": 0.0, **settings})


def assert_whole(folder: Path) -> None:
    assert {name: (folder / name).read_bytes() for name in CONTENT} == CONTENT
    assert not list(folder.rglob("*.part"))


def test_files_are_fetched_once(server: Served, tmp_path: Path) -> None:
    done = fetch(tmp_path)
    assert_whole(tmp_path)
    assert (done.new, done.files) == (2, (tmp_path / "a.csv", tmp_path / "b c@d.csv"))
    asked = len(server.asked)
    assert fetch(tmp_path).new == 0
    assert len(server.asked) == asked
    (tmp_path / "a.csv").write_bytes(b"x" + CONTENT["a.csv"][1:])  # of the same size
    assert fetch(tmp_path).new == 1
    assert_whole(tmp_path)


@pytest.mark.parametrize("honest", [True, False])
def test_goes_on_where_it_broke_off(server: Served, tmp_path: Path, honest: bool) -> None:
    server.cut, server.honest = [1000, 2000], honest
    fetch(tmp_path)
    assert_whole(tmp_path)
    assert [start for path, start in server.asked if path.endswith("a.csv")] == [0, 1000, 3000]


def test_goes_on_in_the_next_call(server: Served, tmp_path: Path) -> None:
    server.cut = [1000]
    with pytest.raises(lp.StorageError, match="broken off after 1000 of 126000 bytes; 1 tries"):
        fetch(tmp_path, tries=1)
    assert (tmp_path / "a.csv.part").read_bytes() == CONTENT["a.csv"][:1000]
    assert not (tmp_path / "a.csv").exists()
    fetch(tmp_path, tries=1)
    assert_whole(tmp_path)
    assert server.asked[1][1] == 1000


def test_a_server_without_ranges(server: Served, tmp_path: Path) -> None:
    server.cut, server.ranges = [1000], False
    fetch(tmp_path)
    assert_whole(tmp_path)


@pytest.mark.parametrize("part", [b"something else", CONTENT["a.csv"] + b"more", b"y" * 126000])
def test_a_part_of_something_else(server: Served, tmp_path: Path, part: bytes) -> None:
    (tmp_path / "a.csv.part").write_bytes(part)
    fetch(tmp_path)
    assert_whole(tmp_path)
    assert len(server.asked) >= 2


def test_a_refused_range(server: Served, tmp_path: Path) -> None:
    (tmp_path / "a.csv.part").write_bytes(b"y" * 125999)
    server.files = {path: text[:10] for path, text in server.files.items()}
    server.refuse = [416]
    with pytest.raises(lp.CorruptionError, match="10 bytes, 126000 expected"):
        fetch(tmp_path)


def test_a_busy_server_is_asked_again(server: Served, tmp_path: Path) -> None:
    server.refuse = [503, 429, 500]
    fetch(tmp_path)
    assert_whole(tmp_path)
    server.refuse = [503] * 9
    (tmp_path / "a.csv").unlink()
    with pytest.raises(lp.StorageError, match="HTTP 503; 2 tries"):
        fetch(tmp_path, tries=2)


@pytest.mark.parametrize("status", [403, 404, 410])
def test_refused(server: Served, tmp_path: Path, status: int) -> None:
    server.refuse = [status]
    with pytest.raises(lp.StorageError, match=f"a.csv: HTTP {status}"):
        fetch(tmp_path)
    assert len(server.asked) == 1
    assert not list(tmp_path.glob("a.csv*"))


@pytest.mark.parametrize("honest", [True, False])
@pytest.mark.parametrize("change", ["flip", "longer", "shorter", "empty"])
def test_other_content(server: Served, tmp_path: Path, change: str, honest: bool) -> None:
    path = "/us/own/c0ffee/data/a.csv"
    right = CONTENT["a.csv"]
    changes = {
        "flip": right[:-1] + b"x",
        "longer": right + b"x",
        "shorter": right[:-1],
        "empty": b"",
    }
    server.files[path], server.honest = changes[change], honest
    wrong = lp.StorageError if change in ("shorter", "empty") and not honest else lp.CorruptionError
    with pytest.raises(wrong, match=r"a\.csv"):
        fetch(tmp_path)
    assert not (tmp_path / "a.csv").exists()
    server.files[path] = right
    fetch(tmp_path)
    assert_whole(tmp_path)


def test_an_answer_of_another_range(server: Served, tmp_path: Path) -> None:
    server.cut, server.range_text = [1000], "bytes 5-9/10"
    with pytest.raises(lp.CorruptionError, match="bytes 1000 to 125999 of 126000 expected"):
        fetch(tmp_path)


def test_nobody_answers(server: Served, tmp_path: Path) -> None:
    with serving({}) as gone:
        address = gone.address
    with pytest.raises(lp.StorageError, match="no answer"):
        fetch(tmp_path, mirror=address, tries=2)
    assert not server.asked


def test_mirrors(server: Served, tmp_path: Path) -> None:
    flat = {f"/raw/{path.rsplit('/', 1)[1]}": text for path, text in server.files.items()}
    with serving({**server.files, **flat}) as other:
        fetch(tmp_path / "1", mirror=other.address)
        template = other.address + "/raw/{path}"
        with pytest.raises(lp.StorageError, match=r"raw/data/a\.csv: HTTP 404"):
            fetch(tmp_path / "2", mirror=template)
        other.files |= {path.replace("/raw/", "/raw/data/"): text for path, text in flat.items()}
        fetch(tmp_path / "2", mirror=template)
    folder = tmp_path / "mirror" / "us/own/c0ffee/data"
    folder.mkdir(parents=True)
    for name, content in CONTENT.items():
        (folder / name).write_bytes(content)
    fetch(tmp_path / "3", mirror=str(tmp_path / "mirror"))
    for name in "123":
        assert_whole(tmp_path / name)
    assert not server.asked
    (folder / "a.csv").unlink()
    with pytest.raises(lp.StorageError, match=r"a\.csv: no such file"):
        fetch(tmp_path / "4", mirror=str(tmp_path / "mirror"))
    for mirror in ("ftp://host/x", "nowhere", "", "x" * 9000):
        with pytest.raises(lp.ConfigError, match="a folder, or an address") as caught:
            fetch(tmp_path / "5", mirror=mirror)
        assert len(str(caught.value)) < 300


def test_folders_that_cannot_be_written(server: Served, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(lp.StorageError, match="cannot write"):
        fetch(tmp_path / "file")
    (tmp_path / "a.csv.part").mkdir()
    with pytest.raises(lp.StorageError, match="cannot write"):
        fetch(tmp_path)
    assert len(server.asked) <= 1  # trouble here is not tried again


def test_one_at_a_time(server: Served, tmp_path: Path) -> None:
    lock = StoreLock(tmp_path / "fetch", "folder of data", lp.StoreLockedError)
    with pytest.raises(lp.StoreLockedError, match="folder of data is being written by process"):
        fetch(tmp_path)
    lock.release()
    fetch(tmp_path)
    assert server.asked


SCRIPT = """
import sys
from pathlib import Path
from latpred.downloads.transport import download
_, address, target, size, checksum = sys.argv
print("begun", flush=True)
download(address, Path(target), int(size), checksum, tries=1, timeout_s=30, pause_s=0,
         advance=lambda more: None)
"""


def test_ctrl_c_keeps_what_has_come(tmp_path: Path) -> None:
    """The server goes silent after 1,000 bytes."""
    content, target = CONTENT["a.csv"], tmp_path / "a.csv"
    checksum = hashlib.sha256(content).hexdigest()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        address = f"http://127.0.0.1:{listening.getsockname()[1]}/a.csv"
        words = [sys.executable, "-c", SCRIPT, address, str(target), str(len(content)), checksum]
        with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            listening.settimeout(60)
            client, _ = listening.accept()
            with client:
                head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(content)}\r\n\r\n".encode()
                client.sendall(head + content[:1000])
                part = tmp_path / "a.csv.part"
                while not part.exists() or part.stat().st_size < 1000:
                    assert process.poll() is None
                    time.sleep(0.01)
                process.send_signal(signal.SIGINT)
                _, errors = process.communicate()
    assert process.returncode not in (0, None)
    assert b"KeyboardInterrupt" in errors
    assert part.read_bytes() == content[:1000]
    assert not target.exists()
