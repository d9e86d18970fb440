"""Device-generic models of odd worlds: few rows, latencies and numbers of any size."""

from __future__ import annotations

from typing import Any

import latpred as lp
import numpy as np

from tests.fuzz import mutations, transfers
from tests.fuzz.mutations import Rng

dg = lp.device_generic


def _described(rng: Rng, share: float) -> Any:
    return dg.DeviceDescription(*10.0 ** rng.uniform(-4, 4, 4)) if rng.random() < share else None


def devices(rng: Rng) -> Any:
    """One to four devices, some described; another one, and rows of it."""
    space = transfers.SPACES[int(rng.integers(0, len(transfers.SPACES)))]
    given = [
        (transfers._rows(rng, space, 40), _described(rng, 0.8))
        for _ in range(int(rng.integers(1, 5)))
    ]
    return given, transfers._rows(rng, space, 25), _described(rng, 0.7)


def check(given: Any) -> bool:
    """Models with finite predictions inside their intervals, or a short reason"""
    known, (archs, latency_ms), new = given
    fresh = archs.space.sample(20, seed=99)
    try:
        tables = {str(i): lp.LatencyTable(*rows) for i, (rows, _) in enumerate(known)}
        described = {str(i): one for i, (_, one) in enumerate(known) if one is not None}
        learnt = dg.DeviceGenericPredictor().fit(tables, described)
        models = [learnt.adapt(new, archs, latency_ms)]
        if new is not None:
            models.append(learnt.for_device(new))
    except lp.LatpredError as error:
        mutations.bounded(error)
        return False
    assert len(set(learnt.choose(fresh, 3).tolist())) == 3
    for model in models:
        values = model.predict(fresh)
        low, high = model.predict_interval(fresh)
        assert (values > 0).all()
        assert np.isfinite(high).all()
        assert ((low <= values) & (values <= high)).all()
    return True
