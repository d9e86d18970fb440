"""Sizes in closed form and enumeration, against looking at every combination."""

from __future__ import annotations

import math
from typing import Any

import latpred as lp
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.spaces.drawn_spaces import networks_by_hand, restricted_spaces

DEEP: dict[str, Any] = {"depth": list(range(1, 9)), "kernel": [3, 5, 7], "expand": [1, 3, 6]}
DEEP_SIZE = sum(9**depth for depth in range(1, 9))


def deep(**changes: Any) -> lp.Space:
    unit = {"channels": [16], **DEEP, **changes}
    return lp.define_space("deep", resolutions=[32], units=[unit])


def combinations(space: lp.Space) -> int:
    return math.prod(len(gene.choices) for gene in space.genes)


@settings(max_examples=60)
@given(restricted_spaces().filter(lambda drawn: combinations(drawn[0]) <= 3000))
def test_every_network_is_counted_and_enumerated_once(drawn: Any) -> None:
    space, rules = drawn
    expected = networks_by_hand(space, rules)
    assert space.size == len(expected)
    archs = space.enumerate()
    assert len({row.tobytes() for row in archs.genes}) == len(archs) == space.size
    assert space.architectures(archs.genes) == archs if len(archs) else space.size == 0


def test_a_deep_unit_is_counted() -> None:
    assert deep().size == DEEP_SIZE
    two_stages = lp.define_space(
        "two", resolutions=[32, 64], units=[{"channels": [16], **DEEP}, {"channels": [24], **DEEP}]
    )
    assert two_stages.size == 2 * DEEP_SIZE**2
    assert math.prod(two_stages.part_sizes) == two_stages.size


def test_sizes_beyond_64_bits_are_exact() -> None:
    space = deep(depth=[30], kernel=[1, 3, 5, 7, 9, 11, 13, 15, 17], expand=list(range(1, 10)))
    assert space.size == 81**30
    with pytest.raises(lp.ConfigError, match=str(81**30)):
        space.enumerate()


def test_a_large_part_is_enumerated_as_far_as_it_is_real() -> None:
    space = deep(depth=[1, 7], expand=[6])  # 3 + 3^7 networks
    assert len(space.enumerate()) == space.size == 3 + 3**7
    wide = deep(depth=[1, 2, 3, 4, 5, 6, 7, 8], expand=[1, 6], kernel=[3, 5])
    assert wide.size == sum(4**depth for depth in range(1, 9))
    assert len(set(wide.enumerate().hashes.tolist())) == wide.size


def test_networks_of_a_part_too_large_to_list() -> None:
    space = deep(depth=[7, 8], expand=[6], kernel=[1, 3, 5, 7, 9, 11]).restrict(
        allowed={f"ks[{slot}]": [1, 3, 5, 7, 9] for slot in range(8)},
        couplings=[("ks[0]", "r[0]", dict.fromkeys([1, 3, 5, 7, 9, 11], 32))],
    )
    assert space.size == 5**7 + 5**8
    archs = space.enumerate()
    assert len(set(archs.hashes.tolist())) == space.size


def test_bans_in_a_chain_are_counted() -> None:
    chain = [{f"ks[{slot}]": 7, f"ks[{slot + 1}]": 7} for slot in range(19)]
    space = deep(depth=[20], expand=[6]).restrict(bans=chain)
    free, seven = 2, 1  # words over {3, 5, 7} without 77, by their last letter
    for _ in range(19):
        free, seven = 2 * (free + seven), free
    assert space.size == free + seven


def test_bans_that_tie_too_much_are_refused() -> None:
    knot = [
        {f"ks[{i}]": kernel, f"e[{j}]": expand, f"ks[{(i + 7) % 40}]": 5}
        for i in range(40)
        for j in range(40)
        for kernel, expand in [(3, 1), (5, 3), (7, 6)]
        if (i * j) % 7 == 1
    ]
    space = deep(depth=[40]).restrict(bans=knot)
    with pytest.raises(lp.ConfigError, match="too many"):
        _ = space.size


@given(st.sampled_from(lp.space_names()))
def test_built_in_sizes_are_products_of_parts(name: str) -> None:
    space = lp.space(name)
    assert space.size == math.prod(space.part_sizes)
