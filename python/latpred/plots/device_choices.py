"""Figures of what a device takes: networks to measure next, and devices that are alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from latpred.base.arguments import shown
from latpred.errors import ConfigError
from latpred.plots.style import (
    BLUE,
    EMPTY,
    GREY,
    ORANGE,
    axes,
    literal,
    series_style,
    tidy,
    together,
    vector,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["next_networks", "similar_devices"]

Costs = tuple[npt.ArrayLike, npt.ArrayLike]
STYLES = {"disagreement": (ORANGE, "s"), "design": (BLUE, "o")}


def next_networks(
    chosen: Costs,
    reasons: Sequence[str],
    *,
    candidates: Costs | None = None,
    measured: Costs | None = None,
    ax: Axes | None = None,
    title: str | None = "Networks to measure next",
) -> Axes:
    """Draw networks by their costs: those chosen, by reason, among candidates and measured ones.

    Args:
        chosen: MACs and parameters of n networks.
        reasons: Why each was chosen: "disagreement", "design" or another word.
        candidates: MACs and parameters of those that could be chosen.
        measured: The same of those that are measured.
        ax: Axes to draw into; new ones where None.
        title: Heading; none where None.

    Example:
        >>> chosen = [1e6, 2e6, 4e6], [1e4, 2e4, 3e4]
        >>> ax = lp.plots.next_networks(chosen, ["design", "design", "disagreement"])
        >>> len(ax.get_legend().get_texts())
        2
    """
    ax = axes(ax)
    for costs, colour, size, label in (
        (candidates, EMPTY, 10, "candidates"),
        (measured, GREY, 12, "measured"),
    ):
        if costs is not None:
            ax.scatter(vector(costs[0]), vector(costs[1]), s=size, color=colour, label=label)
    macs, params, words = vector(chosen[0]), vector(chosen[1]), np.asarray(reasons, dtype=str)
    for place, word in enumerate(dict.fromkeys(map(str, reasons))):
        colour, marker = STYLES.get(word, series_style(place))
        of, label = words == word, f"chosen: {literal(word)}"
        ax.scatter(
            macs[of],
            params[of],
            s=28,
            color=colour,
            marker=marker,
            label=f"chosen: {literal(word)}",
        )
    ax.set(xlabel="multiply-accumulates", ylabel="parameters", xscale="log", yscale="log")
    return tidy(ax, title)


def similar_devices(
    devices: Mapping[str, tuple[npt.ArrayLike, npt.ArrayLike, float]],
    *,
    ax: Axes | None = None,
    title: str | None = "My device against others",
) -> Axes:
    """Draw latencies of one device against those of others, with a line of the median ratio each.

    Args:
        devices: Name -> my N latencies in ms, theirs, and the median of mine / theirs.
        ax: Axes to draw into; new ones where None.
        title: Heading; none where None.

    Example:
        >>> ax = lp.plots.similar_devices({"phone": ([2.0, 4.0, 6.0], [1.0, 2.0, 3.0], 2.0)})
        >>> ax.get_xlabel()
        'ms on the other device'
    """
    for name, one in devices.items():
        given: object = one
        if not isinstance(given, Sequence) or len(given) != 3:
            raise ConfigError(
                f"similar_devices: {shown(name)} is {shown(one)}, my latencies, theirs and the "
                "ratio expected"
            )
    ax = axes(ax)
    for place, (name, (mine, theirs, ratio)) in enumerate(devices.items()):
        colour, marker = (BLUE, "o") if place == 0 else series_style(place - 1)
        y, x = together(mine, theirs)
        ends = np.array([x.min(), x.max()])
        ax.plot(ends, np.multiply(ends, ratio), color=colour, lw=1)
        ax.scatter(x, y, s=12, color=colour, marker=marker, alpha=0.7, label=literal(name))
    ax.set(xlabel="ms on the other device", ylabel="ms on my device", xscale="log", yscale="log")
    return tidy(ax, title)
