"""Operators, rows and graphs of another kind than expected: typed errors of bounded length."""

from __future__ import annotations

from typing import Any

import latpred as lp
import numpy as np
import pytest
from latpred.graphs import GraphBuilder, OpGraph, graph_batch

STATE: Any = {"conv.weight": np.zeros(5000)}


@pytest.mark.parametrize("source", [-1, 1, 3, 2**31 - 1])
def test_inputs_that_are_not_built(source: int) -> None:
    for append in ("softmax", "identity", "flatten", "global_pool", "layer_norm"):
        b = GraphBuilder()
        b.input(4, 8, 8)
        with pytest.raises(lp.ConfigError, match=rf"input {source} .* 1 built so far"):
            getattr(b, append)(source)
    with pytest.raises(lp.ConfigError, match=rf"input {source} "):
        b.matmul(0, source)
    with pytest.raises(lp.ConfigError, match=rf"input {source} "):
        b.add([0, source])


@pytest.mark.parametrize("rows", [STATE, ["row"], [None], [STATE, 3], [np.zeros(5000)]])
def test_rows_of_another_kind(rows: Any) -> None:
    with pytest.raises(lp.SchemaError) as caught:
        OpGraph.from_layers(rows)
    assert len(str(caught.value)) < 200


def test_batches_of_another_kind() -> None:
    archs = lp.space("nas-bench-201").sample(2, seed=0)
    wrong: list[Any] = [STATE, [STATE], [None], archs, [archs], "text", (3 for _ in range(2))]
    for graphs in wrong:
        with pytest.raises(lp.ConfigError, match=r"graph batch: op graphs expected, got \S+$"):
            graph_batch(graphs)
    graphs = [archs[0].graph(), archs[1].graph()]
    assert graph_batch(arch.graph() for arch in archs) == graph_batch(graphs)


def test_a_graph_without_operators_costs_nothing() -> None:
    costs = GraphBuilder().build().costs
    assert set(costs.values()) == {0}


@pytest.mark.parametrize("eps", [-1.0, float("nan"), float("inf")])
def test_norms_of_no_eps(eps: float) -> None:
    b = GraphBuilder()
    b.input(4, 8, 8)
    for append in (b.batch_norm, b.layer_norm):
        with pytest.raises(lp.ConfigError, match=r"eps .*, finite and at least 0 expected"):
            append(0, eps=eps)
