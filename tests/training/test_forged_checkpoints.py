"""Checkpoints with the right checksum and wrong numbers: refused before anything is taken over."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from latpred import CorruptionError, _core

from tests.fuzz.model_files import pack, unpack
from tests.training.test_loop import made, run


def forged(content: bytes, **changed: Any) -> bytes:
    notes, tensors = unpack(content)
    tensors |= changed
    text = b"".join(n.encode() + tensors[n].tobytes() for n in sorted(tensors))
    text += b"".join(k.encode() + notes[k].encode() for k in sorted(notes) if k != "checksum")
    return pack({**notes, "checksum": str(_core.base.hash64(text))}, tensors)


@pytest.mark.parametrize(
    "counters",
    [
        [np.nan, 1, 1],
        [1e300, 1, 1],
        [-1, 1, 1],
        [6.5, 1, 1],
        [2**64, 1, 1],
        [7, 1, 1],  # of no whole number of epochs
        [6, 2, 1],  # the best of two epochs is 0 or 1
        [6, np.inf, 1],
        [6, 1, 2],
        [6, 1],
    ],
)
def test_counters_fit_the_history(counters: list[float]) -> None:
    state = run(made(), 2).checkpoint()
    steps = unpack(state)[1]["counters"][0]
    fitting = [steps if c == 6 else c for c in counters]
    made().restore(forged(state))
    with pytest.raises(CorruptionError):
        made().restore(forged(state, counters=np.array(fitting, "<f8")))


@pytest.mark.parametrize("value", [np.nan, np.inf])
@pytest.mark.parametrize("name", ["parameters", "best"])
def test_weights_are_finite(name: str, value: float) -> None:
    state = run(made(), 2).checkpoint()
    weights = unpack(state)[1][name].copy()
    weights[0] = value
    loop = made()
    before = loop.values
    with pytest.raises(CorruptionError):
        loop.restore(forged(state, **{name: weights}))
    np.testing.assert_array_equal(loop.values, before)


def test_more_epochs_than_there_are() -> None:
    state = run(made(), 2).checkpoint()
    history = unpack(state)[1]["history"]
    with pytest.raises(CorruptionError):
        made().restore(forged(state, history=np.tile(history, 1000)))
