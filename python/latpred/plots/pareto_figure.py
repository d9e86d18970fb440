"""The front of a search, from the search itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from latpred.errors import ConfigError
from latpred.plots import style
from latpred.plots.search import goal_text
from latpred.plots.style import BLUE, RED

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["pareto"]


def pareto(
    results: Any,
    goals: tuple[str, str] | None = None,
    *,
    title: str | None = "Non-dominated networks",
    xlabel: str | None = None,
    ylabel: str | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw the front that a search found, or those of several by name.

    Args:
        results: What a search returns (its `front` is drawn), a front, or a mapping from names to
            such.
        goals: The goals on the vertical and horizontal axis; by default the first one and the
            latency, or the second one.

    Raises:
        ConfigError: For what has no front, and goals that it does not have.

    Example:
        >>> found = lp.search(space, objectives={"macs": "macs", "params": "params"},
        ...                   maximise=["params"], population=20, generations=5, progress=False)
        >>> lp.plots.pareto(found, ("params", "macs")).get_xlabel()
        'macs'
    """
    named = results if isinstance(results, Mapping) else {"": results}
    ax = style.axes(ax)
    texts = ("", "")
    for place, (name, result) in enumerate(named.items()):
        front, found = front_of(result)
        up, across = _goals(front, goals)
        color, marker = (BLUE, "o") if place == 0 else style.series_style(place - 1)
        order = np.argsort(front.values[across], kind="stable")
        rows = np.asarray(front.values[across])[order], np.asarray(front.values[up])[order]
        ax.plot(*rows, marker=marker, color=color, markersize=5, linewidth=1.4, label=name or None)
        if found is not None and {up, across} <= found.keys():
            look: dict[str, Any] = {"s": 90, "facecolor": "none", "edgecolor": RED, "zorder": 4}
            ax.scatter([found[across]], [found[up]], label=f"found {name}".strip(), **look)
        texts = goal_text(across), goal_text(up)
    ax.margins(0.06)
    ax.set(xlabel=xlabel or texts[0], ylabel=ylabel or texts[1])
    return style.tidy(ax, title)


def front_of(result: Any) -> tuple[Any, dict[str, float] | None]:
    """The front of a result, and the values of its best network by goal."""
    front = getattr(result, "front", result)
    if not hasattr(front, "values") or not hasattr(front, "maximise"):
        kind = type(result).__name__
        raise ConfigError(f"pareto: what a search found expected, or its front, got {kind}")
    if front is result:
        return front, None
    best = dict(getattr(result, "values", {}))
    best["objective"] = getattr(result, "objective", getattr(result, "accuracy", np.nan))
    best.setdefault("latency", getattr(result, "latency_ms", np.nan))
    one_goal = "objective" in front.values
    return front, best if one_goal else None


def _goals(front: Any, asked: tuple[str, str] | None) -> tuple[str, str]:
    """Names of the goals on the vertical and horizontal axis."""
    known = list(front.values)
    if asked is None:
        first, *others = known
        across = "latency" if "latency" in others else next(iter(others), first)
        return first, across
    for name in asked:
        if name not in known:
            raise ConfigError(f"pareto: no goal {str(name)[:60]!r}, of {', '.join(known)} expected")
    up, across = asked
    return up, across
