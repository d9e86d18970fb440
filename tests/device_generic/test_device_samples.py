"""Devices with samples: adaptation, choice of networks, intervals, files."""

from __future__ import annotations

import copy
import pickle
from pathlib import Path
from typing import Any

import latpred as lp
import numpy as np
import pytest

from tests.device_generic.worlds import description, errors, true_factors, world
from tests.predictors.damaged_files import check_damage_is_told

dg = lp.device_generic
CELLS = lp.space("nas-bench-201")
FRESH = CELLS.sample(80, seed=99)
NEW = dg.DeviceDescription(2.5, 4, 2, 20)
TRUTH = true_factors(FRESH) * NEW.ms_per_factor


def fitted(data: Any) -> Any:
    return dg.DeviceGenericPredictor().fit(data)


@pytest.fixture(scope="module")
def model() -> Any:
    return fitted(world())


@pytest.mark.parametrize("count", [1, 2, 10])
def test_unit_of_the_samples_of_an_undescribed_device(model: Any, count: int) -> None:
    base = model.adapt(None, FRESH[:count], TRUTH[:count])
    for factor in (1e-9, 1e-3, 1e3, 1e9):
        found = model.adapt(None, FRESH[:count], TRUTH[:count] * factor)
        np.testing.assert_allclose(found.predict(FRESH), base.predict(FRESH) * factor, rtol=1e-6)


@pytest.mark.parametrize("device", [NEW, None])
@pytest.mark.parametrize("count", [1, 2, 5, 20, 300])
def test_samples(model: Any, device: Any, count: int) -> None:
    """A device 40 % slower than its description, with a slope of its own."""
    factors = true_factors(CELLS.sample(400, seed=7))
    archs = CELLS.sample(400, seed=7)
    bent = 1.4 * NEW.ms_per_factor * factors * (factors / factors.mean()) ** 0.2
    noisy = bent * np.random.default_rng(0).lognormal(0, 0.01, 400)
    found = model.adapt(device, archs[:count], noisy[:count]).predict(archs[300:])
    most = {1: 0.25, 2: 0.2, 5: 0.12, 20: 0.06, 300: 0.04}[count]
    assert errors(found, bent[300:]) < most
    assert np.isfinite(found).all()


def test_copies_of_samples_and_one_gross_one(model: Any) -> None:
    base = model.adapt(NEW, FRESH[:10], TRUTH[:10])
    rows = [*range(10), 3, 3, 9]
    same = model.adapt(NEW, FRESH[rows], TRUTH[rows])
    np.testing.assert_array_equal(same.predict(FRESH), base.predict(FRESH))
    wrong = TRUTH[:10].copy()
    wrong[4] *= 20
    for device in (NEW, None):
        found = model.adapt(device, FRESH[:10], wrong).predict(FRESH)
        assert errors(found, TRUTH) < 0.12


def test_choose(model: Any) -> None:
    rows = model.choose(FRESH, 10)
    assert len(set(rows.tolist())) == 10
    assert (np.diff(rows) > 0).all()
    order = np.random.default_rng(2).permutation(len(FRESH))
    other = model.choose(FRESH[order], 10)
    assert set(FRESH[order][other].to_strings()) == set(FRESH[rows].to_strings())
    small = FRESH[:6]
    assert model.choose(small, 6).tolist() == list(range(6))
    twice = FRESH[[0, 1, 2, 0, 1, 2]]
    assert len(set(twice[model.choose(twice, 3)].to_strings())) == 3
    for n, error in ((0, lp.errors.ConfigError), (7, lp.errors.DataError)):
        with pytest.raises(error):
            model.choose(small, n)
    with pytest.raises(lp.errors.SchemaError):
        model.choose(lp.space("fbnet").sample(9, seed=0), 3)


def test_chosen_networks_beat_one_in_a_corner(model: Any) -> None:
    """They differ in what they cost: a design spans the space."""
    factors = true_factors(FRESH)
    assert np.ptp(np.log(factors[model.choose(FRESH, 8)])) > 0.5 * np.ptp(np.log(factors))


@pytest.mark.parametrize("count", [0, 5, 20])
def test_intervals(count: int) -> None:
    """Coverage of 90 % intervals over devices, each off by some 12 %."""
    covered, widths = [], []
    for seed in range(4):
        data = world(60, 4, noise=0.03, seed=seed)
        learnt = fitted(data)
        rng = np.random.default_rng(seed)
        for i in range(6):
            one = description(700 + i)
            truth = true_factors(FRESH) * one.ms_per_factor * np.exp(rng.normal(0, 0.1))
            truth *= rng.lognormal(0, 0.03, len(FRESH))
            device = learnt.for_device(one)
            if count:
                device = learnt.adapt(one, FRESH[:count], truth[:count])
            low, high = device.predict_interval(FRESH[20:], confidence=0.9)
            covered.append(np.mean((low <= truth[20:]) & (truth[20:] <= high)))
            widths.append(np.mean((high - low) / truth[20:]))
    assert 0.8 < np.mean(covered) <= 1
    assert np.mean(widths) < {0: 0.8, 5: 0.5, 20: 0.4}[count]


def test_files_and_copies(model: Any, tmp_path: Path) -> None:
    device = model.adapt(NEW, FRESH[:10], TRUTH[:10])
    base = device.predict(FRESH)
    low, high = device.predict_interval(FRESH)
    device.save(tmp_path / "model")
    for other in (
        lp.load_predictor(tmp_path / "model"),
        pickle.loads(pickle.dumps(device)),  # noqa: S301
        copy.deepcopy(device),
    ):
        assert isinstance(other, dg.DeviceLatencyPredictor)
        np.testing.assert_array_equal(other.predict(FRESH), base)
        np.testing.assert_array_equal(other.predict_interval(FRESH), (low, high))
    again = tmp_path / "again"
    lp.load_predictor(tmp_path / "model").save(again)
    assert again.read_bytes() == (tmp_path / "model").read_bytes()
    check_damage_is_told(again)
