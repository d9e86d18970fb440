"""Block profiles: what a block, layer or unit does to a metric, with intervals.

The figures take the frames of a profile: columns metric, unit, layer, place, block, mean, effect,
low, high, family_low and family_high, of which each figure needs some. Units and layers count
from 0. Forms of the figures as in Mills et al., CIKM 2021 (arXiv 2109.12426), figures 2 to 7.
"""

from __future__ import annotations

from numbers import Integral
from typing import TYPE_CHECKING

import numpy as np

from latpred.base.names import did_you_mean
from latpred.errors import ConfigError
from latpred.plots import style
from latpred.plots.style import BLUE, GREEN, GREY, ORANGE

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

__all__ = ["depth_effects", "effect_forest", "placement_lines", "rows_of"]


def rows_of(frame: pd.DataFrame, metric: str | None, needed: tuple[str, ...]) -> pd.DataFrame:
    """Rows of a metric, the first one where None.

    Raises:
        ConfigError: Where the frame is empty, lacks a column or has no row of the metric.
    """
    lacking = [name for name in ("metric", *needed) if name not in frame]
    if lacking:
        raise ConfigError(f"profile figure: a column {lacking[0]!r} expected, there is none")
    if frame.empty:
        raise ConfigError("profile figure: rows expected, this profile has none of them")
    known = list(dict.fromkeys(frame["metric"]))
    if metric is not None and metric not in known:
        raise ConfigError(
            f"profile figure: no metric {metric[:60]!r}; known: {known}"
            f"{did_you_mean(metric, known)}"
        )
    return frame[frame["metric"] == (known[0] if metric is None else metric)]


def _effect_on(rows: pd.DataFrame, unit: str) -> str:
    name = style.literal(rows["metric"].iloc[0])
    return f"effect on {name} ({style.literal(unit)})" if unit else f"effect on {name}"


def placement_lines(
    effects: pd.DataFrame,
    random: pd.DataFrame | None = None,
    metric: str | None = None,
    *,
    unit: str = "",
    title: str | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw the effect of each placement, by unit, layer and block, with its interval.

    Solid lines stand between units, dashed ones between layers.

    Args:
        effects: Columns metric, unit, layer, block, effect, low and high; with q05 and q95, two
            more curves show how these percentiles differ from those of `random`.
        random: Columns metric, q05 and q95 of random networks.

    Example:
        >>> ax = lp.plots.placement_lines(effects, unit="ms")
        >>> len(ax.lines[0].get_xdata())  # 2 units x 2 layers x 2 blocks
        8
    """
    rows = rows_of(effects, metric, ("unit", "layer", "block", "effect", "low", "high"))
    rows = rows.sort_values(["unit", "layer"], kind="stable")
    ax = style.axes(ax, (10.0, 4.2))
    places = np.arange(len(rows))
    ax.plot(places, rows["effect"], color=BLUE, linewidth=1.4, label="mean")
    ax.fill_between(places, rows["low"], rows["high"], color=BLUE, alpha=0.25, linewidth=0)
    for column, color, label in (("q05", GREEN, "5 %"), ("q95", ORANGE, "95 %")):
        shift = _shift(rows, random, column)
        if shift is not None:
            ax.plot(places, shift, color=color, linewidth=1.0, label=label)
    ax.axhline(0, color="black", linewidth=0.8)
    _separate(ax, rows)
    ax.set(ylabel=_effect_on(rows, unit))
    ax.set_xlim(-0.5, len(rows) - 0.5)
    style.tidy(ax, title, loc="best", ncols=3)
    ax.grid(axis="x", visible=False)
    return ax


def _shift(rows: pd.DataFrame, random: pd.DataFrame | None, column: str) -> style.Vector | None:
    """A percentile less that of random networks; nothing where either is unknown."""
    if random is None or column not in random or column not in rows or rows[column].isna().all():
        return None
    base = random[random["metric"] == rows["metric"].iloc[0]]
    return None if base.empty else style.vector(rows[column] - base[column].iloc[0])


def _separate(ax: Axes, rows: pd.DataFrame) -> None:
    """Lines between units and layers, and the names of units below."""
    units, layers = rows["unit"].to_numpy(), rows["layer"].to_numpy()
    for place in np.flatnonzero((np.diff(units) != 0) | (np.diff(layers) != 0)):
        solid = units[place] != units[place + 1]
        width, dash = (1.0, "-") if solid else (0.5, "--")
        ax.axvline(place + 0.5, color=GREY, linewidth=width, linestyle=dash, zorder=0)
    names = list(dict.fromkeys(units))
    middles = [float(np.flatnonzero(units == name).mean()) for name in names]
    ax.set_xticks(middles, [f"unit {name}" if name >= 0 else "others" for name in names])
    ax.tick_params(axis="x", length=0)


def effect_forest(
    effects: pd.DataFrame,
    metric: str | None = None,
    *,
    count: int = 20,
    unit: str = "",
    title: str | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw the largest effects with simultaneous intervals; grey where they include zero.

    Args:
        effects: Columns metric, place, block, effect, family_low and family_high.
        count: Placements to draw, those of the largest absolute effects.

    Example:
        >>> ax = lp.plots.effect_forest(effects, count=3)
        >>> [tick.get_text() for tick in ax.get_yticklabels()]
        ['u1.l1 e6k3', 'u1.l1 e3k3', 'u0.l1 e6k3']
    """
    needed = ("place", "block", "effect", "family_low", "family_high")
    if isinstance(count, bool) or not isinstance(count, Integral) or count < 1:
        raise ConfigError(
            f"effect forest: count {str(count)[:60]}, a whole number above 0 expected"
        )
    rows = rows_of(effects, metric, needed)
    largest = rows["effect"].abs().sort_values(ascending=False, kind="stable").index[:count]
    rows = rows.loc[largest]
    ax = style.axes(ax, (6.4, 1.2 + 0.24 * len(rows)))
    unsure = (rows["family_low"] <= 0) & (rows["family_high"] >= 0)
    labels = {False: "differs from zero", True: "may be zero"}
    for grey, label in labels.items():
        places = np.flatnonzero(unsure == grey)
        if not len(places):
            continue
        of = rows.iloc[places]
        ends = [of["effect"] - of["family_low"], of["family_high"] - of["effect"]]
        color = GREY if grey else BLUE
        ax.errorbar(
            of["effect"], places, xerr=np.abs(ends), fmt="o", ms=4, color=color, label=label
        )
    names = [f"{place} {block}" for place, block in zip(rows["place"], rows["block"], strict=True)]
    ax.set_yticks(range(len(rows)), list(map(style.literal, names)), fontsize="small")
    ax.set_ylim(len(rows) - 0.4, -0.6)
    ax.axvline(0, color="black", linewidth=0.8)
    ax.set(xlabel=_effect_on(rows, unit))
    return style.tidy(ax, title, loc="best")


def depth_effects(
    depth_effects: pd.DataFrame,
    metric: str | None = None,
    *,
    unit: str = "",
    title: str | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw what it does to a metric that a layer exists, averaged over its blocks.

    Args:
        depth_effects: Columns metric, unit, layer, effect, low and high.

    Example:
        >>> depth = effects.groupby(["metric", "unit", "layer"], as_index=False).mean(True)
        >>> [text.get_text() for text in lp.plots.depth_effects(depth).get_xticklabels()]
        ['u0.l0', 'u0.l1', 'u1.l0', 'u1.l1']
    """
    rows = rows_of(depth_effects, metric, ("unit", "layer", "effect", "low", "high"))
    rows = rows.sort_values(["unit", "layer"], kind="stable")
    ax = style.axes(ax, (8.0, 4.0))
    places = np.arange(len(rows))
    ends = [rows["effect"] - rows["low"], rows["high"] - rows["effect"]]
    colors = [style.shades(int(rows["layer"].max()) + 1)[int(layer)] for layer in rows["layer"]]
    ax.bar(places, rows["effect"], yerr=np.abs(ends), color=colors, capsize=2)
    names = [f"u{a}.l{b}" for a, b in zip(rows["unit"], rows["layer"], strict=True)]
    ax.set_xticks(places, names, rotation=90 if len(names) > 12 else 0, fontsize="small")
    ax.axhline(0, color="black", linewidth=0.8)
    ax.set(ylabel=_effect_on(rows, unit))
    return style.tidy(ax, title)
