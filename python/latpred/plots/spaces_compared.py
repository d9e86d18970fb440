"""Figure of searches in several spaces at equal budget."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from latpred.plots import style

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["space_comparison"]


def space_comparison(
    hypervolumes: Mapping[str, Sequence[float]],
    intervals: Mapping[str, tuple[float, float, float]],
    *,
    title: str | None = "Searches at equal budget",
    ax: Axes | None = None,
) -> Axes:
    """Draw the hypervolumes that searches reach in each space, with the means' intervals.

    Args:
        hypervolumes: Of each run, by name of the space.
        intervals: Mean, low and high of each, by name.
        title: Heading.
        ax: Axes to draw on.

    Example:
        >>> ax = lp.plots.space_comparison({"full": [1.0, 1.2], "reduced": [1.3, 1.5]},
        ...                                {"full": (1.1, 0.9, 1.3), "reduced": (1.4, 1.2, 1.6)})
        >>> ax.get_xlabel()
        'hypervolume'
    """
    ax = style.axes(ax)
    names = list(hypervolumes)
    for place, name in enumerate(names):
        runs = style.vector(hypervolumes[name])
        spread = place + np.linspace(-0.15, 0.15, len(runs))
        ax.scatter(runs, spread, s=12, color=style.GREY, linewidth=0)
        mean, low, high = intervals[name]
        errors = [[mean - low], [high - mean]]
        color = style.BLUE if place else style.ORANGE
        ax.errorbar([mean], [place], xerr=errors, fmt="o", color=color, capsize=4)
    labels: list[Any] = [style.literal(name) for name in names]
    ax.set_yticks(range(len(names)), labels)
    ax.invert_yaxis()
    ax.set(xlabel="hypervolume")
    return style.tidy(ax, title)
