"""The training loop: optimiser steps as PyTorch's, order, early stopping, checkpoints, errors."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from latpred import ConfigError, CorruptionError, DataError, TrainingError, _core

training = _core.training
RNG = np.random.default_rng(0)
X = RNG.normal(size=(40, 5)).astype(np.float32)
Y = (X @ np.array([1, -2, 0.5, 0, 3]) + 0.1 * RNG.normal(size=40)).astype(np.float32)


def made(rows=40, optimizer="adamw", schedule="constant", values=None, **loop):
    settings = {"learning_rate": 0.05, "weight_decay": 0.1}
    if isinstance(optimizer, dict):
        optimizer = dict(optimizer)
        settings |= optimizer
        optimizer = settings.pop("name")
    return training.VectorTraining(
        np.zeros(5, np.float32) + 0.5 if values is None else values,
        rows,
        optimizer=training.OptimizerSettings(optimizer, **settings),
        schedule=training.ScheduleSettings(schedule),
        loop=training.LoopSettings(**{"epochs": 8, "batch_size": 16, **loop}),
    )


def least_squares(values, rows):
    error = X[rows] @ values - Y[rows]
    return float(np.mean(error**2)), (2 / len(rows) * error @ X[rows]).astype(np.float32)


def predict(values):
    return (X @ values).astype(float)


def run(loop, epochs=None, step=least_squares):
    count = 0
    while (epochs is None or count < epochs) and loop.run_epoch(step, Y, predict):
        count += 1
    return loop


OPTIMIZERS = {
    "sgd": (
        {"name": "sgd", "momentum": 0.0},
        lambda p: torch.optim.SGD(p, lr=0.05, weight_decay=0.1),
    ),
    "momentum": (
        {"name": "sgd", "momentum": 0.9},
        lambda p: torch.optim.SGD(p, lr=0.05, weight_decay=0.1, momentum=0.9),
    ),
    "nesterov": (
        {"name": "sgd", "momentum": 0.9, "nesterov": True},
        lambda p: torch.optim.SGD(p, lr=0.05, weight_decay=0.1, momentum=0.9, nesterov=True),
    ),
    "adam": (
        {"name": "adam", "beta2": 0.99},
        lambda p: torch.optim.Adam(p, lr=0.05, weight_decay=0.1, betas=(0.9, 0.99)),
    ),
    "adamw": (
        {"name": "adamw"},
        lambda p: torch.optim.AdamW(p, lr=0.05, weight_decay=0.1),
    ),
}


@pytest.mark.parametrize("name", OPTIMIZERS)
@pytest.mark.parametrize("clip", [0.0, 0.7])
def test_steps_equal_pytorch(name, clip):
    settings, make = OPTIMIZERS[name]
    value = torch.full((5,), 0.5, requires_grad=True)
    optimizer = make([value])

    def step(values, rows):
        np.testing.assert_allclose(values, value.detach(), rtol=2e-5, atol=2e-6)
        loss, gradient = least_squares(values, rows)
        value.grad = torch.from_numpy(gradient.copy())
        if clip:
            torch.nn.utils.clip_grad_norm_([value], clip)
        optimizer.step()
        return loss, gradient

    loop = run(made(optimizer=settings, clip_norm=clip), step=step)
    np.testing.assert_allclose(loop.values, value.detach(), rtol=2e-5, atol=2e-6)


def test_every_row_once_an_epoch_in_an_order_of_its_own():
    seen = []

    def step(values, rows):
        seen.append(rows.copy())
        return least_squares(values, rows)

    loop = made()
    run(loop, 2, step)
    assert [len(rows) for rows in seen] == [16, 16, 8] * 2
    first, second = np.concatenate(seen[:3]), np.concatenate(seen[3:])
    assert sorted(first) == sorted(second) == list(range(40))
    assert (first != second).any()
    assert (first != np.arange(40)).any()


def test_minibatches_of_groups_stay_and_change_places():
    groups = [row % 3 for row in range(40)]
    seen = []

    def step(values, rows):
        seen.append(tuple(rows))
        return least_squares(values, rows)

    loop = made(groups=groups, batch_size=6)
    run(loop, 2, step)
    half = len(seen) // 2
    assert half == 9  # of 14, 13 and 13 rows
    assert sorted(row for rows in seen[:half] for row in rows) == list(range(40))
    assert all(len({groups[row] for row in rows}) == 1 for rows in seen)
    assert sorted(seen[:half]) == sorted(seen[half:])
    assert seen[:half] != seen[half:]
    again = made(groups=groups, batch_size=6)
    run(again, 1)
    again.restore(loop.checkpoint())
    np.testing.assert_array_equal(again.values, loop.values)
    with pytest.raises(ConfigError):
        made(groups=groups[::-1], batch_size=6).restore(loop.checkpoint())
    with pytest.raises(ConfigError):
        made(groups=groups[:-1])


def test_the_relative_error_can_judge_epochs():
    loop = made(criterion="mape", epochs=5)
    truth, jumps = np.array([1.0, 2.0, 4.0]), iter([0.2, 0.1, 0.4, 0.05, 0.3])
    while loop.run_epoch(least_squares, truth, lambda _: truth * (1 + next(jumps))):
        pass
    assert loop.history["validation_mape"] == pytest.approx([20, 10, 40, 5, 30])
    assert loop.best_epoch == 3
    restored = made(criterion="mape", epochs=5)
    restored.restore(loop.checkpoint())
    np.testing.assert_array_equal(
        restored.history["validation_mape"], loop.history["validation_mape"]
    )


def test_history_is_of_the_whole_validation_set():
    loop = run(made())
    history = loop.history
    assert len(history["train_loss"]) == 8
    error = predict(loop.values) - Y
    assert history["validation_mae"][-1] == pytest.approx(np.abs(error).mean(), rel=1e-6)
    assert history["validation_rmse"][-1] == pytest.approx(np.sqrt(np.mean(error**2)), rel=1e-6)
    assert history["train_loss"][-1] < history["train_loss"][0]


def jumping(errors):
    """Predictions whose mean absolute error is errors[epoch]."""
    left = list(errors)
    return lambda _: Y.astype(float) + left.pop(0)


def test_patience_stops_and_the_best_state_comes_back():
    loop = made(patience=2, epochs=50)
    errors, states = [3, 2, 1, 4, 5, 0.1], []
    wanted = jumping(errors)
    while loop.run_epoch(least_squares, Y, wanted):
        states.append(loop.values)
    assert len(loop.history["train_loss"]) == 5
    assert loop.best_epoch == 2
    assert loop.stopped_early
    assert (loop.values != states[2]).any()
    loop.finish()
    np.testing.assert_array_equal(loop.values, states[2])


def test_last_state_stays_where_wanted():
    loop = made(keep_best=False, epochs=3)
    wanted = jumping([1, 2, 3])
    while loop.run_epoch(least_squares, Y, wanted):
        pass
    last = loop.values
    loop.finish()
    np.testing.assert_array_equal(loop.values, last)


def test_rank_criterion_prefers_order():
    loop = made(criterion="spearman", epochs=2)
    outputs = [-Y.astype(float), 100 * Y.astype(float)]
    while loop.run_epoch(least_squares, Y, lambda _: outputs.pop(0)):
        pass
    assert loop.best_epoch == 1
    assert loop.history["validation_mae"][1] > loop.history["validation_mae"][0]


@pytest.mark.parametrize("optimizer", ["sgd", "adam", "adamw"])
def test_checkpoint_goes_on_to_the_bit(optimizer):
    whole = run(made(optimizer=optimizer))
    half = run(made(optimizer=optimizer), 3)
    other = made(optimizer=optimizer, values=np.ones(5, np.float32))
    other.restore(half.checkpoint())
    run(other)
    np.testing.assert_array_equal(other.values, whole.values)
    for name, values in whole.history.items():
        np.testing.assert_array_equal(other.history[name], values)
    assert other.checkpoint() == whole.checkpoint()


def test_damaged_or_foreign_checkpoints_are_told():
    state = run(made(), 2).checkpoint()
    for place in (0, 40, len(state) // 2, len(state) - 1):
        broken = bytearray(state)
        broken[place] ^= 0x10
        with pytest.raises(CorruptionError):
            made().restore(bytes(broken))
    for cut in (0, 7, len(state) // 2, len(state) - 4):
        with pytest.raises(CorruptionError):
            made().restore(state[:cut])
    with pytest.raises(ConfigError, match="another training"):
        made(batch_size=8).restore(state)


def test_interrupted_epoch_is_undone():
    loop, calls = made(), []
    run(loop, 2)
    before = loop.checkpoint()

    def step(values, rows):
        calls.append(rows)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return least_squares(values, rows)

    with pytest.raises(KeyboardInterrupt):
        loop.run_epoch(step, Y, predict)
    assert loop.checkpoint() == before
    np.testing.assert_array_equal(run(loop).values, run(made()).values)


def test_divergence_names_epoch_and_remedy():
    loop = made(optimizer={"name": "sgd", "learning_rate": 1e4}, epochs=99)
    with (
        np.errstate(over="ignore", invalid="ignore"),
        pytest.raises(TrainingError, match=r"not finite in epoch \d+ .*smaller learning rate"),
    ):
        run(loop)
    assert np.isfinite(loop.values).all()
    with pytest.raises(TrainingError, match="a prediction is not finite in epoch 1"):
        made().run_epoch(least_squares, Y, lambda _: np.full(40, np.nan))


@pytest.mark.parametrize(
    ("make", "error", "told"),
    [
        (lambda: made(epochs=0), ConfigError, "0 epochs"),
        (lambda: made(batch_size=0), ConfigError, "minibatches of 0"),
        (lambda: made(clip_norm=-1), ConfigError, "clip_norm -1"),
        (lambda: made(criterion="mse"), ConfigError, "known: mae, mape, rmse"),
        (lambda: made(rows=0), DataError, "no rows"),
        (lambda: made(optimizer="lion"), ConfigError, "known: adam, adamw, sgd"),
        (lambda: made(optimizer={"name": "sgd", "learning_rate": 0}), ConfigError, "rate 0"),
        (lambda: made(optimizer={"name": "sgd", "momentum": 1}), ConfigError, "momentum 1"),
    ],
)
def test_wrong_settings_are_told(make, error, told):
    with pytest.raises(error, match=told):
        make()
