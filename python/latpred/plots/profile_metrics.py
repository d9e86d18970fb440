"""Block profiles of several metrics: shares of their variance, and devices beside each other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from latpred.errors import ConfigError
from latpred.plots import style
from latpred.plots.profile import rows_of
from latpred.plots.style import BLUE

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

__all__ = ["metric_effects", "variance_shares"]


def variance_shares(
    shares: pd.DataFrame,
    metrics: Sequence[str] | None = None,
    *,
    kind: str = "unit",
    title: str | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw shares of the variance over random networks, a bar a metric, a colour a group.

    Args:
        shares: Columns metric, group, kind and share (of 1).
        metrics: Which ones; all where None.
        kind: "unit", "factor" or "unit x factor".

    Example:
        >>> shares = pd.DataFrame({"metric": "latency", "group": ["depth", "expand", "kernel"],
        ...                        "kind": "factor", "share": [0.5, 0.3, 0.15]})
        >>> ax = lp.plots.variance_shares(shares, kind="factor")
        >>> [text.get_text() for text in ax.get_legend().get_texts()]
        ['depth', 'expand', 'kernel']
    """
    rows_of(shares, None, ("group", "kind", "share"))
    rows = shares[shares["kind"] == kind]
    if rows.empty:
        known = ", ".join(dict.fromkeys(map(str, shares["kind"])))
        raise ConfigError(f"variance shares: none of kind {kind[:40]!r}; there are: {known}")
    table = rows.pivot_table(index="metric", columns="group", values="share", sort=False)
    names = list(table.index) if metrics is None else list(metrics)
    for name in names:
        rows_of(rows, name, ())
    # As high as the bars or, beside them, the legend.
    ax = style.axes(ax, (8.4, max(1.4 + 0.5 * len(names), 1.0 + 0.24 * table.shape[1])))
    before = np.zeros(len(names))
    for color, group in zip(style.shades(table.shape[1]), table, strict=True):
        # A share estimated below zero is one that is not there.
        widths = np.nan_to_num(table.loc[names, group].to_numpy()).clip(0)
        ax.barh(range(len(names)), widths, left=before, color=color, label=style.literal(group))
        before = before + widths
    ax.set_yticks(range(len(names)), list(map(style.literal, names)))
    ax.set_ylim(len(names) - 0.5, -0.5)
    ax.set(xlabel="share of the variance")
    heading = title or f"Variance by {kind}"
    return style.tidy(ax, heading, loc="center left", bbox_to_anchor=(1, 0.5))


def metric_effects(
    effects: pd.DataFrame,
    random: pd.DataFrame,
    metrics: Sequence[str] | None = None,
    *,
    count: int = 15,
    title: str | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw effects on several metrics beside each other, in standard deviations of each.

    Args:
        effects: Columns metric, place, block, effect, family_low and family_high.
        random: Columns metric and sd, of random networks.
        metrics: Which ones; all where None.
        count: Placements to draw, those of the largest effect on any of the metrics.

    Example:
        >>> ax = lp.plots.metric_effects(effects, random, count=4)
        >>> ax.get_legend_handles_labels()[1]
        ['latency', 'accuracy']
    """
    rows_of(effects, None, ("place", "block", "effect", "family_low", "family_high"))
    names = list(dict.fromkeys(effects["metric"])) if metrics is None else list(metrics)
    spread = {name: float(rows_of(random, name, ("sd",))["sd"].iloc[0]) for name in names}
    tables = {}
    for name in names:
        rows = rows_of(effects, name, ()).set_index(["place", "block"])
        scaled = rows[["effect", "family_low", "family_high"]] / (spread[name] or np.nan)
        tables[name] = scaled[~scaled.index.duplicated()]
    largest = np.fmax.reduce([of["effect"].abs() for of in tables.values()])
    index = tables[names[0]].index[np.argsort(-largest, kind="stable")[:count]]
    ax = style.axes(ax, (7.2, 1.4 + 0.34 * len(index)))
    for place, name in enumerate(names):
        of = tables[name].reindex(index)
        color = BLUE if place == 0 else style.series_style(place - 1)[0]
        at = np.arange(len(index)) + 0.6 * ((place + 0.5) / len(names) - 0.5)
        ends = [of["effect"] - of["family_low"], of["family_high"] - of["effect"]]
        look = {"color": color, "label": style.literal(name)}
        ax.errorbar(of["effect"], at, xerr=np.abs(ends), fmt="o", ms=3.5, **look)
    shown = [style.literal(f"{place} {block}") for place, block in index]
    ax.set_yticks(range(len(index)), shown, fontsize="small")
    ax.set_ylim(len(index) - 0.4, -0.6)
    ax.axvline(0, color="black", linewidth=0.8)
    ax.set(xlabel="effect, in standard deviations of random networks")
    return style.tidy(ax, title, loc="center left", bbox_to_anchor=(1, 0.5))
