"""Costs come from tables over genes; lowering and counting the op graph is their oracle."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import latpred as lp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from latpred.spaces import Space

from .test_define_space import MOBILE, RESNET
from .test_places import PLAIN, own_spaces

NAMES = ("macs", "params", "bytes", "peak_bytes", "kernels")


def lowered(archs: lp.Architectures) -> dict[str, list[int]]:
    """Costs of the op graphs, one after the other."""
    each = [archs.graph(row).costs for row in range(len(archs))]
    return {name: [costs[name] for costs in each] for name in NAMES}


def check(archs: lp.Architectures) -> None:
    counts = archs.space.count(archs)
    want = lowered(archs)
    for name in NAMES:
        np.testing.assert_array_equal(counts[name], want[name], err_msg=name)


# Many choices: tables of a million entries do not hold them, so every network is lowered.
BROAD: dict[str, Any] = {
    "name": "my-broad",
    "resolutions": list(range(32, 96, 4)),
    "units": [
        {"channels": list(range(8, 520, 8)), "depth": [1, 2], "kernel": [3, 5, 7], "expand": [1, 2]}
        for _ in range(3)
    ],
}
# MACs of one place pass what tables add up exactly.
HUGE: dict[str, Any] = {
    "name": "my-huge",
    "resolutions": [64],
    "units": [{"channels": [100_000, 200_000], "depth": [1, 2], "expand": [1, 4]}],
}


def spaces() -> dict[str, Space]:
    mobile = lp.space("ofa-mobilenetv3", resolutions=[112, 236])
    many = list(range(112, 240, 4))
    return {
        **{name: lp.space(name) for name in lp.space_names()},
        "ofa-mobilenetv3-1.2": lp.space("ofa-mobilenetv3", width=1.2),
        "ofa-resnet50-many": lp.space("ofa-resnet50", resolutions=many),
        "nas-bench-201-224": lp.space("nas-bench-201", image_size=224, classes=1000),
        "fbnet-224": lp.space("fbnet", image_size=224),
        "fbnetv3-320": lp.space("fbnetv3", image_size=320),
        "fbnetv3-published": lp.space("fbnetv3-published"),
        "restricted": mobile.restrict(allowed={"ks": [3, 7], "d": [2, 4]}),
        "mobile": lp.define_space(**MOBILE),
        "resnet": lp.define_space(**RESNET),
        "plain": lp.define_space(**PLAIN),
        "broad": lp.define_space(**BROAD),
        "huge": lp.define_space(**HUGE),
    }


@pytest.mark.parametrize("name", sorted(spaces()))
def test_counts_equal_those_of_the_op_graphs(name: str) -> None:
    space = spaces()[name]
    archs = space.sample(150, seed=1)
    check(archs)
    counts = space.count(archs)
    threads, backwards = space.count(archs, threads=2), space.count(archs[::-1])
    for one in NAMES:
        np.testing.assert_array_equal(threads[one], counts[one])
        np.testing.assert_array_equal(backwards[one][::-1], counts[one])


def test_counts_of_every_cell() -> None:
    """All 15,625 cells; their op graphs are counted for every 23rd."""
    space = lp.space("nas-bench-201")
    archs = space.enumerate()
    counts = space.count(archs)
    some = archs[::23]
    want = lowered(some)
    for name in NAMES:
        np.testing.assert_array_equal(counts[name][::23], want[name])


@settings(max_examples=25)
@given(own_spaces(), st.integers(0, 2**32 - 1))
def test_counts_of_any_own_space(space: Space, seed: int) -> None:
    check(space.sample(20, seed=seed))


def test_restrictions_and_the_whole_count_alike() -> None:
    space = lp.space("ofa-resnet50")
    small = space.restrict(allowed={"e": [0.2, 0.35], "w": [0, 2]})
    archs = small.sample(50, seed=2)
    whole = space.architectures(archs.genes)
    for name in NAMES:
        np.testing.assert_array_equal(small.count(archs)[name], space.count(whole)[name])


def test_threads_share_tables_that_are_still_empty() -> None:
    space = lp.space("ofa-proxyless")
    archs = space.sample(400, seed=3)
    with ThreadPoolExecutor(4) as pool:
        parts = list(pool.map(lambda i: space.count(archs[i::4]), range(4)))
    want = lowered(archs[::10])
    whole = space.count(archs)
    for name in NAMES:
        np.testing.assert_array_equal(whole[name][::10], want[name])
        for i, part in enumerate(parts):
            np.testing.assert_array_equal(part[name], whole[name][i::4])


@pytest.mark.parametrize(
    "name", ["nas-bench-201", "fbnet", "fbnetv3", "ofa-resnet50", "plain", "broad"]
)
def test_units_and_what_lies_outside_make_the_whole(name: str) -> None:
    space = spaces()[name]
    archs = space.sample(12, seed=4)
    units = {int(place.name[1:].split(".")[0]) for place in space.places if place.name[0] == "u"}
    count = len(units) or 1
    for cost in ("macs", "params", "kernels"):
        inside = [lp.cost_objective(f"u{u}.{cost}").evaluate(archs) for u in range(count)]
        outside = [_outside(archs, row)[cost] for row in range(len(archs))]
        np.testing.assert_array_equal(np.sum(inside, axis=0) + outside, space.count(archs)[cost])


def _outside(archs: lp.Architectures, row: int) -> dict[str, int]:
    """MACs, parameters and kernels of the places outside units, from the op graph."""
    layers = archs.graph(row).layers()
    found = {"macs": 0, "params": 0, "kernels": 0}
    begun = set()
    for place, layer in zip(archs.places(row), layers, strict=True):
        fresh = layer["kernel_group"] >= 0 and layer["kernel_group"] not in begun
        begun.add(layer["kernel_group"])
        if place in ("stem", "fixed", "head"):
            found["macs"] += layer["macs"]
            found["params"] += layer["params"]
            found["kernels"] += fresh
    return found


def test_the_cell_is_one_unit() -> None:
    space = lp.space("nas-bench-201")
    archs = space.sample(20, seed=5)
    one = lp.cost_objective("u0.macs").evaluate(archs)
    cells = [
        sum(
            layer["macs"]
            for layer in arch.graph().layers()
            if layer["unit"] >= 0 and layer["layer"] > 0
        )
        for arch in archs
    ]
    np.testing.assert_array_equal(one, cells)
    with pytest.raises(lp.ConfigError, match="has 1 units"):
        lp.cost_objective("u1.macs").evaluate(archs)


def test_a_cost_that_fails_leaves_nothing_behind() -> None:
    space = lp.space("nas-bench-201")
    archs = space.sample(5, seed=6)
    limits = {"cells": ("u0.macs", 1e12), "none": ("u7.macs", 1e12)}
    with pytest.raises(lp.ConfigError, match="u7"):
        lp.search(
            space,
            objective=lambda a: np.ones(len(a)),
            limits=limits,
            population=4,
            generations=1,
            progress=False,
        )
    np.testing.assert_array_equal(lp.cost_objective("macs").evaluate(archs), lowered(archs)["macs"])


def test_no_architectures_cost_nothing() -> None:
    space = lp.space("ofa-mobilenetv3")
    assert all(len(values) == 0 for values in space.count(space.sample(0, seed=0)).values())
