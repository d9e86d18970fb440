"""One-sided bounds of calibrated models."""

from __future__ import annotations

import math

import latpred as lp
import numpy as np
import pytest

SPACE = lp.space("nas-bench-201")
ARCHS = SPACE.sample(400, seed=0, unique=True)
MACS = np.asarray(SPACE.count(ARCHS)["macs"], dtype=float)
MS = (1 + MACS / MACS.mean()) * np.random.default_rng(0).lognormal(0, 0.1, len(ARCHS))


@pytest.mark.parametrize("confidence", [0.6, 0.8, 0.9, 0.95])
def test_measurements_exceed_a_bound_as_seldom_as_it_says(confidence: float) -> None:
    model = lp.FlopsPredictor().fit(ARCHS[:100], MS[:100]).calibrate(ARCHS[100:200], MS[100:200])
    bound = model.upper_bound(confidence).evaluate(ARCHS[200:])
    assert np.mean(MS[200:] <= bound) == pytest.approx(confidence, abs=0.1)
    both = model.predict_interval(ARCHS[200:], 2 * confidence - 1)
    np.testing.assert_allclose(bound, both[1], rtol=1e-14)


def test_a_model_that_is_not_calibrated_is_on_the_rows_of_its_fit() -> None:
    model = lp.FlopsPredictor().fit(ARCHS[:100], MS[:100])
    even = model.upper_bound(0.5)
    assert model.calibration_rows == 0
    assert np.array_equal(even.evaluate(ARCHS), model.predict(ARCHS))
    assert (model.upper_bound(0.9).evaluate(ARCHS) > model.predict(ARCHS)).all()
    assert model.calibration_rows == 100


@pytest.mark.parametrize("confidence", [0.0, 0.49, 1.0, 2.0, -1.0, math.nan])
def test_confidences_that_are_none(confidence: float) -> None:
    model = lp.FlopsPredictor().fit(ARCHS[:50], MS[:50])
    with pytest.raises(lp.ConfigError, match="upper bound"):
        model.upper_bound(confidence)


def test_models_that_say_nothing() -> None:
    with pytest.raises(lp.NotFittedError):
        lp.FlopsPredictor().upper_bound()
    with pytest.raises(lp.DataError, match="support"):
        lp.FlopsPredictor().fit(ARCHS[:12], MS[:12]).upper_bound(0.99)
    bound = lp.FlopsPredictor().fit(ARCHS[:50], MS[:50]).upper_bound()
    with pytest.raises(lp.SchemaError):
        bound.evaluate(lp.space("fbnet").sample(1, seed=0))
