"""Errors against the number of rows of the target device."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from latpred.plots import style
from latpred.plots.protocols import TuningCurve
from latpred.plots.style import BLUE

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def fine_tuning_curves(
    curve: TuningCurve,
    *,
    title: str | None = "Fine-tuning to another device",
    ax: Axes | None = None,
) -> Axes:
    """Draw mean error against target rows, a line per method, a band over all repeats.

    Args:
        curve: From `latpred.fine_tuning_curve`; diverged repeats are left out.

    Example:
        >>> source = lp.FlopsPredictor().fit(table)
        >>> curve = lp.fine_tuning_curve(source, table, (10, 20), repeats=2, methods=["affine"])
        >>> lp.plots.fine_tuning_curves(curve).get_xlabel()
        'rows of the target'
    """
    from matplotlib.ticker import LogLocator

    ax = style.axes(ax)
    for place, name in enumerate(curve.methods):
        errors = np.ma.masked_invalid(curve.mae_ms[place])
        color = BLUE if place == 0 else style.series_style(place - 1)[0]
        line = "--" if name == "legacy" else "-"
        ax.plot(curve.sizes, errors.mean(axis=1), line, color=color, marker="o", ms=3.5, label=name)
        low, high = errors.min(axis=1), errors.max(axis=1)
        ax.fill_between(curve.sizes, low, high, color=color, alpha=0.12, linewidth=0)
    ax.set(xscale="log", yscale="log", xlabel="rows of the target", ylabel="MAE (ms)")
    ax.set_xticks(curve.sizes, [str(size) for size in curve.sizes])
    ax.minorticks_off()
    ax.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    ax.yaxis.set_major_formatter("{x:g}")
    return style.tidy(ax, title, loc="best")
