"""`DeviceGenericPredictor` in worlds made from the formula."""

from __future__ import annotations

import copy
import locale
import pickle
import threading
from pathlib import Path
from typing import Any

import latpred as lp
import numpy as np
import pytest

from tests.device_generic.worlds import (
    description,
    errors,
    other_unit,
    shuffled,
    true_factors,
    with_parts,
    world,
)
from tests.predictors.damaged_files import check_damage_is_told

dg = lp.device_generic
CELLS = lp.space("nas-bench-201")
FRESH = CELLS.sample(80, seed=99)
NEW = dg.DeviceDescription(2.5, 4, 2, 20)
TRUTH = true_factors(FRESH) * NEW.ms_per_factor


def fitted(data: Any, **settings: Any) -> Any:
    return dg.DeviceGenericPredictor().fit(data, **settings)


@pytest.fixture(scope="module")
def plain() -> Any:
    return world()


@pytest.fixture(scope="module")
def model(plain: Any) -> Any:
    return fitted(plain)


@pytest.mark.parametrize("space", ["nas-bench-201", "fbnetv3", "ofa-mobilenetv3"])
def test_unseen_device_and_networks(space: str) -> None:
    data = world(80, space=space)
    fresh = data.space.sample(50, seed=99)
    found = fitted(data).for_device(NEW).predict(fresh)
    assert errors(found, true_factors(fresh) * NEW.ms_per_factor) < 0.05


def test_factors_without_devices_and_devices_without_factors(plain: Any) -> None:
    """Each alone says how latency follows from the numbers."""
    alone = fitted(with_parts(plain, latency_ms={}))
    assert errors(alone.for_device(NEW).predict(FRESH), TRUTH) < 0.05
    unpublished = fitted(with_parts(plain, factors=None))
    assert errors(unpublished.for_device(NEW).predict(FRESH), TRUTH) < 0.06
    tables = {n: lp.LatencyTable(plain.archs, ms) for n, ms in plain.latency_ms.items()}
    same = fitted(tables, devices=plain.devices)
    expected = unpublished.for_device(NEW).predict(FRESH)
    np.testing.assert_array_equal(same.for_device(NEW).predict(FRESH), expected)
    joint = lp.transfer.DeviceTables.from_tables(tables)
    same = fitted(joint, devices=plain.devices)
    np.testing.assert_array_equal(same.for_device(NEW).predict(FRESH), expected)


def test_devices_without_descriptions(plain: Any) -> None:
    """They teach shapes; with neither factors nor descriptions only samples say how fast it is."""
    silent = fitted(plain, devices={})
    assert errors(silent.for_device(NEW).predict(FRESH), TRUTH) < 0.05
    unknown = fitted(with_parts(plain, factors=None), devices={})
    with pytest.raises(lp.errors.ConfigError, match="samples"):
        unknown.for_device(NEW)
    found = unknown.adapt(None, FRESH[:10], TRUTH[:10]).predict(FRESH)
    assert errors(found, TRUTH) < 0.05


def test_order_and_names_carry_nothing(plain: Any, model: Any) -> None:
    other = fitted(shuffled(plain))
    one, two = model.for_device(NEW), other.for_device(NEW)
    np.testing.assert_array_equal(one.predict(FRESH), two.predict(FRESH))
    order = np.random.default_rng(0).permutation(10)
    one = model.adapt(NEW, FRESH[:10], TRUTH[:10])
    two = other.adapt(NEW, FRESH[order], TRUTH[order])
    np.testing.assert_array_equal(one.predict(FRESH), two.predict(FRESH))
    np.testing.assert_array_equal(one.predict(FRESH[3:5]), one.predict(FRESH)[3:5])


def test_twin_devices_of_other_numbers_in_any_order(plain: Any) -> None:
    """The same latencies twice, under two descriptions."""
    twins = {"a": plain.latency_ms["d0"], "b": plain.latency_ms["d0"]}
    devices = {"a": description(5), "b": description(6)}
    found = []
    for names in (("a", "b"), ("b", "a")):
        data = with_parts(plain, latency_ms={n: twins[n] for n in names}, devices=devices)
        found.append(fitted(data).for_device(NEW).predict(FRESH))
    np.testing.assert_array_equal(*found)


@pytest.mark.parametrize("published", [True, False])
def test_unit_of_the_frequency(plain: Any, published: bool) -> None:
    """In MHz for all devices, measured and new."""
    data = plain if published else with_parts(plain, factors=None)
    base = fitted(data).for_device(NEW).predict(FRESH)
    scaled = fitted(with_parts(data, devices=other_unit(data.devices)))
    found = scaled.for_device(other_unit({"": NEW})[""]).predict(FRESH)
    np.testing.assert_allclose(found, base, rtol=0.03)
    assert np.corrcoef(found, base)[0, 1] > 0.9999


@pytest.mark.parametrize("count", [1, 2, 10])
def test_unit_of_the_samples_of_an_undescribed_device(model: Any, count: int) -> None:
    base = model.adapt(None, FRESH[:count], TRUTH[:count])
    for factor in (1e-9, 1e-3, 1e3, 1e9):
        found = model.adapt(None, FRESH[:count], TRUTH[:count] * factor)
        np.testing.assert_allclose(found.predict(FRESH), base.predict(FRESH) * factor, rtol=1e-6)


@pytest.mark.parametrize("wrong", [0.1, 10.0])
def test_slips_in_published_factors_are_found(plain: Any, model: Any, wrong: float) -> None:
    factors = plain.factors.copy()
    factors[[3, 40]] *= wrong
    slipped = fitted(with_parts(plain, factors=factors))
    assert set(slipped.audited_.to_strings()) == set(plain.archs[[3, 40]].to_strings())
    assert len(model.audited_) == 0
    base, found = (m.for_device(NEW).predict(FRESH) for m in (model, slipped))
    np.testing.assert_allclose(found, base, rtol=0.03)


def shape_by_frequency(one: Any, _: int) -> float:
    return float(0.25 * (np.log(one.frequency_ghz) - 1))


def random_shape(_: Any, i: int) -> float:
    return float(np.random.default_rng(i).normal(0, 0.15))


@pytest.mark.parametrize("shape", [shape_by_frequency, random_shape])
def test_shapes_of_unseen_devices(shape: Any) -> None:
    """Numbers that tell them help; numbers that do not are not believed."""
    data = world(50, 14, noise=0.01, shapes=shape)
    factors = true_factors(FRESH)
    reference = np.exp(np.log(data.factors).mean())
    ours, plainly = [], []
    flat = fitted(with_parts(data, latency_ms={}))
    learnt = fitted(data)
    for i in range(20):
        one = description(500 + i)
        truth = factors * (factors / reference) ** shape(one, 500 + i)
        for found, by in ((ours, learnt), (plainly, flat)):
            logs = np.log(by.for_device(one).predict(FRESH) / truth)
            found.append(np.std(logs))
    gate = learnt._native.shape_errors
    if shape is shape_by_frequency:
        assert min(gate) < 0.9 * gate[0]
        assert np.mean(ours) < 0.85 * np.mean(plainly)
    else:
        assert np.mean(ours) < 1.1 * np.mean(plainly)


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


@pytest.mark.usefixtures("comma_locale")
def test_decimal_commas_do_not_matter(plain: Any) -> None:
    found = fitted(plain).for_device(NEW).predict_interval(FRESH)
    locale.setlocale(locale.LC_NUMERIC, "C")
    expected = fitted(plain).for_device(NEW).predict_interval(FRESH)
    np.testing.assert_array_equal(found, expected)


def test_threads(plain: Any, model: Any) -> None:
    """Two fits at a time give what one gives."""
    base = model.for_device(NEW).predict(FRESH)
    found: list[np.ndarray] = []

    def work() -> None:
        found.append(fitted(plain).for_device(NEW).predict(FRESH))

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(found) == 2
    for one in found:
        np.testing.assert_array_equal(one, base)


def test_a_device_whose_networks_are_thinned_out() -> None:
    """More networks than are taken, and devices of a few that are not among them."""
    big = CELLS.sample(2500, seed=1)
    tables = {"big": lp.LatencyTable(big, true_factors(big) * description(1).ms_per_factor)}
    for i in range(12):
        archs = CELLS.sample(1, seed=100 + i)
        tables[f"small{i}"] = lp.LatencyTable(archs, true_factors(archs))
    model = dg.DeviceGenericPredictor(lp.AdditivePredictor())
    found = model.fit(tables, {"big": description(1)}).for_device(NEW).predict(FRESH)
    assert errors(found, TRUTH) < 0.1


def test_exact_worlds_and_equal_values() -> None:
    data = world(40, noise=0)
    exact = fitted(data)
    assert errors(exact.for_device(NEW).predict(FRESH), TRUTH) < 0.05
    found = exact.adapt(NEW, FRESH[:20], TRUTH[:20])
    assert errors(found.predict(FRESH), TRUTH) < 0.05
    flat = with_parts(data, factors=None, latency_ms={n: np.full(40, 3.0) for n in data.devices})
    assert np.isfinite(fitted(flat).for_device(NEW).predict(FRESH)).all()


def test_own_model_of_factors(plain: Any) -> None:
    for factors in (lp.FlopsPredictor(), lp.AdditivePredictor(), dg.FactorPredictor("cost-gp")):
        found = dg.DeviceGenericPredictor(factors).fit(plain).for_device(NEW).predict(FRESH)
        assert errors(found, TRUTH) < 0.2


def test_what_is_refused(plain: Any, model: Any) -> None:
    empty = dg.DeviceGenericPredictor()
    for call in (
        lambda: empty.for_device(NEW),
        lambda: empty.adapt(NEW, FRESH[:2], TRUTH[:2]),
        lambda: empty.choose(FRESH, 2),
    ):
        with pytest.raises(lp.errors.NotFittedError):
            call()
    config, data, schema = lp.errors.ConfigError, lp.errors.DataError, lp.errors.SchemaError
    other = lp.space("fbnet").sample(12, seed=0)
    negative = {**plain.latency_ms, "d1": -plain.latency_ms["d1"]}
    for error, wrong in (
        (config, lambda: fitted("a folder")),
        (config, lambda: fitted({})),
        (config, lambda: fitted(plain, devices="phone")),
        (config, lambda: fitted(plain, devices={"d0": 7})),
        (config, lambda: model.for_device("phone")),
        (config, lambda: model.adapt("phone", FRESH[:2], TRUTH[:2])),
        (data, lambda: fitted(with_parts(plain, latency_ms=negative))),
        (data, lambda: fitted(with_parts(plain, factors=np.r_[np.nan, plain.factors[1:]]))),
        (data, lambda: fitted(world(9))),
        (data, lambda: model.adapt(NEW, FRESH[:2], [1.0])),
        (data, lambda: model.adapt(NEW, FRESH[:2], [1.0, np.nan])),
        (data, lambda: model.adapt(NEW, FRESH[:0], [])),
        (schema, lambda: model.adapt(NEW, other, np.ones(12))),
        (
            schema,
            lambda: fitted(
                {
                    "a": lp.LatencyTable(plain.archs, plain.latency_ms["d0"]),
                    "b": lp.LatencyTable(other, np.ones(12)),
                }
            ),
        ),
    ):
        with pytest.raises(error) as caught:
            wrong()
        assert len(str(caught.value)) < 300
