"""Figures of onboarding: error against time, what rounds measured and took, drift of a device."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from latpred.errors import ConfigError
from latpred.plots import style
from latpred.plots.style import BLUE, GREEN, GREY, RED

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["error_over_time", "reference_drift", "round_choices", "round_times"]

Pair = tuple[npt.ArrayLike, npt.ArrayLike]


def error_over_time(
    curves: Mapping[str, Pair],
    *,
    target_percent: float | None = None,
    ceiling_percent: float | None = None,
    verified: tuple[float, float] | None = None,
    xlabel: str = "minutes",
    title: str | None = "Error against time",
    ax: Axes | None = None,
) -> Axes:
    """Draw mean relative errors in percent against the minutes spent, a line per name.

    Args:
        curves: Name -> (minutes, errors in percent); the first is drawn as the main one. Errors
            that are NaN leave a gap.
        target_percent: The error that was aimed at, as a line.
        ceiling_percent: What a perfect predictor would score against labels of this noise.
        verified: (minutes, error in percent) on fresh networks, as a point.

    Raises:
        ConfigError: Where minutes and errors of a curve differ in number.

    Example:
        >>> curves = {"chosen": ([1, 2, 5], [9.0, 5.0, 3.0]), "flops": ([1, 2, 5], [20, 19, 18])}
        >>> ax = lp.plots.error_over_time(curves, target_percent=3)
        >>> [line.get_label() for line in ax.lines]
        ['chosen', 'flops', 'target: 3 %']
    """
    ax = style.axes(ax)
    for place, (name, (minutes, errors)) in enumerate(curves.items()):
        times, values = style.vector(minutes), style.vector(errors)
        if len(times) != len(values):
            raise ConfigError(
                f"error_over_time: {name!r:.60} has {len(times)} minutes and {len(values)} errors"
            )
        color, marker = (BLUE, "o") if place == 0 else style.series_style(place - 1)
        look: dict[str, Any] = {"lw": 2.2, "zorder": 4} if place == 0 else {"lw": 1.2, "alpha": 0.8}
        ax.plot(times, values, color=color, marker=marker, ms=5, label=style.literal(name), **look)
    if verified is not None:
        look = {"marker": "*", "s": 170, "color": RED, "zorder": 5}
        ax.scatter(*verified, label="on fresh networks", **look)
    for value, name, line, color in (
        (target_percent, "target", "--", GREEN),
        (ceiling_percent, "perfect predictor", ":", GREY),
    ):
        if value is not None and np.isfinite(value):
            ax.axhline(value, color=color, ls=line, lw=1.3, label=f"{name}: {value:.2g} %")
    ax.set(xlabel=xlabel, ylabel="mean relative error (%)")
    ax.set_ylim(bottom=0)
    return style.tidy(ax, title, loc="best")


def reference_drift(
    drift_percent: npt.ArrayLike,
    minutes: npt.ArrayLike | None = None,
    *,
    band_percent: float = 3.0,
    title: str | None = "Speed of the device over the rounds",
    ax: Axes | None = None,
) -> Axes:
    """Draw how far the reference networks of each round are from the first round, in percent.

    Args:
        drift_percent: A value a round; above 0 the device was slower than in the first round. NaN
            where none was measured.
        minutes: When each round ended; the rounds' numbers where None.
        band_percent: Half width of the band that is shaded as usual.

    Example:
        >>> ax = lp.plots.reference_drift([0.0, 0.4, -1.2])
        >>> ax.get_xlabel(), ax.get_ylabel()
        ('round', 'latency of the references, against the first round (%)')
    """
    ax = style.axes(ax, (6.4, 3.2))
    drift = style.vector(drift_percent)
    places = np.arange(1, len(drift) + 1) if minutes is None else style.vector(minutes)
    band = f"within {band_percent:g} %"
    ax.axhspan(-band_percent, band_percent, color=GREY, alpha=0.15, lw=0, label=band)
    ax.axhline(0, color="black", linewidth=0.8)
    ax.plot(places, drift, "o-", color=BLUE, markersize=5, label="references")
    if minutes is None:
        ax.locator_params(axis="x", integer=True)
    ax.set(xlabel="round" if minutes is None else "minutes")
    ax.set(ylabel="latency of the references, against the first round (%)")
    ax.yaxis.label.set_fontsize("small")
    return style.tidy(ax, title, loc="best")


def round_times(
    seconds: Sequence[Mapping[str, float]],
    names: Sequence[str] | None = None,
    *,
    title: str | None = "Where the time went",
    ax: Axes | None = None,
) -> Axes:
    """Draw the seconds of each round as a stacked bar, a colour for each kind of work.

    Args:
        seconds: A mapping a round, kind of work -> seconds.
        names: What stands below the bars; the rounds' numbers where None.

    Example:
        >>> ax = lp.plots.round_times([{"measuring": 60, "fitting": 2}, {"measuring": 90}])
        >>> [text.get_text() for text in ax.get_legend().get_texts()]
        ['measuring', 'fitting']
    """
    ax = _stacked(seconds, names, style.axes(ax, (6.4, 3.6)))
    ax.set(ylabel="seconds")
    return style.tidy(ax, title, loc="best")


def round_choices(
    chosen: Sequence[Mapping[str, float]],
    names: Sequence[str] | None = None,
    *,
    title: str | None = "Networks of each round, by why they were chosen",
    ax: Axes | None = None,
) -> Axes:
    """Draw the networks of each round as a stacked bar, a colour for each reason.

    Args:
        chosen: A mapping a round, reason -> networks; "failed" is a reason as well.
        names: What stands below the bars; the rounds' numbers where None.

    Example:
        >>> ax = lp.plots.round_choices([{"design": 40}, {"design": 10, "disagreement": 30}])
        >>> [text.get_text() for text in ax.get_legend().get_texts()]
        ['design', 'disagreement']
    """
    ax = _stacked(chosen, names, style.axes(ax, (6.4, 3.6)))
    ax.set(ylabel="networks")
    ax.locator_params(axis="y", integer=True)
    return style.tidy(ax, title, loc="best")


def _stacked(rows: Sequence[Mapping[str, float]], names: Sequence[str] | None, ax: Axes) -> Axes:
    """A bar a row; kinds in the order in which they first come."""
    kinds = list(dict.fromkeys(kind for row in rows for kind in row))
    places, below = np.arange(len(rows)), np.zeros(len(rows))
    for number, kind in enumerate(kinds):
        heights = style.vector([row.get(kind, 0) for row in rows])
        color = BLUE if number == 0 else style.series_style(number - 1)[0]
        ax.bar(places, heights, 0.7, bottom=below, color=color, label=style.literal(kind))
        below += heights
    if names is None:
        ax.set(xlabel="round")
    shown = list(map(str, names)) if names is not None else [str(i + 1) for i in places]
    step = max(1, len(shown) // 16)  # else they run into each other
    ax.set_xticks(places[::step], [style.literal(one) for one in shown[::step]])
    return ax
