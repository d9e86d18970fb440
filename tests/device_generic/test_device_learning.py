"""`DeviceGenericPredictor` in worlds made from the formula."""

from __future__ import annotations

import locale
import threading
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
    ours: list[float] = []
    plainly: list[float] = []
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
