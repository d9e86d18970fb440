"""Spaces of one's own: what they lower to, and errors that name the place."""

from __future__ import annotations

from typing import Any

import latpred as lp
import numpy as np
import pytest

from tests.spaces.described_spaces import MOBILE, RESNET


def unit(**changes: Any) -> dict[str, Any]:
    return {**MOBILE, "units": [{**MOBILE["units"][0], **changes}]}


def test_sizes_are_products_of_the_choices() -> None:
    mobile = lp.define_space(**MOBILE)
    first = 4 + 4**2 + 4**3  # (kernel, expand) of 1, 2 or 3 blocks
    second = 2 * (3**2 + 3**4)
    assert mobile.size == 2 * first * second
    assert len(mobile.enumerate()) == mobile.size
    assert lp.define_space(**RESNET).size == 2 * 2 * 2**2


@pytest.mark.parametrize("spec", [MOBILE, RESNET])
def test_everything_a_built_in_space_has(spec: dict[str, Any]) -> None:
    space = lp.define_space(**spec)
    archs = space.sample(50, seed=1)
    assert space.architectures(archs.to_dicts()) == archs
    assert space.architectures(archs.to_strings()) == archs
    assert (space.count(archs)["macs"] > 0).all()
    children = space.crossover(archs, space.mutate(archs, seed=2, rate=0.5), seed=3)
    assert space.architectures(children.genes) == children


def test_costs_by_hand() -> None:
    space = lp.define_space(
        "one-conv", resolutions=[8], stem={"channels": 4, "stride": 2},
        units=[{"block": "conv", "channels": [6]}], head={"classes": 5},
    )  # fmt: skip
    counts = space.count(space.sample(1, seed=0))
    assert counts["macs"][0] == 16 * 4 * 27 + 16 * 6 * 36 + 6 * 5
    assert counts["params"][0] == 4 * 27 + 8 + 6 * 36 + 12 + 6 * 5 + 5


def test_hash_tells_descriptions_apart() -> None:
    other = {**MOBILE, "head": {"classes": 11}}
    one, two = lp.define_space(**MOBILE), lp.define_space(**other)
    assert not one.same_family(two)
    assert one.sample(1, seed=0).hashes[0] != two.sample(1, seed=0).hashes[0]
    assert one.same_family(lp.define_space(**MOBILE))


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        (unit(block="transformer"), r"units\[0\]\.block: one of conv, mbconv"),
        (unit(channels=[]), r"units\[0\]\.channels: ascending positive integers"),
        (unit(channels=[32, 24]), r"units\[0\]\.channels: ascending"),
        (unit(depth=[0, 1]), r"units\[0\]\.depth: ascending positive"),
        (unit(kernel=[4]), r"units\[0\]\.kernel: ascending odd"),
        (unit(kernel=[3.5]), r"units\[0\]\.kernel: .* got \[3\.5\]"),
        (unit(expand=[0]), r"units\[0\]\.expand: ascending positive"),
        (unit(stride=0), r"units\[0\]\.stride: an integer of at least 1"),
        (unit(colour="red"), r"units\[0\]: unknown key 'colour'"),
        (unit(activation="elu"), r"units\[0\]\.activation: one of none"),
        ({**RESNET, "units": [{"block": "basic", "channels": [8], "squeeze_excite": True}]},
         r"squeeze_excite: .* mbconv only"),
        ({**MOBILE, "units": []}, r"space\.units: a list of at least one unit"),
        ({**MOBILE, "units": [{"block": "conv"}]}, r"units\[0\]: key 'channels' is missing"),
        ({**MOBILE, "resolutions": []}, r"space\.resolutions"),
        ({**MOBILE, "stem": {"width": 3}}, r"stem: unknown key 'width'"),
        ({**MOBILE, "head": {"classes": 0}}, r"head\.classes"),
        ({**MOBILE, "name": "compofa-fixed"}, "built-in space"),
        ({**MOBILE, "name": ""}, r"space\.name"),
        (unit(channels=[0]), r"units\[0\]\.channels: ascending positive"),
        (unit(channels=[-8, 8]), r"units\[0\]\.channels: ascending positive"),
        (unit(channels=24), r"units\[0\]\.channels: .* got 24"),
        (unit(stride=-1), r"units\[0\]\.stride: an integer of at least 1 expected, got -1"),
        (unit(kernel=[]), r"units\[0\]\.kernel: .* got \[\]"),
        (unit(kernel=[3, 3]), r"units\[0\]\.kernel: ascending"),
        (unit(expand=[float("nan")]), "finite numbers expected"),
        (unit(groups=2), r"units\[0\]\.groups: a positive integer; above 1 for conv only"),
        (unit(channels={"a": 1}), r"units\[0\]\.channels"),
        (unit(channels=object()), "numbers, texts, lists or dicts expected, got object"),
        ({**MOBILE, "units": [7]}, r"units\[0\]: an object expected, got 7"),
        ({**MOBILE, "stem": {"channels": 0}}, r"stem\.channels: an integer of at least 1"),
        ({**MOBILE, "stem": {"kernel": 2}}, r"stem\.kernel: an odd integer expected, got 2"),
        ({**MOBILE, "resolutions": [0, 32]}, r"space\.resolutions"),
        ({**MOBILE, "eps": 0}, r"space\.eps: a positive number"),
        ({**MOBILE, "units": [{"block": "conv", "channels": [12], "groups": 3}]},
         r"units\[0\]\.groups: 3 groups do not divide 16 channels"),
        ({**MOBILE, "units": [{"block": "conv", "channels": [16, 20], "groups": 8}]},
         r"units\[0\]\.groups: 8 groups do not divide 20 channels"),
        ({**MOBILE, "units": [{"name": "a", "channels": [8]}, {"name": "a", "channels": [8]}]},
         r"units\[1\]\.name: 'a' is the name of units\[0\] already"),
        ({**MOBILE, "resolutions": [4]}, r"units\[1\]\.stride: 2 on a plane of 1 x 1"),
        ({**RESNET, "resolutions": [1]}, r"stem\.stride: 2 on a plane of 1 x 1 at resolution 1"),
    ],
)  # fmt: skip
def test_ill_formed_descriptions(spec: dict[str, Any], message: str) -> None:
    with pytest.raises(lp.ConfigError, match=message):
        lp.define_space(**spec)


def test_grouped_convolutions() -> None:
    space = lp.define_space(
        "grouped", resolutions=[8], stem={"channels": 8, "stride": 1},
        units=[{"block": "conv", "channels": [16], "groups": 4}], head={"classes": 5},
    )  # fmt: skip
    counts = space.count(space.sample(1, seed=0))
    assert counts["macs"][0] == 64 * (8 * 27 + 16 * 9 * 8 // 4) + 16 * 5


def test_ranges_and_arrays_are_lists() -> None:
    given = {**MOBILE, "resolutions": np.array([96, 128]), "units": [{"channels": range(8, 25, 8)}]}
    plain = {**MOBILE, "units": [{"channels": [8, 16, 24]}]}
    assert lp.define_space(**given).same_family(lp.define_space(**plain))
