"""Learning curves in equal budgets."""

from __future__ import annotations

from typing import Any

import latpred as lp
import matplotlib as mpl
import numpy as np
import pytest
from latpred import plots
from latpred.evaluation.learning import LearningCurve

mpl.use("Agg")
SPACE = lp.space("ofa-mobilenetv3")
SEEN: list[np.ndarray] = []


def table(count: int = 400, seed: int = 0) -> lp.LatencyTable:
    archs = SPACE.sample(count, seed=seed)
    costs = 2 + np.asarray(SPACE.count(archs)["macs"], dtype=float) * 1e-8
    return lp.LatencyTable(archs, costs * np.random.default_rng(seed).uniform(0.9, 1.1, count))


class Watching(lp.FlopsPredictor):
    """Remembers the rows of each fit."""

    def fit(self, table: Any, latency_ms: Any = None) -> Watching:
        SEEN.append(np.sort(table.hashes))
        return super().fit(table, latency_ms)


def test_equal_nested_budgets_and_no_leak() -> None:
    rows = table()
    runs = []
    for _ in range(2):
        SEEN.clear()
        curve = lp.learning_curve(Watching(), rows, sizes=(10, 40, 300), repeats=2, seed=3)
        runs.append(list(SEEN))
    for first, second in zip(*runs, strict=True):
        np.testing.assert_array_equal(first, second)
    assert [len(seen) for seen in runs[0]] == [10, 40, 300] * 2
    assert set(runs[0][0]) < set(runs[0][1]) < set(runs[0][2])
    assert set(runs[0][0]) != set(runs[0][3])
    assert curve.errors.shape == (3, 2)
    assert curve.test_rows + 320 == len(rows)
    assert curve.mean[2] < curve.mean[0]
    assert len(str(curve).splitlines()) == 3


def test_what_repeats_came_to_is_numpys() -> None:
    errors = np.random.default_rng(0).lognormal(size=(4, 3))
    curve = LearningCurve("x", (1, 2, 3, 4), errors, "mae_ms", 9)
    np.testing.assert_allclose(curve.mean, errors.mean(axis=1), rtol=1e-15)
    for line, row in zip(str(curve).splitlines(), errors, strict=True):
        assert f"mae_ms {row.mean():.4g} ({row.min():.4g} to {row.max():.4g})" in line
    errors[2, 1] = np.nan
    gap = LearningCurve("x", (1, 2, 3, 4), errors, "mae_ms", 9)
    np.testing.assert_array_equal(np.isnan(gap.mean), [False, False, True, False])
    with pytest.raises(lp.DataError, match="repeats"):
        assert LearningCurve("x", (1,), np.zeros((1, 0)), "mae_ms", 9).mean


def test_rows_to_judge_by() -> None:
    rows, test = table(), table(50, seed=9)
    curve = lp.learning_curve(
        lp.FlopsPredictor(), rows, sizes=(400,), repeats=1, test=test, metric="mape_percent"
    )
    model = lp.FlopsPredictor().fit(rows)
    expected = lp.evaluate(test.latency_ms, model.predict(test.archs))["mape_percent"]
    assert curve.errors[0, 0] == pytest.approx(expected)


def test_errors() -> None:
    with pytest.raises(lp.DataError, match="sizes"):
        lp.learning_curve(lp.FlopsPredictor(), table(20), sizes=(17,))
    with pytest.raises(lp.ConfigError, match="mae_ms"):
        lp.learning_curve(lp.FlopsPredictor(), table(20), sizes=(5,), metric="speed")
    with pytest.raises(lp.ConfigError):
        plots.learning_curves([])


def test_figures() -> None:
    curve = lp.learning_curve(lp.FlopsPredictor(), table(), sizes=(10, 100), repeats=2)
    ax = plots.learning_curves([curve, curve])
    assert len(ax.lines) == 2
    np.testing.assert_allclose(ax.lines[0].get_ydata(), curve.mean)
    assert curve.plot(ax=ax) is ax
    mpl.pyplot.close(ax.figure)
    ax = plots.intervals([1.0, 2.0, 9.0], [0.5, 1.5, 2.5], [1.5, 2.5, 3.5])
    assert "66.7" in ax.get_legend_handles_labels()[1][1]
    mpl.pyplot.close(ax.figure)
    with pytest.raises(lp.ConfigError):
        plots.intervals([1.0], [], [])
