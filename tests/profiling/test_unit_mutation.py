"""Mutation by units: where children differ from their parents, and how often."""

from __future__ import annotations

from collections import Counter

import latpred as lp
import numpy as np
import pytest
from latpred._core import profiling
from latpred._core.profiling import mutate_units, mutation_units

OWN = lp.define_space(
    "mutated",
    resolutions=[32, 48],
    units=[
        {"channels": [16, 24], "expand": [2, 3], "depth": [1, 2, 4]},
        {"channels": [32], "block": "bottleneck", "kernel": [3, 5], "depth": [2]},
    ],
)
MB = lp.space("ofa-mobilenetv3", resolutions=[224])
SPACES = [lp.space(name) for name in lp.space_names() if name != "fbnetv3-published"] + [OWN]


def unit_of_column(space):
    return np.array([gene.unit for gene in space.genes])


def changed_units(space, parents, children):
    """For each row the units in which it differs."""
    differs = parents.genes != children.genes
    units = unit_of_column(space)
    return [frozenset(units[row].tolist()) for row in differs]


def blocks_by_layer(space, row, unit):
    """Names of the blocks of a unit's layers that are there."""
    return [
        next(b.name for b in site.blocks if all(row[c] == i for c, i in b.choices))
        for site in profiling.sites(space)
        if site.unit == unit and (site.gate < 0 or row[site.gate] >= site.gate_from)
    ]


@pytest.mark.parametrize("space", SPACES, ids=lambda s: s.name)
def test_children_are_networks_of_the_space_and_differ(space) -> None:
    parents = space.sample(100, seed=1)
    children = mutate_units(parents, 5, [0.4] * len(mutation_units(space)))
    again = space.architectures(children.to_strings())  # validates, canonical
    np.testing.assert_array_equal(again.genes, children.genes)
    assert (parents.genes != children.genes).any(axis=1).all()


@pytest.mark.parametrize("space", SPACES, ids=lambda s: s.name)
def test_only_units_with_a_probability_change(space) -> None:
    parents = space.sample(60, seed=2)
    names = mutation_units(space)
    free = [u for u in names if u != "network"]
    for chosen in {free[0], free[-1], names[-1]}:
        number = -1 if chosen == "network" else int(chosen[1:])
        try:
            children = mutate_units(parents, 3, [float(name == chosen) for name in names])
        except lp.ConfigError:  # a unit without a choice
            continue
        assert set(changed_units(space, parents, children)) <= {frozenset({number}), frozenset()}


def test_a_row_depends_on_seed_and_number_only() -> None:
    parents = MB.sample(50, seed=3)
    p = [0.5] * len(mutation_units(MB))
    whole = mutate_units(parents, 9, p)
    np.testing.assert_array_equal(mutate_units(parents[:20], 9, p).genes, whole.genes[:20])
    assert (mutate_units(parents, 10, p).genes != whole.genes).any()


@pytest.mark.parametrize("p", [[0.25, 0.25, 0.25, 0.5, 0.5], [0.9, 1e-12, 0.3, 0.01, 0.05]])
def test_subsets_come_as_independent_events_given_that_one_happens(p) -> None:
    n = 12000
    parents = MB.sample(1, seed=4)[np.zeros(n, dtype=int)]
    found = Counter(changed_units(MB, parents, mutate_units(parents, 6, p)))
    at_least_one = 1 - np.prod(1 - np.array(p))
    for code in range(1, 32):
        subset = frozenset(u for u in range(5) if code >> u & 1)
        chance = np.prod([q if u in subset else 1 - q for u, q in enumerate(p)]) / at_least_one
        spread = np.sqrt(n * chance * (1 - chance))
        assert abs(found[subset] - n * chance) < 5 * spread + 1e-9


def test_tiny_probabilities_still_choose_one_unit_by_its_share() -> None:
    n = 4000
    parents = MB.sample(1, seed=4)[np.zeros(n, dtype=int)]
    children = mutate_units(parents, 6, [1e-18, 3e-18, 0, 0, 0])
    found = Counter(changed_units(MB, parents, children))
    assert set(found) == {frozenset({0}), frozenset({1})}
    assert abs(found[frozenset({1})] - 0.75 * n) < 5 * np.sqrt(n * 0.1875)


@pytest.mark.parametrize("depth", [2, 3, 4])
def test_moves_are_equally_likely_and_layers_shift(depth) -> None:
    n = 2000
    arch = MB.sample(300, seed=7)
    column = [gene.name for gene in MB.genes].index("d[2]")
    rows = np.flatnonzero(arch.genes[:, column] == depth - 2)[:1]
    parents = arch[np.repeat(rows, n)]
    children = mutate_units(parents, 8, [0, 0, 1, 0, 0])
    before = blocks_by_layer(MB, parents.genes[0], 2)
    moves: Counter[int] = Counter()
    places = dict.fromkeys(range(depth + 1), 0.0)
    for row in children.genes:
        after = blocks_by_layer(MB, row, 2)
        change = len(after) - len(before)
        moves[change] += 1
        if change == 1:  # before, with one put in
            at = [i for i in range(depth + 1) if after[:i] + after[i + 1 :] == before]
            assert at
            for i in at:  # beside an equal block there is no telling
                places[i] += 1 / len(at)
        elif change == -1:
            assert any(before[:i] + before[i + 1 :] == after for i in range(depth))
        else:
            assert sum(a != b for a, b in zip(before, after, strict=True)) == 1
    possible = {-1, 0, 1} - ({1} if depth == 4 else {-1} if depth == 2 else set())
    assert set(moves) == possible
    for count in moves.values():
        assert abs(count - n / len(possible)) < 5 * np.sqrt(n * 0.25)
    for share in places.values():
        assert abs(share - moves[1] / (depth + 1)) < 5 * np.sqrt(moves[1]) + 1e-9


def test_swaps_take_each_other_block_equally_often() -> None:
    n = 5000
    column = [gene.name for gene in MB.genes].index("d[0]")
    parents = MB.sample(50, seed=1)
    rows = np.flatnonzero(parents.genes[:, column] == 0)[:1]
    parents = parents[np.repeat(rows, n)]
    before = blocks_by_layer(MB, parents.genes[0], 0)
    swapped: Counter[tuple[int, str]] = Counter()
    for row in mutate_units(parents, 2, [1, 0, 0, 0, 0]).genes:
        after = blocks_by_layer(MB, row, 0)
        if len(after) == len(before):
            swapped.update((i, b) for i, b in enumerate(after) if b != before[i])
    assert len(swapped) == 2 * 8
    mean = sum(swapped.values()) / 16
    assert all(abs(count - mean) < 5 * np.sqrt(mean) for count in swapped.values())


def test_resnets_swap_stem_and_widths_of_units() -> None:
    space = lp.space("ofa-resnet50", resolutions=[224])
    assert mutation_units(space) == ["u0", "u1", "u2", "u3", "network"]
    parents = space.sample(600, seed=1)
    names = np.array([gene.name for gene in space.genes])
    stem = mutate_units(parents, 1, [0, 0, 0, 0, 1])
    changed = Counter(names[(parents.genes != stem.genes).argmax(axis=1)].tolist())
    assert set(changed) == {"d[0]", "w[0]", "w[1]"}
    assert ((parents.genes != stem.genes).sum(axis=1) == 1).all()
    unit = mutate_units(parents, 1, [0, 1, 0, 0, 0])
    widths = (parents.genes != unit.genes)[:, names == "w[3]"].any(axis=1)
    assert 0.2 < widths.mean() < 0.5  # one of four or three moves
    assert ((parents.genes != unit.genes).sum(axis=1)[widths] == 1).all()


def test_restrictions_are_obeyed() -> None:
    bans = [{f"ks[{i}]": 7, f"e[{i}]": e} for i in range(20) for e in (3, 4)]
    narrow = MB.restrict(allowed={"d[0]": [2, 4], "ks[5]": [5], "e[7]": [3]}, bans=bans)
    parents = narrow.sample(300, seed=1)
    children = mutate_units(parents, 1, [0.5] * 5, 3)
    narrow.architectures(children.genes)
    column = [gene.name for gene in MB.genes].index("d[0]")
    depths = {
        (a, b) for a, b in zip(parents.genes[:, column], children.genes[:, column], strict=True)
    }
    assert {(0, 2), (2, 0)} <= depths  # steps over what is not allowed


def test_chains_of_mutations_go_further() -> None:
    parents = MB.sample(400, seed=1)
    p = [0.1] * 5
    once, often = (mutate_units(parents, 1, p, depth) for depth in (1, 6))
    units = [len(c) for c in changed_units(MB, parents, once)]
    more = [len(c) for c in changed_units(MB, parents, often)]
    assert np.mean(more) > np.mean(units) + 1


@pytest.mark.parametrize(
    ("probabilities", "depth"),
    [([0.5] * 4, 1), ([0.5] * 6, 1), ([0.0] * 5, 1), ([0.5] * 4 + [1.5], 1),
     ([0.5] * 4 + [float("nan")], 1), ([-0.1] + [0.5] * 4, 1), ([0.5] * 5, 0)],
)  # fmt: skip
def test_wrong_settings_are_refused(probabilities, depth) -> None:
    with pytest.raises(lp.ConfigError, match="mutation"):
        mutate_units(MB.sample(2, seed=0), 0, probabilities, depth)


def test_a_unit_without_a_choice_is_never_chosen() -> None:
    fixed = MB.restrict(
        allowed={
            "d[1]": [2],
            "ks[4]": [3],
            "ks[5]": [3],
            "e[4]": [3],
            "e[5]": [3],
            "ks[6]": [3],
            "ks[7]": [3],
            "e[6]": [3],
            "e[7]": [3],
        }
    )
    parents = fixed.sample(200, seed=0)
    children = mutate_units(parents, 0, [0.1, 1, 0.1, 0.1, 0.1])
    assert (parents.genes != children.genes).any(axis=1).all()
    with pytest.raises(lp.ConfigError, match="no unit"):
        mutate_units(parents, 0, [0, 1, 0, 0, 0])
