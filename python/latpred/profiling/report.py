"""The page of a profile."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from latpred._core import __version__
from latpred.devices import environment_record
from latpred.profiling.findings import findings
from latpred.report import Report

if TYPE_CHECKING:
    import pandas as pd

    from latpred.profiling.profile_plots import ProfilePlots

__all__ = ["profile_page"]

ESTIMANDS = {
    "conditional": "Effects are against random networks; the depth of the block's unit is uniform "
    "over those in which its layer exists.",
    "legacy": "Effects are the original's: depth is forced to the layer's number counted from 0, "
    "so that a fixed block of the third layer exists in two thirds of the networks and one of the "
    "fourth in one third; they are too small there. Use the conditional ones to decide by.",
}
DESIGNS = {
    "pooled": "One sample of random networks and one regression, which gives all effects.",
    "paired": "Every block was put into the same random networks.",
    "independent": "Each placement has random networks of its own.",
}
MACHINE = ("cpu", "cores", "hypervisor", "kernel", "python", "torch", "time")
TOP = 25  # rows of tables that may have hundreds
COLUMNS = (
    *("place", "block", "mean", "effect", "standard_error", "low", "high"),
    *("family_low", "family_high", "p_holm", "p_bh"),
)


def profile_page(profile: ProfilePlots) -> Report:
    """Findings, design and sources, then figures and tables of each metric."""
    come = "comes" if len(profile.metrics) == 1 else "come"
    page = Report(
        f"Block profile of {profile.space.name}",
        f"Where {', '.join(profile.metrics)} {come} from: effects of single blocks at every place, "
        f"with {profile.confidence:.0%} intervals.",
    )
    page.heading("What was found")
    for metric in profile.metrics:
        page.text(f"{_with_unit(profile, metric)}: {' '.join(findings(profile, metric))}")
    _design(page, profile)
    if len(profile.metrics) > 1 and not profile.effects.empty:
        _together(page, profile)
    for metric in profile.metrics:
        page.heading(_with_unit(profile, metric))
        _figures(page, profile, metric)
        _tables(page, profile, metric)
    return page.footer(f"latpred {__version__}")


def _with_unit(profile: ProfilePlots, metric: str) -> str:
    unit = profile.units.get(metric, "")
    return f"{metric} ({unit})" if unit else metric


def _design(page: Report, profile: ProfilePlots) -> None:
    """Which numbers these are, and what stands behind them."""
    page.heading("Design and sources")
    page.text(ESTIMANDS.get(profile.estimand, profile.estimand), "note")
    page.text(DESIGNS.get(profile.design, profile.design))
    facts = {
        "space": profile.space.name,
        "estimand": profile.estimand,
        "design": profile.design,
        "networks" if profile.design == "pooled" else "networks a placement": profile.samples,
        "evaluations": profile.evaluations,
        "seed": profile.seed,
        "confidence": f"{profile.confidence:.0%}",
    }
    page.facts(facts)
    rows = [
        {
            "metric": name,
            "unit": profile.units.get(name, ""),
            "source": profile.sources.get(name, "unknown"),
        }
        for name in profile.metrics
    ]
    page.table(rows, "What stands behind each metric")
    record = environment_record()
    page.facts(
        {name: record.get(name) or None for name in MACHINE}, "The machine that made the profile"
    )


def _together(page: Report, profile: ProfilePlots) -> None:
    page.heading("Metrics beside each other")
    figures: list[tuple[Callable[..., Any], str]] = [
        (lambda ax: profile.plot_devices(ax=ax), "Largest effects, in standard deviations"),
        (lambda ax: profile.plot_devices(agreement=True, ax=ax), "How alike metrics rank places"),
    ]
    for kind in _kinds(profile.shares):
        draw = _shares_drawer(profile, kind)
        figures.append((draw, f"Shares of the variance over random networks, by {kind}"))
    for draw, caption in figures:
        _figure(page, draw, caption)


def _kinds(shares: pd.DataFrame) -> list[str]:
    return [] if shares.empty else list(dict.fromkeys(map(str, shares["kind"])))


def _shares_drawer(profile: ProfilePlots, kind: str) -> Callable[..., Any]:
    return lambda ax: profile.plot_shares(kind=kind, ax=ax)


def _figures(page: Report, profile: ProfilePlots, metric: str) -> None:
    if profile.effects.empty:
        return
    known = profile.effects[profile.effects["metric"] == metric]
    if not profile.block_means.empty:
        page.figure(profile.plot_heatmaps(metric), f"{metric}: means of blocks over all places")
        _close()
    drawn: list[tuple[Callable[..., Any], str]] = [
        (lambda ax: profile.plot_placements(metric, ax=ax), "effects by place and block"),
    ]
    if (known["unit"] >= 0).any():
        caption = "what the choice of the block decides, by layer"
        drawn += [
            (lambda ax: profile.plot_layers(metric, ax=ax), "mean effect by layer"),
            (lambda ax: profile.plot_layers(metric, show="range", ax=ax), caption),
        ]
    if known[["family_low", "family_high"]].notna().all(axis=None):
        drawn.append((lambda ax: profile.plot_effects(metric, ax=ax), "largest effects"))
    if not profile.depth_effects.empty:
        drawn.append((lambda ax: profile.plot_depth(metric, ax=ax), "effect of a layer's being"))
    for draw, caption in drawn:
        _figure(page, draw, f"{metric}: {caption}")


def _figure(page: Report, draw: Callable[..., Any], caption: str) -> None:
    """A figure of the page, which is closed once it is in there."""
    page.figure(draw(None), caption)
    _close()


def _close() -> None:
    import matplotlib.pyplot as plt

    plt.close()


def _tables(page: Report, profile: ProfilePlots, metric: str) -> None:
    for name, frame in profile.frames():
        rows = frame[frame["metric"] == metric].drop(columns="metric")
        caption = name.replace("_", " ")
        if name == "effects":
            rows = rows.loc[rows["effect"].abs().sort_values(ascending=False).index[:TOP]]
            rows = rows[[column for column in COLUMNS if column in rows]]
            caption = f"The {len(rows)} largest effects; to_csv() writes all"
        elif len(rows) > TOP:
            caption, rows = f"{caption}, the first {TOP}", rows.head(TOP)
        if len(rows):
            page.table(list(_cells(rows)), caption)


def _cells(rows: pd.DataFrame) -> Iterator[dict[str, Any]]:
    for row in rows.to_dict("records"):
        yield {str(name): _cell(value) for name, value in row.items()}


def _cell(value: Any) -> Any:
    missing = isinstance(value, float | np.floating) and np.isnan(value)
    return None if missing else value
