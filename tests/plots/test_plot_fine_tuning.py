"""The figure of fine-tuning curves holds the mean errors, and the spread of repeats."""

from __future__ import annotations

import latpred as lp
import numpy as np
from latpred import plots
from matplotlib.figure import Figure


def made_up() -> lp.FineTuningCurve:
    errors = np.array([[[1.0, 3.0], [0.5, 0.7]], [[4.0, np.nan], [2.0, 2.4]]])
    return lp.FineTuningCurve(("auto", "legacy"), (10, 100), errors, np.ones((2, 2, 2)))


def test_lines_are_means_and_bands_are_ranges() -> None:
    ax = Figure().subplots()
    assert plots.fine_tuning_curves(made_up(), ax=ax) is ax
    lines = {line.get_label(): line for line in ax.lines}
    np.testing.assert_allclose(lines["auto"].get_xdata(), [10, 100])
    np.testing.assert_allclose(lines["auto"].get_ydata(), [2.0, 0.6])
    np.testing.assert_allclose(lines["legacy"].get_ydata(), [4.0, 2.2])  # without the gap
    assert lines["legacy"].get_linestyle() == "--"
    heights = [np.asarray(band.get_paths()[0].vertices)[:, 1] for band in ax.collections]
    assert (heights[0].min(), heights[0].max()) == (0.5, 3.0)
    assert (heights[1].min(), heights[1].max()) == (2.0, 4.0)
    assert [tick.get_text() for tick in ax.get_xticklabels()] == ["10", "100"]
    assert ax.get_ylabel() == "MAE (ms)"


def test_curves_draw_themselves_and_read_as_a_table() -> None:
    ax = Figure().subplots()
    assert made_up().plot(ax) is ax
    head, auto, legacy = repr(made_up()).splitlines()
    assert head.split() == ["MAE,", "ms", "10", "100"]
    assert auto.split() == ["auto", "2.000", "0.600"]
    assert legacy.split() == ["legacy", "nan", "2.200"]
