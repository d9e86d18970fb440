"""Stacks of layers: rows and nodes joined, dropout, training, files, second derivatives, errors."""

from __future__ import annotations

import latpred as lp
import numpy as np
import pytest
import torch
from latpred import _core

from tests.neural.layer_reference import Graphs, agree, gcn, joined, stack_of, weights_of

F = torch.nn.functional


def linear(x, w, name):
    return F.linear(x, w[f"{name}.weight"], w[f"{name}.bias"])


JOINING = [
    {
        "kind": "embedding",
        "name": "op",
        "from": "nodes",
        "columns": [0],
        "count": 6,
        "width": 5,
    },
    {"kind": "columns", "name": "shape", "from": "nodes", "columns": [2, 1]},
    {"kind": "embedding", "name": "hw", "from": "device", "count": 4, "width": 2},
    {"kind": "concat", "name": "all", "from": ["op", "hw", "shape"]},
    {"kind": "ends", "name": "ends", "first": "zero", "last": "learned"},
    {"kind": "add", "name": "sum", "from": ["all", "ends"], "activation": "tanh"},
    {"kind": "layer_norm", "name": "norm", "activation": "leaky-relu"},
    {"kind": "mean", "name": "mean", "drop_first": True},
    {"kind": "concat", "name": "head", "from": ["mean", "extra"]},
    {"kind": "mlp", "name": "mlp", "hidden": [7, 6], "width": 3, "activation": "softplus"},
    {"kind": "linear", "name": "mix", "width": 2, "activation": "sigmoid"},
    {"kind": "average", "from": ["mix", "mix"]},
]


def test_rows_and_nodes_are_joined():
    """Embeddings of both, a layer norm, sums and columns, as a predictor of devices joins them."""
    rng = np.random.default_rng(0)
    graphs = Graphs([4, 1, 7], 3)
    graphs.nodes[:, 0] = rng.integers(0, 6, len(graphs.nodes))
    device = rng.integers(0, 4, (3, 1)).astype(np.float32)
    extra = rng.standard_normal((3, 2)).astype(np.float32)
    stack = stack_of({"nodes": 3, "device": 1, "extra": 2}, JOINING)

    def reference(w):
        nodes = torch.tensor(graphs.nodes, dtype=torch.float64)
        ids = torch.tensor(device[:, 0], dtype=torch.long)
        rows = []
        for i, part in enumerate(graphs.dense(nodes)):
            op = F.embedding(part[:, 0].long(), w["op.weight"])
            hw = F.embedding(ids[i], w["hw.weight"]).expand(len(part), 2)
            x = torch.cat([op, hw, part[:, [2, 1]]], 1)
            body = [torch.zeros(1, 9), x[1:-1]] if len(part) > 1 else []
            x = torch.tanh(x + torch.cat([*body, w["ends.last"][None]]))
            x = F.layer_norm(x, (9,), w["norm.weight"], w["norm.bias"])
            x = F.leaky_relu(x)[1:]
            rows.append(x.mean(0) if len(x) else x.sum(0))
        x = torch.cat([torch.stack(rows), torch.tensor(extra)], 1)
        x = F.softplus(linear(x, w, "mlp.0"))
        x = F.softplus(linear(x, w, "mlp.1"))
        return torch.sigmoid(linear(linear(x, w, "mlp.2"), w, "mix"))

    agree(stack, graphs.data(device=device, extra=extra), [0, 1, 2], reference)


def test_nodes_that_do_not_count():
    """`drop_where`: a column that is 1 for them; graphs without others read as zeros."""
    graphs = Graphs([3, 2], 2)
    graphs.nodes[:, 1] = [0, 1, 0, 1, 1]
    for kind in ("mean", "sum"):
        stack = stack_of({"nodes": 2}, [{"kind": kind, "drop_where": 1}])
        kept = graphs.nodes[[0, 2]]
        expected = np.stack([kept.mean(0) if kind == "mean" else kept.sum(0), np.zeros(2)])
        np.testing.assert_allclose(stack.forward(graphs.data(), [0, 1]), expected, rtol=1e-6)


def test_first_and_learned_rows():
    graphs = Graphs([3, 2], 2)
    layers = [
        {"kind": "constant", "name": "same", "width": 4},
        {"kind": "ends", "name": "ends", "first": "learned"},
        {"kind": "linear", "name": "l", "width": 3},
        {"kind": "first"},
    ]
    stack = stack_of({"nodes": 2}, layers)
    agree(stack, graphs.data(), [1], lambda w: linear(w["ends.first"][None], w, "l"))


def test_one_graph_for_many_rows():
    """Networks on devices: rows name their graph."""
    graphs = Graphs([3, 5], 2)
    batch = graphs.batch()
    device = np.arange(4, dtype=np.float32)[:, None]
    data = _core.neural.StackData(batch, graph=[1, 0, 1, 1], inputs={"device": device})
    layers = [{"kind": "gcn", "name": "g", "width": 3}, {"kind": "mean", "name": "m"}]
    layers += [{"kind": "concat", "from": ["m", "device"]}]
    stack = stack_of({"nodes": 2, "device": 1}, layers)

    def reference(w):
        nodes = graphs.dense(torch.tensor(graphs.nodes, dtype=torch.float64))
        two = [
            gcn(part, joined(a, "predecessors", False), w, "g").mean(0)
            for part, a in zip(nodes, graphs.adjacency, strict=True)
        ]
        return torch.cat([torch.stack([two[i] for i in (1, 0, 1, 1)]), torch.tensor(device)], 1)

    agree(stack, data, range(4), reference)


def perceptron(rate: float) -> _core.neural.LayerStack:
    return stack_of({"x": 64}, [{"kind": "dropout", "rate": rate}])


def test_dropout_by_seed_epoch_and_row():
    x = np.ones((200, 64), np.float32)
    data = _core.neural.StackData(None, inputs={"x": x}, rows=200)
    stack = perceptron(0.3)
    assert (stack.forward(data, range(200)) == 1).all()
    drawn = stack.forward(data, range(200), dropout=(5, 2))
    assert set(np.unique(drawn)) == {0.0, np.float32(1 / 0.7)}
    assert (drawn == 0).mean() == pytest.approx(0.3, abs=0.02)
    assert abs(np.corrcoef(drawn[:-1].ravel(), drawn[1:].ravel())[0, 1]) < 0.03
    for rows in ([7], [150, 7, 3], range(100, 200)):
        np.testing.assert_array_equal(stack.forward(data, rows, dropout=(5, 2)), drawn[list(rows)])
    for other in ((5, 3), (6, 2)):
        again = stack.forward(data, range(200), dropout=other)
        assert abs(np.corrcoef(drawn.ravel(), again.ravel())[0, 1]) < 0.03
    slopes = stack_of(
        {"x": 64}, [{"kind": "linear", "name": "l", "width": 1}, {"kind": "dropout", "rate": 0.3}]
    )
    gradient = slopes.gradients(data, range(200), np.ones((200, 1), np.float32), dropout=(1, 1))
    kept = (slopes.forward(data, range(200), dropout=(1, 1)) != 0).sum()
    np.testing.assert_allclose(gradient["l.bias"], kept / 0.7, rtol=1e-5)


def test_second_derivatives_equal_pytorch():
    """Of a convolution, joined with a perceptron, as meta-learning takes them."""
    graphs = Graphs([4, 6, 1], 5)
    rng = np.random.default_rng(1)
    extra = rng.standard_normal((3, 4)).astype(np.float32)
    target = rng.standard_normal((3, 1)).astype(np.float32)
    layers = [
        {"kind": "gcn", "name": "a", "from": "nodes", "width": 8, "activation": "tanh"},
        {"kind": "gcn", "name": "b", "width": 6},
        {"kind": "mean", "name": "m"},
        {"kind": "concat", "from": ["m", "extra"]},
        {"kind": "mlp", "name": "h", "hidden": [9], "width": 1, "activation": "tanh"},
    ]
    stack = stack_of({"nodes": 5, "extra": 4}, layers)
    vector = {
        name: rng.standard_normal(value.shape).astype(np.float32)
        for name, value in stack.parameters.items()
    }
    w = weights_of(stack)
    nodes = graphs.dense(torch.tensor(graphs.nodes, dtype=torch.float64))
    rows = []
    for part, adjacency in zip(nodes, graphs.adjacency, strict=True):
        a = joined(adjacency, "predecessors", False)
        rows.append(gcn(torch.tanh(gcn(part, a, w, "a")), a, w, "b").mean(0))
    x = torch.cat([torch.stack(rows), torch.tensor(extra)], 1)
    errors = linear(torch.tanh(linear(x, w, "h.0")), w, "h.1") - torch.tensor(target)
    first = torch.autograd.grad(0.5 * (errors**2).sum(), list(w.values()), create_graph=True)
    along = sum((g * torch.tensor(vector[n])).sum() for n, g in zip(w, first, strict=True))
    expected = dict(zip(w, torch.autograd.grad(along, list(w.values())), strict=True))
    data = graphs.data(extra=extra)
    found = stack.hessian_vector(data, range(3), target, vector)
    for name, product in found.items():
        size = float(expected[name].abs().max())
        np.testing.assert_allclose(product, expected[name], rtol=1e-4, atol=1e-5 * size)
    for kind in ("gat", "gru"):
        once = stack_of({"nodes": 5}, [{"kind": kind, "width": 1}, {"kind": "mean"}])
        with pytest.raises(lp.ConfigError, match="no second derivatives"):
            once.hessian_vector(graphs.data(), range(3), target, once.parameters)


def trained() -> bytes:
    t = _core.training
    graphs = Graphs([8, 3, 5, 8, 1, 12] * 8, 5)
    sums = np.array([part.sum() for part in np.split(graphs.nodes, graphs.offsets[1:-1])])
    layers = [
        {"kind": "dgf", "width": 24, "gate": "nodes", "activation": "relu"},
        {"kind": "gat", "width": 24, "gate": "nodes", "activation": "relu"},
        {"kind": "gru", "width": 8, "bidirectional": True},
        {"kind": "mean"},
        {"kind": "mlp", "hidden": [16], "width": 1, "rate": 0.05},
    ]
    stack = stack_of({"nodes": 5}, layers, seed=3)
    history = stack.train(
        graphs.data(),
        (sums / sums.std()).astype(np.float32),
        loss=t.LossSettings("mse"),
        optimizer=t.OptimizerSettings("adamw", learning_rate=0.01),
        schedule=t.ScheduleSettings("cosine"),
        loop=t.LoopSettings(epochs=30, batch_size=16, clip_norm=5.0, seed=7),
    )
    losses = history["train_loss"]
    assert losses[-1] < 0.3 * losses[0]
    return stack.to_bytes()


def test_training_does_not_depend_on_threads():
    """The same to the bit with one thread and with three, whatever the host's default type."""
    before = torch.get_num_threads()
    try:
        torch.set_num_threads(1)
        expected = trained()
        torch.set_num_threads(3)
        torch.set_default_dtype(torch.float64)
        assert trained() == expected
        assert torch.get_num_threads() == 3
    finally:
        torch.set_num_threads(before)
        torch.set_default_dtype(torch.float32)


def test_predictions_do_not_depend_on_threads():
    """More rows than one pass takes; a minibatch of none is one too."""
    graphs = Graphs([3, 8, 1, 5] * 200, 5)
    layers = [{"kind": "gat", "width": 8}, {"kind": "gru", "width": 6, "output": "last"}]
    stack = stack_of({"nodes": 5}, [*layers, {"kind": "mlp", "hidden": [4], "width": 1}])
    data = graphs.data()
    alone = stack.predict(data)
    np.testing.assert_array_equal(stack.predict(data, threads=3), alone)
    np.testing.assert_allclose(stack.forward(data, range(800))[:, 0], alone, rtol=1e-4, atol=1e-6)
    assert stack.forward(data, []).shape == (0, 1)
    nothing = stack.gradients(data, [], np.zeros((0, 1), np.float32))
    assert not any(value.any() for value in nothing.values())


def test_the_hosts_modes_are_neither_obeyed_nor_changed():
    graphs = Graphs([4, 3], 3)
    stack = stack_of({"nodes": 3}, [{"kind": "gcn", "width": 4}, {"kind": "mean"}])
    ones = np.ones((2, 4), np.float32)
    expected = stack.gradients(graphs.data(), [0, 1], ones)
    with torch.inference_mode(), torch.autocast("cpu", dtype=torch.bfloat16):
        found = stack.gradients(graphs.data(), [0, 1], ones)
        assert torch.is_inference_mode_enabled()
    for name, value in expected.items():
        np.testing.assert_array_equal(found[name], value)
    assert torch.is_grad_enabled()


def test_files():
    layers = [{"kind": "gat", "width": 4}, {"kind": "mean"}, {"kind": "mlp", "width": 1}]
    stack = stack_of({"nodes": 3}, layers, seed=5)
    graphs = Graphs([4, 3], 3)
    data = graphs.data()
    again = _core.neural.LayerStack.from_bytes(stack.to_bytes())
    assert again.description == stack.description
    np.testing.assert_array_equal(again.forward(data, [0, 1]), stack.forward(data, [0, 1]))
    assert again.to_bytes() == stack.to_bytes()
    other = stack_of({"nodes": 3}, layers, seed=6)
    assert other.to_bytes() != stack.to_bytes()
    other.parameters = stack.parameters
    assert other.to_bytes() == stack.to_bytes()
    damaged = stack.to_bytes().replace(b'"gat0.score"', b'"gat0.scorf"')
    damaged = damaged.replace(b"stack.gat0.score", b"stack.gat0.scorf")
    with pytest.raises(lp.CorruptionError, match=r"gat0\.score' of shape 4"):
        _core.neural.LayerStack.from_bytes(damaged)
    weights = stack.parameters["gat0.weight"].tobytes()
    nan = np.full(12, np.nan, np.float32).tobytes()
    with pytest.raises(lp.CorruptionError, match="not finite"):
        _core.neural.LayerStack.from_bytes(stack.to_bytes().replace(weights, nan))
