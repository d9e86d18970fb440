"""Prediction intervals: conformal ranks, coverage, files, errors."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import latpred as lp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from latpred import _core
from latpred.predictors.intervals import coverage, parts_of

from tests.predictors.real_data import read_device

SPACE = lp.space("ofa-mobilenetv3")


def noisy(count: int, seed: int, noise: float = 0.05) -> tuple[lp.Architectures, np.ndarray]:
    """Rows whose noise is in proportion to their value."""
    archs = SPACE.sample(count, seed=seed)
    costs = np.asarray(SPACE.count(archs)["macs"], dtype=float) * 1e-8
    return archs, costs * (1 + noise * np.random.default_rng(seed).normal(size=count))


def fitted(rows: int = 60) -> lp.FlopsPredictor:
    return lp.FlopsPredictor().fit(*noisy(rows, 1))


@settings(max_examples=25, deadline=None)
@given(st.integers(9, 200), st.sampled_from([0.5, 0.8, 0.9]))
def test_the_reach_is_the_conformal_rank(rows: int, confidence: float) -> None:
    model = fitted()
    archs, values = noisy(rows, 2)
    model.calibrate(archs, values)
    low, high = model.predict_interval(archs, confidence)
    predicted = model.predict(archs)
    scores = np.sort(np.abs(values - predicted) / predicted)
    reach = scores[int(np.ceil(round((rows + 1) * confidence, 9))) - 1]
    np.testing.assert_allclose(high - predicted, reach * predicted)
    np.testing.assert_allclose(predicted - low, reach * predicted)
    assert coverage(model, archs, values, confidence=confidence) >= confidence


def test_coverage_counts_the_ends() -> None:
    archs, values = noisy(30, 0)

    class Fixed(lp.FlopsPredictor):
        def predict_interval(self, _: Any, confidence: float = 0.9) -> Any:
            low, high = values - confidence, values + confidence
            low[0], high[1], low[2], high[3] = values[0], values[1], values[2] + 1e-9, -np.inf
            low[4] = np.nan
            return low, high

    assert coverage(Fixed(), archs, values) == 27 / 30
    with pytest.raises(lp.DataError):
        coverage(Fixed(), archs[:2], values[:2])


def test_coverage_of_a_wrong_model() -> None:
    """The promise does not rest on the model being right."""
    archs, values = noisy(8000, 3)
    wrong = values + 3 * archs.genes[:, 0]
    model = fitted()
    found = []
    for seed in range(30):
        rows = np.random.default_rng(seed).permutation(8000)
        model.calibrate(archs[rows[:500]], wrong[rows[:500]])
        test = rows[500:]
        found.append(coverage(model, archs[test], wrong[test]))
    assert abs(np.mean(found) - 0.9) < 0.015
    assert min(found) > 0.85


@pytest.mark.parametrize("device", ["rtx", "p40"])
def test_coverage_on_measured_tables(data_dir: Path, device: str) -> None:
    """500 rows for calibration, 1,000 for the test, 6 random splits of rows 0-6999."""
    archs, latency = read_device(data_dir, device)
    found: dict[float, list[float]] = {0.8: [], 0.9: [], 0.95: []}
    for seed in range(6):
        rows = np.random.default_rng(seed).permutation(7000)
        train, kept, test = rows[:100], rows[100:600], rows[600:1600]
        model = lp.AdditivePredictor().fit(archs[train], latency[train])
        model.calibrate(archs[kept], latency[kept])
        for confidence, shares in found.items():
            shares.append(coverage(model, archs[test], latency[test], confidence=confidence))
    for confidence, shares in found.items():
        assert abs(np.mean(shares) - confidence) < 0.025


def test_coverage_with_folds_of_few_rows(data_dir: Path) -> None:
    archs, latency = read_device(data_dir, "p40")
    found = []
    for seed in range(4):
        rows = np.random.default_rng(seed).permutation(7000)
        train, test = rows[:60], rows[60:1060]
        model = lp.AdditivePredictor().fit(archs[train], latency[train])
        model.calibrate(archs[train], latency[train], folds=10)
        found.append(coverage(model, archs[test], latency[test]))
    assert 0.86 < np.mean(found) < 0.98


def test_files_keep_the_calibration(tmp_path: Path) -> None:
    model = fitted()
    archs, values = noisy(100, 5)
    model.calibrate(archs, values)
    model.save(tmp_path / "m.latpred")
    for same in (lp.load_predictor(tmp_path / "m.latpred"), copy.deepcopy(model)):
        assert same.calibration_rows == 100
        for ours, theirs in zip(
            model.predict_interval(archs), same.predict_interval(archs), strict=True
        ):
            np.testing.assert_array_equal(ours, theirs)


def test_without_calibration_the_training_rows_are_taken_in_folds() -> None:
    archs, values = noisy(60, 1)
    asked, told = fitted(), fitted()
    fresh = SPACE.sample(5, seed=9)
    told.calibrate(archs, values, folds=10)
    for ours, theirs in zip(
        asked.predict_interval(fresh), told.predict_interval(fresh), strict=True
    ):
        np.testing.assert_array_equal(ours, theirs)
    assert asked.calibration_rows == 60
    asked.calibrate(*noisy(100, 5))  # rows that are given count instead
    assert asked.calibration_rows == 100
    asked.fit(archs, values)
    assert asked.calibration_rows == 0


def test_coverage_without_a_calibration(data_dir: Path) -> None:
    archs, latency = read_device(data_dir, "rtx")
    rows = np.random.default_rng(4).permutation(7000)
    train, test = rows[:500], rows[500:]
    for model in (lp.AdditivePredictor(), lp.GaussianProcessPredictor(), lp.AutoPredictor()):
        model.fit(archs[train], latency[train])
        assert 0.87 < coverage(model, archs[test], latency[test]) < 0.94


def test_without_calibration_the_error_says_what_to_call(tmp_path: Path) -> None:
    model = fitted()
    model.save(tmp_path / "m.latpred")
    with pytest.raises(lp.NotFittedError, match=r"calibrate\(table\)"):
        lp.load_predictor(tmp_path / "m.latpred").predict_interval(SPACE.sample(2, seed=0))
    with pytest.raises(lp.NotFittedError, match="8 rows"):
        fitted(8).predict_interval(SPACE.sample(2, seed=0))
    with pytest.raises(lp.NotFittedError, match="call fit first"):
        lp.AdditivePredictor().calibrate(*noisy(10, 0))


def test_the_training_rows_are_no_calibration() -> None:
    archs, values = noisy(60, 1)
    model = lp.FlopsPredictor().fit(archs, values)
    with pytest.raises(lp.DataError, match="folds=10"):
        model.calibrate(archs, values)
    model.calibrate(archs, values, folds=10)
    assert model.calibration_rows == 60


def test_few_rows_support_no_high_confidence() -> None:
    model = fitted()
    model.calibrate(*noisy(9, 7))
    model.predict_interval(SPACE.sample(1, seed=0), 0.9)
    with pytest.raises(lp.DataError, match=r"up to 0\.9"):
        model.predict_interval(SPACE.sample(1, seed=0), 0.91)


@pytest.mark.parametrize("confidence", [0.0, 1.0, -1.0, float("nan")])
def test_confidences_out_of_range(confidence: float) -> None:
    model = fitted()
    model.calibrate(*noisy(30, 7))
    with pytest.raises(lp.ConfigError, match="confidence"):
        model.predict_interval(SPACE.sample(1, seed=0), confidence)


def test_unusable_rows() -> None:
    model = fitted()
    archs, values = noisy(30, 7)
    values[4] = np.nan
    with pytest.raises(lp.DataError, match="row 4"):
        model.calibrate(archs, values)
    with pytest.raises(lp.DataError, match="29 values"):
        model.calibrate(archs, values[:29])
    with pytest.raises(lp.SchemaError):
        model.calibrate(lp.space("ofa-resnet50").sample(30, seed=0), np.ones(30))
    for folds in (1, 31):
        with pytest.raises(lp.ConfigError, match="folds"):
            model.calibrate(archs, np.ones(30), folds=folds)
    for scores in ([], [-1.0], [np.inf]):
        with pytest.raises(lp.DataError):
            _core.predictors.set_calibration(model._fitted(), np.array(scores), "split")


def test_folds_keep_equal_networks_together() -> None:
    archs = SPACE.sample(10, seed=0)[np.repeat(np.arange(10), 3)]
    seen = []
    for train, held_out in parts_of(archs, 5, 0):
        assert not set(archs.hashes[train]) & set(archs.hashes[held_out])
        seen += list(held_out)
    assert sorted(seen) == list(range(30))
