"""Batches of graphs from arrays: what is refused, parts, views, pickles."""

from __future__ import annotations

import copy
import gc
import pickle
import re
from typing import Any

import latpred as lp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

# Two graphs: a diamond of four nodes, and a chain of three that two of three networks have.
GOOD: dict[str, Any] = {
    "nodes": np.arange(14, dtype=np.float32).reshape(7, 2),
    "edges": np.array([[0, 0, 1, 2, 4, 5], [1, 2, 3, 3, 5, 6]]),
    "offsets": np.array([0, 4, 7]),
    "index": np.array([1, 0, 1]),
}


def changed(**other: Any) -> dict[str, Any]:
    return {**GOOD, **other}


def with_edge(source: int, target: int) -> dict[str, Any]:
    return changed(edges=np.hstack([GOOD["edges"], [[source], [target]]]))


def test_arrays_come_back() -> None:
    batch = lp.GraphBatch.from_arrays(**GOOD)
    for name, value in GOOD.items():
        assert np.array_equal(getattr(batch, name), value)
    assert batch.feature_names == ["f0", "f1"]
    assert batch.node_names == ["n0", "n1", "n2", "n3", "n0", "n1", "n2"]
    assert len(batch) == 2
    expected = "GraphBatch(2 graphs of 3 networks: 7 nodes of 2 features, 6 edges)"
    assert repr(batch) == expected
    assert batch.adjacency(1).tolist() == [[0, 1, 0], [0, 0, 1], [0, 0, 0]]
    named = {"feature_names": ["a", "b"], "node_names": list("abcdabx")}
    again = lp.GraphBatch.from_arrays(**GOOD, **named)
    assert again.feature_names == named["feature_names"]
    assert again.node_names == named["node_names"]
    assert again != batch
    assert batch != 3


WRONG = [
    (with_edge(3, 0), lp.DataError, "cycle leads to node"),
    (with_edge(5, 5), lp.DataError, "cycle leads to node 5"),
    (with_edge(3, 4), lp.DataError, "joins graphs 0 and 1"),
    (with_edge(6, 7), lp.DataError, "nodes from 0 to 6"),
    (with_edge(-1, 2), lp.DataError, "nodes from 0 to 6"),
    (with_edge(4, 5), lp.DataError, "there twice"),
    (changed(offsets=np.array([0, 4, 4, 7])), lp.DataError, "ascend"),
    (changed(offsets=np.array([0, 5, 4, 7])), lp.DataError, "ascend"),
    (changed(offsets=np.array([0, 4])), lp.DataError, "number of nodes (7)"),
    (changed(offsets=np.array([1, 7])), lp.DataError, "offsets from 0"),
    (changed(offsets=np.array([], int)), lp.DataError, "offsets from 0"),
    (changed(index=np.array([0, 2])), lp.DataError, "network 1 has graph 2"),
    (changed(index=np.array([-1])), lp.DataError, "network 0 has graph -1"),
    (changed(nodes=np.where(GOOD["nodes"] == 9, np.float32(np.nan), 0)), lp.DataError, "node 4"),
    (changed(nodes=np.where(GOOD["nodes"] == 2, -np.float32(np.inf), 0)), lp.DataError, "node 1"),
    (changed(nodes=np.zeros((7, 0), np.float32)), lp.DataError, "at least one"),
    (changed(nodes=GOOD["nodes"].astype(float)), lp.ConfigError, "nodes"),
    (changed(nodes=GOOD["nodes"][0]), lp.ConfigError, "nodes: an array of 2 dimensions"),
    (changed(edges=GOOD["edges"].astype(np.int32)), lp.ConfigError, "edges"),
    (changed(edges=GOOD["edges"].T), lp.ConfigError, "2 x E"),
    (changed(offsets=GOOD["offsets"].astype(np.uint64)), lp.ConfigError, "offsets"),
    (changed(index=np.array([0.5])), lp.ConfigError, "index"),
    (changed(feature_names=["a"]), lp.ConfigError, "1 feature names for 2"),
    (changed(node_names=["a"]), lp.ConfigError, "1 node names for 7"),
]


@pytest.mark.parametrize(("given_arrays", "error", "text"), WRONG)
def test_wrong_arrays(given_arrays: dict[str, Any], error: type[Exception], text: str) -> None:
    with pytest.raises(error, match=re.escape(text)) as caught:
        lp.GraphBatch.from_arrays(**given_arrays)
    assert len(str(caught.value)) < 200


@st.composite
def arrays(draw: st.DrawFn) -> dict[str, Any]:
    """Graphs whose edges follow a hidden order of each graph's nodes, in any order."""
    sizes = draw(st.lists(st.integers(1, 6), min_size=1, max_size=5))
    offsets = np.cumsum([0, *sizes])
    pairs: list[tuple[int, int]] = []
    for first, size in zip(offsets, sizes, strict=False):
        order = draw(st.permutations(range(size)))
        for a in range(size):
            later = draw(st.sets(st.integers(a + 1, max(a + 1, size - 1)), max_size=3))
            pairs += [(first + order[a], first + order[b]) for b in later if b < size]
    pairs = draw(st.permutations(pairs))
    index = draw(st.lists(st.integers(0, len(sizes) - 1), max_size=8))
    nodes = np.arange(offsets[-1] * 3, dtype=np.float32).reshape(-1, 3)
    edges = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    return {"nodes": nodes, "edges": edges, "offsets": offsets, "index": np.array(index, np.int64)}


@settings(max_examples=40)
@given(arrays(), st.data())
def test_any_graphs_without_cycles(given_arrays: dict[str, Any], data: st.DataObject) -> None:
    batch = lp.GraphBatch.from_arrays(**given_arrays)
    pairs = given_arrays["edges"]
    order = np.lexsort((pairs[0], pairs[1]))
    assert np.array_equal(batch.edges, pairs[:, order])
    networks = data.draw(
        st.lists(st.integers(0, max(0, len(batch.index) - 1)), max_size=6)
        if len(batch.index)
        else st.just([])
    )
    part = batch.select(networks)
    used = [int(batch.index[network]) for network in networks]
    assert len(part) == len(set(used))
    for place, u in enumerate(used):
        mine = int(part.index[place])
        assert np.array_equal(part.adjacency(mine), batch.adjacency(u))
        own = part.nodes[part.offsets[mine] : part.offsets[mine + 1]]
        assert np.array_equal(own, batch.nodes[batch.offsets[u] : batch.offsets[u + 1]])
    assert pickle.loads(pickle.dumps(batch)) == batch  # noqa: S301


@settings(max_examples=25)
@given(arrays(), st.data())
def test_an_edge_back_closes_a_cycle(given_arrays: dict[str, Any], data: st.DataObject) -> None:
    pairs = given_arrays["edges"]
    if pairs.shape[1] == 0:
        return
    e = data.draw(st.integers(0, pairs.shape[1] - 1))
    given_arrays["edges"] = np.hstack([pairs, pairs[::-1, e : e + 1]])
    with pytest.raises(lp.DataError, match="cycle"):
        lp.GraphBatch.from_arrays(**given_arrays)


def test_parts() -> None:
    batch = lp.GraphBatch.from_arrays(**GOOD)
    chain = batch[1]
    assert chain.nodes.tolist() == GOOD["nodes"][4:].tolist()
    assert chain.edges.tolist() == [[0, 1], [1, 2]]
    assert chain.index.tolist() == [0]
    assert batch[-1] == chain == batch[np.int64(1)]
    assert batch[::-1] == batch[[1, 0]] == batch[np.array([1, 0])]
    assert batch[:] == batch[0:9] == batch[[0, 1]]
    assert batch[[1, 1]].index.tolist() == [0, 0]
    assert len(batch[[]]) == len(batch[5:]) == 0
    assert [len(graph.nodes) for graph in (batch[0], batch[1])] == [4, 3]
    assert batch.select([2, 0]).index.tolist() == [0, 0]
    for wrong in (2, -3, [2]):
        with pytest.raises(IndexError):
            batch[wrong]
    with pytest.raises(IndexError):
        batch.adjacency(2)
    with pytest.raises(lp.ConfigError):
        batch[[0.5]]
    with pytest.raises(lp.ConfigError, match="one of 3 networks"):
        batch.select([3])


def test_views_are_read_only_and_outlive_the_batch() -> None:
    batch = lp.GraphBatch.from_arrays(**GOOD)
    views = [batch.nodes, batch.edges, batch.offsets, batch.index]
    assert np.shares_memory(batch.nodes, views[0])
    assert np.shares_memory(batch.edges, views[1])
    for view in views:
        with pytest.raises(ValueError, match="read-only"):
            view[...] = 0
        with pytest.raises(ValueError, match="WRITEABLE"):
            view.flags.writeable = True
    del batch
    gc.collect()
    for view, name in zip(views, GOOD, strict=True):
        assert np.array_equal(view, GOOD[name])


def test_copies_and_pickles() -> None:
    batch = lp.GraphBatch.from_arrays(**GOOD, node_names=list("abcdefg"))
    again = pickle.loads(pickle.dumps(batch))  # noqa: S301
    assert again == batch
    assert again.node_names == batch.node_names
    assert copy.copy(batch) == copy.deepcopy(batch) == batch
    with pytest.raises(TypeError):
        hash(batch)


def test_strided_arrays_are_read_as_they_show() -> None:
    wide = np.zeros((7, 4), np.float32)
    wide[:, ::2] = GOOD["nodes"]
    strided = changed(nodes=wide[:, ::2], edges=np.asfortranarray(GOOD["edges"]))
    assert lp.GraphBatch.from_arrays(**strided) == lp.GraphBatch.from_arrays(**GOOD)
