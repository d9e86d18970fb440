"""Figures hold the numbers they were given, on the axes they were given."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import latpred as lp
import matplotlib as mpl
import numpy as np
import pytest
from latpred import plots
from latpred.plots import style as plot_style
from matplotlib.figure import Figure

MEASURED = np.array([10.0, 20.0, 30.0, 40.0])
PREDICTED = np.array([11.0, 19.0, 30.0, 44.0])
ONE_HOT = np.zeros(128)
ONE_HOT[[0, 61, 127]] = 1

CALLS: dict[str, Callable[[Any], Any]] = {
    "scatter": lambda ax: plots.predicted_against_measured(
        MEASURED, PREDICTED, low_ms=MEASURED - 1, high_ms=MEASURED + 1, label="n", ax=ax
    ),
    "residuals": lambda ax: plots.residuals(MEASURED, PREDICTED, baselines={"b": MEASURED}, ax=ax),
    "histogram": lambda ax: plots.latency_histogram(MEASURED, [160, 160, 224, 176], ax=ax),
    "front": lambda ax: plots.front(
        [20, 10], [75, 70], others={"o": ([10], [69])}, cloud=(MEASURED, PREDICTED), ax=ax
    ),
    "history": lambda ax: plots.search_history({"20 ms": np.arange(60.0), "30 ms": [1]}, ax=ax),
    "limits": lambda ax: plots.limits(
        [10, 20], [9, 21], [9.5, 19], low_ms=[8, 20], high_ms=[10, 22], ax=ax
    ),
    "training": lambda ax: plots.loss_curves(
        {"a": {"validation_mae": [3.0, 1.0, 2.0]}}, best_epochs={"a": 1}, ax=ax
    ),
    "times": lambda ax: plots.query_times({"measure": 1.5, "predict": 2e-6}, ax=ax),
    "encoding": lambda ax: plots.encoding(ONE_HOT, ax=ax),
}


@pytest.fixture
def ax() -> Any:
    return Figure().subplots()


@pytest.fixture(autouse=True)
def no_window() -> Iterator[None]:
    mpl.use("Agg")
    yield
    import matplotlib.pyplot as plt

    plt.close("all")


@pytest.mark.parametrize("name", CALLS)
def test_draws_on_the_given_axes(name: str, ax: Any) -> None:
    assert CALLS[name](ax) is ax
    assert ax.get_xlabel() or name == "encoding"
    assert ax.get_title(loc="left")
    ax.figure.savefig("/dev/null", format="png")


@pytest.mark.parametrize("name", CALLS)
def test_makes_axes_where_none(name: str) -> None:
    import matplotlib.pyplot as plt

    before = dict(mpl.rcParams)
    first, second = CALLS[name](None), CALLS[name](None)
    assert first.figure is not second.figure
    assert len(plt.get_fignums()) == 2
    assert dict(mpl.rcParams) == before


def test_scatter_holds_the_pairs(ax: Any) -> None:
    plots.predicted_against_measured(MEASURED, PREDICTED, ax=ax)
    drawn = ax.collections[-1].get_offsets()
    assert np.array_equal(drawn, np.column_stack([MEASURED, PREDICTED]))
    assert "ms" in ax.get_xlabel()
    assert ax.get_xlim() == ax.get_ylim()


def test_residuals_are_relative(ax: Any) -> None:
    plots.residuals(MEASURED, PREDICTED, label="mine", ax=ax)
    drawn = ax.collections[0].get_offsets()
    assert np.allclose(drawn[:, 1], [10, -5, 0, 10])
    assert ax.get_legend_handles_labels()[1] == ["mine: median 7.5 %"]


def test_histogram_counts_everything_once(ax: Any) -> None:
    plots.latency_histogram(MEASURED, [160, 160, 224, 176], ax=ax)
    tops = [bar.get_y() + bar.get_height() for bar in ax.patches]
    heights = sum(bar.get_height() for bar in ax.patches)
    assert heights == len(MEASURED)
    assert max(tops) <= len(MEASURED)
    assert ax.get_legend_handles_labels()[1] == ["160 × 160", "176 × 176", "224 × 224"]


def test_front_is_in_order_of_latency(ax: Any) -> None:
    plots.front([20, 10, 15], [75, 70, 73], ax=ax)
    (line,) = ax.lines
    assert list(line.get_xdata()) == [10, 15, 20]
    assert list(line.get_ydata()) == [70, 73, 75]


def test_limits_tell_over_from_under_by_the_whole_interval(ax: Any) -> None:
    low, high = [8.8, 20.5, 29.8, 30.0], [9.2, 21.5, 30.2, 30.0]
    plots.limits([10, 20, 30, 30], [9, 21, 30, 30], [9] * 4, low_ms=low, high_ms=high, ax=ax)
    drawn = {group.get_label(): group.get_offsets() for group in ax.collections}
    assert np.allclose(drawn["measured: under"], [[0, 90], [3, 100]])
    assert np.allclose(drawn["measured: over"], [[1, 105]])
    assert np.allclose(drawn["measured: not distinguishable"], [[2, 100]])


def test_limits_without_intervals_tell_nothing(ax: Any) -> None:
    plots.limits([10, 10], [9, 11], [9, 9], ax=ax)
    words = ax.get_legend_handles_labels()[1]
    assert [word for word in words if word.startswith("measured")] == ["measured: no interval"]


def test_query_times_have_units(ax: Any) -> None:
    plots.query_times({"measure": 1.5, "predict": 3e-6}, ax=ax)
    texts = [text.get_text() for text in ax.texts]
    assert texts == ["1.5 s", "3 µs"]


def test_encoding_shows_set_bits(ax: Any) -> None:
    plots.encoding(ONE_HOT, ax=ax)
    empty = mpl.colors.to_rgba(plot_style.EMPTY)
    filled = [patch.get_xy() for patch in ax.patches if patch.get_facecolor() != empty]
    assert len(ax.patches) == 128
    assert [(int(x), int(y)) for x, y in filled] == [(0, 0), (0, 5), (14, 8)]


def test_encoding_of_another_length_is_refused() -> None:
    with pytest.raises(lp.ConfigError, match="131"):
        plots.encoding(np.zeros(131))


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(2.5, "2.5 s"), (0.00125, "1.25 ms"), (2e-6, "2 µs"), (3.2e-8, "32 ns")],
)
def test_time_text(seconds: float, text: str) -> None:
    assert plot_style.time_text(seconds) == text


@pytest.mark.parametrize(
    ("ratio", "text"),
    [(1.53, "1.5"), (9.96, "10"), (65432, "65,000"), (4.3e7, "43 million"), (2e9, "2 billion")],
)
def test_times_text(ratio: float, text: str) -> None:
    assert plot_style.times_text(ratio) == text


def test_import_is_lazy() -> None:
    code = "import sys, latpred.plots, latpred.report; print('matplotlib' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_loss_curves_hold_every_epoch(ax: Any) -> None:
    histories = {
        "a": {"validation_mae": np.array([3.0, 1.0, 2.0]), "train_loss": [9.0, 8.0, 7.0]},
        "b": {"validation_mae": np.array([4.0, 2.5])},
    }
    plots.loss_curves(histories, best_epochs={"a": 1}, ax=ax)
    first, mark, second = ax.lines
    assert np.array_equal(first.get_xydata(), [[1, 3], [2, 1], [3, 2]])
    assert np.array_equal(mark.get_xydata(), [[2, 1]])
    assert np.array_equal(second.get_ydata(), [4, 2.5])
    assert "kept: epoch 2, 1" in [text.get_text() for text in ax.get_legend().get_texts()]
    assert ax.get_yscale() == "log"
    assert "ms" in ax.get_ylabel()


def test_loss_curves_tell_what_is_missing(ax: Any) -> None:
    with pytest.raises(lp.ConfigError, match="no history"):
        plots.loss_curves({}, ax=ax)
    with pytest.raises(lp.ConfigError, match=r"'a' has no 'mape'; known: .*train_loss"):
        plots.loss_curves({"a": {"train_loss": [1.0]}}, quantity="mape", ax=ax)
