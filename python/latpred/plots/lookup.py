"""Figures of look-up tables: sums against whole networks, parts alone against parts in context."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from latpred.errors import ConfigError
from latpred.plots import style
from latpred.plots.protocols import Additivity, Parts
from latpred.plots.style import BLUE, GREY, ORANGE

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def additivity(
    report: Additivity,
    *,
    title: str | None = "Sum of the parts against the whole network",
    ax: Axes | None = None,
) -> Axes:
    """Draw whole networks against sums of their parts, with the line that corrects the sums.

    Args:
        report: From `LookupMeasurement.additivity`.

    Example:
        >>> report = lp.fit_lookup_table(table).additivity(archs, latency_ms=table.latency_ms)
        >>> lp.plots.additivity(report).get_xlabel()
        'sum of the parts, ms'
    """
    ax = style.axes(ax)
    sums, measured = report.sums_ms, report.measured_ms
    ends = np.array([0.0, 1.05 * max(sums.max(), measured.max())])
    ax.plot(ends, ends, color=GREY, linewidth=1, label="sum = whole")
    line = report.constant_ms.value + report.slope.value * ends
    label = f"{report.constant_ms.value:+.3g} ms, slope {report.slope.value:.3g}"
    ax.plot(ends, line, color=ORANGE, linewidth=1.5, label=label)
    ax.plot(sums, measured, "o", color=BLUE, markersize=4, alpha=0.7, label="networks")
    text = (
        f"whole / sum: {report.ratio}\n"
        f"spread: {report.spread_percent} %\n"
        f"after the line: {report.remaining_percent} %"
    )
    ax.text(0.98, 0.03, text, transform=ax.transAxes, ha="right", va="bottom", fontsize="small")
    ax.set(xlabel="sum of the parts, ms", ylabel="whole network, ms")
    low = 0.9 * min(sums.min(), measured.min())
    ax.set(xlim=(low, ends[1]), ylim=(low, ends[1]))
    return style.tidy(ax, title, loc="upper left")


def lookup_tables(
    alone: Parts,
    context: Parts,
    *,
    title: str | None = "Parts alone and in the context of whole networks",
    ax: Axes | None = None,
) -> Axes:
    """Draw the parts of two tables against each other, with their intervals.

    Raises:
        ConfigError: Where the tables have no part in common.

    Example:
        >>> parts = lp.fit_lookup_table(table)
        >>> ax = lp.plots.lookup_tables(parts, parts, title="A table against itself")
        >>> ax.get_title(loc="left")
        'A table against itself'
    """
    other = {entry.key: entry for entry in context.entries if np.isfinite(entry.latency_ms)}
    pairs = [
        (entry, other[entry.key])
        for entry in alone.entries
        if entry.key in other and np.isfinite(entry.latency_ms)
    ]
    if not pairs:
        raise ConfigError("lookup_tables: no part is in both tables")
    ax = style.axes(ax)
    x, y = (np.array([pair[side].latency_ms for pair in pairs]) for side in (0, 1))
    bars = [
        np.nan_to_num(
            np.array([[e.latency_ms - e.low_ms, e.high_ms - e.latency_ms] for e in entries]).T
        )
        for entries in zip(*pairs, strict=True)
    ]
    ends = [0.0, float(1.05 * max(x.max(), y.max()))]
    ax.plot(ends, ends, color=GREY, linewidth=1, label="alike")
    look = {"fmt": "o", "color": BLUE, "markersize": 3, "elinewidth": 0.6, "alpha": 0.6}
    ax.errorbar(x, y, xerr=np.abs(bars[0]), yerr=np.abs(bars[1]), label="parts", **look)
    ax.set(xlabel=f"{alone.mode}, ms", ylabel=f"{context.mode}, ms")
    return style.tidy(ax, title, loc="upper left")
