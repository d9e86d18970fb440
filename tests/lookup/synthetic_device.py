"""Devices of which the latency of every part is known."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from typing import Any

import latpred as lp
import numpy as np
from latpred._core import measurement as core
from latpred._core import predictors as native


def part_ms(key: str) -> float:
    """Some latency for a part: by its key only."""
    return 0.05 + (zlib.crc32(key.encode()) % 1000) / 500


class Device:
    """A synthetic machine: parts cost `part_ms`, networks their sum changed by `whole`."""

    def __init__(self, whole: Callable[[float], float] = lambda total: total) -> None:
        self.clock = core.SyntheticClock()
        self.whole = whole
        self.made: list[str] = []

    def meter(self, effort: str = "fast") -> lp.LatencyMeter:
        return lp.LatencyMeter(effort=effort, clock=self.clock)

    def runnable(self, graph: Any, name: str) -> Any:
        """Takes the time of the part, found by the graph and not by the name."""
        ms = part_ms(native.graph_key(graph))
        self.made.append(name)
        return core.ScriptedRunnable(name, self.clock, np.array([ms]))

    def latency(self, catalogue: Any, archs: lp.Architectures) -> np.ndarray:
        """Of whole networks."""
        parts = np.array([part_ms(catalogue.key(i)) for i in range(len(catalogue))])
        return np.array([self.whole(total) for total in catalogue.counts(archs) @ parts])


class WholeMeter(lp.LatencyMeter):
    """A stand-in for the meter of whole networks."""

    device, effort, seed = lp.Device(), "fast", 0

    def __init__(self, device: Device, catalogue: Any, noise: float = 0.0) -> None:
        self.of, self.catalogue, self.noise = device, catalogue, noise
        self.rng = np.random.default_rng(1)
        self.measured = 0

    def measure(self, archs: lp.Architectures, **_: Any) -> Any:
        exact = self.of.latency(self.catalogue, archs)
        self.measured += len(archs)
        noisy = exact * np.exp(self.noise * self.rng.standard_normal(len(archs)))
        return lp.LatencyTable(archs, noisy, device="synthetic")
