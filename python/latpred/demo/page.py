"""What the demo leaves on disk: the page, its figures and its tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np

from latpred import plots
from latpred.base import files
from latpred.base.images import image_bytes
from latpred.base.json import json_text
from latpred.base.tables import write_rows
from latpred.demo import sections as demo_sections
from latpred.demo import steps as demo_steps
from latpred.demo import winners as demo_winners

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from latpred.demo.state import DemoRun

WINNER_COLUMNS = (
    "limit_ms",
    "method",
    "attempt",
    "accuracy_percent",
    "predicted_ms",
    "measured_ms",
    "low_ms",
    "high_ms",
    "verdict",
)


def write(demo: DemoRun) -> None:
    """Write the page, figures and tables"""
    drawn = _figures(demo)
    demo_sections.page(demo, drawn).write(demo.out / "index.html")
    rows = candidate_rows(demo.candidates)
    write_rows(demo.out / "winners.csv", rows)
    document = {
        "settings": asdict(demo.settings),
        "environments": demo.environments,
        "campaigns": demo.campaigns,
        "metrics": demo.metrics,
        "safety_margin_percent": 100 * demo.margin,
        "query_seconds": demo.query_seconds,
        "candidates": rows,
        "rule": demo_winners.rule(demo),
        "first_winners": Counter(row["verdict"] for row in demo_winners.first_winners(demo)),
        "second_winners": Counter(row["verdict"] for row in demo_winners.second_winners(demo)),
        "most_exact": demo_steps.most_exact(demo),
    }
    files.write(demo.out / "results.json", json_text(document, indent=2))
    (demo.out / "figures").mkdir(exist_ok=True)
    for name, ax in drawn.items():
        files.write(demo.out / "figures" / f"{name}.png", image_bytes(ax, form="png", dpi=130))
    demo.say(f"  {demo_sections.summary(demo)}")


def candidate_rows(candidates: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows of the candidates without their architecture objects, by limit and method."""
    rows = []
    for row in sorted(candidates, key=lambda row: (row["limit_ms"], row["method"])):
        part = {name: row[name] for name in WINNER_COLUMNS}
        rows.append({**part, "architecture": row["arch"].to_strings()[0]})
    return rows


def _axes(width: float, height: float) -> Axes:
    from matplotlib.figure import Figure

    return Figure(figsize=(width, height), layout="constrained").subplots()


def _figures(demo: DemoRun) -> dict[str, Axes]:
    """Draw all figures; returns them by name."""
    test, last = demo.test, demo_winners.winners(demo)
    predicted = demo.model.predict(test.archs)
    ends = {"low_ms": test.low_ms, "high_ms": test.high_ms}
    pixels = [arch["r"][0] for arch in demo.train.archs.to_dicts()]
    one_hot = demo.space.encode(test.archs[0], "one-hot")[0]
    column = {name: np.array([row[name] for row in last]) for name in WINNER_COLUMNS}
    return {
        "latencies": plots.latency_histogram(demo.train.latency_ms, pixels, ax=_axes(6.4, 4)),
        "encoding": plots.encoding(one_hot, ax=_axes(8.6, 3)),
        "scatter": plots.predicted_against_measured(
            test.latency_ms,
            predicted,
            **ends,
            label=f"{len(test)} held-out architectures",
            ax=_axes(5.6, 5.2),
        ),
        "residuals": plots.residuals(
            test.latency_ms,
            predicted,
            baselines={"MACs, linear": demo.baseline.predict(test.archs)},
            label="additive",
            ax=_axes(6.4, 4),
        ),
        "times": plots.query_times(demo.query_seconds, ax=_axes(7.2, 2.8)),
        "history": plots.search_history(demo.histories, ax=_axes(6.4, 4)),
        "limits": plots.limits(
            *(column[name] for name in ("limit_ms", "measured_ms", "predicted_ms")),
            low_ms=column["low_ms"],
            high_ms=column["high_ms"],
            ax=_axes(8, 3.8),
        ),
        "front": _front(demo, column, _axes(7, 4.8)),
    }


def _front(demo: DemoRun, winners: dict[str, Any], ax: Axes) -> Axes:
    others = {}
    for method in (demo_steps.COMPOFA, demo_steps.RANDOM):
        rows = [row for row in demo.candidates if row["method"] == method]
        pair = [[row[name] for row in rows] for name in ("measured_ms", "accuracy_percent")]
        others[f"{method} (measured)"] = (pair[0], pair[1])
    return plots.front(
        winners["measured_ms"],
        winners["accuracy_percent"],
        others=others,
        cloud=demo.cloud,
        label="search (measured)",
        title="Accuracy and latency; random architectures as predicted",
        ax=ax,
    )
