"""Noise of labels, one scale for several campaigns, and intervals for careful readings."""

from __future__ import annotations

import latpred as lp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from latpred._core import predictors as core
from latpred._core import selection

SPACE = lp.space("nas-bench-201")


@pytest.mark.parametrize("noise", [0.005, 0.03])
@pytest.mark.parametrize("seed", range(3))
def test_noise_of_pairs_is_that_of_one_label(noise: float, seed: int) -> None:
    rng = np.random.default_rng(seed)
    true = rng.uniform(1, 50, 2000)
    first, second = (true * np.exp(noise * rng.standard_normal(2000)) for _ in range(2))
    assert core.pair_noise(first, second) == pytest.approx(noise, rel=0.08)
    assert core.pair_noise(first, second) == core.pair_noise(second, first)
    assert core.pair_noise(3 * first, 3 * second) == pytest.approx(core.pair_noise(first, second))


def test_one_wild_label_does_not_decide() -> None:
    rng = np.random.default_rng(1)
    first = np.exp(0.01 * rng.standard_normal(40))
    second = np.exp(0.01 * rng.standard_normal(40))
    second[3] *= 5
    assert core.pair_noise(first, second) < 0.025


@pytest.mark.parametrize(
    ("first", "second"), [([], []), ([1.0], [1.0, 2.0]), ([1.0], [0.0]), ([np.nan], [1.0])]
)
def test_what_are_no_pairs(first: list[float], second: list[float]) -> None:
    with pytest.raises(lp.DataError):
        core.pair_noise(np.array(first), np.array(second))


@given(
    speeds=st.lists(st.floats(0.5, 2.0), min_size=1, max_size=7),
    references=st.lists(st.floats(0.1, 100.0), min_size=1, max_size=4),
)
def test_levels_of_a_device_that_changes_its_speed(
    speeds: list[float], references: list[float]
) -> None:
    levels = np.outer(speeds, references)
    factors = core.level_factors(levels)
    scaled = levels * factors
    assert np.allclose(scaled, scaled[0])
    assert np.allclose(scaled[0], np.exp(np.median(np.log(speeds))) * np.array(references))
    shifts = np.array(speeds) / np.exp(np.median(np.log(speeds)))
    assert np.allclose(core.level_shifts(levels), 100 * (shifts - 1))


@pytest.mark.parametrize("torn", [0, 1, 2])
def test_a_step_amid_a_campaign_tears_no_rows_apart(torn: int) -> None:
    """Its references met the step at different times, each at the level that it had then."""
    references = np.array([40.0, 66.0, 94.0])
    levels = np.outer([1.0, 1.4, 1.4, 1.0, 1.0], references)
    levels[2, torn] = references[torn]
    scaled = core.level_factors(levels) * levels
    assert np.allclose(scaled / scaled[0, 0], references / references[0])
    assert np.allclose(core.level_shifts(levels)[[0, 3]], 0)


def test_references_that_were_not_measured() -> None:
    levels = np.array([[10.0, 20.0], [11.0, np.nan], [np.nan, np.nan]])
    factors = core.level_factors(levels)
    assert factors[1, 1] == 1
    assert (factors[2] == 1).all()
    shifts = core.level_shifts(levels)
    assert np.isnan(shifts[2])
    assert shifts[1] > 0 > shifts[0]
    with pytest.raises(lp.DataError):
        core.level_factors(np.array([1.0, 2.0]))
    with pytest.raises(lp.DataError):
        core.level_factors(np.array([[0.0]]))


def test_references_that_change_against_each_other() -> None:
    levels = np.outer([1.0, 1.3, 0.9, 1.0, 1.1], [40.0, 66.0, 94.0])
    assert np.allclose(core.level_tilts(levels), 0)
    levels[1, 2] *= 1.1
    levels[4, 0] *= 0.8
    assert np.allclose(core.level_tilts(levels), [0, 10, 0, 0, 25])


def test_references_that_were_not_measured_have_no_tilt() -> None:
    levels = np.outer([1.0, 1.3, 1.0, 1.0], [40.0, 66.0, 94.0])
    levels[1, 0] = levels[2, 0] = levels[2, 1] = np.nan
    levels[3] = np.nan
    tilts = core.level_tilts(levels)
    assert np.allclose(tilts[:2], 0)  # all that was measured had the same change of speed
    assert np.isnan(tilts[2:]).all()


@given(
    speeds=st.lists(st.floats(0.5, 2.0), min_size=1, max_size=7),
    references=st.lists(st.floats(0.1, 100.0), min_size=1, max_size=4),
    later=st.floats(0.3, 3.0),
    data=st.data(),
)
def test_a_later_campaign_comes_to_the_scale_of_those_before(
    speeds: list[float], references: list[float], later: float, data: st.DataObject
) -> None:
    levels = np.outer(speeds, references)
    numbers = st.lists(st.integers(0, len(references) - 1), max_size=9)
    beside = np.array(data.draw(numbers), dtype=np.int64)
    factors, shift = core.later_scale(levels, later * np.array(references), beside)
    usual = np.exp(np.median(np.log(speeds)))
    assert np.allclose(factors, usual / later)
    assert factors.shape == beside.shape
    assert shift == pytest.approx(100 * (later / usual - 1))


def test_a_reference_of_one_side_only_goes_with_the_others() -> None:
    levels = np.array([[10.0, np.nan, 40.0], [10.0, np.nan, 40.0]])
    every = np.arange(3)
    factors, shift = core.later_scale(levels, np.array([12.5, 25.0, 50.0]), every)
    assert np.allclose(factors, 0.8)
    assert shift == pytest.approx(25)
    factors, _ = core.later_scale(levels, np.array([20.0, 25.0, np.nan]), every)
    assert np.allclose(factors, 0.5)
    # A campaign of more references, or of fewer, than the ones before had.
    factors, _ = core.later_scale(levels, np.array([12.5, 25.0, 50.0, 7.0]), np.array([3, 0]))
    assert np.allclose(factors, 0.8)
    factors, shift = core.later_scale(levels, np.array([12.5]), np.array([0]))
    assert (factors.tolist(), shift) == ([pytest.approx(0.8)], pytest.approx(25))
    factors, shift = core.later_scale(levels, np.array([np.nan, 30.0]), np.array([0, 1]))
    assert factors.tolist() == [1, 1]
    assert np.isnan(shift)


@pytest.mark.parametrize(
    ("later", "beside"), [([10.0], [1]), ([10.0], [-1]), ([0.0], [0]), ([-2.0], []), ([], [0])]
)
def test_what_is_no_later_campaign(later: list[float], beside: list[int]) -> None:
    with pytest.raises(lp.DataError):
        core.later_scale(np.array([[10.0]]), np.array(later), np.array(beside, dtype=np.int64))


def made(seed: int, count: int, error: float, noise: float) -> tuple[lp.Architectures, np.ndarray]:
    """Networks whose latency the model of MACs misses by `error`, read with `noise`."""
    archs = SPACE.sample(count, seed=seed, unique=True)
    rng = np.random.default_rng(seed)
    true = (1 + SPACE.count(archs)["macs"] / 1e8) * np.exp(error * rng.standard_normal(count))
    return archs, true * np.exp(noise * rng.standard_normal(count))


def calibrated(archs: lp.Architectures, values: np.ndarray, counted: np.ndarray, **noise: float):
    model = lp.FlopsPredictor().fit(archs, values)
    flags = counted.astype(np.uint8)
    held_out = selection.held_out(model._fitter(), archs, values, folds=5, seed=0)
    selection.calibrate_on_labels(model._fitted(), held_out, archs, values, flags, **noise)
    return model


def test_intervals_are_for_readings_without_the_noise_of_labels() -> None:
    """Labels of 4 % noise, readings of 1 %, a model that is 3 % off."""
    archs, labels = made(1, 1500, 0.03, 0.04)
    fresh, readings = made(2, 1500, 0.03, 0.01)
    every = np.ones(len(archs), dtype=bool)
    plain = calibrated(archs, labels, every, label_noise=0.0, reading_noise=0.0)
    less = calibrated(archs, labels, every, label_noise=0.04, reading_noise=0.01)
    ends = [model.predict_interval(fresh, 0.9) for model in (plain, less)]
    held = [np.mean((low <= readings) & (readings <= high)) for low, high in ends]
    assert held[0] > 0.96
    assert held[1] == pytest.approx(0.9, abs=0.03)


def test_only_rows_that_count_become_scores() -> None:
    archs, labels = made(3, 400, 0.02, 0.0)
    chosen = np.arange(len(archs)) < 300
    labels[chosen] *= np.where(np.arange(300) % 2, 0.8, 1.25)  # chosen where the model is worst
    model = calibrated(archs, labels, ~chosen, label_noise=0.0, reading_noise=0.0)
    assert model.calibration_rows == 100
    low, high = model.predict_interval(archs, 0.8)
    assert np.median((high - low) / model.predict(archs)) < 0.15


def test_what_calibration_refuses() -> None:
    archs, labels = made(4, 40, 0.02, 0.0)
    none, short = np.zeros(40, dtype=bool), np.ones(3, dtype=bool)
    for flags in (none, short):
        with pytest.raises(lp.DataError):
            calibrated(archs, labels, flags, label_noise=0.0, reading_noise=0.0)
    with pytest.raises(lp.DataError):
        calibrated(archs, labels, ~none, label_noise=-1.0, reading_noise=0.0)
    model, few = lp.FlopsPredictor().fit(archs, labels), slice(30)
    held_out = selection.held_out(model._fitter(), archs[few], labels[few], folds=5, seed=0)
    with pytest.raises(lp.DataError, match="models of 30 rows"):
        selection.calibrate_on_labels(
            model._fitted(), held_out, archs, labels, np.ones(40, dtype=np.uint8),
            label_noise=0.0, reading_noise=0.0,
        )  # fmt: skip
