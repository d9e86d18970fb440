"""Layers over graphs, forward and in gradients, against PyTorch's dense formulas."""

from __future__ import annotations

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


def by_graph(graphs, layer, weights, *, x=None, e=None, **how):
    """Each graph alone, its nodes' values then averaged."""
    nodes = torch.tensor(graphs.nodes, dtype=torch.float64) if x is None else x
    gates = [None] * len(graphs.sizes) if e is None else graphs.dense(e)
    outs = []
    for part, adjacency, opened in zip(graphs.dense(nodes), graphs.adjacency, gates, strict=True):
        a = normalised(
            joined(adjacency, how.get("direction", "predecessors"), how.get("self_loops", False)),
            how.get("normalise", "none"),
        )
        outs.append(layer(part, a, weights, opened))
    return outs


@pytest.fixture(params=_core.base.instruction_sets())
def kernels(request):
    """Each instruction set that this machine runs."""
    before = _core.base.instruction_set()
    _core.base.use_instruction_set(request.param)
    yield request.param
    _core.base.use_instruction_set(before)


@pytest.mark.usefixtures("kernels")
@pytest.mark.parametrize("sizes", SIZES, ids=str)
@pytest.mark.parametrize("width", [5, 64])
@pytest.mark.parametrize("kind", ["gcn", "dgf", "gat", "gin"])
def test_layers_equal_pytorch(kind, width, sizes):
    graphs = Graphs(sizes, 7)
    layer = {
        "gcn": lambda x, a, w, _: gcn(x, a, w, "one"),
        "dgf": lambda x, a, w, _: dgf(x, a, w, "one"),
        "gat": lambda x, a, w, _: gat(x, a, w, "one"),
        "gin": lambda x, a, w, _: gin(x, a, w, "one"),
    }[kind]
    options = {"hidden": [9]} if kind == "gin" else {}
    one = {"kind": kind, "name": "one", "width": width, **options}
    stack = stack_of({"nodes": 7}, [one, {"kind": "mean"}], seed=width)

    def reference(weights):
        outs = by_graph(graphs, layer, weights, self_loops=kind == "gat")
        return torch.stack([out.mean(0) for out in outs])

    agree(stack, graphs.data(), range(len(sizes)), reference)
