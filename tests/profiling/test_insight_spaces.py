"""Spaces reduced by hand, and random ones of the same size."""

from __future__ import annotations

import math

import latpred as lp
import pytest
from latpred._core import profiling
from latpred._core.profiling import layer_counts, narrow
from latpred.profiling import insight_names, insight_space, random_control

MB = lp.space("ofa-mobilenetv3", width=1.2, resolutions=[224])
PN = lp.space("ofa-proxyless", resolutions=[224])
RN = lp.space("ofa-resnet50", resolutions=[224])
ALL = {f"e{e}k{k}" for e in (3, 4, 6) for k in (3, 5, 7)}
CASES = [
    (MB, "npu", ALL - {"e3k7", "e4k7", "e6k7"}, [4, 4, 4, 4, 4], [0.25, 0.25, 0.25, 0.5, 0.5]),
    (MB, "n10", ALL - {"e3k7", "e4k7"}, [3, 4, 4, 4, 4], [0.5] * 5),
    (MB, "gpu", ALL - {"e3k3", "e3k7", "e4k3"}, [4, 3, 4, 3, 3], [0.5] * 5),
    (MB, "cpu", ALL, [3, 3, 3, 4, 4], [0.5] * 5),
    (MB, "max-accuracy", {"e4k5", "e4k7", "e6k3", "e6k5", "e6k7"}, [4] * 5, [0.5] * 5),
    (PN, "npu", ALL - {"e3k7", "e4k7", "e6k7"}, [4] * 5 + [1], [0.25] * 3 + [0.5] * 3),
    (PN, "gpu", ALL - {"e3k3", "e3k7", "e4k3"}, [3, 3, 3, 4, 4, 1], [0.5] * 6),
    (PN, "cpu", ALL, [3, 3, 4, 4, 4, 1], [0.5] * 6),
    (PN, "max-accuracy", {"e4k5", "e4k7", "e6k3", "e6k5", "e6k7"}, [4] * 5 + [1], [0.5] * 6),
]


def size_by_hand(blocks, most):
    """Networks with so many blocks at every layer and 2 (or the only) to so many layers."""
    return math.prod(sum(blocks**n for n in range(min(2, m), m + 1)) for m in most)


@pytest.mark.parametrize(("space", "name", "blocks", "most", "likely"), CASES)
def test_presets_are_those_of_the_paper(space, name, blocks, most, likely) -> None:
    reduction = insight_space(space, name)
    assert all(set(kept) == blocks for kept in reduction.kept_blocks().values())
    assert [max(counts) for _, counts in layer_counts(reduction.space)] == most
    assert list(reduction.mutation_probabilities.values()) == likely
    assert reduction.space.size == size_by_hand(len(blocks), most)
    archs = reduction.space.sample(300, seed=1)
    space.architectures(archs.to_strings())
    reduction.space.architectures(archs.to_strings())
    depths = sum(4 - m for m in most if m > 1)
    layers = sum(most)
    assert len(reduction.rules) == (9 - len(blocks)) * layers + depths
    assert set(reduction.rules["reason"]) <= {reduction.rules["reason"].iloc[0]} if depths else True


def test_resnets_late_units_are_wide_and_deep() -> None:
    reduction = insight_space(RN, "max-accuracy")
    genes = {g.name: i for i, g in enumerate(RN.genes)}
    archs = reduction.space.sample(500, seed=0).genes
    for name in ("w[4]", "w[5]", "d[3]", "d[4]"):
        assert (archs[:, genes[name]] == 2).all()
    assert len(set(archs[:, genes["w[2]"]])) == 3
    assert reduction.mutation_probabilities == dict.fromkeys(["u0", "u1", "u2", "u3"], 0.5) | {
        "network": 0.25
    }


@pytest.mark.parametrize(("space", "name", "blocks"), [case[:3] for case in CASES])
def test_controls_have_as_many_blocks_and_depths(space, name, blocks) -> None:
    reduction = insight_space(space, name)
    controls = [random_control(reduction, space, seed) for seed in range(4)]
    for control in controls:
        assert all(len(kept) == len(blocks) for kept in control.kept_blocks().values())
        for (_, mine), (_, theirs) in zip(
            layer_counts(control.space), layer_counts(reduction.space), strict=True
        ):
            assert len(mine) == len(theirs)
        assert control.mutation_probabilities == reduction.mutation_probabilities
        control.space.sample(50, seed=0)
    if 0 < len(blocks) < 9:
        assert len({str(c.kept_blocks()) for c in controls}) > 1
    again = random_control(reduction, space, 0)
    assert again.kept_blocks() == controls[0].kept_blocks()


def test_resnets_control_keeps_numbers_of_widths() -> None:
    control = random_control(insight_space(RN, "max-accuracy"), RN, 3)
    archs = control.space.sample(300, seed=0).genes
    genes = {g.name: i for i, g in enumerate(RN.genes)}
    assert [len(set(archs[:, genes[f"w[{i}]"]])) for i in (2, 3, 4, 5)] == [3, 3, 1, 1]


def test_names_that_are_not_given_are_refused() -> None:
    assert insight_names(PN) == ["cpu", "gpu", "max-accuracy", "npu"]
    assert insight_names(lp.space("nas-bench-201")) == []
    with pytest.raises(lp.ConfigError, match="n10"):
        insight_space(PN, "n10")
    with pytest.raises(lp.ConfigError, match="none"):
        insight_space(lp.space("nas-bench-201"), "npu")
    with pytest.raises(lp.ConfigError, match="no part"):
        random_control(insight_space(PN, "npu"), MB)


def test_narrowing_leaves_what_is_named() -> None:
    space = lp.space("nas-bench-201")
    ops = {"u0.l0": {"none", "skip_connect"}, "u0.l3": {"nor_conv_3x3"}}
    small = narrow(space, "small", blocks=ops)
    assert small.size == 2 * 1 * 5**4
    blocks = {"u0.l0": {"e3k3", "e6k7"}, "u0.l2": {"e4k5"}}
    odd = narrow(MB, "odd", blocks=blocks, layers={"u0": {2, 4}})
    sites = {s.name: {b.name for b in s.blocks} for s in profiling.sites(odd)}
    assert {k: sites[k] for k in blocks} == blocks
    unit = 2 * 9 + 2 * 9 * 1 * 9
    assert odd.size == unit * (9**2 + 9**3 + 9**4) ** 4
    rows = odd.sample(2000, seed=0)
    found = {(a, b) for a, b in rows.genes[:, [20, 0]].tolist()}
    assert found == {(0, 0), (2, 2)}


@pytest.mark.parametrize(
    "wrong",
    [
        {"blocks": {"u9.l0": {"e3k3"}}},
        {"blocks": {"u0.l0": {"e5k3"}}},
        {"blocks": {"u0.l0": set()}},
        {"layers": {"u0": {7}}},
        {"layers": {"u0": set()}},
        {"layers": {"stem": {2}}},
    ],
)
def test_what_a_space_has_not_cannot_be_kept(wrong) -> None:
    with pytest.raises(lp.ConfigError, match="reduction"):
        narrow(MB, "wrong", **wrong)
