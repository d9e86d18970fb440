"""Accuracy predictors fitted to a user's table."""

from __future__ import annotations

from pathlib import Path

import latpred as lp
import numpy as np
import pytest
from latpred.predictors.intervals import coverage

from tests.predictors.real_data import read

SPACE = lp.space("ofa-mobilenetv3")


def rows(count: int, seed: int) -> tuple[lp.Architectures, np.ndarray]:
    archs = SPACE.sample(count, seed=seed)
    return archs, 70 + 0.05 * archs.genes[:, 20:46].sum(axis=1)


def test_percent_and_files(tmp_path: Path) -> None:
    archs, percent = rows(300, 0)
    model = lp.AccuracyPredictor(ignore=("ks",)).fit(archs, percent)
    model.calibrate(archs, percent, folds=3)
    model.save(tmp_path / "a.latpred")
    same = lp.load_accuracy(tmp_path / "a.latpred")
    assert same.unit == model.unit == "%"
    np.testing.assert_array_equal(same.predict(archs), model.predict(archs))
    low, high = same.predict_interval(archs)
    widths = high - low
    np.testing.assert_allclose(widths, widths[0])  # points, whatever the accuracy


def test_it_is_an_objective_of_search() -> None:
    archs, percent = rows(400, 1)
    accuracy = lp.AccuracyPredictor().fit(archs, percent)
    latency = lp.FlopsPredictor().fit(archs, np.asarray(SPACE.count(archs)["macs"]) * 1e-7)
    found = lp.search(
        SPACE, objective=accuracy, latency=latency, limit_ms=25, population=20, generations=5
    )
    assert found.latency_ms <= 25
    assert found.objective == pytest.approx(accuracy.predict(found.architecture)[0])


@pytest.mark.libtorch
def test_the_recipe_of_ofa() -> None:
    archs, percent = rows(600, 2)
    model = lp.AccuracyPredictor("mlp", seed=1)
    assert model._base().get_params()["optimizer"] == "adam"
    small = lp.AccuracyPredictor(base=model._base().set_params(hidden=(16,), epochs=3))
    predicted = small.fit(archs, percent).predict(archs)
    assert small.unit == "%"
    assert np.abs(predicted - percent).mean() < 2


def test_error_and_coverage_on_top1(data_dir: Path) -> None:
    """80 % of the 16,000 networks for fitting, 500 for calibration; goal of the spec: .151."""
    archs, percent = read(data_dir / "ofa" / "accuracy" / "ofa_subnet_top1_16000.csv", 1.0)
    order = np.random.default_rng(0).permutation(len(archs))
    train, kept, test = order[:12800], order[12800:13300], order[13300:]
    model = lp.AccuracyPredictor(ignore=("ks",)).fit(archs[train], percent[train])
    found = lp.evaluate(percent[test], model.predict(archs[test]))
    assert found["rmse_ms"] < 0.151
    model.calibrate(archs[kept], percent[kept])
    assert abs(coverage(model, archs[test], percent[test]) - 0.9) < 0.05


@pytest.mark.parametrize(
    ("values", "text"),
    [
        ([0.7, 0.8], "times 100"),
        ([70.0, 101.0], "row 1"),
        ([70.0, float("nan")], "row 1"),
        ([], "shape|architectures|one accuracy"),
    ],
)
def test_unusable_accuracies(values: list[float], text: str) -> None:
    with pytest.raises(lp.DataError, match=text):
        lp.AccuracyPredictor().fit(SPACE.sample(2, seed=0), values)
    with pytest.raises(lp.ConfigError, match="known"):
        lp.AccuracyPredictor("forest").fit(*rows(5, 0))
