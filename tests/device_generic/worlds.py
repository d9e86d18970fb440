"""Devices and networks made from the formula: what is true of them is known."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import latpred as lp
import numpy as np

dg = lp.device_generic


def true_factors(archs: lp.Architectures) -> np.ndarray:
    """Some thousands, a smooth function of a network's costs, whichever the batch."""
    counts = archs.space.count(archs)
    macs, params = (np.asarray(counts[name], dtype=float) for name in ("macs", "params"))
    return np.asarray(1e-4 * macs**0.8 + 2e-3 * params + 500)


def description(seed: int) -> Any:
    return dg.DeviceDescription(*np.exp(np.random.default_rng(seed).uniform(0, 2, 4)))


def world(
    count: int = 60,
    devices: int = 3,
    *,
    noise: float = 0.02,
    space: str = "nas-bench-201",
    seed: int = 0,
    shapes: Any = None,
) -> Any:
    """Published factors and devices by the formula; `shapes` (description, number -> power of the
    factors relative to their mean) bends them."""
    archs = lp.space(space).sample(count, seed=seed)
    factors = true_factors(archs)
    found = {f"d{i}": description(seed * 1000 + i) for i in range(devices)}
    rng = np.random.default_rng(seed)
    latency_ms = {}
    for i, (name, one) in enumerate(found.items()):
        bent = np.ones(count)
        if shapes is not None:
            bent = (factors / np.exp(np.log(factors).mean())) ** shapes(one, i)
        latency_ms[name] = factors * bent * one.ms_per_factor * rng.lognormal(0, noise, count)
    return dg.DeviceGenericData(archs, factors, latency_ms, found)


def with_parts(data: Any, **parts: Any) -> Any:
    names = ("archs", "factors", "latency_ms", "devices")
    return dg.DeviceGenericData(**({name: getattr(data, name) for name in names} | parts))


def shuffled(data: Any, seed: int = 3) -> Any:
    """The same, networks and devices in another order and under other names."""
    rows = np.random.default_rng(seed).permutation(len(data))
    names = {name: f"renamed {i}" for i, name in enumerate(reversed(list(data.latency_ms)))}
    return with_parts(
        data,
        archs=data.archs[rows],
        factors=None if data.factors is None else data.factors[rows],
        latency_ms={new: data.latency_ms[old][rows] for old, new in names.items()},
        devices={new: data.devices[old] for old, new in names.items() if old in data.devices},
    )


def other_unit(devices: Mapping[str, Any], factor: float = 1000.0) -> dict[str, Any]:
    """With the frequency of each in another unit."""
    return {
        name: dg.DeviceDescription(
            one.frequency_ghz * factor, one.dispatch_width, one.cache_mb, one.memory_gbs
        )
        for name, one in devices.items()
    }


def errors(predicted: np.ndarray, truth: np.ndarray) -> float:
    """Median error, a share."""
    return float(np.median(np.abs(predicted / truth - 1)))
