"""Ctrl-C ends every long call: each asks often enough whether to stop, and stops where told to."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest
from latpred._core import base

from tests.base.long_calls import CALLS


@pytest.mark.parametrize("name", CALLS)
def test_every_long_call_stops_when_told(name: str) -> None:
    call = CALLS[name]()
    call()  # what is made once is made
    with base.PollProbe() as probe:
        call()
    assert probe.polls > 0, "it never asks whether to stop"
    for stop in sorted({1, (probe.polls + 1) // 2, probe.polls}):
        with base.PollProbe(interrupt_at=stop), pytest.raises(KeyboardInterrupt):
            call()
    call()


LONG = {
    "sample": "any(space.sample(10**6, seed=0) is None for _ in iter(int, 1))",
    "count": "[space.count(archs, threads=1) for _ in iter(int, 1)]",
    "search": "lp.search(space, objective=lambda a: a.genes.sum(1), generations=10**9)",
}


@pytest.mark.parametrize("name", LONG)
def test_a_real_interrupt_ends_the_call(name: str, tmp_path: Path) -> None:
    """Without limits of time: the call alone would not end before the test's own patience."""
    code = (
        "import latpred as lp\n"
        "space = lp.space('ofa-mobilenetv3')\n"
        "archs = space.sample(20_000, seed=0)\n"
        "print('begins', flush=True)\n"
        f"{LONG[name]}\n"
    )
    command = [sys.executable, "-c", code]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=tmp_path
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "begins\n"
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=600)
    assert errors.strip().splitlines()[-1] == "KeyboardInterrupt"
    assert process.returncode in (1, -signal.SIGINT)
