"""The tutorial's workflow on the user's own machine: measure, learn, search, verify.

Each step is a function from what the steps before left in `DemoRun`; `run` calls them in order.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import latpred as lp

__all__ = ["DemoRun", "DemoSettings", "run", "smoke_settings"]

Say = Callable[[str], None]


@dataclass(frozen=True)
class DemoSettings:
    """Sizes and seeds of a demo; `smoke_settings()` are the ones for tests."""

    space: str = "ofa-mobilenetv3"
    width: float = 1.2  # of the supernet that the accuracy model was distilled from
    accuracy: str = "ofa-distilled"
    threads: int = 1
    batch_size: int = 1
    seed: int = 0
    minutes: float = 4.0  # of measuring; what does not fit is left out and said
    least: int = 20  # networks of a campaign that are measured whatever time they take
    train: int = 200
    test: int = 40
    test_effort: str = "fast"
    winner_effort: str = "default"
    limit_quantiles: tuple[float, ...] = (0.15, 0.30, 0.45, 0.60, 0.75)
    safety: float = 0.95  # share of held-out errors that the safety margin covers
    population: int = 100
    generations: int = 500
    random: int = 10_000


def smoke_settings() -> DemoSettings:
    """The smallest demo that passes through every step."""
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
class DemoRun:
    """What the steps leave for the next ones, the page and the tables."""

    settings: DemoSettings
    out: Path
    say: Say
    space: lp.Space
    device: Any
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


def run(
    out: str | Path = "demo", settings: DemoSettings | None = None, *, say: Say = print
) -> DemoRun:
    """Measure, learn, search and verify on this machine; write tables, figures and a page.

    Args:
        out: Folder for `index.html`, tables, figures and the model; made where missing.
        settings: Sizes, seeds and time; the defaults take 5 minutes on two cores.
        say: Receives a line of text for each result.

    Raises:
        StorageError: Where `out` cannot be written.
        MeasurementError: Where too few architectures could be measured to learn from.
    """
    from latpred.demo import page as demo_page
    from latpred.demo import steps as demo_steps

    settings = settings or DemoSettings()
    folder = Path(out)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise lp.StorageError(f"{folder}: no folder for the demo: {error.strerror}") from error
    space = lp.space(settings.space, width=settings.width)
    device = lp.Device(threads=settings.threads, batch_size=settings.batch_size)
    demo = DemoRun(settings, folder, say, space, device)
    steps = (*demo_steps.STEPS, demo_page.write)
    for number, step in enumerate(steps, start=1):
        start = time.perf_counter()
        say(f"\n[{number}/{len(steps)}] {(step.__doc__ or '').splitlines()[0]}")
        step(demo)
        demo.seconds[step.__name__] = time.perf_counter() - start
    say(f"\nDone in {sum(demo.seconds.values()) / 60:.1f} minutes: {folder / 'index.html'}")
    return demo
