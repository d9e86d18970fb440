"""Figures of transfer hold the numbers that they are given."""

from __future__ import annotations

import numpy as np
import pandas as pd
from latpred import plots
from matplotlib.figure import Figure


def summary() -> pd.DataFrame:
    rows = [
        {"task": task, "method": method, "samples": samples, "sampler": "method"}
        | {"spearman": score, "low": score - 0.1, "high": score + 0.05, "ceiling": 0.95}
        for task in ("F1", "F2")
        for method, base in (("best", 0.8), ("flops", 0.6))
        for samples, score in ((20, base + 0.1), (5, base))
    ]
    return pd.DataFrame(rows)


def test_curves_have_means_intervals_and_the_ceiling() -> None:
    ax = Figure().subplots()
    assert plots.transfer_curves(summary(), task="F2", ax=ax) is ax
    lines = {line.get_label(): line for line in ax.lines}
    assert list(lines) == ["best", "flops", "ceiling"]
    assert list(lines["best"].get_xdata()) == [5, 20]
    np.testing.assert_allclose(lines["best"].get_ydata(), [0.8, 0.9])
    heights = np.asarray(ax.collections[1].get_paths()[0].vertices)[:, 1]
    np.testing.assert_allclose([heights.min(), heights.max()], [0.5, 0.75])
    assert lines["ceiling"].get_ydata()[0] == 0.95
    assert ax.get_title("left") == "F2"


def test_curves_of_other_metrics_and_samplers() -> None:
    frame = summary().rename(columns={"spearman": "median_ape_percent"})
    frame = pd.concat([frame, frame.assign(sampler="random")])
    ax = plots.transfer_curves(frame, ax=Figure().subplots())
    labels = [line.get_label() for line in ax.lines]
    assert labels == ["best, method", "flops, method", "best, random", "flops, random"]
    assert ax.get_ylabel() == "median relative error (%)"


def test_bars_stand_beside_each_other() -> None:
    scores = {"best": {"a": 0.9, "b": 0.8}, "flops": {"a": 0.7}}
    ax = plots.transfer_devices(scores, {"a": 0.95, "b": 0.9}, ax=Figure().subplots())
    bars = [bar for group in ax.containers for bar in group]
    np.testing.assert_allclose([bar.get_height() for bar in bars], [0.9, 0.8, 0.7, np.nan])
    middles = [bar.get_x() + bar.get_width() / 2 for bar in bars]
    np.testing.assert_allclose(middles, [-0.2, 0.8, 0.2, 1.2])
    assert [line[0][1] for line in ax.collections[0].get_segments()] == [0.95, 0.9]


def test_the_legend_of_bars_hides_none() -> None:
    scores = {"best": {"a": 0.9, "b": 0.9}, "flops": {"a": 0.9, "b": 0.9}}
    ax = plots.transfer_devices(scores)
    ax.figure.canvas.draw()
    legend = ax.get_legend()
    assert legend is not None
    box = legend.get_window_extent()
    assert not any(box.overlaps(bar.get_window_extent()) for bar in ax.patches)
    assert box.x1 <= ax.figure.bbox.x1


def test_a_map_without_targets_has_no_legend() -> None:
    ax = plots.device_map([[0, 0], [1, 1]], ["a", "b"], ax=Figure().subplots())
    assert ax.get_legend() is None
