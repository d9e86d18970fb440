"""The hand-written passes of the perceptron against PyTorch's autograd."""

from __future__ import annotations

import latpred as lp
import numpy as np
import pytest
import torch
from latpred import MlpPredictor, _core

SPACE = lp.space("ofa-mobilenetv3")


def training(encoding="one-hot", hidden=(24, 17), rows=50, **settings):
    archs = SPACE.sample(rows, seed=3)
    latency = 10 + SPACE.count(archs)["macs"] / 1e8
    archs, latency = _core.predictors.canonical_rows(archs, latency)[:2]
    model = MlpPredictor(hidden=hidden, encoding=encoding, validation_share=0, **settings)
    return archs, latency, model.start(archs, latency)


def standardised(archs, encoding):
    parts = [np.asarray(SPACE.encode(archs, name), np.float64) for name in encoding.split("+")]
    x = np.concatenate(parts, axis=1)
    for column in x.T:
        if not np.isin(column, (0, 1)).all():
            deviation = column.std()
            column -= column.mean()
            column *= 0 if deviation == 0 else 1 / deviation
    return torch.tensor(x, dtype=torch.float64)


def module_of(layers):
    """The network as plain PyTorch in double precision."""
    parts: list[torch.nn.Module] = []
    for weight, bias in layers:
        linear = torch.nn.Linear(weight.shape[1], weight.shape[0], dtype=torch.float64)
        linear.weight.data = torch.tensor(weight, dtype=torch.float64)
        linear.bias.data = torch.tensor(bias, dtype=torch.float64)
        parts += [linear, torch.nn.ReLU()]
    return torch.nn.Sequential(*parts[:-1])


def scaled(latency):
    return torch.tensor((latency - latency.mean()) / latency.std())


@pytest.fixture(params=_core.base.instruction_sets())
def kernels(request):
    """Each instruction set that this machine runs."""
    before = _core.base.instruction_set()
    _core.base.use_instruction_set(request.param)
    yield request.param
    _core.base.use_instruction_set(before)


@pytest.mark.usefixtures("kernels")
@pytest.mark.parametrize("encoding", ["one-hot", "cost-features", "one-hot+cost-features"])
@pytest.mark.parametrize("hidden", [(), (1,), (16,), (24, 17), (100, 33, 65)])
@pytest.mark.parametrize("batch", [1, 8, 13])
def test_gradients_equal_autograd(encoding, hidden, batch):
    archs, latency, made = training(encoding, hidden, loss="mse")
    rows = list(range(40, 40 - batch, -1))
    loss, gradients = made.gradients(rows)
    model = module_of(made.layers)
    predicted = model(standardised(archs, encoding)[rows])[:, 0]
    expected = torch.nn.functional.mse_loss(predicted, scaled(latency)[rows])
    expected.backward()
    assert loss == pytest.approx(expected.item(), rel=1e-4)
    linears = [part for part in model if isinstance(part, torch.nn.Linear)]
    assert len(linears) == len(gradients) == len(hidden) + 1
    for (weight, bias), linear in zip(gradients, linears, strict=True):
        size = float(linear.weight.grad.abs().max()) + 1e-6
        np.testing.assert_allclose(weight, linear.weight.grad, rtol=1e-3, atol=2e-5 * size)
        np.testing.assert_allclose(bias, linear.bias.grad, rtol=1e-3, atol=2e-5 * size)


def test_first_weights_are_as_pytorchs():
    _, _, made = training(hidden=(400, 300))
    for (weight, bias), inputs in zip(made.layers, (128, 400, 300), strict=True):
        bound = inputs**-0.5
        for values in (weight, bias):
            assert np.abs(values).max() <= bound
        assert np.abs(weight).max() > 0.98 * bound
        assert weight.mean() == pytest.approx(0, abs=0.08 * bound)
        assert weight.std() == pytest.approx(bound / 3**0.5, rel=0.05)
    assert not np.array_equal(
        training(hidden=(400, 300), seed=1)[2].layers[0][0], made.layers[0][0]
    )


def test_whole_trainings_equal_pytorch():
    """Ten steps of AdamW on the whole set: no order of rows, so PyTorch can follow."""
    archs, latency, made = training(
        loss="smooth-l1",
        beta=0.5,
        learning_rate=3e-3,
        weight_decay=0.1,
        schedule="constant",
        warmup=0,
        epochs=10,
        batch_size=64,
    )
    model, x, y = module_of(made.layers), standardised(archs, "one-hot"), scaled(latency)
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3, weight_decay=0.1)
    losses = []
    for _ in range(10):
        loss = torch.nn.functional.smooth_l1_loss(model(x)[:, 0], y, beta=0.5)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    made.run()
    np.testing.assert_allclose(made.history["train_loss"], losses, rtol=1e-4)
    expected = model(x)[:, 0].detach().numpy() * latency.std() + latency.mean()
    native = made.model()
    np.testing.assert_allclose(native.evaluate(archs), expected, rtol=2e-4)


def test_single_rows_equal_pytorch(kernels):
    archs, latency, made = training(hidden=(400, 33))
    model = module_of(made.layers)
    expected = model(standardised(archs, "one-hot"))[:, 0].detach().numpy()
    native = made.model()
    assert _core.base.instruction_set() == kernels
    alone = np.array([native.evaluate(archs[i])[0] for i in range(len(archs))])
    np.testing.assert_allclose(alone, expected * latency.std() + latency.mean(), rtol=1e-5)


def test_unknown_kernels_are_told():
    with pytest.raises(lp.ConfigError, match=r"this machine runs .*baseline"):
        _core.base.use_instruction_set("mmx")


def test_rows_that_do_not_exist_are_told():
    with pytest.raises(lp.ConfigError, match="row 50 of 50"):
        training()[2].gradients([0, 50])
