"""Restrictions: allowed choices, couplings, bans, depth caps."""

from __future__ import annotations

from typing import Any

import latpred as lp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

SPACE = lp.space("ofa-mobilenetv3")
SEEDS = st.integers(0, 2**64 - 1)
DEPTH_TO_EXPAND = {2: 3, 3: 4, 4: 6}


def compofa_by_hand(fixed: bool) -> lp.Space:
    couplings = [
        (f"d[{stage}]", f"e[{4 * stage + layer}]", DEPTH_TO_EXPAND)
        for stage in range(5)
        for layer in range(4)
    ]
    kernels = [kernel for kernel in (3, 5, 3, 3, 5) for _ in range(4)]
    allowed = {f"ks[{slot}]": [kernel] for slot, kernel in enumerate(kernels)} if fixed else {}
    return SPACE.restrict("by-hand", allowed=allowed, couplings=couplings)


@pytest.mark.parametrize(("name", "fixed"), [("compofa-fixed", True), ("compofa-elastic", False)])
def test_compofa_is_a_restriction(name: str, fixed: bool) -> None:
    ours, theirs = compofa_by_hand(fixed), lp.space(name)
    assert ours.size == theirs.size
    assert ours.same_family(theirs)
    archs = theirs.sample(50, seed=0)
    assert ours.architectures(archs).hashes.tolist() == archs.hashes.tolist()
    if fixed:
        assert set(ours.enumerate().hashes.tolist()) == set(theirs.enumerate().hashes.tolist())


@given(SEEDS)
def test_allowed_choices_by_gene_and_group(seed: int) -> None:
    space = SPACE.restrict(allowed={"ks": [3, 5], "d[0]": [2], "r": [160]})
    for arch in space.sample(5, seed=seed).to_dicts():
        assert set(arch["ks"]) <= {3, 5}
        assert (arch["d"][0], arch["r"]) == (2, [160])
    assert space.name == "ofa-mobilenetv3-restricted"


def test_a_depth_cap_counts() -> None:
    space = SPACE.restrict("shallow", allowed={"d": [2, 3]})
    assert space.size == (81 + 729) ** 5 * 5
    with pytest.raises(lp.ArchitectureError, match=r"d\[0\] = 4 is not in shallow"):
        space.architectures([{"ks": [3] * 20, "e": [3] * 20, "d": [4] * 5, "r": [160]}])


def test_bans_shrink_the_space_and_are_never_drawn() -> None:
    ban = {"ks[0]": 7, "e[0]": 6}
    space = SPACE.restrict(bans=[ban])
    assert space.size == SPACE.size // 9 * 8
    for arch in space.sample(300, seed=0).to_dicts():
        assert (arch["ks"][0], arch["e"][0]) != (7, 6)
    bad = {"ks": [7] * 20, "e": [6] * 20, "d": [2] * 5, "r": [160]}
    with pytest.raises(lp.ArchitectureError, match="architecture 0: a combination"):
        space.architectures([bad])


def test_bans_of_inactive_genes_do_not_bite() -> None:
    space = SPACE.restrict(bans=[{"ks[3]": 7}])
    shallow = {"ks": [7] * 20, "e": [3] * 20, "d": [2] * 5, "r": [160]}
    assert len(space.architectures([shallow])) == 1
    with pytest.raises(lp.ArchitectureError, match="bans"):
        space.architectures([{**shallow, "d": [4, 2, 2, 2, 2]}])


def test_enumeration_respects_every_rule() -> None:
    only = {"ks": [3], "e": [3, 4], "d": [2], "r": [160]}
    space = SPACE.restrict(
        allowed={**only, **{f"e[{slot}]": [3] for slot in range(2, 20)}},
        bans=[{"e[0]": 4, "e[1]": 4}],
    )
    found = {tuple(arch["e"][:2]) for arch in space.enumerate().to_dicts()}
    assert found == {(3, 3), (3, 4), (4, 3)}
    assert space.size == 3


def test_restrictions_add_up() -> None:
    once = SPACE.restrict(allowed={"d": [2, 3]})
    twice = once.restrict(allowed={"d": [3, 4]}, bans=[{"r[0]": 160}])
    assert {tuple(arch["d"]) for arch in twice.sample(20, seed=0).to_dicts()} == {(3,) * 5}
    assert twice.size == 729**5 * 4
    with pytest.raises(lp.ConfigError, match=r"no choice for gene d\[0\]"):
        once.restrict(allowed={"d[0]": [4]})


def test_mutation_rates_decide_what_mutates() -> None:
    still = {"ks": 0, "e": 0, "r": 0, "d": 0, "ks[5]": 5}
    space = SPACE.restrict(mutation_rates=still)
    parents = space.sample(200, seed=0)
    children = space.mutate(parents, seed=1, rate=0.1)
    columns = np.flatnonzero((parents.genes != children.genes).any(axis=0))
    assert columns.tolist() == [5]


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ({"allowed": {"k[0]": [3]}}, r"no gene 'k\[0\]' in ofa-mobilenetv3; .* d, e, ks, r"),
        ({"allowed": {"ks[20]": [3]}}, r"no gene 'ks\[20\]'"),
        ({"allowed": {"ks[0]": [4]}}, r"ks\[0\] is 4, one of 3, 5, 7 expected"),
        ({"allowed": {"ks[0]": []}}, r"at least one value expected for ks\[0\]"),
        ({"couplings": [("d[9]", "e[0]", DEPTH_TO_EXPAND)]}, r"no gene 'd\[9\]'"),
        ({"couplings": [("d[0]", "e[0]", {2: 3})]}, r"gives no value for d\[0\] = 3"),
        ({"couplings": [("d[0]", "e[0]", {2: 5, 3: 3, 4: 3})]}, r"e\[0\] is 5"),
        (
            {"couplings": [("d[0]", "e[0]", DEPTH_TO_EXPAND)], "allowed": {"e[0]": [3]}},
            r"d\[0\] forces e\[0\] = 4, which is not allowed",
        ),
        (
            {
                "couplings": [
                    ("d[0]", "e[0]", DEPTH_TO_EXPAND),
                    ("d[1]", "e[0]", DEPTH_TO_EXPAND),
                ]
            },
            r"e\[0\] is coupled to d\[0\] and may not",
        ),
        ({"bans": [{"ks": 7}]}, "no gene 'ks'"),
        ({"bans": [{"ks[0]": 9}]}, r"ks\[0\] is 9"),
        ({"bans": [{}]}, "a ban names at least one gene"),
        ({"mutation_rates": {"ks": -1}}, "mutation rate -1 of ks"),
        ({"mutation_rates": {"kk": 1}}, "no gene 'kk'"),
    ],
)
def test_wrong_rules_are_named(rules: dict[str, Any], expected: str) -> None:
    with pytest.raises(lp.ConfigError, match=expected):
        SPACE.restrict(**rules)


def test_bans_that_leave_nothing_end() -> None:
    space = SPACE.restrict(bans=[{"r[0]": r} for r in (160, 176, 192, 208, 224)])
    with pytest.raises(lp.ConfigError, match="its bans leave hardly any architecture"):
        space.sample(1, seed=0)
