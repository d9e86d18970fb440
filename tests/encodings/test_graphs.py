"""Graphs of architectures against a walk over their layers in Python, for every space."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import latpred as lp
import numpy as np
import pytest

from tests.encodings import graphs_by_hand as by_hand

SPACES = {space.name: space for space in by_hand.spaces()}
LEVELS = ("operators", "places")
COUNT = 3


def rows_of(batch: lp.GraphBatch, u: int) -> list[dict[str, float]]:
    """The features of graph u that are not zero."""
    nodes = batch.nodes[batch.offsets[u] : batch.offsets[u + 1]]
    names = batch.feature_names
    return [{names[i]: float(row[i]) for i in np.flatnonzero(row)} for row in nodes]


def edges_of(batch: lp.GraphBatch, u: int) -> by_hand.Edges:
    return {(int(a), int(b)) for a, b in np.argwhere(batch.adjacency(u))}


def nonzero(row: dict[str, float]) -> dict[str, float]:
    return {name: value for name, value in row.items() if value}


@pytest.mark.parametrize("name", SPACES)
def test_operators(name: str) -> None:
    space = SPACES[name]
    archs = by_hand.draw(space, COUNT)
    batch = space.graphs(archs)
    assert batch.feature_names == space.graph_features()
    for row, u in enumerate(batch.index):
        layers = archs.graph(row).layers()
        found = rows_of(batch, u)
        for mine, theirs in zip(by_hand.operator_rows(layers), found, strict=True):
            assert theirs == pytest.approx(nonzero(mine), rel=1e-6)
        assert edges_of(batch, u) == by_hand.operator_edges(layers)
        first = archs.graph(row).layers()
        assert batch[u].node_names == [layer["name"] for layer in first]


# Spaces whose networks repeat one cell, or two.
REPEATING = ["nas-bench-201", *lp.spaces.nds_space_names()]
CHAINS = [name for name in SPACES if name not in REPEATING]


@pytest.mark.parametrize("name", CHAINS)
def test_places(name: str) -> None:
    space = SPACES[name]
    archs = by_hand.draw(space, COUNT)
    batch = space.graphs(archs, "places")
    assert batch.feature_names == space.graph_features("places")
    for row, u in enumerate(batch.index):
        layers, places = archs.graph(row).layers(), archs.places(row)
        piece = by_hand.pieces(layers, places)
        assert edges_of(batch, u) == by_hand.piece_edges(layers, piece)
        firsts = by_hand.starts(layers)
        for number, found in enumerate(rows_of(batch, u)):
            own = [i for i, mine in enumerate(piece) if mine == number]
            assert batch[u].node_names[number].removesuffix(".2") == places[own[0]]
            assert found.get("fixed", 0) == places[own[0]].endswith("fixed")
            sums = {key: sum(layers[i][key] for i in own) for key in ("macs", "params")}
            sums["bytes"] = sum(by_hand.moved(layers, layers[i]) for i in own)
            sums |= {"operators": len(own), "kernels": sum(firsts[i] for i in own)}
            source = layers[layers[own[0]]["inputs"][0]]["shape"]
            sums |= zip(("channels_in", "height_in", "width_in"), source, strict=True)
            sums |= zip(("channels", "height", "width"), layers[own[-1]]["shape"], strict=True)
            logs = {f"log_{key}": float(np.log1p(value)) for key, value in sums.items() if value}
            assert {key: found[key] for key in logs} == pytest.approx(logs, rel=1e-6)


def test_choices_of_places() -> None:
    space = SPACES["small"]
    archs = space.sample(30, seed=3)
    batch = space.graphs(archs, "places")
    chosen = space.encode(archs, "one-hot")
    columns = []  # (choice, number of the gene), e.g. ("ks=5", "3") of "ks[3]=5"
    for name in space.feature_names():
        group, slot = name.partition("]")[0].split("[")
        columns.append((group + name.partition("]")[2], slot))
    for row, u in enumerate(batch.index):
        graph = batch[u]
        expected = {
            (f"u{int(slot) // 4}.l{int(slot) % 4}", choice)
            for (choice, slot), bit in zip(columns, chosen[row], strict=True)
            if bit and not choice.startswith("r")
        }
        flags = [i for i, name in enumerate(graph.feature_names) if "=" in name]
        found = {
            (graph.node_names[node], graph.feature_names[i])
            for node in range(len(graph.node_names))
            for i in flags
            if graph.nodes[node, i]
        }
        pixels = f"r={archs.to_dicts()[row]['r'][0]}"  # a setting, which all places are told of
        assert found == expected | {(name, pixels) for name in graph.node_names}


# Genes with more than sixteen choices, here 40 widths, enter by the shapes that they lead to.
def test_genes_of_many_choices_have_no_columns() -> None:
    names = SPACES["own"].graph_features("places")
    assert "c=24" in names
    assert "c=59" not in names
    assert "log_channels" in names


NONE, SKIP, ONE, THREE, POOL = range(5)
CELLS = [
    # Edges of the cell in the order 0-1 | 0-2 1-2 | 0-3 1-3 2-3, and what follows by hand.
    (
        [THREE] * 6,
        "fixed edge0 edge1 edge2 node2 edge3 edge4 edge5 node3 fixed.2",
        {
            "fixed": "edge0 edge1 edge3", "edge0": "edge2 edge4", "edge1": "node2",
            "edge2": "node2", "node2": "edge5", "edge3": "node3", "edge4": "node3",
            "edge5": "node3", "node3": "fixed.2",
        },
    ),
    ([SKIP] * 6, "fixed node2 node3 fixed.2",
     {"fixed": "node2 node3", "node2": "node3", "node3": "fixed.2"}),
    # Nothing reaches the output: a zero that the output reads, and those of nodes 1 and 2.
    ([NONE] * 6, "fixed edge0 node2 node3 fixed.2",
     {"fixed": "edge0 node2 node3", "node3": "fixed.2"}),
    ([ONE, NONE, NONE, NONE, POOL, NONE], "fixed edge0 node2 edge4 fixed.2",
     {"fixed": "edge0 node2", "edge0": "edge4", "edge4": "fixed.2"}),
]  # fmt: skip


@pytest.mark.parametrize(("genes", "places", "fed"), CELLS)
def test_a_cell_that_repeats_is_there_once(
    genes: list[int], places: str, fed: dict[str, str]
) -> None:
    space = lp.space("nas-bench-201")
    archs = space.architectures(np.array([genes]))
    batch = space.graphs(archs, "places")
    nodes = places.split()
    assert batch.node_names == nodes
    edges = {(nodes[a], nodes[b]) for a, b in edges_of(batch, 0)}
    assert edges == {(a, b) for a, all_fed in fed.items() for b in all_fed.split()}


@pytest.mark.parametrize("name", REPEATING)
def test_cells_count_all_their_repetitions(name: str) -> None:
    space = SPACES[name]
    archs = space.sample(300 if name == "nas-bench-201" else 20, seed=2)
    batch = space.graphs(archs, "places")
    counts = space.count(archs)
    for key in ("macs", "params", "kernels"):
        column = np.expm1(batch.nodes[:, batch.feature_names.index(f"log_{key}")].astype(float))
        sums = np.add.reduceat(column, batch.offsets[:-1])
        assert np.allclose(sums[batch.index], counts[key], rtol=1e-4)


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("name", SPACES)
def test_no_cycles_and_no_other_networks(name: str, level: str) -> None:
    space = SPACES[name]
    archs = by_hand.draw(space, 40, seed=7)
    batch = space.graphs(archs, level)
    sources, targets = batch.edges
    assert (sources < targets).all()  # an order of all nodes, so that no cycle can close
    graph = np.searchsorted(batch.offsets, sources, side="right")
    assert np.array_equal(graph, np.searchsorted(batch.offsets, targets, side="right"))
    assert np.array_equal(np.lexsort((sources, targets)), np.arange(len(sources)))
    assert np.isfinite(batch.nodes).all()
    assert batch == lp.GraphBatch.from_arrays(
        batch.nodes, batch.edges, batch.offsets, batch.index,
        feature_names=batch.feature_names, node_names=batch.node_names,
    )  # fmt: skip
    order = np.random.default_rng(0).permutation(len(archs))
    other = space.graphs(archs[np.concatenate([order, order[:5]])], level)
    assert len(other) == len(batch)
    parts = [space.graphs(archs[row : row + 1], level) for row in range(len(archs))]
    for place, row in enumerate(order):
        one = other.select([place])
        assert one == batch.select([row])
        assert np.array_equal(one.nodes, parts[row].nodes)
        assert np.array_equal(one.edges, parts[row].edges)


@pytest.mark.parametrize("level", LEVELS)
def test_different_graphs_are_there_once(level: str) -> None:
    """Against the bytes of every graph on its own; cells without influence stay different."""
    space = lp.space("nas-bench-201")
    archs = space.sample(1500, seed=11)
    batch = space.graphs(archs, level)
    seen: dict[bytes, int] = {}
    for row in range(len(archs)):
        one = space.graphs(archs[row : row + 1], level)
        key = one.nodes.tobytes() + b"|" + one.edges.tobytes()
        assert seen.setdefault(key, len(seen)) == batch.index[row]
    assert len(seen) == len(batch) < len(archs)


def test_restricted_spaces_and_threads_share_what_is_remembered() -> None:
    whole = lp.space("ofa-mobilenetv3", resolutions=[160])
    few = whole.restrict("few", allowed={"ks": [3]})
    archs = few.sample(50, seed=0)
    with ThreadPoolExecutor(4) as pool:
        calls = [pool.submit(space.graphs, archs, threads=2) for space in [whole, few] * 4]
        batches = [call.result() for call in calls]
    fresh = lp.space("ofa-mobilenetv3", resolutions=[160])
    assert all(batch == batches[0] for batch in batches)
    assert batches[0] == fresh.graphs(fresh.architectures(archs.genes))


def test_forgetting_changes_nothing() -> None:
    """More networks than are remembered."""
    space = lp.space("fbnetv3")
    archs = space.sample(9_000, seed=0)
    first = space.graphs(archs[:50])
    for start in range(0, len(archs), 4500):
        assert len(space.graphs(archs[start : start + 4500])) == 4500
    assert space.graphs(archs[:50]) == first


def test_graphs_made_by_hand() -> None:
    space = lp.space("fbnet")
    archs = space.sample(5, seed=0)
    batch = lp.graphs.graph_batch([archs.graph(row) for row in range(5)])
    assert batch == space.graphs(archs)
    builder = lp.graphs.GraphBuilder()
    image = builder.input(3, 8, 8)
    twice = builder.add([image, image])
    builder.activation(twice, "gelu")
    mine = lp.graphs.graph_batch([builder.build()])
    assert mine.edges.tolist() == [[0, 1], [1, 2]]  # an edge says who feeds whom
    column = mine.feature_names.index("log_inputs")
    assert mine.nodes[:, column] == pytest.approx(np.log1p([0, 2, 1]))
    assert mine.nodes[2, mine.feature_names.index("activation=gelu")] == 1
    assert len(lp.graphs.graph_batch([])) == 0


def test_operators_of_attention() -> None:
    """Operators that no space has: some read nothing, some only rows of their table."""
    builder = lp.graphs.GraphBuilder()
    words = builder.embedding(builder.input(1, 6, 1), 50, 8)
    keys = builder.linear(words, 8)
    scores = builder.softmax(builder.matmul(words, keys, transpose_b=True))
    mixed = builder.layer_norm(builder.matmul(scores, words))
    builder.add([builder.transpose(mixed, (0, 2, 1)), builder.parameter(1, 8, 6)])
    graph = builder.build()
    batch = lp.graphs.graph_batch([graph])
    layers = graph.layers()
    for mine, theirs in zip(by_hand.operator_rows(layers), rows_of(batch, 0), strict=True):
        assert theirs == pytest.approx(nonzero(mine), rel=1e-6)
    assert edges_of(batch, 0) == by_hand.operator_edges(layers)


def test_what_is_refused() -> None:
    space = lp.space("fbnet")
    with pytest.raises(lp.ConfigError, match="one of operators, places expected"):
        space.graphs(space.sample(1, seed=0), "blocks")
    with pytest.raises(lp.ConfigError):
        space.graph_features("")
    with pytest.raises(lp.SchemaError):
        space.graphs(lp.space("nas-bench-201").sample(1, seed=0))
    with pytest.raises(lp.ConfigError, match="no operators"):
        lp.graphs.graph_batch([lp.graphs.GraphBuilder().build()])
    with pytest.raises(lp.ConfigError, match="None"):
        lp.graphs.graph_batch([None])  # type: ignore[list-item]
    empty = space.graphs(space.sample(1, seed=0)[:0])
    assert len(empty) == 0
    assert empty.nodes.shape == (0, len(space.graph_features()))
    assert empty.edges.shape == (2, 0)
