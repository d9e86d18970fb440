"""Figures of latencies: predicted, measured, searched for and held against limits.

matplotlib is imported at first use. Latencies are in ms, accuracies in percent top-1.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from latpred.errors import DataError
from latpred.metrics import limit_verdicts
from latpred.plots import style
from latpred.plots.given import bounds, front_pair, latencies, pixels, predictions
from latpred.plots.search import ACCURACY
from latpred.plots.style import BLUE, GREEN, GREY, ORANGE, RED

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = [
    "front",
    "latency_histogram",
    "limits",
    "predicted_against_measured",
    "query_times",
    "residuals",
]

Values = npt.ArrayLike
_VERDICTS = {"under": GREEN, "over": RED, "not distinguishable": ORANGE}  # others are grey


def predicted_against_measured(
    measured_ms: Any,
    predicted_ms: Any,
    *,
    low_ms: Values | None = None,
    high_ms: Values | None = None,
    bands_percent: Sequence[float] = (5, 10),
    label: str | None = None,
    title: str | None = "Predicted against measured latency",
    ax: Axes | None = None,
) -> Axes:
    """Scatter N predictions against N measurements, with the diagonal and relative error bands.

    Args:
        measured_ms: N measured latencies (horizontal), or a latency table.
        predicted_ms: N predictions (vertical), or a predictor of the table's networks.
        low_ms: N lower ends of the measurements' intervals; drawn with `high_ms`.
        high_ms: N upper ends.
        bands_percent: Half-widths of the shaded bands around equality.
        label: Name of the points in the legend.

    Example:
        >>> ax = lp.plots.predicted_against_measured([1.0, 2.0, 4.0], [1.1, 2.0, 3.8])
        >>> ax.get_xlabel()
        'measured latency (ms)'
    """
    ax = style.axes(ax, (5.6, 5.2))
    low_ms, high_ms = bounds(measured_ms, low_ms, high_ms)
    measured, predicted = style.together(
        latencies(measured_ms), predictions(predicted_ms, measured_ms)
    )
    if measured.size == 0:
        raise DataError("predicted_against_measured: no values, at least one expected")
    both = np.concatenate([measured, predicted])
    ends = np.array([both.min() * 0.93, both.max() * 1.05])
    for shade, band in zip((0.30, 0.16, 0.08), sorted(bands_percent), strict=False):
        low, high = ends * (1 - band / 100), ends * (1 + band / 100)
        name = f"within {band:g} %"
        ax.fill_between(ends, low, high, color=GREY, alpha=shade, linewidth=0, label=name)
    ax.plot(ends, ends, color="black", linewidth=0.8, label="equal")
    if low_ms is not None and high_ms is not None:
        reach = _reach(measured, low_ms, high_ms)
        ax.errorbar(measured, predicted, xerr=reach, fmt="none", ecolor=BLUE, alpha=0.5, lw=1)
    ax.scatter(measured, predicted, s=24, color=BLUE, alpha=0.85, lw=0, label=label, zorder=3)
    ax.set(xlim=ends, ylim=ends, xlabel="measured latency (ms)", ylabel="predicted latency (ms)")
    ax.set_aspect("equal")
    return style.tidy(ax, title, loc="upper left")


def _reach(middle: style.Vector, low: Values, high: Values) -> style.Vector:
    """2 x N distances to both ends, as error bars need them."""
    middle, below, above = style.together(middle, low, high)
    return np.vstack([middle - below, above - middle]).clip(min=0)


def residuals(
    measured_ms: Any,
    predicted_ms: Any,
    *,
    baselines: Mapping[str, Values] | None = None,
    label: str = "prediction",
    title: str | None = "Error of single predictions",
    ax: Axes | None = None,
) -> Axes:
    """Draw the relative error (percent) of N predictions against N measured latencies.

    A latency table and a predictor do too. `baselines` holds other predictors, or their N
    predictions for the same architectures, by name.

    Example:
        >>> ax = lp.plots.residuals([1.0, 2.0, 4.0], [1.1, 2.0, 3.8])
        >>> ax.get_ylabel()
        'predicted / measured - 1 (%)'
    """
    ax = style.axes(ax)
    measured = latencies(measured_ms)

    def draw(name: str, values: Any, color: str, marker: str, alpha: float) -> None:
        truth, predicted = style.together(measured, predictions(values, measured_ms))
        error = 100 * (predicted / truth - 1)
        text = f"{name}: median {np.median(np.abs(error)):.1f} %"
        look: dict[str, Any] = {
            "s": 22,
            "color": color,
            "marker": marker,
            "alpha": alpha,
            "linewidth": 0,
        }
        ax.scatter(measured, error, label=text, **look)

    for place, (name, values) in enumerate((baselines or {}).items()):
        draw(name, values, *style.series_style(place), 0.7)
    draw(label, predicted_ms, BLUE, "o", 0.9)
    ax.axhline(0, color="black", linewidth=0.8)
    ax.margins(y=0.2)
    ax.set(xlabel="measured latency (ms)", ylabel="predicted / measured - 1 (%)")
    return style.tidy(ax, title, loc="best", title="absolute error")


def latency_histogram(
    latency_ms: Any,
    resolution: Values | None = None,
    *,
    bins: int = 24,
    title: str | None = "Measured latencies by input resolution",
    ax: Axes | None = None,
) -> Axes:
    """Draw a stacked histogram of N latencies, one colour per resolution (N pixels per side).

    A latency table has both.

    Example:
        >>> pixels = [arch["r"][0] for arch in archs.to_dicts()]
        >>> lp.plots.latency_histogram(table.latency_ms, pixels).get_xlabel()
        'measured latency (ms)'
    """
    ax = style.axes(ax)
    latency = latencies(latency_ms)
    sides = pixels(latency_ms) if resolution is None else np.asarray(resolution).ravel()
    sizes = np.unique(sides)
    parts = [latency[sides == size] for size in sizes]
    names = [f"{size:g} × {size:g}" for size in sizes]
    few = min(bins, max(6, len(latency) // 5))
    look: dict[str, Any] = {
        "edgecolor": "white",
        "linewidth": 0.4,
        "color": style.shades(len(sizes)),
    }
    ax.hist(parts, bins=few, stacked=True, label=names, **look)
    ax.set(xlabel="measured latency (ms)", ylabel="architectures")
    ax.locator_params(axis="y", integer=True)
    return style.tidy(ax, title, title="input pixels")


def front(
    latency_ms: Any,
    accuracy_percent: Values | None = None,
    *,
    others: Mapping[str, tuple[Values, Values]] | None = None,
    cloud: tuple[Values, Values] | None = None,
    label: str = "searched",
    title: str | None = "Accuracy and latency",
    ylabel: str = ACCURACY,
    ax: Axes | None = None,
) -> Axes:
    """Draw the architectures found as a line, other methods as points, random ones as a cloud.

    Args:
        latency_ms: Latencies of the architectures found; or what a search found, which has both.
        accuracy_percent: Their accuracies.
        others: Further methods: name -> (latencies, accuracies).
        cloud: (latencies, accuracies) of random architectures, drawn small.

    Example:
        >>> ax = lp.plots.front([10.0, 20.0], [71.0, 75.0], others={"by hand": ([15.0], [70.0])})
        >>> ax.get_xlabel()
        'latency (ms)'
    """
    latency, accuracy = front_pair(latency_ms, accuracy_percent)
    ax = style.axes(ax)
    if cloud is not None:
        # Drawn as pixels: thousands of points make a vector image of megabytes.
        dots: dict[str, Any] = {"s": 4, "color": GREY, "alpha": 0.25, "rasterized": True}
        ax.scatter(*style.pair(cloud), linewidth=0, **dots)
        ax.scatter([], [], s=14, color=GREY, linewidth=0, label="random architectures")
    for place, (name, pair) in enumerate((others or {}).items()):
        color, marker = style.series_style(place)
        look: dict[str, Any] = {
            "s": 42,
            "facecolor": "none",
            "edgecolor": color,
            "linewidth": 1.5,
            "zorder": 3,
        }
        ax.scatter(*style.pair(pair), marker=marker, label=name, **look)
    order = np.argsort(latency, kind="stable")
    ax.plot(latency[order], accuracy[order], "o-", color=BLUE, markersize=6, label=label, zorder=4)
    ax.set(xlabel="latency (ms)", ylabel=ylabel)
    return style.tidy(ax, title, loc="lower right")


def limits(
    limit_ms: Values,
    measured_ms: Values,
    predicted_ms: Values,
    *,
    low_ms: Values | None = None,
    high_ms: Values | None = None,
    title: str | None = "Winners measured again",
    ax: Axes | None = None,
) -> Axes:
    """Draw each winner's measured (with interval) and predicted latency, in percent of its limit.

    Colours are the verdicts of `lp.metrics.limit_verdicts`: under or over the limit only where the
    whole interval is.

    Example:
        >>> ax = lp.plots.limits([10.0, 20.0], measured_ms=[9.8, 19.0], predicted_ms=[9.9, 19.5])
        >>> ax.get_xlabel()
        'latency limit'
    """
    limit, measured, predicted = style.together(limit_ms, measured_ms, predicted_ms)
    ends = [
        np.full_like(limit, np.nan) if end is None else style.together(limit, end)[1]
        for end in (low_ms, high_ms)
    ]
    words = np.array(limit_verdicts(limit, measured, *ends))
    ax = style.axes(ax, (6.4, 3.8))
    part, place = 100 * measured / limit, np.arange(len(limit))
    if low_ms is not None and high_ms is not None:
        reach = 100 * _reach(measured, low_ms, high_ms) / limit
        ax.errorbar(place, part, yerr=reach, fmt="none", ecolor=GREY, lw=1.2)
    ax.axhline(100, color="black", linewidth=1.2, label="limit")
    mark: dict[str, Any] = {"marker": "_", "s": 220, "color": BLUE, "linewidth": 2, "zorder": 2}
    ax.scatter(place, 100 * predicted / limit, label="predicted", **mark)
    for name in dict.fromkeys(words):
        look: dict[str, Any] = {"s": 60, "zorder": 3, "color": _VERDICTS.get(name, GREY)}
        chosen = words == name
        ax.scatter(place[chosen], part[chosen], label=f"measured: {name}", **look)
    ax.set_xticks(place, [f"{value:.1f} ms" for value in limit])
    low, high = ax.get_ylim()
    ax.set(xlim=(-0.6, len(limit) - 0.4), ylim=(min(low, 94), max(high, 102)))
    ax.set(xlabel="latency limit", ylabel="latency, percent of the limit")
    return style.tidy(ax, title, loc="center left", bbox_to_anchor=(1, 0.5))


def query_times(
    seconds: Mapping[str, float],
    *,
    title: str | None = "Time to know the latency of one architecture",
    ax: Axes | None = None,
) -> Axes:
    """Draw the time that one architecture takes as bars on a log axis; name -> seconds.

    Example:
        >>> ax = lp.plots.query_times({"measuring": 3.0, "predicting": 2e-6})
        >>> ax.get_xscale()
        'log'
    """
    ax = style.axes(ax, (6.4, 0.9 + 0.55 * len(seconds)))
    names, values = list(seconds), style.vector(list(seconds.values()))
    slowest, place = values.max(), np.arange(len(values))
    bars = ax.barh(place, values, color=BLUE, height=0.6)
    ax.bar_label(bars, [style.time_text(one) for one in values], padding=4, fontsize="small")
    ax.set_yticks(place, names)
    ax.invert_yaxis()
    ax.set(xscale="log", xlim=(values.min() / 4, slowest * 20), xlabel="seconds an architecture")
    return style.tidy(ax, title)
