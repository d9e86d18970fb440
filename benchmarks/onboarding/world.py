"""What the parts have in common: a space, a device, a folder that keeps all, and a time to stop."""

from __future__ import annotations

import json
import math
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import latpred as lp
import numpy as np
from numpy.typing import NDArray

from benchmarks.record import machine

Vector = NDArray[np.float64]
CHUNK = 20  # networks of a judging campaign; between two of them a part may stop
JUDGE_SECONDS = (
    4.0  # a network, at the most; on a restless machine effort default takes ten times that
)


class TimeIsUp(Exception):
    """The time of this call is over; the next one goes on."""


class Kept(dict[str, Any]):
    """What a part has found so far: a dict that is a JSON file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        super().__init__(json.loads(path.read_text(encoding="utf-8")) if path.exists() else {})

    def save(self) -> None:
        """Whole or not at all."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        beside = self.path.with_suffix(".new")
        beside.write_text(json.dumps(self, indent=1) + "\n", encoding="utf-8")
        beside.replace(self.path)

    def once(self, group: str, key: object, find: Callable[[], Any]) -> Any:
        """What was found under this name, now or by an earlier call."""
        known = self.setdefault(group, {})
        if str(key) not in known:
            known[str(key)] = find()
            self.save()
        return known[str(key)]


@dataclass(frozen=True)
class Judged:
    """Networks measured for judging; those that failed are left out."""

    archs: lp.Architectures
    latency_ms: Vector
    low_ms: Vector
    high_ms: Vector
    status: list[str]


@dataclass
class World:
    """Where a part runs.

    Attributes:
        space: Whose networks are measured.
        folder: Keeps everything; the same call goes on from there.
        meter: Makes a meter of (effort, seed).
        accuracy: What searches maximise.
        seconds: Wall time, of the device if it is synthetic.
        minutes: After which to stop between two steps.
    """

    space: lp.Space
    folder: Path
    meter: Callable[[str, int], lp.LatencyMeter]
    accuracy: Any = None
    seconds: Callable[[], float] = time.monotonic
    minutes: float = math.inf
    begun: float = field(init=False)

    def __post_init__(self) -> None:
        self.begun = self.seconds()

    def need(self, minutes: float = 0.0) -> None:
        """TimeIsUp where less than that is left."""
        spent = (self.seconds() - self.begun) / 60.0
        if spent > 0.0 and spent + minutes > self.minutes:
            raise TimeIsUp

    def judge(self, name: str, archs: lp.Architectures, seed: int) -> Judged:
        """Measure at effort `default`, in campaigns of CHUNK that are kept each in a store.

        What time suffices for is in the intervals; rows that it cut short have status `budget`.
        """
        texts: list[str] = []
        status: list[str] = []
        found: dict[str, list[float]] = {"latency_ms": [], "low_ms": [], "high_ms": []}
        for begin in range(0, len(archs), CHUNK):
            self.need()
            store = self.folder / f"{name}-{begin:04d}.sqlite"
            store.parent.mkdir(parents=True, exist_ok=True)
            chunk = archs[begin : begin + CHUNK]
            meter = self.meter("default", seed)
            limited = meter.at("default", budget_seconds=JUDGE_SECONDS * len(chunk))
            table = lp.measure(chunk, limited, store=store, progress=False)
            texts += table.archs.to_strings()
            status += list(table.status or ())
            for column, values in found.items():
                values += np.asarray(getattr(table, column)).tolist()
        columns = {column: np.asarray(values) for column, values in found.items()}
        return Judged(archs.space.architectures(texts), **columns, status=status)


def about(kept: Kept) -> dict[str, Any]:
    """The machine, its load and versions; one entry a call, as the load changes."""
    now = machine()
    load = [round(one, 2) for one in os.getloadavg()]
    kept.setdefault("calls", []).append({"date": now["date"], "load_1_5_15_min": load})
    return now


def scores(judged: Judged, predicted: Vector) -> dict[str, float]:
    """Errors in the words of the goals; `level` takes the change of the machine's speed out."""
    found = lp.evaluate(judged.latency_ms, predicted)
    level = float(np.median(judged.latency_ms / predicted))
    at_level = lp.evaluate(judged.latency_ms, level * predicted)
    return {
        "level": round(level, 4),
        "level_mape_percent": round(at_level.mape_percent, 3),
        "level_within_10_percent": round(at_level.within_10_percent, 2),
        "mape_percent": round(found.mape_percent, 3),
        "within_10_percent": round(found.within_10_percent, 2),
        "within_5_percent": round(found.within_5_percent, 2),
        "kendall": round(found.kendall, 4),
    }
