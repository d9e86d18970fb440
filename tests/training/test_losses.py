"""Losses and schedules against PyTorch and SciPy-free formulas."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from latpred import ConfigError, DataError, _core

training = _core.training
F = torch.nn.functional


def rank_loss(p, y, margin):
    """PyTorch's margin ranking loss over all pairs with an order."""
    i, j = torch.triu_indices(len(y), len(y), 1)
    kept = y[i] != y[j]
    i, j = i[kept], j[kept]
    return F.margin_ranking_loss(p[i], p[j], torch.sign(y[i] - y[j]), margin=margin)


ORACLES = {
    "mse": F.mse_loss,
    "rmse": lambda p, y: torch.sqrt(F.mse_loss(p, y) + 1e-6),
    "mae": F.l1_loss,
    "smooth-l1": lambda p, y: F.smooth_l1_loss(p, y, beta=0.3),
    "relative": lambda p, y: ((p - y).abs() / y.abs()).mean(),
    "pairwise-rank": lambda p, y: rank_loss(p, y, 0.25),
}


def test_every_loss_has_an_oracle():
    assert sorted(ORACLES) == training.loss_names()


@pytest.mark.parametrize("name", ORACLES)
@pytest.mark.parametrize("rows", [2, 32])
def test_loss_and_gradient_equal_autograd(name, rows):
    generator = torch.Generator().manual_seed(rows)
    target = torch.randn(rows, generator=generator)
    target[-1] = target[0]  # a pair without an order
    if rows == 2:
        target[-1] += 1
    predicted = (target + torch.randn(rows, generator=generator)).requires_grad_()
    expected = ORACLES[name](predicted, target)
    expected.backward()
    settings = training.LossSettings(name, beta=0.3, margin=0.25)
    loss, gradient = training.loss_and_gradient(settings, predicted.detach(), target)
    assert loss == pytest.approx(expected.item(), rel=1e-5)
    np.testing.assert_allclose(gradient, predicted.grad, rtol=1e-4, atol=1e-7)


def test_no_ordered_pair_costs_nothing():
    settings = training.LossSettings("pairwise-rank")
    loss, gradient = training.loss_and_gradient(settings, [1.0, 2.0], [3.0, 3.0])
    assert loss == 0
    assert not gradient.any()


def test_smooth_l1_without_a_corner_is_mae():
    p, y = np.array([1.0, -2.0, 3.0]), np.array([1.5, 2.0, 3.0])
    corner = training.loss_and_gradient(training.LossSettings("smooth-l1", beta=0), p, y)
    plain = training.loss_and_gradient(training.LossSettings("mae"), p, y)
    assert corner[0] == plain[0]
    np.testing.assert_array_equal(corner[1], plain[1])


@pytest.mark.parametrize(
    ("make", "error", "told"),
    [
        (lambda: training.LossSettings("huber"), ConfigError, "known: mae, mse"),
        (lambda: training.LossSettings("mae", beta=-1), ConfigError, "beta -1"),
        (lambda: training.ScheduleSettings("cosinus"), ConfigError, "known: constant, cosine"),
        (lambda: training.ScheduleSettings("cosine", warmup=1.5), ConfigError, "warmup 1.5"),
    ],
)
def test_wrong_settings_are_told(make, error, told):
    with pytest.raises(error, match=told):
        make()


def test_wrong_batches_are_told():
    with pytest.raises(ConfigError, match="2 predictions, 3 targets"):
        training.loss_and_gradient(training.LossSettings("mae"), [1, 2], [1, 2, 3])
    with pytest.raises(DataError, match=r"row 1 .* target 0"):
        training.loss_and_gradient(training.LossSettings("relative"), [1, 2], [1, 0])


STEPS = 100


def factors(name, **settings):
    made = training.ScheduleSettings(name, **settings)
    return np.array([training.schedule_factor(made, step, STEPS) for step in range(STEPS)])


def pytorch_factors(make):
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=1.0)
    schedule = make(optimizer)
    found = []
    for _ in range(STEPS):
        found.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        schedule.step()
    return np.array(found)


def test_cosine_equals_pytorch():
    make = torch.optim.lr_scheduler.CosineAnnealingLR
    expected = pytorch_factors(lambda o: make(o, T_max=STEPS, eta_min=0.1))
    np.testing.assert_allclose(factors("cosine", floor=0.1), expected, atol=1e-9)


def test_step_equals_pytorch():
    make = torch.optim.lr_scheduler.StepLR
    expected = pytorch_factors(lambda o: make(o, step_size=30, gamma=0.1))
    np.testing.assert_allclose(factors("step", step_share=0.3, step_factor=0.1), expected)


def test_linear_equals_pytorch():
    make = torch.optim.lr_scheduler.LinearLR
    expected = pytorch_factors(lambda o: make(o, start_factor=1, end_factor=0.2, total_iters=STEPS))
    np.testing.assert_allclose(factors("linear", floor=0.2), expected, atol=1e-9)


def test_one_cycle_rises_and_falls():
    cycle = factors("one-cycle", peak_share=0.3)
    assert cycle[0] == pytest.approx(1 / 25)
    assert np.argmax(cycle) == 30
    assert cycle[30] == pytest.approx(1)
    assert (np.diff(cycle[:31]) > 0).all()
    assert (np.diff(cycle[30:]) < 0).all()
    assert cycle[-1] < 0.01


@given(
    name=st.sampled_from(["constant", "cosine", "linear", "step", "one-cycle"]),
    warmup=st.floats(0, 1),
    floor=st.floats(0, 1),
    steps=st.integers(1, 50),
)
def test_factors_stay_between_0_and_1(name, warmup, floor, steps):
    settings = training.ScheduleSettings(name, warmup=warmup, floor=floor)
    found = [training.schedule_factor(settings, step, steps) for step in range(steps)]
    assert all(-1e-12 <= factor <= 1 + 1e-12 for factor in found)


def test_warmup_is_linear():
    rise = factors("constant", warmup=0.1)
    np.testing.assert_allclose(rise[:10], np.arange(1, 11) / 10)
    assert (rise[10:] == 1).all()
