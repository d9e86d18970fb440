"""Demos on a machine whose latencies are known."""

from __future__ import annotations

from pathlib import Path

import pytest
from latpred import demo
from latpred.demo import page as demo_page
from matplotlib.figure import Figure

from tests.demo.machine import Machine, Make, run_in


@pytest.fixture
def make(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Make:
    """Runs demos that draw one small figure in the place of all: `usual` has the real ones."""
    ax = Figure(figsize=(1, 1)).subplots()
    drawn = dict.fromkeys(("limits", "front", "latencies", "encoding", "scatter"), ax)
    drawn |= dict.fromkeys(("residuals", "times", "history"), ax)
    monkeypatch.setattr(demo_page, "_figures", lambda _: drawn)
    return lambda *given: run_in(tmp_path / "demo", *given)


@pytest.fixture(scope="module")
def usual(tmp_path_factory: pytest.TempPathFactory) -> demo.DemoRun:
    """On a machine that does not change."""
    return run_in(tmp_path_factory.mktemp("usual") / "demo", Machine())
