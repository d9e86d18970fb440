"""What all figures share: axes, colours, legends, and numbers with units."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from latpred.base.arguments import shown
from latpred.base.numbers import numbers
from latpred.errors import ConfigError, DataError

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# Okabe and Ito's colours, which colour-blind readers can tell apart.
BLUE, ORANGE, GREEN, RED = "#0072B2", "#E69F00", "#009E73", "#D55E00"
PURPLE, SKY, GREY, EMPTY = "#CC79A7", "#56B4E9", "#8A8A8A", "#ECECEC"
SERIES = (ORANGE, GREEN, PURPLE, SKY, RED)
MARKERS = ("s", "D", "^", "v", "P")

Vector = npt.NDArray[np.float64]


def axes(ax: Axes | None, size: tuple[float, float] = (6.4, 4.4)) -> Axes:
    """The axes given, or new ones of that size in inches."""
    if ax is not None:
        return ax
    import matplotlib.pyplot as plt

    new: Axes = plt.subplots(figsize=size, layout="constrained")[1]
    return new


def vector(values: npt.ArrayLike) -> Vector:
    """Values as one row of float64."""
    return numbers(values, "plot").ravel()


def require_mappings(figure: str, given: Mapping[str, Any]) -> None:
    """ConfigError unless all that stands under the names is a dict again."""
    for name, one in given.items():
        if not isinstance(one, Mapping):
            raise ConfigError(f"{figure}: {shown(name)} is {shown(one)}, a dict expected")


def pair(given: object) -> tuple[Vector, Vector]:
    """Two rows of one length, given as a pair of them."""
    if not isinstance(given, Sequence | np.ndarray) or len(given) != 2:
        raise ConfigError(f"plot: a pair of latencies and values expected, got {shown(given)}")
    first, second = together(*given)
    return first, second


def together(*values: npt.ArrayLike) -> tuple[Vector, ...]:
    """Several rows of float64, of one length; DataError for others."""
    rows = tuple(vector(one) for one in values)
    if len({row.size for row in rows}) > 1:
        sizes = " and ".join(str(row.size) for row in rows)
        raise DataError(f"plot: {sizes} values, equally many expected")
    return rows


def series_style(place: int) -> tuple[str, str]:
    """Colour and marker of series number `place`, counted without the main one."""
    return SERIES[place % len(SERIES)], MARKERS[place % len(MARKERS)]


def shades(count: int) -> list[Any]:
    """`count` colours, ordered from dark to light."""
    import matplotlib as mpl

    return list(mpl.colormaps["viridis"](np.linspace(0.05, 0.88, max(count, 1))))


def literal(text: object) -> str:
    """A name as it stands: what others call a thing is no formula, even between dollar signs."""
    return str(text).replace("$", r"\$")


def tidy(ax: Axes, heading: str | None, **legend: Any) -> Axes:
    """Add a title, a light grid and, where anything is labelled, a legend; returns `ax`."""
    ax.spines[["top", "right"]].set_visible(False)
    ax.grid(alpha=0.25, linewidth=0.6)
    ax.set_axisbelow(True)
    if heading:
        ax.set_title(heading, loc="left", fontsize="medium", fontweight="bold")
    if ax.get_legend_handles_labels()[0]:
        ax.legend(frameon=False, fontsize="small", **legend)
    return ax


def time_text(seconds: float) -> str:
    """A duration in three digits with its unit, e.g. '1.21 ms'."""
    for factor, unit in ((1.0, "s"), (1e3, "ms"), (1e6, "µs")):
        if seconds * factor >= 1:
            return f"{seconds * factor:.3g} {unit}"
    return f"{seconds * 1e9:.3g} ns"


def times_text(ratio: float) -> str:
    """A ratio in two digits and words, e.g. '43 million'."""
    for size, word in ((1e9, " billion"), (1e6, " million"), (1.0, "")):
        if ratio >= size:
            value = float(f"{ratio / size:.2g}")
            return f"{value:,.0f}{word}" if value >= 10 else f"{value:g}{word}"
    return f"{ratio:.2g}"
