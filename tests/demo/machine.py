"""A machine whose latencies are known, and demos that run on it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import latpred as lp
from latpred import demo

SMALL = replace(demo.smoke_settings(), train=60, test=12, population=30, generations=15, random=300)
Make = Callable[..., demo.DemoRun]


class Machine:
    """Stands for `lp.measure`: latency follows the costs, scaled by `speed` in each campaign."""

    def __init__(self, speeds: tuple[float, ...] = (1.0,), excess: float = 1.0) -> None:
        self.speeds = speeds  # of campaign after campaign, the last one for all later
        self.excess = excess  # of networks from the third campaign on, the winners
        self.campaigns: list[Any] = []
        self.rows = 10**9  # what a campaign has time for

    def __call__(self, archs: Any, meter: Any, **_: Any) -> Any:
        number = len(self.campaigns)
        self.campaigns.append(archs)
        speed = self.speeds[min(number, len(self.speeds) - 1)]
        archs = archs[: self.rows]
        latency = true_latency(archs) * speed * (self.excess if number >= 2 else 1)
        return lp.LatencyTable(
            archs,
            latency,
            device=meter.device.id,
            low_ms=latency * (1 - 1e-6),
            high_ms=latency * (1 + 1e-6),
            status=("converged",) * len(archs),
            meta={
                "reference": {"latency_ms": 20.0 * speed},
                "clean_fraction": 0.8,
                "warnings": ["load <is> high"],
                "environment": {"cpu": "a known one", "load": [0.5], "settings": {}},
            },
        )


def true_latency(archs: Any) -> Any:
    counts = archs.space.count(archs)
    return counts["macs"] / 2e7 + counts["kernels"] / 40 + counts["bytes"] / 2e7


def run_in(folder: Path, machine: Machine, settings: demo.DemoSettings = SMALL) -> demo.DemoRun:
    lines: list[str] = []
    done = demo.run(folder, settings, say=lines.append, measure=machine)
    done.lines = lines  # type: ignore[attr-defined]
    return done


def results(done: demo.DemoRun) -> Any:
    return json.loads((done.out / "results.json").read_text(encoding="utf-8"))


def page(done: demo.DemoRun) -> str:
    return (done.out / "index.html").read_text(encoding="utf-8")
