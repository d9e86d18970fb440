"""Couplings: a source that a network may lack is refused unless its target goes with it."""

from __future__ import annotations

from typing import Any

import latpred as lp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.spaces.drawn_spaces import restricted_spaces, sampled

SPACE = lp.space("ofa-mobilenetv3")
KERNEL_TO_PIXELS: dict[Any, Any] = {3: 160, 5: 192, 7: 224}
KERNEL_TO_EXPAND: dict[Any, Any] = {3: 3, 5: 4, 7: 6}


@pytest.mark.parametrize(
    ("source", "target", "image"),
    [
        ("ks[3]", "r[0]", KERNEL_TO_PIXELS),  # layer 3 counts in stages of depth 4
        ("ks[3]", "e[2]", KERNEL_TO_EXPAND),  # which counts from depth 3 on
        ("ks[3]", "e[7]", KERNEL_TO_EXPAND),  # of another stage
        ("e[2]", "d[0]", {3: 2, 4: 3, 6: 4}),  # its own gate
        ("e[19]", "ks[0]", {3: 3, 4: 5, 6: 7}),
    ],
)
def test_sources_that_may_be_lacking_are_refused(source: str, target: str, image: Any) -> None:
    with pytest.raises(lp.ConfigError) as caught:
        SPACE.restrict(couplings=[(source, target, image)])
    words = str(caught.value)
    assert words.startswith(f"restriction: {target} is coupled to {source}, which networks with a")
    assert "a source that is there wherever its target is" in words


@pytest.mark.parametrize(
    ("source", "target", "rules"),
    [
        ("ks[3]", "e[3]", {}),  # both count at depth 4
        ("ks[2]", "e[3]", {}),  # where depth 4 is, depth 3 is passed
        ("ks[0]", "e[3]", {}),
        ("ks[3]", "e[0]", {"allowed": {"d[0]": [4]}}),  # every network is that deep
    ],
)
def test_sources_that_come_with_their_targets_are_fine(
    source: str, target: str, rules: dict[str, Any]
) -> None:
    space = SPACE.restrict(couplings=[(source, target, KERNEL_TO_EXPAND)], **rules)
    archs = space.sample(200, seed=0)
    assert space.architectures(archs.genes) == archs
    for arch in archs.to_dicts():
        kernel, expand = arch["ks"][int(source[3:-1])], arch["e"][int(target[2:-1])]
        counts = int(target[2:-1]) % 4 < arch["d"][0]
        assert not counts or KERNEL_TO_EXPAND[kernel] == expand


@given(restricted_spaces(), st.integers(0, 2**64 - 1))
def test_samples_and_children_are_in_their_space(drawn: Any, seed: int) -> None:
    space, _ = drawn
    parents = sampled(space, 16, seed)
    if parents is None:
        return
    mutants = space.mutate(parents, seed=seed, rate=0.5)
    crossed = space.crossover(parents, mutants, seed=seed)
    for archs in (parents, mutants, crossed):
        assert space.architectures(archs.genes) == archs
