"""What a figure cannot draw leaves nothing behind: no empty axes, no half of a picture."""

from __future__ import annotations

import runpy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import latpred as lp
import matplotlib.pyplot as plt
import numpy as np
import pytest
from latpred.plots.whole import whole
from matplotlib.figure import Figure

from tests.fuzz.arguments import Call, calls_of
from tools import example_rules as rules

FIGURES = rules.public_names([lp.plots])


@pytest.fixture(autouse=True)
def no_window(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    plt.switch_backend("Agg")
    monkeypatch.chdir(tmp_path)
    yield
    plt.close("all")


@pytest.fixture(scope="module")
def names() -> dict[str, Any]:
    return runpy.run_path(str(rules.SETUP))


def wrong_calls(call: Call) -> Iterator[tuple[tuple[Any, ...], dict[str, Any]]]:
    """The call with each argument but `ax` replaced by some of what does not belong there."""
    for name, args, keywords, _kind in call.others(step=4):
        if name not in ("ax", "title"):
            yield args, keywords


def test_the_names_are_the_figures() -> None:
    assert len(FIGURES) == len(lp.plots.__all__) > 40


@pytest.mark.filterwarnings("ignore")  # of what matplotlib draws from strange numbers
@pytest.mark.parametrize("name", FIGURES)
def test_refusals_leave_nothing(name: str, names: dict[str, Any]) -> None:
    recorded = calls_of(name, FIGURES[name], rules.example_of(FIGURES[name]) or "", names)
    assert recorded, "the example calls the figure"
    plt.close("all")
    kept = plt.figure()
    refused = 0
    for number, (args, keywords) in enumerate(wrong_calls(recorded[0])):
        ax = Figure().subplots() if number % 2 else None
        before = ax.get_children() if ax else []
        try:
            getattr(lp.plots, name.rpartition(".")[2])(*args, **keywords, ax=ax)
        except lp.LatpredError:
            refused += 1
            assert plt.get_fignums() == [kept.number]
            assert ax is None or ax.get_children() == before
        for opened in set(plt.get_fignums()) - {kept.number}:
            plt.close(opened)
    assert refused


def test_figures_of_results_leave_nothing() -> None:
    few = lp.example_table()[:9]
    for draw in (few.audit().plot, lambda: few.audit().figure()):
        with pytest.raises(lp.ConfigError, match="50 rows"):
            draw()
        assert not plt.get_fignums()


def test_interrupted_figures_leave_nothing() -> None:
    def draw(*, ax: Any = None) -> Any:
        ax = ax or plt.figure().subplots()
        ax.plot([1, 2])
        ax.legend(["a"])
        raise KeyboardInterrupt

    given = Figure().subplots()
    given.plot(np.arange(3))
    for keywords in ({}, {"ax": given}):
        with pytest.raises(KeyboardInterrupt):
            whole(draw)(**keywords)
    assert not plt.get_fignums()
    assert len(given.lines) == 1
    assert given.get_legend() is None
