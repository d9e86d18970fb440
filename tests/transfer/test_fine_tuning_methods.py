"""Each method of fine-tuning by itself, against SciPy, NumPy and PyTorch."""

from __future__ import annotations

import latpred as lp
import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from latpred import _core
from scipy import optimize

from tests.transfer.tuning_world import (
    additive_source,
    hidden,
    in_source,
    layers,
    mlp_source,
    rows,
    target_ms,
)


def tuned(method: str, archs, values, source=None, **kwargs) -> lp.FineTunedPredictor:
    return lp.FineTunedPredictor(source or mlp_source(), method, **kwargs).fit(archs, values)


def huber_scale(residuals: np.ndarray) -> float:
    return 1.345 * 1.4826 * float(np.median(np.abs(residuals)))


def influence(residuals: np.ndarray) -> np.ndarray:
    """Slope of Huber's loss at its own robust deviation."""
    bound = huber_scale(residuals)
    return np.clip(residuals, -bound, bound)


@pytest.mark.parametrize("outliers", [0, 6])
def test_affine_is_the_robust_line(outliers: int) -> None:
    archs = rows(80)
    values = target_ms(archs)
    values[:outliers] *= 1.5
    model = tuned("affine", archs, values)
    s = mlp_source().predict(in_source(archs))
    a, b = model._native.model.coefficients
    bound = huber_scale((values - a - b * s) / np.sqrt(values))

    def loss(line: np.ndarray) -> float:
        r = np.abs(values - line[0] - line[1] * s) / np.sqrt(values)
        return float(np.where(r < bound, r**2 / 2, bound * (r - bound / 2)).sum())

    best = optimize.minimize(loss, [0, 1], method="Nelder-Mead", options={"xatol": 1e-8})
    np.testing.assert_allclose([a, b], best.x, rtol=1e-3, atol=1e-3)
    np.testing.assert_allclose(model.predict(archs), a + b * s, rtol=1e-12)


def test_feature_learns_a_factor_of_resolution() -> None:
    archs, fresh = rows(150), rows(300, seed=9)

    def values(x: lp.Architectures) -> np.ndarray:
        factor = 1 + 0.1 * np.asarray(x.genes)[:, -1] ** 2
        return additive_source().predict(in_source(x)) * factor

    feature = tuned("feature", archs, values(archs), additive_source())
    affine = tuned("affine", archs, values(archs), additive_source())
    errors = [np.abs(m.predict(fresh) / values(fresh) - 1).mean() for m in (feature, affine)]
    assert errors[0] < 2e-3
    assert errors[1] > 0.05


def test_last_layer_is_a_ridge_towards_the_affine_map() -> None:
    archs, source = rows(120), mlp_source()
    units = hidden(source, archs, relu=True)
    rng = np.random.default_rng(0)
    other = units @ (rng.standard_normal(units.shape[1]) / np.maximum(units.std(axis=0), 1e-3))
    values = 30 + 1.5 * source.predict(in_source(archs)) + 0.1 * other + rng.normal(0, 0.1, 120)
    model = tuned("last-layer", archs, values)
    for (weight, bias), (old_weight, old_bias) in zip(
        layers(model)[:-1], layers(source)[:-1], strict=True
    ):
        np.testing.assert_array_equal(weight, old_weight)
        np.testing.assert_array_equal(bias, old_bias)
    old, new = layers(source)[-1][0][0], layers(model)[-1][0][0]
    predicted = units @ new + layers(model)[-1][1][0]
    np.testing.assert_allclose(model.predict(archs), predicted, rtol=1e-5)
    # At the optimum the loss's gradient in each standardised unit is the ridge times its weight, so
    # the new weights are those of the source times a factor, and these gradients over the ridge.
    pull = influence((values - predicted) / np.sqrt(values)) / np.sqrt(values)
    deviations = units.std(axis=0)
    alive = deviations > 1e-6 * deviations.max()
    columns = np.column_stack([old, units.T @ pull])[alive]
    columns[:, 1] /= deviations[alive] ** 2
    shares = np.linalg.lstsq(columns, new[alive], rcond=None)[0]
    assert shares[1] > 0
    np.testing.assert_allclose(columns @ shares, new[alive], atol=2e-3 * np.abs(new).max())
    assert abs(pull.sum()) < 1e-3 * np.abs(pull).sum()


def test_legacy_is_the_tutorials_training_by_torch() -> None:
    archs = rows(40)
    values = target_ms(archs)
    kwargs = {"legacy_epochs": 12, "legacy_learning_rate": 1e-3, "batch_size": 40, "seed": 4}
    model = tuned("legacy", archs, values, **kwargs)
    units = torch.tensor(hidden(mlp_source(), archs, relu=False), dtype=torch.float32)
    weight, bias = _core.neural.legacy_start(units.shape[1], 4)
    last = torch.nn.Linear(units.shape[1], 1)
    with torch.no_grad():
        last.weight.copy_(torch.tensor(np.asarray(weight)).reshape(1, -1))
        last.bias.fill_(bias)
    optimizer = torch.optim.SGD(last.parameters(), lr=1e-3, weight_decay=1e-3, momentum=0.9)
    for _ in range(12):
        optimizer.zero_grad()
        error = last(units).squeeze(1) - torch.tensor(values, dtype=torch.float32)
        torch.sqrt((error**2).mean() + 1e-6).backward()
        optimizer.step()
    new_weight, new_bias = layers(model)[-1]
    np.testing.assert_allclose(new_weight, last.weight.detach(), rtol=2e-4, atol=2e-5)
    np.testing.assert_allclose(new_bias, last.bias.detach(), rtol=2e-4)
    # It learnt without the last ReLU and predicts with it.
    with_relu = np.maximum(units.numpy(), 0) @ new_weight[0] + new_bias[0]
    np.testing.assert_allclose(model.predict(archs), with_relu, rtol=1e-4)


def test_network_improves_on_its_start_and_moves_all_layers() -> None:
    archs, fresh = rows(1200), rows(400, seed=9)
    values, truth = target_ms(archs), target_ms(fresh, noise=0)
    # Slow and from many rows: any seed and any rounding then ends at 0.36 to 0.40.
    kwargs = {"epochs": 40, "learning_rate": 5e-4}
    model = tuned("network", archs, values, **kwargs)
    start = tuned("affine", archs, values)
    errors = [np.abs(m.predict(fresh) - truth).mean() for m in (model, start)]
    assert errors[0] < 0.5 * errors[1]
    for (weight, _), (old, _) in zip(layers(model), layers(mlp_source()), strict=True):
        assert np.abs(weight - old).max() > 1e-3
    again = tuned("network", archs, values, **kwargs)
    np.testing.assert_array_equal(again.predict(fresh), model.predict(fresh))
    other = tuned("network", archs, values, **kwargs, seed=1)
    assert np.abs(other.predict(fresh) - model.predict(fresh)).max() > 0


def test_network_without_a_better_epoch_stays_at_its_start() -> None:
    archs = rows(60)
    values = 5 + 2 * mlp_source().predict(in_source(archs))
    model = tuned("network", archs, values, epochs=5, learning_rate=0.3)
    np.testing.assert_allclose(model.predict(archs), values, rtol=1e-4)


@pytest.mark.parametrize("method", ["affine", "feature", "gaussian-process", "last-layer"])
@settings(max_examples=8)
@given(count=st.integers(5, 40), seed=st.integers(0, 50), factor=st.floats(0.05, 50))
def test_unit_of_the_target_does_not_matter(method, count, seed, factor) -> None:
    archs, fresh = rows(count, seed=seed + 10), rows(30, seed=8)
    values = target_ms(archs, seed=seed)
    model, scaled = tuned(method, archs, values), tuned(method, archs, factor * values)
    # Float32 layers of a perceptron, and iterations that end within a tolerance.
    np.testing.assert_allclose(scaled.predict(fresh), factor * model.predict(fresh), rtol=5e-3)


@pytest.mark.parametrize("method", ["affine", "feature", "last-layer"])
@settings(max_examples=8)
@given(seed=st.integers(0, 50))
def test_order_of_rows_does_not_matter(method, seed) -> None:
    archs, fresh = rows(30), rows(30, seed=8)
    values = target_ms(archs)
    order = np.random.default_rng(seed).permutation(30)
    model, mixed = tuned(method, archs, values), tuned(method, archs[order], values[order])
    np.testing.assert_allclose(mixed.predict(fresh), model.predict(fresh), rtol=2e-4)


@pytest.mark.parametrize("method", ["affine", "feature", "gaussian-process", "last-layer"])
def test_rows_of_one_network_say_nothing_of_others(method: str) -> None:
    """No slope comes out of rounding: of one network, values stay within those of the source."""
    archs = rows(1)[[0] * 8]
    with pytest.raises(lp.DataError, match="1 different rows"):
        tuned(method, archs, np.full(8, 5.0))  # equal rows count once
    model = tuned(method, archs, 5.0 * (1 + 1e-12 * np.arange(8)))
    np.testing.assert_allclose(model.predict(archs), 5.0, rtol=1e-5)
    fresh = rows(60, seed=9)
    shape = mlp_source().predict(in_source(fresh)) / mlp_source().predict(in_source(archs))[0]
    predicted = model.predict(fresh)
    assert (predicted >= 5 * min(shape.min(), 1) * 0.99).all()
    assert (predicted <= 5 * max(shape.max(), 1) * 1.01).all()


@pytest.mark.parametrize("method", ["affine", "feature", "gaussian-process"])
@settings(max_examples=10)
@given(seed=st.integers(0, 100), count=st.integers(5, 30))
def test_a_source_without_differences_does_no_harm(method, seed, count) -> None:
    archs, fresh = rows(count, seed=seed), rows(40, seed=200)
    everything = in_source(rows(60, seed=201))
    constant = lp.AdditivePredictor().fit(everything, np.full(60, 7.0))
    values = target_ms(archs)
    predicted = tuned(method, archs, values, constant).predict(fresh)
    assert (predicted > 0.2 * values.min()).all()
    assert (predicted < 5 * values.max()).all()
