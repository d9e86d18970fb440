"""Canonical text is the architecture: it reads back the same, whatever the numbers and locale."""

from __future__ import annotations

import json
from typing import Any

import latpred as lp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.spaces.drawn_spaces import own_spaces, restricted_spaces, sampled

SEEDS = st.integers(0, 2**64 - 1)


@given(own_spaces() | restricted_spaces().map(lambda drawn: drawn[0]), SEEDS)
def test_forms_of_drawn_spaces_come_back(space: lp.Space, seed: int) -> None:
    archs = sampled(space, 8, seed)
    if archs is None:
        return
    for form in (archs.to_strings(), archs.to_dicts(), archs.genes):
        assert space.architectures(form) == archs
    assert space.architectures([json.dumps(arch) for arch in archs.to_dicts()]) == archs
    assert len(set(archs.to_strings())) == len({row.tobytes() for row in archs.genes})


@given(st.lists(st.floats(1e-300, 1e6), min_size=2, max_size=20, unique=True))
def test_any_numbers_come_back(ratios: list[float]) -> None:
    unit = {"block": "conv", "channels": [8], "expand": sorted(ratios)}
    space = lp.define_space("ratios", resolutions=[32], units=[unit])
    archs = space.enumerate()
    assert len(set(archs.to_strings())) == space.size == len(ratios)
    assert space.architectures(archs.to_strings()) == archs
    assert [arch["e"][0] for arch in archs.to_dicts()] == sorted(ratios)


def test_near_numbers_have_texts_of_their_own() -> None:
    unit = {"channels": [16, 24], "expand": [1, 4 / 3, 1.3333334], "kernel": [3, 5]}
    space = lp.define_space("near", resolutions=[32], units=[unit])
    archs = space.enumerate()
    assert space.size == len(set(archs.to_strings())) == 12
    assert "e=1.3333333333333333;" in "".join(archs.to_strings())


@pytest.mark.parametrize("channels", [1_048_576, 1_000_000, 123_456_789])
def test_large_whole_numbers_are_written_out(channels: int) -> None:
    unit = {"block": "conv", "channels": [8, channels]}
    space = lp.define_space("wide", resolutions=[32], units=[unit], head={"classes": 2})
    assert f";c={channels};" in space.enumerate().to_strings()[1]
    assert space.architectures(space.enumerate().to_strings()) == space.enumerate()


def test_other_spellings_of_a_number_are_read() -> None:
    space = lp.define_space("spelt", resolutions=[32], units=[{"channels": [8], "expand": [0.5]}])
    one = space.enumerate()
    for text in ("ks=3;e=0.50;c=8;d=1;r=32", "r=3.2e1;d=1;c=8e0;ks=3.0;e=.5"):
        assert space.architectures([text]) == one
    for text in ("ks=3;e=0,5;c=8;d=1;r=32", "ks=3;e=0x1p1;c=8;d=1;r=32", "ks= 3;e=.5;c=8;d=1;r=32"):
        with pytest.raises(lp.ArchitectureError, match="architecture 0: "):
            space.architectures([text])


@pytest.mark.usefixtures("comma_locale")
def test_a_decimal_comma_changes_nothing() -> None:
    unit = {"channels": [16], "expand": [1, 4 / 3, 2.5]}
    space = lp.define_space("comma", resolutions=[32], units=[unit])
    archs = space.enumerate()
    assert "e=2.5;" in archs.to_strings()[2]
    assert space.architectures(archs.to_strings()) == archs
    assert space.architectures([json.dumps(arch) for arch in archs.to_dicts()]) == archs
    other = lp.define_space("comma", resolutions=[32], units=[unit])
    assert other.same_family(space)


def test_hashes_are_what_they_were() -> None:
    archs = lp.space("ofa-mobilenetv3").sample(2, seed=0)
    own = lp.define_space(
        "kept", resolutions=[32, 64], units=[{"channels": [16, 24], "depth": [1, 2]}]
    )
    assert archs.hashes.dtype == np.uint64
    assert [_hash(row, archs.space) for row in archs.genes] == archs.hashes.tolist()
    both = own.enumerate()
    assert [_hash(row, own) for row in both.genes] == both.hashes.tolist()


def _hash(row: np.ndarray, space: lp.Space) -> int:
    """FNV-1a of name, description and genes as 16 bits each, with SplitMix64's finaliser."""
    state, mask = 0xCBF29CE484222325, 2**64 - 1
    words = [
        space.resolutions[gene] if place == len(row) - 1 else int(gene)
        for place, gene in enumerate(row)
    ]
    numbers = b"".join(word.to_bytes(2, "little") for word in words)
    for byte in space.family.encode() + space.definition.encode() + numbers:
        state = (state ^ byte) * 0x100000001B3 & mask
    state = (state + 0x9E3779B97F4A7C15) & mask
    state = (state ^ (state >> 30)) * 0xBF58476D1CE4E5B9 & mask
    state = (state ^ (state >> 27)) * 0x94D049BB133111EB & mask
    return state ^ (state >> 31)


DEEP_TEXTS = [
    "{'ks': " + "[" * 100_000,
    "{'ks': " + "[" * 100_000 + "]" * 100_000 + "}",
    '{"ks": ' + '{"a": ' * 50_000 + "1" + "}" * 50_001,
    "{'ks': [" + "(" * 100_000 + "3" + ",)" * 100_000 + "]}",
    "[" * 100_000,
    "{" * 100_000,
]


@pytest.mark.parametrize("text", DEEP_TEXTS, ids=range(len(DEEP_TEXTS)))
def test_nesting_is_bounded_and_never_shown(text: str) -> None:
    with pytest.raises(lp.ArchitectureError, match="architecture 0: ") as caught:
        lp.space("ofa-mobilenetv3").architectures([text])
    assert len(str(caught.value)) < 400


@pytest.mark.parametrize("depth", [65, 100_000])
def test_deep_descriptions_are_refused(depth: int) -> None:
    from latpred._core.spaces import define_space

    nested = "[" * depth + "]" * depth
    text = '{"name": "a", "resolutions": [32], "units": [{"channels": ' + nested + "}]}"
    with pytest.raises(lp.ConfigError, match="nested deeper than 64") as caught:
        define_space(text)
    assert len(str(caught.value)) < 400


LONG: list[Any] = ["x" * 100_000, "{'ks': '" + "x" * 100_000 + "'}", "ks=" + "3-" * 100_000]


@pytest.mark.parametrize("given_value", [*LONG, {"ks": ["x" * 100_000] * 20}, {"x" * 100_000: 1},
                                         {"ks": [10**400] * 20}, {"ks": [10**5000] * 20},
                                         {"ks": [[0] * 100_000] * 20}])  # fmt: skip
def test_long_values_are_cut_in_messages(given_value: Any) -> None:
    arch = lp.space("ofa-mobilenetv3").sample(1, seed=0).to_dicts()[0]
    shown = {**arch, **given_value} if isinstance(given_value, dict) else given_value
    with pytest.raises(lp.ArchitectureError, match="architecture 0: ") as caught:
        lp.space("ofa-mobilenetv3").architectures([shown])
    assert len(str(caught.value)) < 400
