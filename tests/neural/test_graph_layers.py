"""Layers over graphs, forward and in gradients, against PyTorch's dense formulas."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from latpred import _core

from tests.neural.layer_reference import (
    Graphs,
    agree,
    dgf,
    gat,
    gcn,
    gin,
    joined,
    normalised,
    stack_of,
)

SIZES = [[8] * 5, [1], [3, 9, 1, 6], [22, 22]]
LAYERS = {"gcn": gcn, "dgf": dgf, "gat": gat, "gin": gin}


def means(graphs, kind, weights, *, e=None, slope=0.01, **how):
    """The layer "one" on each graph alone, its nodes' values averaged."""
    nodes = torch.tensor(graphs.nodes, dtype=torch.float64)
    gates = [None] * len(graphs.sizes) if e is None else e
    outs = []
    for part, adjacency, opened in zip(graphs.dense(nodes), graphs.adjacency, gates, strict=True):
        a = joined(adjacency, how.get("direction", "predecessors"), how.get("self_loops", False))
        a = normalised(a, how.get("normalise", "none"))
        options = {} if opened is None else {"e": opened}
        options |= {"slope": slope} if kind == "gat" else {}
        options |= {"mask": how["mask"]} if "mask" in how else {}
        outs.append(LAYERS[kind](part, a, weights, "one", **options).mean(0))
    return torch.stack(outs)


@pytest.fixture(params=_core.base.instruction_sets())
def kernels(request):
    """Each instruction set that this machine runs."""
    before = _core.base.instruction_set()
    _core.base.use_instruction_set(request.param)
    yield request.param
    _core.base.use_instruction_set(before)


@pytest.mark.usefixtures("kernels")
@pytest.mark.parametrize("sizes", SIZES, ids=str)
@pytest.mark.parametrize("width", [5, 37])
@pytest.mark.parametrize("kind", LAYERS)
def test_layers_equal_pytorch(kind, width, sizes):
    graphs = Graphs(sizes, 7)
    options = {"hidden": [9]} if kind == "gin" else {}
    one = {"kind": kind, "name": "one", "width": width, **options}
    stack = stack_of({"nodes": 7}, [one, {"kind": "mean"}], seed=width)
    data = graphs.data()
    agree(
        stack, data, range(len(sizes)), lambda w: means(graphs, kind, w, self_loops=kind == "gat")
    )


@pytest.mark.parametrize("direction", ["predecessors", "successors", "both"])
@pytest.mark.parametrize("self_loops", [False, True])
@pytest.mark.parametrize("normalise", ["none", "rows", "symmetric"])
def test_neighbours_and_their_weights(direction, self_loops, normalise):
    graphs = Graphs([4, 7, 1], 3)
    how = {"direction": direction, "self_loops": self_loops}
    one = {"kind": "gcn", "name": "one", "width": 6, "normalise": normalise, **how}
    stack = stack_of({"nodes": 3}, [one, {"kind": "mean"}])
    rows = range(3)
    agree(stack, graphs.data(), rows, lambda w: means(graphs, "gcn", w, normalise=normalise, **how))
    for kind in ("dgf", "gat", "gin"):
        stack = stack_of(
            {"nodes": 3}, [{"kind": kind, "name": "one", "width": 6, **how}, {"kind": "mean"}]
        )
        agree(stack, graphs.data(), rows, lambda w, kind=kind: means(graphs, kind, w, **how))


@pytest.mark.parametrize("density", [0.0, 0.3, 1.0])
@pytest.mark.parametrize("kind", ["dgf", "gat"])
@pytest.mark.parametrize("rows_of_gate", ["nodes", "graphs"])
def test_gates(kind, rows_of_gate, density):
    graphs = Graphs([5, 1, 8], 4, density=density)
    device = np.random.default_rng(0).standard_normal((3, 4)).astype(np.float32)
    layers = [
        {"kind": kind, "name": "one", "width": 16, "slope": 0.2}
        | {"gate": "nodes" if rows_of_gate == "nodes" else "device", "from": "nodes"},
        {"kind": "mean"},
    ]
    stack = stack_of({"nodes": 4, "device": 4}, layers)
    gates = list(torch.tensor(device, dtype=torch.float64))
    if rows_of_gate == "nodes":
        gates = graphs.dense(torch.tensor(graphs.nodes, dtype=torch.float64))
    agree(
        stack,
        graphs.data(device=device),
        range(3),
        lambda w: means(graphs, kind, w, e=gates, slope=0.2, self_loops=kind == "gat"),
    )


@pytest.mark.usefixtures("kernels")
@pytest.mark.parametrize("self_loops", [False, True])
@pytest.mark.parametrize("density", [0.0, 0.4, 1.0])
def test_published_mask_leaks_to_all_nodes(self_loops, density):
    """Scores times the adjacency: nodes that no edge joins keep the share exp(0)."""
    graphs = Graphs([6, 1, 9], 5, density=density)
    one = {"kind": "gat", "name": "one", "width": 19, "mask": "multiply", "self_loops": self_loops}
    stack = stack_of({"nodes": 5}, [one, {"kind": "mean"}])
    agree(
        stack,
        graphs.data(),
        range(3),
        lambda w: means(graphs, "gat", w, self_loops=self_loops, mask="multiply"),
    )


def test_attention_stays_on_edges():
    """What a node is not joined to does not matter: NASFLAT's product with the adjacency leaks."""
    graphs = Graphs([6, 6], 3, density=0.0)
    layers = [{"kind": "gat", "width": 8, "self_loops": False, "normed": False}, {"kind": "sum"}]
    stack = stack_of({"nodes": 3}, layers)
    assert not stack.forward(graphs.data(), [0, 1]).any()
    gradients = stack.gradients(graphs.data(), [0, 1], np.ones((2, 8), np.float32))
    assert not any(value.any() for value in gradients.values())


def deep(kind: str) -> list[dict]:
    return [
        {"kind": kind, "width": 32, "activation": "relu"},
        {"kind": kind, "width": 16},
        {"kind": "mean"},
        {"kind": "mlp", "hidden": [8], "width": 2},
    ]


@pytest.mark.parametrize("kind", LAYERS)
def test_order_of_nodes_does_not_matter(kind):
    graphs = Graphs([9, 4], 5)
    stack = stack_of({"nodes": 5}, deep(kind))
    before = stack.forward(graphs.data(), [0, 1])
    order = np.random.default_rng(3).permutation(9)
    graphs.nodes[:9] = graphs.nodes[:9][order]
    graphs.adjacency[0] = graphs.adjacency[0][order][:, order]
    assert np.tril(graphs.adjacency[0]).any()  # edges to nodes that stand before
    np.testing.assert_allclose(stack.forward(graphs.data(), [0, 1]), before, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("kind", [*LAYERS, "gru"])
def test_minibatches_do_not_matter(kind):
    """Alone, together, doubled, in another order."""
    graphs = Graphs([3, 8, 1, 8, 5], 5)
    layers = deep(kind)
    if kind == "gru":
        layers = [{"kind": "gru", "width": 8, "bidirectional": True}, *layers[2:]]
    stack = stack_of({"nodes": 5}, layers)
    data = graphs.data()
    whole = stack.forward(data, range(5))
    for rows in ([4], [2, 2], [3, 1, 0], [1, 2, 3]):
        np.testing.assert_allclose(stack.forward(data, rows), whole[rows], rtol=1e-5, atol=1e-6)
    ones = np.ones((5, 2), np.float32)
    total = stack.gradients(data, range(5), ones)
    alone = [stack.gradients(data, [i], ones[:1]) for i in range(5)]
    for name, gradient in total.items():
        parts = sum(one[name].astype(float) for one in alone)
        size = np.abs(parts).max() + 1e-6
        np.testing.assert_allclose(gradient, parts, rtol=1e-4, atol=1e-5 * size, err_msg=name)


def test_global_node_hears_all():
    """A node more, behind the others, that all feed; told by a feature of its own."""
    graphs = Graphs([3, 1], 2)
    layers = [{"kind": "gcn", "name": "one", "width": 4}, {"kind": "last"}]
    stack = stack_of({"nodes": 2}, layers, global_node=True)
    assert stack.parameters["one.weight"].shape == (4, 3)

    def reference(w):
        nodes = torch.tensor(graphs.nodes, dtype=torch.float64)
        sums = torch.stack([part.sum(0) for part in graphs.dense(nodes)])
        return sums @ w["one.weight"][:, :2].T + w["one.bias"]

    agree(stack, graphs.data(), [0, 1], reference)
