"""Batch norm in stacks: PyTorch's values, slopes and running statistics, files, decay, errors."""

from __future__ import annotations

import latpred as lp
import numpy as np
import pytest
import torch
from latpred import _core

from tests.neural.layer_reference import stack_of

LAYERS = [
    {"kind": "linear", "name": "a", "width": 6},
    {"kind": "batch_norm", "name": "n", "activation": "relu"},
    {"kind": "linear", "name": "b", "width": 2},
]


def rows_of(count: int, width: int = 4, seed: int = 0):
    x = np.random.default_rng(seed).normal(3, 2, (count, width)).astype(np.float32)
    return x, _core.neural.StackData(None, inputs={"x": x}, rows=count)


def module_like(stack, **options) -> torch.nn.Sequential:
    module = torch.nn.Sequential(
        torch.nn.Linear(4, 6),
        torch.nn.BatchNorm1d(6, **options),
        torch.nn.ReLU(),
        torch.nn.Linear(6, 2),
    ).double()
    weights = stack.parameters
    with torch.no_grad():
        for part, name in ((module[0], "a"), (module[1], "n"), (module[3], "b")):
            part.weight.copy_(torch.tensor(weights[f"{name}.weight"]))
            part.bias.copy_(torch.tensor(weights[f"{name}.bias"]))
    return module


@pytest.mark.parametrize("options", [{}, {"momentum": 0.37}])
def test_equals_pytorch(options):
    """Values and slopes of minibatches, then the running statistics, then values by them."""
    layers = [LAYERS[0], LAYERS[1] | options, LAYERS[2]]
    stack = stack_of({"x": 4}, layers, seed=2)
    module = module_like(stack, **options)
    x, data = rows_of(40)
    rng = np.random.default_rng(1)
    for rows in (range(16), range(16, 40), [3, 9, 11, 30, 2]):
        wanted = module(torch.tensor(x[list(rows)], dtype=torch.float64))
        found = stack.forward(data, rows, dropout=(0, 0))
        np.testing.assert_allclose(found, wanted.detach(), rtol=1e-5, atol=1e-5)
        slopes = rng.standard_normal(wanted.shape).astype(np.float32)
        module.zero_grad()
        (wanted * torch.tensor(slopes)).sum().backward()
        got = stack.gradients(data, rows, slopes)
        for part, name in ((module[0], "a"), (module[1], "n"), (module[3], "b")):
            size = float(part.weight.grad.abs().max())  # that of a bias before the norm is 0
            for kind in ("weight", "bias"):
                slope, mine = getattr(part, kind).grad, got[f"{name}.{kind}"]
                np.testing.assert_allclose(mine, slope, rtol=1e-4, atol=1e-4 * size)
        assert not got["n.mean"].any()
        assert not got["n.variance"].any()
    held = stack.parameters
    np.testing.assert_allclose(held["n.mean"], module[1].running_mean, rtol=1e-5)
    np.testing.assert_allclose(held["n.variance"], module[1].running_var, rtol=1e-5)
    module.eval()
    wanted = module(torch.tensor(x, dtype=torch.float64)).detach()
    np.testing.assert_allclose(stack.forward(data, range(40)), wanted, rtol=1e-5, atol=1e-5)
    one = stack.forward(data, [5], dropout=(0, 0))  # one value has no variance
    np.testing.assert_allclose(one, wanted[5:6], rtol=1e-5, atol=1e-5)
    stack.gradients(data, [5], np.ones((1, 2), np.float32))
    np.testing.assert_array_equal(stack.parameters["n.mean"], held["n.mean"])


def trained(x, data, decay: float = 0.5):
    t = _core.training
    layers = [*LAYERS[:2], {"kind": "linear", "width": 1}]
    stack = stack_of({"x": 4}, layers, seed=1)
    stack.train(
        data,
        (x[:, 0] * x[:, 1]).astype(np.float32),
        loss=t.LossSettings("mse"),
        optimizer=t.OptimizerSettings("adamw", learning_rate=0.01, weight_decay=decay),
        schedule=t.ScheduleSettings("cosine"),
        loop=t.LoopSettings(epochs=60, batch_size=16, seed=7),
    )
    return stack


def test_training_keeps_statistics_in_files():
    """Decay of weights does not shrink them; bit-equal per seed; a file has them."""
    x, data = rows_of(64)
    stack = trained(x, data)
    w = stack.parameters
    through = x @ w["a.weight"].T + w["a.bias"]
    np.testing.assert_allclose(w["n.mean"], through.mean(0), atol=0.15)
    np.testing.assert_allclose(w["n.variance"], through.var(0, ddof=1), rtol=0.1)
    assert trained(x, data).to_bytes() == stack.to_bytes()
    again = _core.neural.LayerStack.from_bytes(stack.to_bytes())
    np.testing.assert_array_equal(again.predict(data), stack.predict(data))


def test_second_derivatives_use_running_statistics():
    stack = stack_of({"x": 4}, [*LAYERS[:1], {"kind": "batch_norm", "name": "n"}], seed=3)
    x, data = rows_of(8)
    stack.gradients(data, range(8), np.ones((8, 6), np.float32))
    held = {k: torch.tensor(v, dtype=torch.float64) for k, v in stack.parameters.items()}
    target = np.zeros((8, 6), np.float32)
    vector = {k: np.ones_like(v) for k, v in stack.parameters.items()}
    names = ["a.weight", "a.bias", "n.weight", "n.bias"]

    def loss(*values):
        w = held | dict(zip(names, values, strict=True))
        y = torch.tensor(x, dtype=torch.float64) @ w["a.weight"].T + w["a.bias"]
        y = (y - w["n.mean"]) / (w["n.variance"] + 1e-5).sqrt() * w["n.weight"] + w["n.bias"]
        return 0.5 * (y**2).sum()

    at = tuple(held[n] for n in names)
    wanted = torch.autograd.functional.hvp(loss, at, tuple(torch.ones_like(v) for v in at))[1]
    found = stack.hessian_vector(data, range(8), target, vector)
    for name, product in zip(names, wanted, strict=True):
        np.testing.assert_allclose(found[name], product, rtol=1e-4)
    assert not found["n.mean"].any()


@pytest.mark.parametrize(
    "wrong", [{"momentum": 0}, {"epsilon": 0}, {"momentum": "a"}, {"width": 3}]
)
def test_errors_name_layer_and_key(wrong):
    with pytest.raises(lp.ConfigError, match=next(iter(wrong))):
        stack_of({"x": 4}, [{"kind": "batch_norm"} | wrong])
    with pytest.raises(lp.ConfigError, match="one input"):
        stack_of({"x": 4}, [{"kind": "batch_norm", "from": ["x", "x"]}])
