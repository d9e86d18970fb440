"""Gated recurrent units over the nodes of graphs against torch.nn.GRU."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from latpred import _core

from tests.neural.layer_reference import Graphs, agree, stack_of


def pytorch_states(graphs, weights, width, bidirectional):
    """Of each graph's nodes, one graph after the other."""
    nodes = torch.tensor(graphs.nodes, dtype=torch.float64)
    module = torch.nn.GRU(nodes.shape[1], width, bidirectional=bidirectional, batch_first=True)
    module = module.double()
    values = {
        f"{kind}_l0{end}": weights[f"one.{kind}{end}"]
        for kind in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
        for end in ("", "_reverse")
        if f"one.{kind}{end}" in weights
    }
    return [
        torch.func.functional_call(module, values, (part[None],))[0][0]
        for part in graphs.dense(nodes)
    ]


@pytest.fixture(params=_core.base.instruction_sets())
def kernels(request):
    """Each instruction set that this machine runs."""
    before = _core.base.instruction_set()
    _core.base.use_instruction_set(request.param)
    yield request.param
    _core.base.use_instruction_set(before)


@pytest.mark.usefixtures("kernels")
@pytest.mark.parametrize("output", ["all", "last"])
@pytest.mark.parametrize("bidirectional", [False, True])
@pytest.mark.parametrize("sizes", [[6] * 3, [1], [4, 9, 1, 9, 2]], ids=str)
@pytest.mark.parametrize("width", [3, 21])
def test_gru_equals_pytorch(width, sizes, bidirectional, output):
    graphs = Graphs(sizes, 5)
    layers = [
        {"kind": "gru", "name": "one", "width": width, "output": output}
        | {"bidirectional": bidirectional}
    ]
    if output == "all":
        layers.append({"kind": "mean"})
    stack = stack_of({"nodes": 5}, layers, seed=1)

    def reference(weights):
        states = pytorch_states(graphs, weights, width, bidirectional)
        return torch.stack([one.mean(0) if output == "all" else one[-1] for one in states])

    agree(stack, graphs.data(), range(len(sizes)), reference)


def test_saturated_gates_stay_finite():
    graphs = Graphs([5, 3], 4)
    graphs.nodes *= 1e4
    stack = stack_of({"nodes": 4}, [{"kind": "gru", "name": "one", "width": 6, "output": "last"}])
    agree(
        stack,
        graphs.data(),
        [0, 1],
        lambda w: torch.stack([one[-1] for one in pytorch_states(graphs, w, 6, False)]),
    )


def test_block_profiling_start():
    """Xavier-normal matrices with gain root 3, vectors N(0, root(6 / (1 + size)))."""
    stack = stack_of(
        {"nodes": 100}, [{"kind": "gru", "width": 80}, {"kind": "mean"}], initial="block-profiling"
    )
    values = stack.parameters
    weight = values["gru0.weight_ih"]
    assert weight.std() == pytest.approx(3**0.5 * (2 / (100 + 240)) ** 0.5, rel=0.03)
    assert values["gru0.bias_ih"].std() == pytest.approx((6 / 241) ** 0.5, rel=0.15)
    assert abs(weight.mean()) < 0.01
    assert not np.array_equal(values["gru0.bias_ih"], values["gru0.bias_hh"])
