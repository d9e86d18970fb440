"""Pictures of searches show the searches' own numbers."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import latpred as lp
import numpy as np
import pytest
from latpred import plots
from matplotlib.figure import Figure


@pytest.fixture
def ax() -> Any:
    return Figure().subplots()


@pytest.fixture(scope="module")
def results() -> list[lp.SearchResult]:
    goals = {"kernels": "kernels", "macs": "macs"}
    space = lp.space("compofa-elastic")
    options: dict[str, Any] = {"population": 10, "generations": 3, "progress": False}
    return [
        lp.search(space, objectives=goals, maximise=["kernels"], seed=seed, **options)
        for seed in range(3)
    ]


def test_history_of_results(ax: Any, results: list[lp.SearchResult]) -> None:
    named = {f"seed {seed}": result for seed, result in enumerate(results)}
    plots.search_history(named, quantity="hypervolume", ax=ax)
    for line, result in zip(ax.lines, results, strict=True):
        np.testing.assert_array_equal(line.get_ydata(), result.history["hypervolume"])
    assert ax.get_ylabel() == "hypervolume"


def test_history_of_one_result(ax: Any, results: list[lp.SearchResult]) -> None:
    assert plots.search_history(results[0], ax=ax) is ax
    np.testing.assert_array_equal(ax.lines[0].get_ydata(), results[0].history["best"])
    with pytest.raises(lp.ConfigError, match="no 'speed'; known"):
        plots.search_history(results[0], quantity="speed", ax=ax)


def test_attainment_draws_three_surfaces(ax: Any, results: list[lp.SearchResult]) -> None:
    assert plots.attainment(results, ax=ax) is ax
    found = lp.attainment(results)
    drawn = [group.get_offsets() for group in ax.collections]
    for corners, wanted in zip(drawn, (found.best, found.median, found.worst), strict=True):
        np.testing.assert_array_equal(corners, wanted[:, ::-1])
    for line, points in zip(ax.lines, drawn, strict=True):
        path = list(zip(line.get_xdata(), line.get_ydata(), strict=True))
        assert set(map(tuple, points)) <= set(path)
        # Steps: from one point to the next only one coordinate changes.
        assert all(a[0] == b[0] or a[1] == b[1] for a, b in pairwise(path))
    assert [text.get_text() for text in ax.get_legend().get_texts()] == [
        "best of 3",
        "median of 3",
        "worst of 3",
    ]
    ax.figure.savefig("/dev/null", format="png")
