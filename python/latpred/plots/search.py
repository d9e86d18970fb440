"""Figures of searches: their progress, and what repeated searches attain."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from latpred.base.late import late
from latpred.base.names import did_you_mean
from latpred.errors import ConfigError
from latpred.plots import style
from latpred.plots.style import BLUE, GREEN, ORANGE

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# Figures import no result types; this one draws results as searches return them.
_ATTAINED = "latpred.searching.fronts:attainment"

ACCURACY = "top-1 accuracy, by accuracy model (%)"


def search_history(
    histories: Any,
    *,
    quantity: str = "best",
    title: str | None = None,
    ylabel: str | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw the best objective, or hypervolume, after each generation, a line per name.

    Args:
        histories: A SearchResult, or by name (e.g. of a limit) SearchResults or rows of values.
        quantity: "best" or "hypervolume" from the results' histories.

    Raises:
        ConfigError: Where a search's history lacks the quantity.

    Example:
        >>> found = lp.search(space, objective="macs", population=20, generations=5, progress=False)
        >>> ax = lp.plots.search_history(found, title="Fewest MACs")
        >>> ax.get_xlabel()
        'generation'
    """
    ax = style.axes(ax)
    named = histories if isinstance(histories, Mapping) else {"": histories}
    rows = {name: _row(values, quantity) for name, values in named.items()}
    for color, (name, row) in zip(style.shades(len(rows)), rows.items(), strict=False):
        ax.plot(np.arange(1, len(row) + 1), row, color=color, linewidth=1.8, label=name)
    volume = quantity == "hypervolume"
    ax.set(xlabel="generation", ylabel=ylabel or ("hypervolume" if volume else ACCURACY))
    if any(len(row) > 50 for row in rows.values()):
        ax.set_xscale("log")
        ax.xaxis.set_major_formatter("{x:g}")
    heading = title or ("Front found" if volume else "Best accuracy found")
    # Beside the axes, which the lines fill; the last line first, in the order they are stacked.
    return style.tidy(ax, heading, loc="center left", bbox_to_anchor=(1, 0.5), reverse=True)


def _row(given: Any, quantity: str) -> style.Vector:
    history = getattr(given, "history", None)
    if history is None:
        return style.vector(given)
    if quantity not in history:
        raise ConfigError(
            f"search_history: no {quantity!r}; known: {sorted(history)}"
            f"{did_you_mean(quantity, history)}"
        )
    return style.vector(history[quantity])


def attainment(
    results: Any,
    *,
    goals: tuple[str, str] | None = None,
    maximise: Collection[str] | None = None,
    title: str | None = "What repeated searches attain",
    xlabel: str | None = None,
    ylabel: str | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw attainment surfaces of K searches: reached by one, by half, and by all of them.

    The surfaces are empirical, with the second goal on the horizontal axis. `results` is what
    `latpred.attainment` returns; or it, `goals` and `maximise` are as that function takes them.

    Example:
        >>> runs = [{"ms": [1, 2], "top1": [70, 75]}, {"ms": [1, 3], "top1": [71, 76]}]
        >>> ax = lp.plots.attainment(runs, goals=("top1", "ms"), maximise=["top1"])
        >>> ax.get_xlabel()
        'ms'
    """
    ax = style.axes(ax)
    drawn = hasattr(results, "median") and hasattr(results, "worst")
    found: Any = results if drawn else late(_ATTAINED)(results, goals, maximise)
    surfaces = (("best", found.best, GREEN), ("median", found.median, BLUE))
    ends = np.vstack([found.best, found.median, found.worst])
    for name, corners, color in (*surfaces, ("worst", found.worst, ORANGE)):
        across, up = _steps(corners, ends, found.maximise)
        ax.plot(across, up, color=color, linewidth=1.6, label=f"{name} of {found.runs}")
        ax.scatter(corners[:, 1], corners[:, 0], s=7, color=color, linewidth=0, zorder=3)
    ax.margins(0.03)
    first, second = found.goals
    ax.set(xlabel=xlabel or goal_text(second), ylabel=ylabel or goal_text(first))
    return style.tidy(ax, title, loc="lower right")


def _steps(
    corners: npt.NDArray[np.float64], ends: npt.NDArray[np.float64], maximise: tuple[bool, bool]
) -> tuple[style.Vector, style.Vector]:
    """The line through the corners, extended to the worst value of either goal in `ends`."""
    if not len(corners):
        return np.empty(0), np.empty(0)
    worst = [
        column.min() if more else column.max()
        for column, more in zip(ends.T, maximise, strict=True)
    ]
    across = np.append(corners[:, 1], worst[1])
    return np.repeat(across, 2)[:-1], np.append(worst[0], np.repeat(corners[:, 0], 2))


def goal_text(goal: str) -> str:
    """A goal as the label of an axis."""
    return {"objective": ACCURACY, "latency": "latency (ms)"}.get(goal, goal)
