"""Made devices for tests of few-shot transfer: latencies are rates of costs and choices."""

from __future__ import annotations

from typing import Any

import latpred as lp
import numpy as np

Values = np.ndarray
SPACE = lp.space("nas-bench-201")
FBNET = lp.space("fbnet")


def latencies(archs: lp.Architectures, devices: int, seed: int = 0, noise: float = 0.01) -> Values:
    """N x D ms: a constant, MACs, kernels and what each choice takes on each device."""
    rng = np.random.default_rng(seed)
    counts = archs.space.count(archs)
    costs = np.column_stack([counts["macs"], counts["kernels"], counts["bytes"]]).astype(float)
    costs /= costs.mean(0)
    choices = archs.space.encode(archs, "one-hot").astype(float)
    mean = 1 + costs @ rng.uniform(0.5, 3, (3, devices))
    own = choices @ rng.uniform(0, 0.3, (choices.shape[1], devices))
    return (mean + own) * rng.normal(1, noise, (len(archs), devices))


def tables(count: int = 120, devices: int = 4, seed: int = 0, space: Any = SPACE) -> Any:
    """(DeviceTables of all but the last device, LatencyTable of the last one)."""
    archs = space.sample(count, seed=seed, unique=True)
    ms = latencies(archs, devices, seed)
    names = [f"d{i}" for i in range(devices - 1)]
    return (
        lp.transfer.DeviceTables(archs, ms[:, :-1], names),
        lp.LatencyTable(archs, ms[:, -1], device="new"),
    )
