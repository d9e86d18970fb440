"""Maps of block profiles: means of blocks, effects of layers, agreement of metrics.

The figures take the frames of a profile, as those in `plots/profile.py` do.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from latpred.errors import ConfigError
from latpred.plots import style
from latpred.plots.profile import rows_of

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

__all__ = ["block_heatmap", "layer_map", "metric_agreement"]

# Attributes of blocks that may span a map, the one that goes down before the one across.
_ATTRIBUTES = ("width", "expand", "kernel", "operation")
_SHOWN = {"effect": "mean effect", "range": "range over blocks"}

Side = tuple[str, list[Any]]  # an attribute of blocks and its values, as they are drawn


def block_heatmap(
    block_means: pd.DataFrame,
    metric: str | None = None,
    *,
    unit: str = "",
    title: str | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw the mean of each block over all its placements, with half the width of its interval.

    Args:
        block_means: Columns metric, block, mean, low, high, and attributes of the blocks (expand,
            kernel, width, operation): two of them span the map, else blocks stand one by one.
        metric: Which one; the first where None.
        unit: Its unit, e.g. "ms".

    Example:
        >>> means = pd.DataFrame({"metric": "latency", "block": ["e3k3", "e3k5", "e6k3", "e6k5"],
        ...     "expand": [3, 3, 6, 6], "kernel": [3, 5, 3, 5], "mean": [8.0, 8.1, 8.4, 9.0],
        ...     "low": [7.9, 8.0, 8.3, 8.8], "high": [8.1, 8.2, 8.5, 9.2]})
        >>> ax = lp.plots.block_heatmap(means, unit="ms")
        >>> [tick.get_text() for tick in ax.get_yticklabels()]
        ['6', '3']
    """
    rows = rows_of(block_means, metric, ("block", "mean", "low", "high"))
    down, across = _spanning(rows)
    million = 1e6 if rows["mean"].abs().max() >= 1e5 else 1.0  # counts of operations and the like
    means = _spread(rows, down, across, rows["mean"] / million)
    halves = _spread(rows, down, across, (rows["high"] - rows["low"]) / 2 / million)
    texts = [
        [_with_half(*pair) for pair in zip(*of, strict=True)]
        for of in zip(means, halves, strict=True)
    ]
    low, high = float(np.nanmin(means)), float(np.nanmax(means))
    ax = style.axes(ax, (1.6 + 1.2 * means.shape[1], 1.4 + 0.6 * len(means)))
    _map(ax, means, texts, means < (low + high) / 2, cmap="viridis", vmin=low, vmax=high)
    ax.set_yticks(range(len(means)), [_plain(value) for value in down[1]])
    ax.set_xticks(range(means.shape[1]), [_plain(value) for value in across[1]])
    ax.set(ylabel=down[0], xlabel=across[0])
    units = " ".join(["million"] * (million > 1) + [unit] * bool(unit))
    name = str(rows["metric"].iloc[0])
    return _headed(ax, title or style.literal(f"{name} ({units})" if units else name))


def _map(
    ax: Axes, values: style.Vector, texts: Sequence[Sequence[str]], white: Any, **colors: Any
) -> None:
    """Coloured cells with texts, `white` on dark ones; cells without a value stay empty."""
    ax.imshow(np.ma.masked_invalid(values), aspect="auto", **colors)
    for row, column in zip(*np.nonzero(np.isfinite(values)), strict=True):
        color = "white" if white[row, column] else "black"
        text = texts[row][column]
        ax.text(column, row, text, ha="center", va="center", color=color, fontsize="small")
    ax.spines[:].set_visible(False)
    ax.tick_params(length=0)


def _headed(ax: Axes, heading: str | None) -> Axes:
    if heading:
        ax.set_title(heading, loc="left", fontsize="medium", fontweight="bold")
    return ax


def _spanning(rows: pd.DataFrame) -> tuple[Side, Side]:
    """What goes down, larger values first, and what goes across."""
    varying = [
        name
        for name in _ATTRIBUTES
        if name in rows and rows[name].notna().all() and rows[name].nunique() > 1
    ]
    if len(varying) == 2 and not rows.duplicated(varying).any():
        first, second = (sorted(rows[name].unique()) for name in varying)
        return (varying[0], first[::-1]), (varying[1], second)
    return ("block", list(dict.fromkeys(rows["block"]))), ("", [""])


def _spread(rows: pd.DataFrame, down: Side, across: Side, values: Any) -> style.Vector:
    """Values by row and column of the map; NaN where there is no block."""
    spread = np.full((len(down[1]), len(across[1])), np.nan)
    places = [down[1].index(value) for value in rows[down[0]]]
    columns = [across[1].index(value) for value in rows[across[0]]] if across[0] else 0
    spread[places, columns] = values
    return spread


def _with_half(value: float, half: float) -> str:
    """A mean with half its interval's width, in digits that fit that width."""
    if not half > 1e-7 * abs(value):  # unknown, or exact but for rounding
        return f"{value:.5g}"
    digits = int(np.clip(1 - np.floor(np.log10(half)), 0, 4))
    return f"{value:.{digits}f}\n± {half:.{digits}f}"


def _plain(value: object) -> str:
    return f"{value:g}" if isinstance(value, float | np.floating) else style.literal(value)


def layer_map(
    effects: pd.DataFrame,
    metric: str | None = None,
    *,
    show: str = "effect",
    unit: str = "",
    title: str | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw a map of layers: units down, layers across.

    Args:
        effects: Columns metric, unit, layer and effect; a row each placement. What stands
            outside units (unit -1) is left out.
        show: "effect", the mean over the blocks of a layer, or "range", what the choice of the
            block there decides: the largest effect less the smallest.

    Example:
        >>> ax = lp.plots.layer_map(effects, show="range")
        >>> [tick.get_text() for tick in ax.get_yticklabels()]
        ['unit 0', 'unit 1']
    """
    if show not in _SHOWN:
        raise ConfigError(f"layer map: got show {show[:40]!r}, expected 'effect' or 'range'")
    rows = rows_of(effects, metric, ("unit", "layer", "effect"))
    inside = rows[rows["unit"] >= 0]
    if inside.empty:
        raise ConfigError("layer map: no placement in a unit, at least one expected")
    by_layer = inside.groupby(["unit", "layer"])["effect"]
    table = (by_layer.mean() if show == "effect" else by_layer.max() - by_layer.min()).unstack()
    values = table.to_numpy(np.float64)
    ax = style.axes(ax, (1.8 + 1.0 * values.shape[1], 1.4 + 0.5 * len(values)))
    most = float(np.nanmax(np.abs(values))) or 1.0
    colors = {"effect": ("RdBu_r", -most), "range": ("Blues", 0.0)}[show]
    texts = [[f"{value:.3g}" for value in of] for of in values]
    _map(ax, values, texts, np.abs(values) > 0.6 * most, cmap=colors[0], vmin=colors[1], vmax=most)
    ax.set_yticks(range(len(values)), [f"unit {name}" for name in table.index])
    ax.set_xticks(range(values.shape[1]), [f"layer {name}" for name in table.columns])
    heading = f"{rows['metric'].iloc[0]}, {_SHOWN[show]}" + (f" ({unit})" if unit else "")
    return _headed(ax, title or style.literal(heading))


def metric_agreement(
    effects: pd.DataFrame,
    metrics: Sequence[str] | None = None,
    *,
    title: str | None = "Rank correlation of effects",
    ax: Axes | None = None,
) -> Axes:
    """Draw how alike metrics rank the placements: Spearman's correlations of their effects.

    Args:
        effects: Columns metric, place, block and effect.
        metrics: Which ones; all where None.

    Example:
        >>> ax = lp.plots.metric_agreement(effects)
        >>> [text.get_text() for text in ax.texts]
        ['1.00', '1.00', '1.00', '1.00']
    """
    rows_of(effects, None, ("place", "block", "effect"))
    table = effects.pivot_table(
        index=["place", "block"], columns="metric", values="effect", sort=False
    )
    names = list(table.columns) if metrics is None else list(metrics)
    for name in names:
        rows_of(effects, name, ())
    values = table[names].rank().corr().to_numpy()  # of ranks, the linear correlation
    ax = style.axes(ax, (2.4 + 0.7 * len(names), 2.0 + 0.6 * len(names)))
    texts = [[f"{value:.2f}" for value in of] for of in values]
    _map(ax, values, texts, np.abs(values) > 0.7, cmap="RdBu_r", vmin=-1, vmax=1)
    shown = list(map(style.literal, names))
    ax.set_xticks(range(len(names)), shown, rotation=30, ha="right")
    ax.set_yticks(range(len(names)), shown)
    return _headed(ax, title)
