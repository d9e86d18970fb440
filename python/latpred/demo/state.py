"""The settings of a demo, and what its steps leave for the next ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import latpred as lp
from latpred.base.shown import Shown

__all__ = ["DemoRun", "DemoSettings", "smoke_settings"]

Say = Callable[[str], None]
Measure = Callable[[lp.Architectures, lp.LatencyMeter], lp.LatencyTable]


@dataclass(frozen=True)
class DemoSettings:
    """Sizes and seeds of a demo; `smoke_settings()` returns small ones for tests.

    Example:
        >>> from latpred.demo import DemoSettings
        >>> DemoSettings(minutes=2.0, train=100).train
        100
    """

    space: str = "ofa-mobilenetv3"
    width: float = 1.2  # of the supernet that the accuracy model was distilled from
    accuracy: str = "ofa-distilled"
    threads: int = 1
    batch_size: int = 1
    seed: int = 0
    minutes: float = 4.0  # of measuring; what does not fit is left out and reported
    least: int = 20  # networks of a campaign that are measured however long they take
    train: int = 200
    test: int = 40
    test_effort: str = "fast"
    winner_effort: str = "default"
    limit_quantiles: tuple[float, ...] = (0.15, 0.30, 0.45, 0.60, 0.75)
    safety: float = 0.95  # share of held-out errors that the safety margin covers
    second_search: bool = True  # once, where the first winner's whole interval is over its limit
    population: int = 100
    generations: int = 500
    random: int = 10_000


def smoke_settings() -> DemoSettings:
    """The smallest demo that passes through every step.

    Example:
        >>> from latpred.demo import DemoSettings, smoke_settings
        >>> smoke_settings().train < DemoSettings().train
        True
    """
    return DemoSettings(
        train=10,
        test=4,
        test_effort="dataset",
        winner_effort="dataset",
        limit_quantiles=(0.3, 0.7),
        population=20,
        generations=5,
        random=200,
    )


@dataclass
class DemoRun(Shown):
    """What the steps leave for the next ones, the page and the tables.

    Example:
        >>> from dataclasses import fields
        >>> from latpred.demo import DemoRun
        >>> [field.name for field in fields(DemoRun)][:3]
        ['settings', 'out', 'say']
    """

    settings: DemoSettings
    out: Path
    say: Say
    space: lp.Space
    device: Any
    measure: Measure
    train: Any = None
    test: Any = None
    model: Any = None
    baseline: Any = None
    accuracy: Any = None
    margin: float = 0.0
    metrics: dict[str, Mapping[str, float]] = field(default_factory=dict)
    environments: dict[str, dict[str, Any]] = field(default_factory=dict)
    campaigns: list[dict[str, Any]] = field(default_factory=list)
    query_seconds: dict[str, float] = field(default_factory=dict)
    histories: dict[str, Any] = field(default_factory=dict)
    cloud: tuple[Any, Any] | None = None
    least_ms: float = 0.0
    candidates: list[dict[str, Any]] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)
