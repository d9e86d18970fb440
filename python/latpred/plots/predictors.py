"""Figures of predictors: error against rows, intervals, case studies, costs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from latpred.errors import ConfigError
from latpred.plots import style
from latpred.plots.given import bounds, latencies
from latpred.plots.protocols import Cases, Compared, Costs, Curve
from latpred.plots.style import BLUE, GREY, ORANGE, SKY

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def learning_curves(
    curves: Curve | Sequence[Curve],
    *,
    title: str | None = "Error against training rows",
    ax: Axes | None = None,
) -> Axes:
    """Draw the mean error of each curve against rows; the range of the repetitions is shaded.

    Raises:
        ConfigError: For no curve, or curves of different metrics.

    Example:
        >>> curve = lp.learning_curve(lp.FlopsPredictor(), table, sizes=(5, 10), repeats=2)
        >>> lp.plots.learning_curves([curve]).get_xlabel()
        'training rows'
    """
    curves = [curves] if not isinstance(curves, Sequence) else list(curves)
    of = {getattr(curve, "metric", None) for curve in curves}
    if len(of) != 1 or None in of:
        raise ConfigError("learning_curves: one or more curves of one metric expected")
    ax = style.axes(ax)
    for place, curve in enumerate(curves):
        color, marker = (BLUE, "o") if place == 0 else style.series_style(place - 1)
        ax.plot(curve.sizes, curve.mean, color=color, marker=marker, label=curve.name)
        low, high = curve.errors.min(axis=1), curve.errors.max(axis=1)
        ax.fill_between(curve.sizes, low, high, color=color, alpha=0.15, linewidth=0)
    ax.set_xscale("log")
    ax.set_yscale("log")
    ax.xaxis.set_major_formatter("{x:g}")
    ax.yaxis.set_major_formatter("{x:g}")
    ax.set(xlabel="training rows", ylabel=curves[0].metric.replace("_", " "))
    return style.tidy(ax, title)


def intervals(
    measured: Any,
    low: npt.ArrayLike | None = None,
    high: npt.ArrayLike | None = None,
    *,
    unit: str = "ms",
    title: str | None = "Measurements and their intervals",
    ax: Axes | None = None,
) -> Axes:
    """Draw N intervals, ordered by their middles, and the measurements inside or outside them.

    A latency table with intervals has all of it.

    Example:
        >>> ax = lp.plots.intervals([1.0, 2.0], low=[0.9, 1.7], high=[1.2, 1.9])
        >>> ax.get_ylabel()
        'value (ms)'
    """
    low, high = bounds(measured, low, high)
    if low is None or high is None:
        raise ConfigError("intervals: low and high expected, or a table that has intervals")
    truth, below, above = latencies(measured), style.vector(low), style.vector(high)
    if not len(truth) == len(below) == len(above) > 0:
        raise ConfigError("intervals: as many bounds as measurements expected")
    ax = style.axes(ax)
    order = np.argsort(below + above, kind="stable")
    truth, below, above = truth[order], below[order], above[order]
    inside = (below <= truth) & (truth <= above)
    places = np.arange(len(truth))
    ax.fill_between(places, below, above, color=SKY, alpha=0.5, linewidth=0, label="interval")
    share = f"inside: {100 * inside.mean():.1f} %"
    ax.plot(places[inside], truth[inside], ".", color=BLUE, markersize=3, label=share)
    ax.plot(places[~inside], truth[~inside], ".", color=ORANGE, markersize=4, label="outside")
    ax.set(xlabel="networks, by prediction", ylabel=f"value ({unit})")
    return style.tidy(ax, title, loc="upper left")


def case_studies(
    studies: Cases, *, title: str | None = "Case studies", ax: Axes | None = None
) -> Axes:
    """Draw a bar per network, with its interval where there is one, and its change in percent.

    Example:
        >>> ofa = lp.space("ofa-mobilenetv3")
        >>> some = ofa.sample(20, seed=0)
        >>> model = lp.FlopsPredictor().fit(some, ofa.count(some)["macs"] * 1e-8)
        >>> len(lp.plots.case_studies(lp.case_studies(ofa, model)).patches)
        5
    """
    ax = style.axes(ax)
    places = np.arange(len(studies.names))
    bounds = None
    if studies.low is not None and studies.high is not None:
        bounds = np.stack([studies.values - studies.low, studies.high - studies.values])
    ax.barh(places, studies.values, color=BLUE, alpha=0.85, xerr=bounds, ecolor=GREY)
    for place, change in enumerate(studies.changes_percent):
        of = studies.references[place]
        if change is not None and of is not None:
            text = f" {change:+.1f} % of {of + 1} "
            end = studies.values[place] if studies.high is None else studies.high[place]
            ax.text(end, place, text, va="center", fontsize="small")
    ax.set_yticks(places, [f"{i + 1} {name}" for i, name in enumerate(studies.names)])
    ax.invert_yaxis()
    ax.margins(x=0.2)
    ax.set(xlabel=f"prediction ({studies.unit})")
    return style.tidy(ax, title)


def lookup_cost(
    cost: Costs, *, title: str | None = "Time on the device", ax: Axes | None = None
) -> Axes:
    """Draw seconds as bars: the look-up table, then the data sets.

    Example:
        >>> size = Path("224_lookup_table.yaml").write_text("first-conv: {count: 10, mean: 0.5}")
        >>> cost = lp.lookup_cost(".", table, rows=(10,))
        >>> len(lp.plots.lookup_cost(cost).patches)
        2
    """
    ax = style.axes(ax)
    names = ["look-up table", *(f"{rows} networks" for rows in cost.data_s)]
    seconds = [cost.table_s, *cost.data_s.values()]
    bars = ax.bar(names, seconds, color=[ORANGE] + [BLUE] * len(cost.data_s))
    ax.bar_label(bars, [f"{value:.0f} s" for value in seconds], fontsize="small")
    ax.set(ylabel="seconds of inference")
    return style.tidy(ax, title)


def comparison(
    found: Compared,
    metric: str = "mae_ms",
    *,
    title: str | None = "Predictors",
    ax: Axes | None = None,
) -> Axes:
    """Draw a group of bars per predictor, a bar per table; a missing result leaves a gap.

    Example:
        >>> tables = {"board": table.split("architecture", (0.7, 0.3))}
        >>> found = lp.compare_predictors({"flops": lp.FlopsPredictor()}, tables)
        >>> len(lp.plots.comparison(found, "mape_percent").patches)
        1
    """
    ax = style.axes(ax, size=(7.2, 5.4))
    values, tables = found.values(metric), found.tables
    places = np.arange(len(values))
    height = 0.8 / len(tables)
    for i, table in enumerate(tables):
        lengths = [row.get(table, np.nan) for row in values.values()]
        color = BLUE if i == 0 else style.series_style(i - 1)[0]
        bars = ax.barh(places + height * i, lengths, height, color=color, label=table)
        labels = ["" if np.isnan(length) else f" {length:.3g}" for length in lengths]
        ax.bar_label(bars, labels, fontsize="x-small")
    ax.set_yticks(places + height * (len(tables) - 1) / 2, list(values))
    ax.invert_yaxis()
    ax.margins(x=0.12)
    ax.set(xlabel=metric.replace("_", " "))
    below = {"loc": "upper center", "bbox_to_anchor": (0.5, -0.1), "ncols": len(tables)}
    return style.tidy(ax, title, **below)
