"""The least value of a quantity that adds up over blocks, in spaces too large to list."""

from __future__ import annotations

from typing import Any

import latpred as lp
import numpy as np
import pytest

DEEP: dict[str, Any] = {"channels": [16], "depth": list(range(1, 9)), "kernel": [3, 5, 7]}
DEEP |= {"expand": [1, 3, 6]}


def deep_space(units: int) -> lp.Space:
    return lp.define_space("deep", resolutions=[32, 64], units=[DEEP] * units)


class JointTable:
    """A cost for each (kernel, expand) of each block, and for each depth, in both signs."""

    def __init__(self, units: int, seed: int) -> None:
        rng = np.random.default_rng(seed)
        self.units = units
        self.blocks = rng.normal(0, 1, (units * 8, 3, 3))
        self.depths = rng.normal(0, 2, (units, 8))

    def __call__(self, archs: lp.Architectures) -> np.ndarray:
        genes = archs.genes.astype(int)
        count = self.units * 8
        each = self.blocks[np.arange(count), genes[:, :count], genes[:, count : 2 * count]]
        depth = genes[:, 2 * count + self.units : 2 * count + 2 * self.units]
        used = np.repeat(depth, 8, axis=1) >= np.tile(np.arange(8), self.units)
        own = self.depths[np.arange(self.units), depth].sum(axis=1)
        return (each * used).sum(axis=1) + own + genes[:, -1] + 100

    def least(self) -> float:
        best = self.blocks.min(axis=(1, 2)).reshape(self.units, 8).cumsum(axis=1)
        return float((best + self.depths).min(axis=1).sum() + 100)


def search(space: lp.Space, table: JointTable, limit: float, seed: int) -> lp.SearchResult:
    options: dict[str, Any] = {"population": 20, "generations": 2, "seed": seed, "progress": False}
    return lp.search(space, objective=table, latency=table, limit_ms=limit, **options)


@pytest.mark.parametrize("units", [1, 3])
@pytest.mark.parametrize("seed", range(4))
def test_impossible_and_tight_limits(units: int, seed: int) -> None:
    space, table = deep_space(units), JointTable(units, seed)
    least = table.least()
    with pytest.raises(lp.InfeasibleError) as caught:
        search(space, table, least - 0.001, seed)
    assert caught.value.minimum_ms == pytest.approx(least, abs=1e-9)
    found = search(space, table, least + 1e-9, seed)
    assert found.latency_ms == pytest.approx(least, abs=1e-9)


def test_a_deep_unit_under_a_counted_limit() -> None:
    space = deep_space(2)
    least = space.count(space.architectures([smallest(space)]))["macs"][0]
    options: dict[str, Any] = {"population": 20, "generations": 2, "progress": False}
    with pytest.raises(lp.InfeasibleError) as caught:
        lp.search(space, objective="params", limits={"macs": least - 1}, maximise=True, **options)
    assert caught.value.minimum_ms == least
    found = lp.search(space, objective="params", limits={"macs": least}, maximise=True, **options)
    assert found.values["macs"] == least


def smallest(space: lp.Space) -> dict[str, list[Any]]:
    first: dict[str, list[Any]] = {}
    for gene in space.genes:
        first.setdefault(gene.group, []).append(gene.choices[0])
    return first
