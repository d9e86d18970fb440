"""Made devices and methods for tests of judging."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import Any

import latpred as lp
import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]
SPACE = lp.space("nas-bench-201")


def world(networks: int = 60, devices: int = 5, seed: int = 0) -> tuple[lp.Architectures, Values]:
    """Latencies of a constant and MACs, each device with rates and noise of its own."""
    archs = SPACE.sample(networks, seed=seed, unique=True)
    counts = SPACE.count(archs)
    macs = np.asarray(counts["macs"], dtype=float)
    params = np.asarray(counts["params"], dtype=float)
    rng = np.random.default_rng(seed)
    rates = rng.uniform(0.2, 2, (3, devices))
    features = np.column_stack([np.ones(networks), macs / macs.max(), params / params.max()])
    return archs, features @ rates * np.exp(0.02 * rng.standard_normal((networks, devices)))


def noisy() -> tuple[lp.Architectures, Values]:
    """Devices that agree little."""
    archs, values = world(120, 3)
    return archs, values * np.exp(0.5 * np.random.default_rng(3).standard_normal(values.shape))


class Scaled:
    """The first source's latency of each network, scaled to the samples."""

    def __init__(self, least: int = 1, refuses: float = np.inf, wish: bool = False) -> None:
        self.least, self.refuses = least, refuses
        self.calls: list[Any] = []
        if wish:
            self.choose = lambda archs, n, _: np.argsort(archs.hashes)[:n]

    def __deepcopy__(self, memo: Any) -> Scaled:
        return copy.copy(self)  # the calls stay together

    def fit(self, tables: Any, seed: int) -> Scaled:
        self.calls.append(("fit", tables, seed, self))
        self.known = dict(zip(tables[0][0].hashes.tolist(), tables[0][1], strict=True))
        self.usual = float(np.median(tables[0][1]))
        return self

    def adapt(self, archs: Any, latency_ms: Values, seed: int) -> Any:
        self.calls.append(("adapt", archs, latency_ms, seed))
        if len(latency_ms) < self.least:
            raise lp.errors.DataError(f"scaled: {self.least} samples or more expected")
        if latency_ms.mean() > self.refuses:
            raise lp.errors.DataError("scaled: too slow a device")
        before = np.array([self.known.get(h, self.usual) for h in archs.hashes.tolist()])
        return ScaledModel(self, float(np.median(latency_ms / before)))


class ScaledModel:
    def __init__(self, method: Scaled, factor: float) -> None:
        self.method, self.factor = method, factor

    def predict(self, archs: Any) -> Values:
        method = self.method
        known = np.array([method.known.get(h, method.usual) for h in archs.hashes.tolist()])
        return self.factor * known


@dataclass(frozen=True)
class Task:
    name: str
    sources: tuple[str, ...]
    targets: tuple[str, ...]
    space: str = "nas-bench-201"


def tables(networks: int = 60, devices: int = 5, seed: int = 0) -> lp.transfer.DeviceTables:
    archs, values = world(networks, devices, seed)
    return lp.transfer.DeviceTables(archs, values, [f"d{i}" for i in range(devices)])


TASK = Task("made", ("d0", "d1"), ("d2", "d3"))
