"""Placements: which there are, how they are written, and the networks drawn for them."""

from __future__ import annotations

from collections import Counter
from typing import Any

import latpred as lp
import numpy as np
import pytest
from latpred._core import profiling as native
from latpred.profiling import placements_of
from scipy import stats

UNITS = [
    {"channels": [16, 24], "expand": [3, 6], "kernel": [3, 5], "depth": [1, 2]},
    {"channels": [32], "expand": [3, 6], "kernel": [3, 5], "depth": [1, 2, 3], "stride": 2},
]


def own_space() -> lp.Space:
    return lp.define_space("own", resolutions=[32, 48], units=UNITS)


def every_space() -> list[lp.Space]:
    """But those whose genes may change places: there a block lies in one of two layers."""
    moving = ("amoeba", "darts", "enas", "nasnet", "pnas")
    return [lp.space(name) for name in lp.space_names() if name not in moving] + [own_space()]


def drawn(
    space: lp.Space, fix: Any, count: int, estimand: str = "conditional", **kw: Any
) -> lp.Architectures:
    found = placements_of(space, [fix])
    settings: dict[str, Any] = {"paired": False, "seed": 0} | kw
    return native.draw_placements(space, list(found), count, estimand=estimand, **settings)


@pytest.mark.parametrize("space", every_space(), ids=lambda s: s.name)
@pytest.mark.parametrize("estimand", ["conditional", "legacy"])
def test_every_placement_of_every_space_holds_wherever_its_layer_is(
    space: lp.Space, estimand: str
) -> None:
    sites = {site.name: site for site in native.sites(space)}
    placements = placements_of(space)
    for paired in (False, True):
        archs = native.draw_placements(
            space, list(placements), 6, estimand=estimand, paired=paired, seed=1
        )
        space.architectures(archs.genes)  # in the space, couplings, bans and all
        for place, placement in enumerate(placements):
            genes = archs.genes[6 * place : 6 * place + 6]
            site = sites.get(placement.place)
            there = np.full(6, True)
            if site is not None and site.gate >= 0:
                there = genes[:, site.gate] >= site.gate_from
            assert there.all() or estimand == "legacy"
            for column, choice in placement.choices:
                gated = space.genes[column]
                assert (genes[there, column] == choice).all(), (placement.name, gated.name)


@pytest.mark.parametrize(
    ("estimand", "layer", "depths"),
    [
        ("conditional", 1, {2: 1 / 3, 3: 1 / 3, 4: 1 / 3}),
        ("conditional", 2, {3: 1 / 2, 4: 1 / 2}),
        ("conditional", 3, {4: 1}),
        ("legacy", 2, {2: 1 / 3, 3: 1 / 3, 4: 1 / 3}),
        ("legacy", 3, {3: 2 / 3, 4: 1 / 3}),
    ],
)
@pytest.mark.parametrize("paired", [False, True])
def test_depths_under_both_rules(
    estimand: str, layer: int, depths: dict[int, float], paired: bool
) -> None:
    space = lp.space("ofa-mobilenetv3")
    archs = drawn(space, [2, layer, 7, 6], 3000, estimand, paired=paired)
    column = [g.name for g in space.genes].index("d[2]")
    seen = Counter(space.genes[column].choices[i] for i in archs.genes[:, column])
    assert set(seen) == set(depths)
    expected = [3000 * share for share in depths.values()]
    assert len(seen) == 1 or stats.chisquare([seen[d] for d in depths], expected).pvalue > 1e-4


def test_other_genes_are_as_the_space_draws_them() -> None:
    space = lp.space("ofa-mobilenetv3")
    archs = drawn(space, "u2.l1=e4k5", 4000, paired=True)
    for name in ("ks[0]", "e[4]", "d[4]", "r[0]", "ks[8]"):
        column = [g.name for g in space.genes].index(name)
        seen = np.bincount(archs.genes[:, column])
        assert stats.chisquare(seen).pvalue > 1e-4, name


def test_bans_leave_the_distribution_that_the_restricted_space_draws_from() -> None:
    whole = own_space()
    bans = [{"ks[0]": 3, "e[0]": 6}, {"ks[1]": 5, "d[0]": 2}]
    space = whole.restrict("own", bans=bans)
    narrowed = space.restrict("own", allowed={"ks[0]": [3], "d[0]": [1, 2]})
    fixed = drawn(space, "ks[0]=3", 6000)
    free = narrowed.sample(6000, seed=5)
    columns = [0, 1, 5, 6, 7]
    tables = [Counter(map(tuple, archs.genes[:, columns])) for archs in (fixed, free)]
    keys = sorted(set(tables[0]) | set(tables[1]))
    counts = np.array([[table[key] for key in keys] for table in tables])
    assert stats.chi2_contingency(counts).pvalue > 1e-4


@pytest.mark.parametrize("name", ["compofa-fixed", "compofa-elastic"])
def test_coupled_blocks_bring_their_depth_along(name: str) -> None:
    space = lp.space(name)
    placements = placements_of(space)
    found = {p.name.split("=")[0] + p.name.split("=")[1][:2] for p in placements}
    assert "u0.l2e4" in found
    assert not {"u0.l2e3", "u0.l3e3", "u0.l3e4"} & found  # e3 comes with two layers, e4 with three
    archs = drawn(space, "u1.l0=e4k5", 40)
    column = [g.name for g in space.genes].index("d[1]")
    assert (archs.genes[:, column] == 1).all()


def test_rows_depend_on_seed_placement_and_number_only() -> None:
    space = lp.space("ofa-mobilenetv3")
    placements = list(placements_of(space))
    kw = {"estimand": "conditional", "seed": 7}
    for paired in (False, True):
        all_rows = native.draw_placements(space, placements, 5, paired=paired, **kw, threads=3)
        alone = native.draw_placements(space, placements[77:78], 9, paired=paired, **kw, threads=1)
        assert (all_rows.genes[77 * 5 : 78 * 5] == alone.genes[:5]).all()
        other = native.draw_placements(
            space, placements[77:78], 9, paired=paired, estimand="conditional", seed=8
        )
        assert (other.genes != alone.genes).any()


def test_paired_networks_differ_from_their_base_in_the_fixed_genes_alone() -> None:
    space = lp.space("ofa-mobilenetv3")
    base = native.draw_random(space, 200, seed=3)
    archs = drawn(space, "u2.l0=e6k7", 200, paired=True, seed=3)
    moved = np.flatnonzero((base.genes != archs.genes).any(axis=0))
    assert {space.genes[c].name for c in moved} == {"ks[8]", "e[8]"}
    deep = drawn(space, "u2.l3=e6k7", 200, paired=True, seed=3)
    moved = np.flatnonzero((base.genes != deep.genes).any(axis=0))
    assert {space.genes[c].unit for c in moved} == {2}
    same = base.genes[:, 42] == 2  # those of which the layer is there
    assert (deep.genes[same][:, [8, 9, 10]] == base.genes[same][:, [8, 9, 10]]).all()


def test_resnet_has_the_original_s_169_placements_and_labels() -> None:
    placements = placements_of(lp.space("ofa-resnet50"))
    assert len(placements) == 169
    assert [p.specs for p in placements[:8]] == [
        [[0, 0]], [[0, 2]], [[1, 0, 0]], [[1, 0, 2]], [[1, 1, 0]], [[1, 1, 1]], [[1, 1, 2]],
        [[2, 0, 0, 0.2, 0]],
    ]  # fmt: skip
    assert [p.label for p in placements[:8]] == [
        "Stem skipping enabled", "Stem skipping disabled", "Stem 1 with channels 24",
        "Stem 1 with channels 32", "Stem 2 with channels 40", "Stem 2 with channels 48",
        "Stem 2 with channels 64", "U0 with 168 C and L0 with ratio 0.200000",
    ]  # fmt: skip


def test_specs_and_texts_name_the_same_placements() -> None:
    space = lp.space("ofa-mobilenetv3", resolutions=[192, 224])
    for placement in placements_of(space):
        again, text = (
            placements_of(space, [placement.specs[0]]),
            placements_of(space, [placement.name]),
        )
        assert again[0].choices == text[0].choices == placement.choices
    sized = placements_of(space, [[1, 0, 7, 6, 224]])[0]
    assert sized.label == "Unit 1 Layer 0 as MBConv6_7x7 with Resolution 224"
    several = placements_of(space, [[[1, 0, 7, 6, 192], [2, 1, 3, 3, 224]]])[0]
    assert several.name == "u1.l0=e6k7+r=192+u2.l1=e3k3+r=224"
    archs = drawn(space, [[1, 0, 7, 6, 192], [2, 1, 3, 3, 224]], 20)
    assert set(archs.genes[:, -1].tolist()) == {1}  # the later resolution


@pytest.mark.parametrize(
    ("blocks", "said"),
    [
        ([[7, 0, 7, 6]], "no unit 7 .* 0 to 4"),
        ([[-1, 0, 7, 6]], "no unit -1"),
        ([[1, 4, 7, 6]], "no layer 4 in unit 1 .* 0 to 3"),
        ([[1, 0, 9, 6]], "no block ks=9 e=6"),
        ([[1, 0, 7, 6, 200]], "r.0. .*200"),
        ([[1, 0, 7]], "has 3 numbers"),
        ([[1.5, 0, 7, 6]], "whole number"),
        ([[float("nan"), 0, 7, 6]], "whole number"),
        (["u1.l0=e9k9"], "no block e9k9"),
        (["u9.l0=e3k3"], "no layer or gene u9.l0"),
        (["u1.l0"], "no fix"),
        (["r=111"], "r.0."),
        ("u1.l0=e3k3", "a list"),
        ([None], "NoneType"),
        ([[[1, 0, 7, 6], [1, 0, 3, 3]]], "two choices"),
        (["u1.l0=e3k3", [1, 0, 3, 3]], "comes twice"),
        (["u1.l0=" + "x" * 5000], "no block"),
    ],
)
def test_wrong_fixes_are_refused_in_a_sentence(blocks: object, said: str) -> None:
    with pytest.raises(lp.ConfigError, match=said) as caught:
        placements_of(lp.space("ofa-mobilenetv3"), blocks)
    assert len(str(caught.value)) < 400


@pytest.mark.parametrize(
    "spec", [[3], [1, 2, 0], [1, 0, 5], [2, 4, 0, 0.2, 0], [2, 0, 0, 0.3, 0], []]
)
def test_wrong_specs_of_resnet_are_refused(spec: list[float]) -> None:
    with pytest.raises(lp.ConfigError):
        placements_of(lp.space("ofa-resnet50"), [spec])


def test_spaces_without_kernels_and_expansions_take_texts() -> None:
    space = lp.space("nas-bench-201")
    assert placements_of(space, ["u0.l3=nor_conv_3x3"])[0].block == "nor_conv_3x3"
    with pytest.raises(lp.ConfigError, match="no block"):
        placements_of(space, [[0, 0, 3, 6]])


def test_paired_networks_have_the_same_depths_for_every_block_of_a_layer() -> None:
    space = lp.space("ofa-mobilenetv3")
    blocks = [f"u0.l2=e{e}k{k}" for e in (3, 4, 6) for k in (3, 5, 7)]
    archs = native.draw_placements(
        space, list(placements_of(space, blocks)), 40, estimand="conditional", paired=True, seed=3
    )
    depth = [gene.name for gene in space.genes].index("d[0]")
    depths = archs.genes[:, depth].reshape(len(blocks), 40)
    assert (depths == depths[0]).all()
    assert len(set(depths[0].tolist())) == 2


def test_networks_of_spaces_with_bans_at_every_layer_are_drawn() -> None:
    whole = lp.space("ofa-mobilenetv3")
    banned = [(e, k) for e in (3, 4, 6) for k in (3, 5, 7) if (e, k) not in [(3, 3), (6, 7)]]
    space = whole.restrict(
        bans=[{f"ks[{i}]": k, f"e[{i}]": e} for i in range(20) for e, k in banned]
    )
    profile = lp.profile_blocks(space, {"macs": "macs"}, design="paired", samples=4, progress=False)
    assert set(profile.effects["block"]) == {"e3k3", "e6k7"}
