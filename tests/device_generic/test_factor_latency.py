"""A model of architecture factors on a described device: values, files, search, bad input."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import latpred as lp
import numpy as np
import pytest
from latpred.device_generic import DeviceDescription, FactorLatencyPredictor

SPACE = lp.space("fbnetv3")
ARCHS = SPACE.sample(60, seed=0)
PHONE = DeviceDescription(2.2, 10, 4, 34.1, name="phone")
COSTS = np.asarray(SPACE.count(ARCHS)["macs"], float) / 1e5


def factors() -> lp.Predictor:
    return lp.AdditivePredictor().fit(ARCHS, COSTS)


def test_it_is_the_formula() -> None:
    model = FactorLatencyPredictor(factors(), PHONE, overhead_ms=15)
    k = (1 / 10 + 1 / (4**0.5 * 34.1)) / 2.2
    np.testing.assert_allclose(model.predict(ARCHS), 15 + k * factors().predict(ARCHS), rtol=1e-14)
    assert (model.device_name, model.unit) == ("phone", "ms")
    plain = FactorLatencyPredictor(factors(), PHONE).predict(ARCHS)
    np.testing.assert_allclose(
        plain, lp.device_generic.latency_ms(factors().predict(ARCHS), PHONE), rtol=1e-14
    )


def test_its_file_keeps_factors_and_device(tmp_path: Path) -> None:
    model = FactorLatencyPredictor(factors(), PHONE, overhead_ms=1.5)
    model.save(tmp_path / "phone.latpred")
    loaded = lp.load_predictor(tmp_path / "phone.latpred")
    assert isinstance(loaded, FactorLatencyPredictor)
    np.testing.assert_array_equal(loaded.predict(ARCHS), model.predict(ARCHS))
    assert (loaded.device, loaded.overhead_ms) == (PHONE, 1.5)
    assert type(loaded.factors) is lp.AdditivePredictor


def test_a_search_keeps_a_limit_on_the_device() -> None:
    model = FactorLatencyPredictor(factors(), PHONE)
    limit = float(np.median(model.predict(ARCHS)))
    found = lp.search(
        SPACE,
        objective="params",
        maximise=True,
        latency=model,
        limit_ms=limit,
        population=20,
        generations=10,
        progress=False,
    )
    assert found.latency_ms <= limit
    with pytest.raises(lp.InfeasibleError):
        lp.search(
            SPACE,
            objective="params",
            latency=model,
            limit_ms=1e-6,
            population=20,
            generations=3,
            progress=False,
        )


@pytest.mark.parametrize("overhead", [-1.0, float("nan"), float("inf"), "much", None])
def test_an_overhead_that_is_none(overhead: Any) -> None:
    with pytest.raises(lp.ConfigError, match="overhead_ms"):
        FactorLatencyPredictor(factors(), PHONE, overhead)


def test_parts_that_are_none() -> None:
    with pytest.raises(lp.ConfigError, match="factors is 3, a Predictor expected"):
        FactorLatencyPredictor(3, PHONE)  # type: ignore[arg-type]
    with pytest.raises(lp.ConfigError, match="DeviceDescription"):
        FactorLatencyPredictor(factors(), "phone")  # type: ignore[arg-type]
    with pytest.raises(lp.NotFittedError):
        FactorLatencyPredictor(lp.AdditivePredictor(), PHONE)
