"""Figures of block profiles hold the numbers that they are given."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from latpred import plots
from latpred.errors import ConfigError
from matplotlib.figure import Figure

BLOCKS = {"e3k3": (3, 3), "e3k5": (3, 5), "e6k3": (6, 3), "e6k5": (6, 5)}


def effects(metrics: tuple[str, ...] = ("latency",)) -> pd.DataFrame:
    """2 units of 2 layers, in an order that is not that of units; effects 0, 1, 2, ..."""
    places = [(unit, layer) for unit in (1, 0) for layer in (0, 1)]
    rows = [
        {"metric": metric, "unit": u, "layer": k, "place": f"u{u}.l{k}", "block": block}
        | {"effect": float(8 * u + 4 * k + number), "q05": number - 3.0, "q95": number + 9.0}
        for metric in metrics
        for u, k in places
        for number, block in enumerate(BLOCKS)
    ]
    frame = pd.DataFrame(rows)
    for name, off in {"low": -0.5, "high": 0.5, "family_low": -2, "family_high": 2}.items():
        frame[name] = frame["effect"] + off
    return frame


def random(*metrics: str) -> pd.DataFrame:
    return pd.DataFrame({"metric": metrics, "sd": 4.0, "q05": -1.0, "q95": 8.0})


def block_means(**attributes: Any) -> pd.DataFrame:
    frame = pd.DataFrame({"metric": "latency", "block": list(BLOCKS), "mean": [1.0, 2.0, 3.0, 4.0]})
    frame = frame.assign(low=frame["mean"] - 0.25, high=frame["mean"] + 0.25)
    return frame.assign(**attributes)


def cells(ax: Any) -> np.ndarray:
    (image,) = ax.images
    return np.ma.filled(image.get_array(), np.nan)


def labels(axis: Any) -> list[str]:
    return [text.get_text() for text in axis.get_ticklabels()]


def test_a_heat_map_has_expansions_down_and_kernels_across() -> None:
    means = block_means(expand=[3, 3, 6, 6], kernel=[3, 5, 3, 5])
    ax = Figure().subplots()
    assert plots.block_heatmap(means.iloc[::-1], unit="ms", ax=ax) is ax
    np.testing.assert_array_equal(cells(ax), [[3, 4], [1, 2]])
    assert (labels(ax.yaxis), labels(ax.xaxis)) == (["6", "3"], ["3", "5"])
    assert ax.texts[0].get_text() == "3.00\n± 0.25"
    assert ax.get_title("left") == "latency (ms)"


def test_a_heat_map_leaves_missing_blocks_empty() -> None:
    means = block_means(expand=[3, 3, 6, 6], kernel=[3, 5, 3, 5]).iloc[:3]
    ax = plots.block_heatmap(means, ax=Figure().subplots())
    np.testing.assert_array_equal(cells(ax), [[3, np.nan], [1, 2]])
    assert len(ax.texts) == 3


def test_widths_stand_down_where_blocks_have_them() -> None:
    means = block_means(width=[0, 0, 1, 1], expand=[0.2, 0.25, 0.2, 0.25])
    ax = plots.block_heatmap(means, ax=Figure().subplots())
    assert (ax.get_ylabel(), ax.get_xlabel()) == ("width", "expand")
    assert labels(ax.xaxis) == ["0.2", "0.25"]


@pytest.mark.parametrize(
    "attributes",
    [{}, {"operation": list("abcd")}, {"kernel": [3, 3, 5, 5], "expand": [3, 3, 6, 6]}],
    ids=["none", "one", "not one block a cell"],
)
def test_other_blocks_stand_one_by_one(attributes: dict[str, Any]) -> None:
    ax = plots.block_heatmap(block_means(**attributes), ax=Figure().subplots())
    np.testing.assert_array_equal(cells(ax), [[1], [2], [3], [4]])
    assert labels(ax.yaxis) == list(BLOCKS)


def test_a_mean_without_interval_has_none() -> None:
    means = block_means().assign(low=np.nan)
    ax = plots.block_heatmap(means, ax=Figure().subplots())
    assert ax.texts[0].get_text() == "1"


def test_large_numbers_are_in_millions() -> None:
    means = block_means()
    means[["mean", "low", "high"]] *= 2e6
    ax = plots.block_heatmap(means, unit="B", ax=Figure().subplots())
    np.testing.assert_array_equal(cells(ax), [[2], [4], [6], [8]])
    assert (ax.get_title("left"), ax.texts[0].get_text()) == ("latency (million B)", "2.00\n± 0.50")


def test_lines_are_by_unit_layer_and_block() -> None:
    ax = plots.placement_lines(effects(), random("latency"), unit="ms", ax=Figure().subplots())
    named = {line.get_label(): line for line in ax.lines}
    np.testing.assert_array_equal(named["mean"].get_ydata(), np.arange(16))
    # Of the percentiles, the shift against that of random networks.
    np.testing.assert_array_equal(named["5 %"].get_ydata()[:4], [-2, -1, 0, 1])
    np.testing.assert_array_equal(named["95 %"].get_ydata()[:4], [1, 2, 3, 4])
    dividers = {line.get_xdata()[0]: line.get_linestyle() for line in ax.lines[4:]}
    assert dividers == {3.5: "--", 7.5: "-", 11.5: "--"}
    assert labels(ax.xaxis) == ["unit 0", "unit 1"]
    band = np.asarray(ax.collections[0].get_paths()[0].vertices)
    assert (band[:, 1].min(), band[:, 1].max()) == (-0.5, 15.5)
    assert ax.get_ylabel() == "effect on latency (ms)"


@pytest.mark.parametrize("base", [None, random("other")], ids=["none", "of another metric"])
def test_lines_without_percentiles(base: pd.DataFrame | None) -> None:
    ax = plots.placement_lines(effects(), base, ax=Figure().subplots())
    assert not {"5 %", "95 %"} & {line.get_label() for line in ax.lines}
    unknown = effects().assign(q05=np.nan, q95=np.nan)
    ax = plots.placement_lines(unknown, random("latency"), ax=Figure().subplots())
    assert not {"5 %", "95 %"} & {line.get_label() for line in ax.lines}


def test_maps_of_layers() -> None:
    ax = plots.layer_map(effects(), ax=Figure().subplots())
    np.testing.assert_array_equal(cells(ax), [[1.5, 5.5], [9.5, 13.5]])
    ax = plots.layer_map(effects(), show="range", ax=Figure().subplots())
    np.testing.assert_array_equal(cells(ax), [[3, 3], [3, 3]])
    assert labels(ax.xaxis) == ["layer 0", "layer 1"]
    missing = effects().query("unit != 1 or layer != 1")
    ax = plots.layer_map(missing, ax=Figure().subplots())
    assert np.isnan(cells(ax)[1, 1])


def test_what_is_outside_units() -> None:
    """The stem of ResNet50, whose widths are fixed too."""
    frame = pd.concat([effects().iloc[:2].assign(unit=-1, layer=-1), effects()])
    ax = plots.layer_map(frame, ax=Figure().subplots())
    assert cells(ax).shape == (2, 2)
    ax = plots.placement_lines(frame, ax=Figure().subplots())
    assert labels(ax.xaxis) == ["others", "unit 0", "unit 1"]
    with pytest.raises(ConfigError, match="no placement in a unit"):
        plots.layer_map(frame.iloc[:2])


def test_a_forest_has_the_largest_effects_and_says_which_are_unsure() -> None:
    frame = effects()
    frame["effect"] *= -1
    frame[["family_low", "family_high"]] = np.stack([frame["effect"] - 2, frame["effect"] + 2], 1)
    ax = plots.effect_forest(frame, count=15, ax=Figure().subplots())
    names = labels(ax.yaxis)
    assert (names[0], len(names)) == ("u1.l1 e6k5", 15)
    sure, unsure = ax.containers
    assert (sure.get_label(), unsure.get_label()) == ("differs from zero", "may be zero")
    np.testing.assert_array_equal(unsure[0].get_xdata(), [-2, -1])  # 2 +- 2 reaches zero
    bars = sure[2][0].get_segments()[0]
    np.testing.assert_array_equal(bars[:, 0], [-17, -13])


def test_depth_effects_are_bars_by_layer() -> None:
    depth = effects().groupby(["metric", "unit", "layer"], as_index=False).mean(True)
    ax = plots.depth_effects(depth, unit="ms", ax=Figure().subplots())
    np.testing.assert_array_equal([bar.get_height() for bar in ax.patches], [1.5, 5.5, 9.5, 13.5])
    assert labels(ax.xaxis) == ["u0.l0", "u0.l1", "u1.l0", "u1.l1"]


def test_shares_are_stacked() -> None:
    shares = pd.DataFrame(
        [
            ("a", "u0", "unit", 0.25),
            ("a", "u1", "unit", 0.5),
            ("b", "u1", "unit", -0.01),
            ("a", "depth", "factor", 0.7),
            ("b", "u0", "unit", 0.75),
        ],
        columns=["metric", "group", "kind", "share"],
    )
    ax = plots.variance_shares(shares, ax=Figure().subplots())
    widths = {box.get_label(): [bar.get_width() for bar in box] for box in ax.containers}
    assert widths == {"u0": [0.25, 0.75], "u1": [0.5, 0.0]}
    starts = [bar.get_x() for bar in ax.containers[1]]
    assert starts == [0.25, 0.75]
    ax = plots.variance_shares(shares, ["b"], ax=Figure().subplots())
    assert labels(ax.yaxis) == ["b"]
    with pytest.raises(ConfigError, match="none of kind 'layer'; there are: unit, factor"):
        plots.variance_shares(shares, kind="layer")


def test_many_groups_leave_room_for_bars() -> None:
    groups = [f"unit {number} x expansion and kernel" for number in range(30)]
    shares = pd.DataFrame({"metric": "a", "group": groups, "kind": "unit", "share": 1 / 30})
    ax = plots.variance_shares(shares)
    ax.figure.canvas.draw()  # warns, which is an error, where the axes collapse
    assert ax.get_window_extent().width > 100


def test_metrics_stand_beside_each_other_in_standard_deviations() -> None:
    frame = effects(("latency", "accuracy"))
    ax = plots.metric_effects(frame, random("latency", "accuracy"), count=3, ax=Figure().subplots())
    first, second = ax.containers
    np.testing.assert_array_equal(first[0].get_xdata(), [15 / 4, 14 / 4, 13 / 4])
    assert (np.diff([first[0].get_ydata(), second[0].get_ydata()], axis=0) > 0).all()
    assert labels(ax.yaxis)[0] == "u1.l1 e6k5"


def test_agreement_is_spearman_s_of_effects() -> None:
    frame = effects(("a", "b", "c"))
    frame.loc[frame["metric"] == "b", "effect"] **= 3
    frame.loc[frame["metric"] == "c", "effect"] *= -1
    ax = plots.metric_agreement(frame, ax=Figure().subplots())
    np.testing.assert_allclose(cells(ax), [[1, 1, -1], [1, 1, -1], [-1, -1, 1]])
    ax = plots.metric_agreement(frame, ["c", "a"], ax=Figure().subplots())
    assert labels(ax.yaxis) == ["c", "a"]


def test_agreement_holds_against_scipy() -> None:
    from scipy.stats import spearmanr

    frame = effects(("a", "b"))
    frame["effect"] = np.random.default_rng(0).normal(size=len(frame)).round(1)
    values = cells(plots.metric_agreement(frame, ax=Figure().subplots()))
    expected = spearmanr(*(frame.loc[frame["metric"] == name, "effect"] for name in "ab"))
    np.testing.assert_allclose(values[0, 1], expected.statistic)


@pytest.mark.parametrize(
    ("draw", "message"),
    [
        (
            lambda f: plots.placement_lines(f, metric="power" * 99),
            r"no metric 'powerpower[^\n]{0,120}$",
        ),
        (lambda f: plots.effect_forest(f.iloc[:0]), "rows expected"),
        (lambda f: plots.effect_forest(f.drop(columns="family_low")), "column 'family_low'"),
        (lambda f: plots.layer_map(f, show="sum"), "expected 'effect' or 'range'"),
        (lambda f: plots.metric_agreement(f, ["latency", "x"]), "no metric 'x'"),
        (lambda f: plots.metric_effects(f, random("other")), "no metric 'latency'"),
    ],
)
def test_what_cannot_be_drawn(draw: Any, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        draw(effects())


def test_names_are_no_formulas() -> None:
    """What stands between dollar signs in a name is not set as mathematics, which may fail."""
    name = r"$\frac{$ a"
    frame = effects((name, "b")).assign(block=name, place=name)
    means = block_means().assign(metric=name, block=[f"{name}{i}" for i in range(4)])
    shares = pd.DataFrame({"metric": [name], "group": [name], "kind": ["unit"], "share": [0.5]})
    depth = effects((name,)).groupby(["metric", "unit", "layer"], as_index=False).mean(True)
    drawn = [
        lambda ax: plots.block_heatmap(means, unit=name, ax=ax),
        lambda ax: plots.placement_lines(frame, unit=name, ax=ax),
        lambda ax: plots.layer_map(frame, ax=ax),
        lambda ax: plots.effect_forest(frame, ax=ax),
        lambda ax: plots.depth_effects(depth, ax=ax),
        lambda ax: plots.variance_shares(shares, ax=ax),
        lambda ax: plots.metric_effects(frame, random(name, "b"), ax=ax),
        lambda ax: plots.metric_agreement(frame, ax=ax),
    ]
    for draw in drawn:
        ax = Figure().subplots()
        draw(ax)
        ax.figure.canvas.draw()
