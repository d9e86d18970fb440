"""PyTorch's modules of the benchmark compute what latpred's layers compute."""

from __future__ import annotations

import json

import latpred as lp
import numpy as np
import pytest
import torch
from latpred import _core

from benchmarks.harness import Settings
from benchmarks.peers import torch_graph_layers as peers
from benchmarks.question import Question
from benchmarks.questions import graph_layers


def stack_of(inputs, layers):
    return _core.neural.LayerStack(json.dumps({"inputs": inputs, "layers": layers}), seed=3)


def load(module, values, names):
    """Sets PyTorch's parameters; those of graph layers that are inputs x outputs are turned."""
    state = {}
    for theirs, ours in names.items():
        value = torch.tensor(values[ours])
        turned = value.shape != module.state_dict()[theirs].shape or theirs.endswith("flow.weight")
        state[theirs] = value.T if turned else value
    module.load_state_dict(state)


@pytest.mark.parametrize("kind", ["gcn", "dgf", "gat", "gin"])
def test_layers(kind):
    data = graph_layers._Data(5, 6, batch=4)
    inputs = {"nodes": 6, "gate": graph_layers.GATE}
    layer = {"kind": kind, "name": "l", "from": "nodes", "width": 7}
    layer |= {"gate": "gate"} if kind in {"dgf", "gat"} else {}
    layer |= {"hidden": [7]} if kind == "gin" else {}
    stack = stack_of(inputs, [layer, {"kind": "sum"}])
    module = getattr(peers, kind.title())(6, 7, graph_layers.GATE)
    names = {name: f"l.{name}" for name in module.state_dict()}
    if kind == "gat":
        names["weight.weight"] = "l.weight"
    if kind == "gin":
        names = {name: f"l.{name}" for name in ("epsilon",)}
        for i, part in enumerate((0, 2)):
            names |= {f"body.{part}.{end}": f"l.{i}.{end}" for end in ("weight", "bias")}
    load(module, stack.parameters, names)
    gate = torch.from_numpy(data.gate)[:, None]
    with torch.no_grad():
        expected = module(torch.from_numpy(data.x), data.adjacency, gate).sum(1)
    held = _core.neural.StackData(data.batch, inputs={"gate": data.gate})
    np.testing.assert_allclose(stack.forward(held, range(4)), expected, rtol=1e-4, atol=1e-5)


def names_of_nasflat():
    names = {"ops.weight": "known.weight", "devices.weight": "device.weight"}
    names |= {"last_op": "op.last", "first": "place.first", "others": "node.value"}
    names |= {f"x.{end}": f"x.{end}" for end in ("weight", "bias")}
    for i in range(5):
        place = f"refine.{i}" if i < 2 else f"main.{i - 2}"
        for end in ("weight", "bias", "gate.weight", "gate.bias"):
            names[f"{place}.flow.{end}"] = f"flow{i}.{end}"
        for end in ("score", "gate.weight", "gate.bias", "norm.weight", "norm.bias"):
            names[f"{place}.attention.{end}"] = f"attention{i}.{end}"
        names[f"{place}.attention.weight.weight"] = f"attention{i}.weight"
    for theirs, ours, count in (("of_last", "last", 3), ("update", "refined", 2), ("head", "h", 4)):
        for i in range(count):
            for end in ("weight", "bias"):
                names[f"{theirs}.{3 * i}.{end}"] = f"{ours}.{i}.{end}"
    return names


def test_nasflat():
    rng = np.random.default_rng(0)
    data = graph_layers._Data(8, 1, batch=6)
    ids, device = rng.integers(0, 7, (6, 8)), rng.integers(0, 20, (6, 1))
    batch = lp.GraphBatch.from_arrays(
        ids.reshape(-1, 1).astype(np.float32), data.batch.edges, data.batch.offsets
    )
    layers = graph_layers.nasflat_layers()
    stack = stack_of({"nodes": 1, "devices": 1}, [*layers[:-1], {**layers[-1], "name": "h"}])
    # The specification's 433,009 without the branch of 24,496 that is off, and without the eight
    # values that tell the last node's device.
    assert sum(value.size for value in stack.parameters.values()) == 433_009 - 24_496 - 8
    module = peers.Nasflat().eval()
    load(module, stack.parameters, names_of_nasflat())
    with torch.no_grad():
        expected = module(torch.from_numpy(ids), data.adjacency, torch.from_numpy(device[:, 0]))
    held = _core.neural.StackData(batch, inputs={"devices": device.astype(np.float32)})
    found = stack.forward(held, range(6))[:, 0]
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-5)


def test_question():
    rows = graph_layers.rows(Question("graph_layers", Settings(1, 0.0, True)))
    assert len(rows) == 2 * 13
    assert all(row.cpu_s for row in rows)
