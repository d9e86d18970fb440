"""Transfers from and to odd devices: few rows, latencies of any size, networks of any number."""

from __future__ import annotations

from typing import Any

import latpred as lp
import numpy as np

from tests.fuzz import mutations
from tests.fuzz.mutations import Rng

SPACES = [lp.space("nas-bench-201"), lp.space("fbnet"), lp.space("ofa-mobilenetv3")]


def _latencies(rng: Rng, count: int) -> np.ndarray:
    """Of a usual device, equal, in whole steps, or of any size."""
    kind = rng.integers(0, 4)
    if kind == 0:
        return rng.lognormal(1, 0.4, count)
    if kind == 1:
        return np.full(count, 10.0 ** rng.integers(-30, 31))
    if kind == 2:
        return rng.integers(1, 4, count).astype(float)
    low, high = sorted(rng.uniform(-31, 31, 2).tolist())
    return np.asarray(10.0 ** rng.uniform(low, high, count))


def _rows(rng: Rng, space: lp.Space, most: int) -> tuple[Any, np.ndarray]:
    count = int(rng.integers(1, most))
    archs = space.sample(count, seed=int(rng.integers(0, 5)))
    return archs[rng.integers(0, count, count)], _latencies(rng, count)


def transfer(rng: Rng) -> Any:
    """Sources, rows of a target and a method; now and then of two spaces."""
    space = SPACES[int(rng.integers(0, len(SPACES)))]
    other = SPACES[int(rng.integers(0, len(SPACES)))] if rng.random() < 0.05 else space
    sources: list[Any] = [("d", *_rows(rng, space, 40), []) for _ in range(int(rng.integers(0, 4)))]
    return sources, _rows(rng, other, 25), mutations.pick(rng, list(lp.transfer.methods()))


def check_transfer(given: Any) -> bool:
    """A model that predicts finite numbers, or a short reason why there is none."""
    sources, (archs, latency_ms), method = given
    try:
        learnt = lp._core.transfer.FewShotFitter(method).fit(sources)
        model = learnt.adapt(archs, latency_ms)
        rows = learnt.choose(archs, 2)
    except lp.LatpredError as error:
        mutations.bounded(error)
        return False
    assert len(set(rows.tolist())) == 2
    fresh = archs.space.sample(20, seed=99)
    assert np.isfinite(model.evaluate(fresh)).all()
    try:
        low, high = lp._core.predictors.predict_interval(model, fresh, 0.5)
        assert (low <= high).all()
    except lp.LatpredError as error:
        mutations.bounded(error)
    return True
