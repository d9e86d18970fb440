"""The synthetic device behaves as it says, and the meter on it as a real one."""

from __future__ import annotations

from pathlib import Path

import latpred as lp
import numpy as np
import pytest
from latpred.errors import MeasurementError

from tests.onboarding.synthetic_device import Killed, SyntheticDevice, SyntheticMeter, Truth
from tests.spaces.described_spaces import MOBILE

SPACES = ("ofa-mobilenetv3", "nas-bench-201", "fbnet", "darts")


@pytest.fixture(scope="module")
def archs() -> lp.Architectures:
    return lp.space("ofa-mobilenetv3").sample(40, seed=3)


@pytest.mark.parametrize("name", SPACES)
def test_truth_of_any_space_is_typical_and_not_additive(name: str) -> None:
    space = lp.space(name)
    archs = space.sample(300, seed=1)
    ms = Truth(typical_ms=20.0)(archs)
    assert 17 < np.median(ms) < 23
    assert ms.min() > 2
    assert ms.std() > 0.4
    alike = Truth(typical_ms=20.0)(space.architectures(archs.to_strings()))
    np.testing.assert_array_equal(ms, alike)  # by the network alone
    plain = Truth(typical_ms=20.0, interactions=0.0)(archs)
    assert 0.005 < np.std(np.log(ms / plain)) < 0.02


def test_truth_of_a_space_of_ones_own_and_of_another_device() -> None:
    archs = lp.define_space(**MOBILE).sample(200, seed=1)
    one, same, other = (Truth(seed=seed)(archs) for seed in (0, 0, 1))
    np.testing.assert_array_equal(one, same)
    assert not np.allclose(one, other)
    assert lp.evaluate(one, other).spearman > 0.8
    far = Truth(seed=1, own=1.0)(archs)
    assert lp.evaluate(one, far).spearman < lp.evaluate(one, other).spearman


def test_labels_are_as_noisy_as_asked_and_take_the_clocks_time(archs: lp.Architectures) -> None:
    meter = SyntheticMeter(SyntheticDevice(noise=0.03))
    table = meter.measure(archs)
    errors = np.log(table.latency_ms / meter.true_ms(archs))
    assert 0.01 < np.std(errors) < 0.04
    assert set(table.status) == {"labelled"}
    assert meter.clock() == pytest.approx(table.meta["wall_seconds"] + 1.0)
    assert 0.1 < meter.clock() / len(archs) < 1.0  # seconds a network: some tens of runs and more


def test_default_effort_converges_on_the_truth(archs: lp.Architectures) -> None:
    meter = SyntheticMeter(SyntheticDevice(noise=0.01), "default")
    table = meter.measure(archs[:10])
    truth = meter.true_ms(archs[:10])
    assert set(table.status) == {"converged"}
    assert np.mean((table.low_ms <= truth) & (truth <= table.high_ms)) >= 0.7
    np.testing.assert_allclose(table.latency_ms, truth, rtol=0.02)


def test_networks_that_fail_or_hang_leave_the_rest(archs: lp.Architectures) -> None:
    texts = archs.to_strings()
    device = SyntheticDevice(
        fails=lambda text: text == texts[2], hangs=lambda text: text == texts[5]
    )
    meter = SyntheticMeter(device)
    table = meter.measure(archs[:10])
    assert len(table) == 8
    assert meter.clock() > 60
    reasons = sorted(row.reason for row in meter.last_campaign if row.status == "failed")
    assert "no answer within 60 s" in reasons[0]
    assert "out of memory" in reasons[1]


def test_a_device_that_dies_is_an_error_until_it_lives_again(archs: lp.Architectures) -> None:
    device = SyntheticDevice(dies_after=2.0, lives_again=1000.0, hang_seconds=1.0)
    meter = SyntheticMeter(device)
    with pytest.raises(MeasurementError, match="does not answer"):
        meter.measure(archs)
    assert meter.clock() > 2.0
    with pytest.raises(MeasurementError, match="does not answer"):
        meter.measure(archs)
    device.let_pass(1000.0)
    assert len(meter.measure(archs)) == len(archs)


def test_a_change_of_speed_cancels_and_the_references_show_a_tilt(archs: lp.Architectures) -> None:
    step = SyntheticDevice(speed=lambda now: 1.3 if now > 5 else 1.0)
    meter = SyntheticMeter(step, group=8)
    table = meter.measure(archs)
    errors = np.log(table.latency_ms / meter.true_ms(archs))
    assert np.std(errors) < 0.02
    tilted = SyntheticMeter(SyntheticDevice(tilt=lambda now: 0.3 if now > 5 else 0.0), group=8)
    meta = tilted.measure(archs).meta
    assert meta["changes"] >= 1
    assert any("references changed" in text for text in meta["warnings"])
    calm = SyntheticMeter(SyntheticDevice(), group=8).measure(archs).meta
    assert calm["changes"] == 0
    assert meta["reference"]["latency_ms"] > 0


def test_a_loaded_device_has_disturbed_samples(archs: lp.Architectures) -> None:
    meta = SyntheticMeter(SyntheticDevice(load=0.3)).measure(archs).meta
    assert 0.5 < meta["clean_fraction"] < 0.9


def test_a_budget_of_seconds_is_of_the_devices_clock(archs: lp.Architectures) -> None:
    meter = SyntheticMeter(SyntheticDevice(slow=20.0), budget_seconds=30.0, group=4)
    table = meter.measure(archs)
    assert len(table) < len(archs)
    assert 28 < meter.clock() < 45


def test_a_killed_campaign_goes_on_from_its_store(archs: lp.Architectures, tmp_path: Path) -> None:
    store = tmp_path / "kept.sqlite"
    killed = SyntheticMeter(SyntheticDevice(kill_at=17), group=5)
    with pytest.raises(Killed, match="network 17"):
        lp.measure(archs, killed, store=store, progress=False)
    again = SyntheticMeter(SyntheticDevice(), group=5)
    table = lp.measure(archs, again, store=store, progress=False)
    assert len(table) == len(archs)
    assert len(set(again.on.measured)) <= len(archs) - 15  # the rest was in the store
    again.on.measured.clear()
    lp.measure(archs, again, store=store, progress=False)
    assert not again.on.measured


def test_meters_of_one_device_share_its_clock(archs: lp.Architectures) -> None:
    meter = SyntheticMeter(SyntheticDevice())
    exact = meter.like(effort="fast", seed=7)
    assert (exact.effort, exact.seed, meter.effort) == ("fast", 7, "dataset")
    before = meter.clock()
    assert np.isfinite(exact.measure(archs[:3]).low_ms).all()
    assert meter.clock() > before
    assert exact.on is meter.on
