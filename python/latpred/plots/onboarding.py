"""Figures of an onboarding: error against time, drift of the device, what rounds measured."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from latpred.base.arguments import shown
from latpred.errors import ConfigError
from latpred.plots import style
from latpred.plots.protocols import MeasuredRound
from latpred.plots.style import BLUE, GREEN, GREY, RED

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = [
    "error_over_time",
    "onboarding_choices",
    "onboarding_drift",
    "onboarding_error",
    "onboarding_times",
]

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
        DataError: Where minutes and errors of a curve differ in number.

    Example:
        >>> curves = {"chosen": ([1, 2, 5], [9.0, 5.0, 3.0]), "flops": ([1, 2, 5], [20, 19, 18])}
        >>> ax = lp.plots.error_over_time(curves, target_percent=3)
        >>> [line.get_label() for line in ax.lines]
        ['chosen', 'flops', 'target: 3 %']
    """
    pairs = {name: style.pair(one) for name, one in curves.items()}
    ax = style.axes(ax)
    for place, (name, (times, values)) in enumerate(pairs.items()):
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


def onboarding_error(
    rounds: Sequence[MeasuredRound],
    *,
    target_percent: float | None = None,
    ceiling_percent: float | None = None,
    verified: tuple[float, float] | None = None,
    title: str | None = "Error against minutes",
    ax: Axes | None = None,
) -> Axes:
    """Draw the error after each round of an onboarding, and that of each candidate beside it.

    Args:
        rounds: A pack's `rounds`.
        target_percent, ceiling_percent, verified: As of `error_over_time`.

    Example:
        >>> made = {"minutes": 2.0, "mape_percent": 4.5, "scores": {"additive": 4.6}}
        >>> ax = lp.plots.onboarding_error([lp.onboarding.Round(1, "labels", **made)])
        >>> [line.get_label() for line in ax.lines]
        ['the best, on random networks', 'additive']
    """
    _require_rounds("onboarding_error", rounds)
    minutes = [one.minutes for one in rounds]
    found = {"the best, on random networks": [one.mape_percent for one in rounds]}
    checks = [one.check_mape_percent for one in rounds]
    if np.isfinite(checks).any():
        found["the best, on checks"] = checks
    for name in dict.fromkeys(name for one in rounds for name in one.scores):
        found[name] = [one.scores.get(name, np.nan) for one in rounds]
    return error_over_time(
        {name: (minutes, errors) for name, errors in found.items()},
        target_percent=target_percent,
        ceiling_percent=ceiling_percent,
        verified=verified,
        title=title,
        ax=ax,
    )


def onboarding_drift(
    shifts_percent: npt.ArrayLike,
    minutes: npt.ArrayLike | None = None,
    *,
    band_percent: float = 3.0,
    title: str | None = "Speed of the device over the rounds",
    ax: Axes | None = None,
) -> Axes:
    """Draw by how many percent the reference networks were slower in each round than usual.

    Args:
        shifts_percent: A value a round, as a pack's `shifts_percent`; NaN where it is not known.
        minutes: When each round ended; the rounds' numbers where None.
        band_percent: Half width of the band that is shaded as usual.

    Example:
        >>> ax = lp.plots.onboarding_drift([0.0, 0.4, -1.2])
        >>> ax.get_xlabel(), ax.get_ylabel()
        ('round', 'slower than usual (%)')
    """
    ax = style.axes(ax, (6.4, 3.2))
    shifts = style.vector(shifts_percent)
    places = np.arange(1, len(shifts) + 1) if minutes is None else style.vector(minutes)
    band = f"within {band_percent:g} %"
    ax.axhspan(-band_percent, band_percent, color=GREY, alpha=0.15, lw=0, label=band)
    ax.axhline(0, color="black", linewidth=0.8)
    ax.plot(places, shifts, "o-", color=BLUE, markersize=5, label="references")
    if minutes is None:
        ax.locator_params(axis="x", integer=True)
    ax.set(xlabel="round" if minutes is None else "minutes", ylabel="slower than usual (%)")
    return style.tidy(ax, title, loc="best")


def onboarding_times(
    rounds: Sequence[MeasuredRound],
    *,
    verifying_seconds: float | None = None,
    title: str | None = "Where the time went",
    ax: Axes | None = None,
) -> Axes:
    """Draw the minutes of each round as a stacked bar, a colour for each kind of work.

    Args:
        rounds: A pack's `rounds`.
        verifying_seconds: What the verification took, as a last bar.

    Example:
        >>> seconds = {"measuring": 60, "learning": 2}
        >>> ax = lp.plots.onboarding_times([lp.onboarding.Round(1, "labels", seconds=seconds)])
        >>> [text.get_text() for text in ax.get_legend().get_texts()]
        ['measuring', 'learning']
    """
    _require_rounds("onboarding_times", rounds)
    names = [str(one.number) for one in rounds]
    found: list[Mapping[str, float]] = [one.seconds for one in rounds]
    if verifying_seconds is not None:
        names, found = [*names, "fresh"], [*found, {"verifying": verifying_seconds}]
    rows = [{kind: seconds / 60 for kind, seconds in one.items()} for one in found]
    ax = _stacked(rows, names, style.axes(ax, (6.4, 3.6)))
    ax.set(ylabel="minutes")
    return style.tidy(ax, title, loc="best")


def onboarding_choices(
    rounds: Sequence[MeasuredRound],
    *,
    title: str | None = "Networks of each round, by why they were chosen",
    ax: Axes | None = None,
) -> Axes:
    """Draw the networks of each round as a stacked bar, a colour for each reason.

    Args:
        rounds: A pack's `rounds`.

    Example:
        >>> chosen = {"design": 10, "random": 5}
        >>> ax = lp.plots.onboarding_choices([lp.onboarding.Round(1, "labels", chosen=chosen)])
        >>> [text.get_text() for text in ax.get_legend().get_texts()]
        ['design', 'random']
    """
    _require_rounds("onboarding_choices", rounds)
    names = [str(one.number) for one in rounds]
    ax = _stacked([one.chosen for one in rounds], names, style.axes(ax, (6.4, 3.6)))
    ax.set(ylabel="networks")
    ax.locator_params(axis="y", integer=True)
    return style.tidy(ax, title, loc="best")


def _require_rounds(figure: str, given: Sequence[object]) -> None:
    """ConfigError unless each is a round of a pack."""
    for one in given:
        if not hasattr(one, "number") or not hasattr(one, "minutes"):
            raise ConfigError(f"{figure}: rounds of a pack expected, got {shown(one)}")


def _stacked(rows: Sequence[Mapping[str, float]], names: Sequence[str], ax: Axes) -> Axes:
    """A bar a row; kinds in the order in which they first come."""
    kinds = list(dict.fromkeys(kind for row in rows for kind in row))
    places, below = np.arange(len(rows)), np.zeros(len(rows))
    for number, kind in enumerate(kinds):
        heights = style.vector([row.get(kind, 0) for row in rows])
        color = BLUE if number == 0 else style.series_style(number - 1)[0]
        ax.bar(places, heights, 0.7, bottom=below, color=color, label=style.literal(kind))
        below += heights
    step = max(1, len(names) // 16)  # else they run into each other
    ax.set_xticks(places[::step], [style.literal(name) for name in names[::step]])
    ax.set(xlabel="round")
    return ax
