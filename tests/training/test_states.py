"""Stored states of a training: forged ones are told, whatever number stands in them."""

from __future__ import annotations

import json
import struct

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from latpred import ConfigError, CorruptionError, _core

training = _core.training
VALUES = np.linspace(-1, 1, 5, dtype=np.float32)
TRUTH = VALUES.astype(float)


def made(optimizer="adamw", **loop):
    return training.VectorTraining(
        VALUES,
        40,
        optimizer=training.OptimizerSettings(optimizer, learning_rate=0.05),
        schedule=training.ScheduleSettings("constant"),
        loop=training.LoopSettings(**{"epochs": 8, "batch_size": 16, **loop}),
    )


def slope(values, rows):  # noqa: ARG001
    return float(np.square(values).mean()), values


def run(loop, epochs, truth=TRUTH):
    for _ in range(epochs):
        loop.run_epoch(slope, truth, lambda values: values.astype(float))
    return loop


def parts(state):
    size = struct.unpack("<Q", state[:8])[0]
    return json.loads(state[8 : 8 + size]), bytearray(state[8 + size :])


def forged(state, changes, metadata=None):
    """The state with other numbers and texts, and a checksum that fits."""
    header, data = parts(state)
    for (name, place), value in changes.items():
        begin = header[name]["data_offsets"][0] + 8 * place
        data[begin : begin + 8] = struct.pack("<d", value)
    texts = header["__metadata__"] | (metadata or {})
    del texts["checksum"]
    content = b"".join(
        name.encode() + bytes(data[slice(*header[name]["data_offsets"])])
        for name in sorted(header)
        if name != "__metadata__"
    )
    content += b"".join((key + texts[key]).encode() for key in sorted(texts))
    texts["checksum"] = str(_core.base.hash64(content))
    header["__metadata__"] = texts
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    return struct.pack("<Q", len(text)) + text + bytes(data)


def test_the_forger_is_able():
    loop = run(made(), 3)
    other = made()
    other.restore(forged(loop.checkpoint(), {}))
    assert other.checkpoint() == loop.checkpoint()


NUMBERS = st.one_of(
    st.floats(width=64),
    st.sampled_from([-1.0, 0.5, 3.0, 9.0, 24.0, 2.0**53, 2.0**63, 2.0**64, 1e300, 5e-324]),
)


@settings(max_examples=80, deadline=None)
@given(place=st.integers(0, 2), value=NUMBERS)
def test_counters_that_no_training_has_are_told(place, value):
    right = {0: (9.0,), 1: (0.0, 1.0, 2.0), 2: (0.0, 1.0)}[place]
    state = forged(run(made(), 3).checkpoint(), {("counters", place): value})
    if value in right:
        made().restore(state)
        return
    before = made()
    fresh = before.checkpoint()
    with pytest.raises(CorruptionError):
        before.restore(state)
    assert before.checkpoint() == fresh


def test_a_best_epoch_needs_a_validation():
    state = run(made(), 3).checkpoint()
    made().restore(forged(state, {("counters", 1): 0.0, ("counters", 2): 0.0}))
    with pytest.raises(CorruptionError, match="the best of which is 2"):
        made().restore(forged(state, {("counters", 1): 2.0, ("counters", 2): 0.0}))


def test_texts_of_states_are_cut_in_messages():
    state = run(made(), 1).checkpoint()
    with pytest.raises(ConfigError, match="another training") as told:
        made().restore(forged(state, {}, {"fingerprint": "x" * 100_000}))
    assert len(str(told.value)) < 400


@pytest.mark.parametrize("optimizer", ["adam", "adamw", "sgd"])
def test_fading_moments_become_zero(optimizer):
    """Gradients of 1e-20, then none: what remains of them is 0, not denormal."""
    loop = training.VectorTraining(
        np.ones(64, np.float32),
        16,
        optimizer=training.OptimizerSettings(optimizer, learning_rate=1e-3, beta2=0.5),
        schedule=training.ScheduleSettings("constant"),
        loop=training.LoopSettings(epochs=2500, batch_size=16),
    )
    slopes = iter([np.full(64, 1e-18, np.float32)])
    nothing = np.zeros(64, np.float32)
    for _ in range(900):
        loop.run_epoch(lambda *_: (1.0, next(slopes, nothing)))
        header, data = parts(loop.checkpoint())
        for name in header:
            if name.startswith("optimizer."):
                kept = np.frombuffer(bytes(data[slice(*header[name]["data_offsets"])]), np.float32)
                assert not ((kept != 0) & (np.abs(kept) < np.finfo(np.float32).tiny)).any()


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"epochs": 2**62}, str(2**62)),
        ({"batch_size": 2**63 - 1}, str(2**63 - 1)),
        ({"patience": 2**40}, str(2**40)),
    ],
)
def test_numbers_beyond_range_are_told(settings, told):
    with pytest.raises(ConfigError, match=told):
        made(**settings)


@pytest.mark.parametrize("name", ["learning_rate", "weight_decay", "epsilon"])
@pytest.mark.parametrize("value", [1e300, 1e-300, float("inf"), float("nan"), -1.0])
def test_rates_beyond_single_precision_are_told(name, value):
    with pytest.raises(ConfigError, match=r"single-precision"):
        training.OptimizerSettings("adamw", **{"learning_rate": 1e-3, name: value})
