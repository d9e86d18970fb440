"""A measuring search looks once more before it stops: the model may not suit the device."""

from __future__ import annotations

from typing import Any

import latpred as lp
import numpy as np
import pytest

from tests.searching.test_measuring_search import LIMIT, PARAMS, params_of, search, volume
from tests.searching.test_verify import ALL, SPACE, truth


def pairs(archs: lp.Architectures) -> np.ndarray:
    """A device on which large kernels in a row are dear, and one of them is nearly free."""
    hot = np.asarray(SPACE.encode(archs, "one-hot"), dtype=float)
    weights = np.sin(1.7 * np.arange(hot.shape[1]))
    together = (hot @ weights) * (hot @ weights[::-1])
    return truth(archs) * np.exp(0.25 * np.tanh(together))


def cliff(archs: lp.Architectures) -> np.ndarray:
    """A device with a cache: beyond its size everything takes half as long again."""
    large = SPACE.count(archs)["params"] > np.median(PARAMS)
    return truth(archs) * np.where(large, 1.5, 1.0)


def odd(archs: lp.Architectures) -> np.ndarray:
    """A device with a fast way for a few networks, by what no sum of choices knows."""
    fast = SPACE.count(archs)["macs"] % 7 == 0
    return truth(archs) * np.where(fast, 0.6, 1.0)


def large(archs: lp.Architectures) -> np.ndarray:
    """A device with a fast way for the largest networks: what a sum over operators cannot know."""
    fast = SPACE.count(archs)["params"] > np.quantile(PARAMS, 0.93)
    return truth(archs) * np.where(fast, 0.6, 1.0)


def test_a_part_of_the_front_that_the_model_knows_nothing_of() -> None:
    """Without the last look it ends after 135 measurements with .982 of the volume."""
    ms = large(ALL)
    found = search(large, latency=lp.FlopsPredictor(), measurements=len(ALL) // 4, batch=8)
    reference = {"objective": float(PARAMS.min()), "latency": float(ms.max())}
    own = volume(params_of(found.front.archs), large(found.front.archs), reference)
    assert own >= 0.99 * volume(PARAMS, ms, reference)


@pytest.mark.parametrize("device", [pairs, cliff, odd])
@pytest.mark.parametrize("model", [lp.AdditivePredictor, lp.FlopsPredictor])
def test_a_model_that_does_not_suit_the_device(device: Any, model: Any) -> None:
    ms = device(ALL)
    most = len(ALL) // 4
    found = search(device, latency=model(), measurements=most)
    assert found.measurements <= most
    reference = {"objective": float(PARAMS.min()), "latency": float(ms.max())}
    own = volume(params_of(found.front.archs), device(found.front.archs), reference)
    assert own >= 0.99 * volume(PARAMS, ms, reference)


def test_intervals_are_confirmed_before_the_end() -> None:
    """The last batch is of networks that nothing asked for, and what it says is as predicted."""
    batches: list[lp.Architectures] = []

    def meter(archs: lp.Architectures) -> np.ndarray:
        batches.append(archs)
        return truth(archs)

    found = search(meter, measurements=len(ALL), batch=12)
    assert found.stopped.startswith("nothing is left")
    assert found.undecided == 0
    last = batches[-1]
    assert len(last) == 12
    before = np.concatenate([batch.hashes for batch in batches[:-1]])
    assert not np.isin(last.hashes, before).any()
    rank = np.searchsorted(np.sort(PARAMS), params_of(last))
    assert np.ptp(rank) > len(ALL) / 2  # all along the front


@pytest.mark.parametrize("measurements", [22, 40, 41, 60])
@pytest.mark.parametrize("limit_ms", [None, LIMIT])
def test_confirmation_keeps_to_the_budget(measurements: int, limit_ms: float | None) -> None:
    found = search(truth, measurements=measurements, limit_ms=limit_ms, batch=8)
    assert found.measurements <= measurements
    assert found.history["measurements"][-1] == found.measurements
    now = [0.0]

    def timed(archs: lp.Architectures) -> np.ndarray:
        now[0] += len(archs)
        return truth(archs)

    found = search(timed, measurements=None, minutes=measurements / 60, clock=lambda: now[0])
    assert now[0] <= measurements


def test_a_surprise_makes_it_go_on() -> None:
    """All networks of the confirming batch are far faster than the model says."""
    calm = search(truth, measurements=len(ALL), batch=10)
    asked: list[int] = []

    def meter(archs: lp.Architectures) -> np.ndarray:
        first = len(asked) + len(archs) < calm.measurements
        asked.extend(archs.hashes.tolist())
        return truth(archs) * (1.0 if first else 0.5)

    found = search(meter, measurements=len(ALL) // 2, batch=10)
    assert found.measurements > calm.measurements
