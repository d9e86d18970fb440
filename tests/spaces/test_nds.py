"""The spaces of NDS: sizes, canonical form, restrictions, places, graphs of their cells."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence

import latpred as lp
import numpy as np
import pytest
from latpred.datasets import genotypes

NAMES = ["amoeba", "darts", "enas", "nasnet", "pnas"]


@pytest.mark.parametrize("name", NAMES)
def test_sizes_are_those_of_unordered_pairs(name: str) -> None:
    space = lp.space(name)
    nodes, operations = (4, 8) if name == "darts" else (5, len(space.genes[0].choices))
    ways = [operations * (2 + k) for k in range(nodes)]
    assert space.size == math.prod(w * (w + 1) // 2 for w in ways) ** 2
    # NDS counts the two pairs of a node in both orders, one cell alone: in units of 10^9.
    published = {"darts": 242, "nasnet": 71465842, "amoeba": 556628, "pnas": 556628, "enas": 5063}
    assert abs(math.prod(w * w for w in ways) / 1e9 - published[name]) <= 1


def test_the_order_of_the_pairs_of_a_node_does_not_matter() -> None:
    space = lp.space("darts")
    archs = space.sample(50, seed=3)
    forms = archs.to_dicts()
    for form in forms:
        for group, values in form.items():
            form[group] = [v for k in range(0, len(values), 2) for v in values[k : k + 2][::-1]]
    turned = space.architectures(forms)
    assert turned == archs
    assert (turned.hashes == archs.hashes).all()
    for form in archs.to_dicts():
        pairs = list(zip(form["normal_in"], form["normal_op"], strict=True))
        order = space.genes[0].choices
        keys = [(source, order.index(operation)) for source, operation in pairs]
        assert all(keys[k] <= keys[k + 1] for k in range(0, len(keys), 2))
    assert space.architectures(archs.to_strings()) == archs
    assert space.architectures(archs.to_dicts()) == archs


def printed(genotype: dict) -> str:
    """As DARTS prints it."""
    cells = ", ".join(
        f"{name}={[tuple(pair) for pair in genotype[name]]}, "
        f"{name}_concat={'range(2, 6)' if name == 'normal' else genotype[f'{name}_concat']}"
        for name in ("normal", "reduce")
    )
    return f"Genotype({cells})"


def test_genotypes_as_darts_prints_them() -> None:
    space = lp.space("darts")
    archs = space.sample(20, seed=5)
    assert space.architectures([printed(genotype) for genotype in genotypes(archs)]) == archs
    text = printed(genotypes(archs)[0])
    for wrong, said in (
        (text.replace("range(2, 6)", "range(3, 6)"), "unknown key 'Genotype"),
        (text.replace("('", "('x", 1), r"normal_op\[0\] is x"),
        (text.replace("(", "[", 2), "Genotype"),
        (text[:90], "Genotype"),
    ):
        with pytest.raises(lp.ArchitectureError, match=said):
            space.architectures([wrong])


def small(**more: object) -> lp.Space:
    """Few enough networks to list: two operations, and one choice for most inputs."""
    allowed: dict[str, list] = {
        "normal_op": ["skip_connect", "sep_conv_3x3", "max_pool_3x3"],
        "reduce_op": ["skip_connect"], "reduce_in": [0],
        **{f"normal_in[{i}]": [0, 1] for i in (0, 1)},
        **{f"normal_in[{i}]": [0] for i in range(2, 10)},
        **{f"normal_op[{i}]": ["max_pool_3x3"] for i in range(4, 10)},
    }  # fmt: skip
    return lp.space("enas").restrict(allowed=allowed, **more)


def by_hand(space: lp.Space, banned: list[dict[str, object]]) -> set[bytes]:
    choices: list[Sequence[int]] = [range(len(gene.choices)) for gene in space.genes]
    genes = list(space.genes)
    names = {gene.name: i for i, gene in enumerate(genes)}
    for i, gene in enumerate(genes):
        if (
            gene.group in ("reduce_op", "reduce_in")
            or gene.slot >= 4
            or (gene.group == "normal_in" and gene.slot >= 2)
        ):
            wanted = {"reduce_op": "skip_connect", "normal_op": "max_pool_3x3"}.get(gene.group, 0)
            choices[i] = range(
                list(gene.choices).index(wanted), list(gene.choices).index(wanted) + 1
            )
        elif gene.group == "normal_op":
            keep = ["skip_connect", "sep_conv_3x3", "max_pool_3x3"]
            choices[i] = [list(gene.choices).index(k) for k in keep]
    rows = np.array(list(itertools.product(*choices)), dtype=np.int16)
    whole = lp.space("enas").architectures(rows)
    met = np.zeros(len(rows), bool)
    for ban in banned:
        one = np.ones(len(rows), bool)
        for name, value in ban.items():
            column = names[name]
            one &= rows[:, column] == list(genes[column].choices).index(value)
        met |= one
    outlawed = {row.tobytes() for row in whole.genes[met]}  # in any order of the pairs
    return {row.tobytes() for row in whole.genes} - outlawed


BANS = [
    [],
    [{"normal_op[0]": "skip_connect", "normal_in[0]": 1}],
    [{"normal_op[0]": "skip_connect", "normal_op[2]": "sep_conv_3x3"}],
    [{"normal_op[1]": "max_pool_3x3", "normal_op[0]": "max_pool_3x3"},
     {"normal_op[3]": "skip_connect", "normal_in[1]": 0, "normal_op[1]": "sep_conv_3x3"}],
]  # fmt: skip


@pytest.mark.parametrize("bans", BANS)
def test_restricted_networks_are_counted_listed_and_drawn_once(bans: list) -> None:
    space = small(bans=bans)
    expected = by_hand(space, bans)
    listed = space.enumerate()
    assert len(listed) == space.size == len(expected)
    assert {row.tobytes() for row in listed.genes} == expected
    drawn = space.sample(3000, seed=1)
    assert {row.tobytes() for row in drawn.genes} == expected
    assert {row.tobytes() for row in space.mutate(drawn, seed=2, rate=0.5).genes} <= expected
    assert {row.tobytes() for row in space.crossover(drawn, drawn[::-1], seed=3).genes} <= expected


def test_restrictions_that_an_order_would_break_are_refused() -> None:
    space = lp.space("pnas")
    with pytest.raises(
        lp.ConfigError, match=r"normal_op\[0\] and normal_op\[1\] may change places"
    ):
        space.restrict(allowed={"normal_op[0]": ["skip_connect"]})
    same = {name: name for name in space.genes[0].choices}
    with pytest.raises(lp.ConfigError, match=r"normal_op\[0\] may change places"):
        space.restrict(couplings=[("normal_op[0]", "reduce_op[3]", same)])


@pytest.mark.parametrize("name", NAMES)
def test_graphs_of_cells(name: str) -> None:
    space = lp.space(name)
    archs = space.sample(20, seed=7)
    features, adjacency = space.encode_graph(archs)
    names = space.graph_feature_names()
    per_cell = 1 + 2 + 2 * (4 if name == "darts" else 5)
    assert (
        features.shape == (20, 2 * per_cell, len(names)) == (20, 2 * per_cell, 3 + len(names[3:]))
    )
    assert (features.sum(2) == 1).all()
    assert (np.tril(adjacency) == 0).all()
    for row, genotype in enumerate(genotypes(archs)):
        edges = set()
        for cell, kind in enumerate(("normal", "reduce")):
            pairs, first = genotype[kind], cell * per_cell

            def nodes(state: int, first: int = first, pairs: list = pairs) -> list[int]:
                if state < 2:
                    return [first + state]
                of = (2 * (state - 2), 2 * (state - 2) + 1)
                return [first + 2 + e for e in of if pairs[e][0] != "none"]

            for edge, (operation, source) in enumerate(pairs):
                if operation != "none":
                    edges |= {(node, first + 2 + edge) for node in nodes(source)}
                column = names.index(operation)
                assert features[row, first + 2 + edge, column] == 1
            for state in genotype[f"{kind}_concat"]:
                edges |= {(node, first + per_cell - 1) for node in nodes(state)}
        assert {(int(a), int(b)) for a, b in np.argwhere(adjacency[row])} == edges
    flat = space.encode(archs, "adjacency-ops")
    above = adjacency[:, *np.triu_indices(2 * per_cell, 1)]
    np.testing.assert_array_equal(flat, np.hstack([above, features.reshape(20, -1)]))
    assert len(space.feature_names("adjacency-ops")) == flat.shape[1]


@pytest.mark.parametrize("name", NAMES)
def test_the_genes_of_a_place_decide_its_operators(name: str) -> None:
    space = lp.space(name, width=2, depth=4)
    archs = space.sample(150, seed=9)
    genes = {gene.name: i for i, gene in enumerate(space.genes)}
    columns = {place.name: [genes[gene] for gene in place.genes] for place in space.places}
    seen: dict[tuple, object] = {}
    decided: dict[str, set[tuple]] = {}
    for row in range(len(archs)):
        layers = archs.graph(row).layers()
        found: dict[str, list] = {place: [] for place in columns}
        for place, layer in zip(archs.places(row), layers, strict=True):
            if place:
                what = {k: v for k, v in layer.items() if k not in ("inputs", "kernel_group")}
                found[place].append((what, [layers[i]["shape"] for i in layer["inputs"]]))
        for place, operators in found.items():
            key = (place, tuple(archs.genes[row][columns[place]].tolist()))
            assert seen.setdefault(key, operators) == operators, place
            decided.setdefault(place, set()).add(key)
    several = {place for place in columns if len({str(seen[k]) for k in decided[place]}) > 1}
    assert several == {place for place, of in columns.items() if of}


def test_settings_are_checked_and_told_apart() -> None:
    plain, deep = lp.space("darts"), lp.space("darts", width=36, depth=20)
    assert (plain.width, plain.depth, plain.image_size, plain.classes) == (16, 8, 32, 10)
    assert not plain.same_family(deep)
    assert "width 36, 20 cells" in repr(deep)
    for wrong in ({"width": 15}, {"width": 0}, {"depth": 2}, {"depth": 65}, {"image_size": 64}):
        with pytest.raises(lp.ConfigError, match="darts"):
            lp.space("darts", **wrong)
    with pytest.raises(lp.ConfigError, match="fbnet"):
        lp.space("fbnet", depth=3)
