"""System calls of a forked process, counted, made to fail or to kill it, by strace."""

from __future__ import annotations

import functools
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

# Everything by which SQLite and the lock change what is on disk.
WRITES = ["pwrite64", "write", "fsync", "fdatasync", "unlink", "ftruncate", "rename"]


def traced(work: Callable[[], None], *options: str) -> int:
    """Run `work` in a forked process under strace with these options; its exit status."""
    strace = shutil.which("strace")
    assert strace is not None
    ready, go = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(go)
        os.read(ready, 1)
        code = 99
        try:
            work()
            code = 0
        finally:
            os._exit(code)
    os.close(ready)
    tracer = subprocess.Popen(
        [strace, "-qq", "-p", str(pid), *options],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    attached = False
    while not attached and tracer.poll() is None:
        attached = "TracerPid:\t0" not in Path(f"/proc/{pid}/status").read_text()
        time.sleep(0.001)
    # strace attaches in two steps and sees nothing between them. A signal, that does nothing else,
    # stops an attached process until strace has taken the second.
    os.kill(pid, signal.SIGCONT)
    os.write(go, b"x")
    os.close(go)
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    _, text = tracer.communicate()
    assert attached, text.decode()
    return status


def counted(work: Callable[[], None]) -> Counter[str]:
    """How often `work` makes each of the system calls that write."""
    with tempfile.NamedTemporaryFile() as log:
        assert traced(work, "-o", log.name, "-e", f"trace={','.join(WRITES)}") == 0
        lines = Path(log.name).read_text().splitlines()
    return Counter(m[1] for line in lines if (m := re.match(r"(\w+)\(", line)))


@functools.cache
def why_not() -> str:
    """Why processes cannot be traced here; empty if they can."""
    if shutil.which("strace") is None:
        return "strace is not installed"
    try:
        found = traced(lambda: None, "-o", os.devnull, "-e", "inject=fsync:error=EIO:when=1")
    except AssertionError as error:
        return f"processes cannot be traced: {str(error).splitlines()[0]}"
    return "" if found == 0 else "strace does not work"


@pytest.fixture(autouse=True)
def needs_strace() -> None:
    """Skips with the reason where processes cannot be traced."""
    if why_not():
        pytest.skip(why_not())
