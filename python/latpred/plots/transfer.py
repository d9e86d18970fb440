"""Transfer to new devices: scores against samples, devices beside each other, a map of devices."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from latpred.base.arguments import shown
from latpred.base.names import did_you_mean
from latpred.base.numbers import numbers
from latpred.errors import ConfigError, DataError
from latpred.plots import style
from latpred.plots.style import BLUE, GREY

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

_METRICS = {
    "spearman": "rank correlation",
    "kendall": "Kendall's τ-b",
    "pearson": "linear correlation",
    "rmse_ms": "RMSE (ms)",
    "mae_ms": "MAE (ms)",
    "mape_percent": "mean relative error (%)",
    "median_ape_percent": "median relative error (%)",
    "coverage_percent": "inside the interval (%)",
    "width_percent": "width of the intervals (%)",
}


def transfer_curves(
    summary: pd.DataFrame,
    *,
    task: str | None = None,
    title: str | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw scores against the number of measured networks, with intervals and the ceiling.

    Args:
        summary: Of `TransferSuite.summary(metric)`: columns task, method, samples, the metric,
            low, high and ceiling.
        task: The task to draw; the first one where None.
        title: A heading; the task's name where None.

    Example:
        >>> summary = pd.DataFrame({"task": "F1", "method": "best", "samples": [5, 10, 20],
        ...                         "spearman": [0.8, 0.86, 0.9], "low": 0.78, "high": 0.91,
        ...                         "ceiling": 0.94})
        >>> lp.plots.transfer_curves(summary).get_ylabel()
        'rank correlation'
    """
    metric = next((name for name in summary.columns if name in _METRICS), None)
    lacking = [name for name in ("task", "method", "samples", "low", "high") if name not in summary]
    if metric is None or lacking or summary.empty:
        what = f"column {lacking[0]!r}" if lacking else "rows with a metric of them"
        raise ConfigError(f"transfer_curves: {what} expected, as of TransferSuite.summary")
    chosen = summary["task"].iloc[0] if task is None else task
    rows = summary[summary["task"] == chosen]
    if rows.empty:
        known = [str(name) for name in dict.fromkeys(summary["task"])]
        raise ConfigError(
            f"transfer_curves: no task {shown(chosen)}; known: {', '.join(known)[:200]}"
            f"{did_you_mean(chosen, known)}"
        )
    ax = style.axes(ax)
    for place, (name, of) in enumerate(_series(rows).items()):
        color = BLUE if place == 0 else style.series_style(place - 1)[0]
        of = of.sort_values("samples")
        ax.plot(of["samples"], of[metric], marker="o", ms=3.5, color=color, label=name)
        ax.fill_between(of["samples"], of["low"], of["high"], color=color, alpha=0.12, linewidth=0)
    if metric == "spearman" and "ceiling" in rows and rows["ceiling"].notna().all():
        ax.axhline(rows["ceiling"].iloc[0], color=GREY, ls=":", label="ceiling")
    ax.set_xticks(list(dict.fromkeys(rows["samples"])))
    ax.set(xlabel="networks measured on the target", ylabel=_METRICS[metric])
    return style.tidy(ax, str(chosen) if title is None else title, loc="best")


def transfer_devices(
    scores: Mapping[str, Mapping[str, float]],
    ceilings: Mapping[str, float] | None = None,
    *,
    metric: str = "spearman",
    title: str | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw a score of each target device as bars, one method beside the other.

    Args:
        scores: Method -> device -> score; devices without a score have no bar.
        ceilings: Device -> the score that is drawn as a line above its bars.
        metric: What is scored, for the axis: a key of `TransferEvaluation`.

    Example:
        >>> scores = {"best": {"pixel2": 0.8, "fpga": 0.99}, "flops": {"pixel2": 0.7, "fpga": 0.9}}
        >>> ax = lp.plots.transfer_devices(scores, {"pixel2": 0.82, "fpga": 1.0})
        >>> [tick.get_text() for tick in ax.get_xticklabels()]
        ['pixel2', 'fpga']
    """
    if metric not in _METRICS:
        raise ConfigError(
            f"transfer_devices: no metric {shown(metric)}; known: {', '.join(_METRICS)}"
            f"{did_you_mean(metric, _METRICS)}"
        )
    style.require_mappings("transfer_devices", scores)
    ax = style.axes(ax)
    devices = list(dict.fromkeys(device for of in scores.values() for device in of))
    places = np.arange(len(devices))
    width = 0.8 / max(len(scores), 1)
    for place, (name, of) in enumerate(scores.items()):
        color = BLUE if place == 0 else style.series_style(place - 1)[0]
        heights = [of.get(device, np.nan) for device in devices]
        ax.bar(places - 0.4 + (place + 0.5) * width, heights, width, color=color, label=name)
    if ceilings is not None:
        lines = [ceilings.get(device, np.nan) for device in devices]
        ax.hlines(lines, places - 0.45, places + 0.45, color=GREY, ls=":", label="ceiling")
    ax.set_xticks(places, devices, rotation=30, ha="right")
    ax.set(ylabel=_METRICS[metric])
    return style.tidy(ax, title, loc="lower right", bbox_to_anchor=(1, 1), ncols=3)


def device_map(
    places: npt.ArrayLike,
    devices: Sequence[str],
    targets: Collection[str] = (),
    *,
    title: str | None = "Devices that rank networks alike",
    ax: Axes | None = None,
) -> Axes:
    """Draw devices as points of a plane.

    Args:
        places: D x 2 coordinates, as of `lp.transfer.device_map`.
        devices: D names.
        targets: Devices in another colour.

    Example:
        >>> ax = lp.plots.device_map([[0, 0], [0.2, 0.1]], ["phone", "board"], targets=["phone"])
        >>> [text.get_text() for text in ax.texts]
        ['phone', 'board']
    """
    ax = style.axes(ax, (5.6, 5.0))
    points = numbers(places, "device_map: places")
    if points.shape != (len(devices), 2):
        raise DataError(
            f"device_map: places of shape {points.shape}, two numbers for each of {len(devices)} "
            "devices expected"
        )
    for name, color, wanted in (("others", BLUE, False), ("targets", style.RED, True)):
        chosen = [i for i, device in enumerate(devices) if (device in targets) == wanted]
        if chosen:
            label = name if targets else None
            ax.scatter(points[chosen, 0], points[chosen, 1], s=22, color=color, label=label)
    for point, device in zip(points, devices, strict=True):
        ax.annotate(device, tuple(point), (3, 3), textcoords="offset points", fontsize="x-small")
    ax.set_aspect("equal", adjustable="datalim")
    ax.set(xlabel="1 − ρ", ylabel="1 − ρ")
    return style.tidy(ax, title, loc="best")


def _series(rows: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Rows of each line by its label; samplers are named where there are several."""
    several = "sampler" in rows and rows["sampler"].nunique() > 1
    keys = ["method", "sampler"] if several else ["method"]
    return {", ".join(key): of for key, of in rows.groupby(keys, sort=False)}
