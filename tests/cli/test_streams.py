"""Where the command writes to: pipes that end, full disks, closed streams, other encodings."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from latpred.cli import terminal
from latpred.cli.common import show

WORDS = [sys.executable, "-m", "latpred.cli"]
ASCII = {"LC_ALL": "POSIX", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}


def shell(line: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """A line of a shell in which `latpred` is the command."""
    command = " ".join(map("'{}'".format, WORDS))
    script = f'latpred() {{ {command} "$@"; }}; {line}'
    return subprocess.run(
        ["bash", "-c", script], capture_output=True, encoding="utf-8", errors="replace",
        env=os.environ | environment, check=False,
    )  # fmt: skip


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_full_disk_is_one_line() -> None:
    done = shell("latpred spaces --json > /dev/full")
    assert done.returncode == 2
    assert done.stderr == "latpred: the output cannot be written: No space left on device\n"


def test_ends_of_pipes_and_closed_streams_say_nothing() -> None:
    cut = shell("latpred device-generic devices --json | head -c 20")
    assert (len(cut.stdout), cut.stderr) == (20, "")
    closed = shell("latpred spaces >&-")
    assert (closed.returncode, closed.stderr) == (0, "")
    silent = shell("latpred sample no-such-space 2>&-")
    assert (silent.returncode, silent.stdout) == (2, "")


def test_an_encoding_without_all_letters() -> None:
    shown = shell("latpred spaces", **ASCII)
    assert shown.returncode == 0
    assert "?" in shown.stdout
    assert shown.stderr == ""
    wrong = shell("latpred sample größe", **ASCII)
    assert wrong.returncode == 2
    assert wrong.stderr.startswith("latpred: unknown space 'gr")
    assert len(wrong.stderr.splitlines()) == 1


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "utf-8"])
def test_json_is_whole_in_any_encoding(encoding: str, monkeypatch: pytest.MonkeyPatch) -> None:
    document = {"space": "größe–1", "rows": ["\U0001f600", "µs"]}
    written = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(written, encoding=encoding))
    show(document, True)
    terminal.take_any_text()
    print("–µ\U0001f600")
    terminal.flush()
    first, second = written.getvalue().decode(encoding).splitlines()
    assert json.loads(first) == document
    assert second.count("?") == {"ascii": 3, "cp1252": 1, "utf-8": 0}[encoding]
