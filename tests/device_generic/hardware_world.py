"""Made-up devices whose latencies follow from compute and memory speed."""

from __future__ import annotations

import itertools
from collections.abc import Mapping

import latpred as lp
import numpy as np

SPACE = lp.space("ofa-mobilenetv3", resolutions=[160, 192, 224])

# name -> cores, memory, bandwidth; the memory has no influence.
DEVICES = {
    "a": (1000, 4, 100),
    "b": (2000, 8, 150),
    "c": (4000, 8, 600),
    "d": (3000, 16, 300),
    "e": (6000, 24, 900),
    "f": (8000, 12, 400),
    "g": (1500, 6, 350),
}


def parameters(names: str = "abcdefg") -> dict[str, lp.DeviceParameters]:
    return {name: lp.DeviceParameters(*map(float, DEVICES[name])) for name in names}


def efficiency(archs: lp.Architectures) -> np.ndarray:
    """What no cost tells: a random table of (stage, kernel, expansion), alike on all devices."""
    effects = np.random.default_rng(7).uniform(0, 3, size=(5, 3, 3))
    genes = np.asarray(archs.genes)
    total = np.zeros(len(archs))
    for stage, layer in itertools.product(range(5), range(4)):
        block = 4 * stage + layer
        active = genes[:, 40 + stage] >= layer - 1
        total += np.where(active, effects[stage, genes[:, block], genes[:, 20 + block]], 0.0)
    return total * (1 + 0.3 * genes[:, -1])


def latency(archs: lp.Architectures, device: str) -> np.ndarray:
    """Time of arithmetic + time of memory: a sum over operators."""
    cores, _, bandwidth = DEVICES[device]
    counts = archs.space.count(archs)
    arithmetic = counts["macs"] / 1e4 + 1000 * efficiency(archs)
    return arithmetic / cores + counts["bytes"] / bandwidth / 2e4


Rows = tuple[lp.Architectures, np.ndarray]


def tables(names: str, rows: int = 300, noise: float = 0.0) -> Mapping[str, Rows]:
    """Other architectures on each device."""
    result = {}
    for seed, name in enumerate(names):
        archs = SPACE.sample(rows, seed=seed, unique=True)
        spread = 1 + noise * np.random.default_rng(seed).standard_normal(rows)
        result[name] = (archs, latency(archs, name) * spread)
    return result
