"""Coverage of split-conformal intervals, for every kind of predictor.

Each is fitted once to 300 rows; then, again and again, 500 other rows are drawn for calibration
and 1,000 for the test. On average over such draws the share of test rows inside is the confidence,
whatever the model; of one draw it deviates by about sqrt(.9 * .1 * (1/500 + 1/1000)) = .016.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import latpred as lp
import numpy as np
import pytest
from latpred.predictors.intervals import coverage

from tests.predictors.real_data import read, read_device, skip_if_unavailable

DRAWS, FITTED, KEPT, TEST = 12, 300, 500, 1000
CONFIDENCES = (0.8, 0.9, 0.95)

KINDS: dict[str, Any] = {
    "flops": lp.FlopsPredictor,
    "additive": lp.AdditivePredictor,
    "interactions": lambda: lp.AdditivePredictor(interactions="auto"),
    "gaussian-process": lp.GaussianProcessPredictor,
    "trees": lambda: lp.TreesPredictor(trees=100),
    "mlp": lambda: lp.MlpPredictor(encoding="one-hot+cost-features", hidden=(64, 64), epochs=30),
    "ensemble": lp.EnsemblePredictor,
    "ensemble of kinds": lambda: lp.EnsemblePredictor(
        [lp.AdditivePredictor(), lp.GaussianProcessPredictor(), lp.FlopsPredictor()]
    ),
    "auto": lambda: lp.AutoPredictor(effort="fast", folds=3),
}


def check_coverage(
    model: lp.predictors.Predictor, archs: lp.Architectures, values: np.ndarray, draws: int = DRAWS
) -> None:
    """`archs` are rows that the model was not fitted on."""
    found = {confidence: [] for confidence in CONFIDENCES}  # type: dict[float, list[float]]
    for seed in range(draws):
        rows = np.random.default_rng(seed).permutation(len(archs))
        kept, test = rows[:KEPT], rows[KEPT : KEPT + TEST]
        model.calibrate(archs[kept], values[kept])
        assert model.calibration_rows == KEPT
        for confidence, shares in found.items():
            shares.append(coverage(model, archs[test], values[test], confidence=confidence))
    for confidence, shares in found.items():
        deviation = np.sqrt(confidence * (1 - confidence) * (1 / KEPT + 1 / TEST))
        assert abs(np.mean(shares) - confidence) < 3.5 * deviation / np.sqrt(draws)
        assert abs(np.array(shares) - confidence).max() < 4.5 * deviation


@pytest.mark.parametrize("device", ["rtx", "p40"])
@pytest.mark.parametrize("kind", sorted(KINDS))
def test_coverage_of_every_kind(data_dir: Path, kind: str, device: str) -> None:
    skip_if_unavailable(kind)
    archs, latency = read_device(data_dir, device)
    rows = np.random.default_rng(11).permutation(7000)
    train, others = np.sort(rows[:FITTED]), rows[FITTED:]
    model = KINDS[kind]()
    settings = {"progress": False} if kind == "mlp" else {}
    model.fit(archs[train], latency[train], **settings)
    check_coverage(model, archs[others], latency[others])


def test_coverage_of_a_look_up_table(data_dir: Path) -> None:
    """Its own device's labels are exact; these have noise of 3 %."""
    archs, latency = read_device(data_dir, "note10")
    noisy = latency * np.exp(0.03 * np.random.default_rng(0).normal(size=len(latency)))
    model = lp.LookupTablePredictor.from_yaml(data_dir / "ofa" / "lut_note10")
    check_coverage(model, archs, noisy)


def test_coverage_of_accuracies(data_dir: Path) -> None:
    archs, percent = read(data_dir / "ofa" / "accuracy" / "ofa_subnet_top1_16000.csv", 1.0)
    order = np.random.default_rng(0).permutation(len(archs))
    train, others = order[:FITTED], order[FITTED:]
    model = lp.AccuracyPredictor(ignore=("ks",)).fit(archs[train], percent[train])
    check_coverage(model, archs[others], percent[others])


def test_intervals_of_a_gaussian_process_follow_its_deviations(data_dir: Path) -> None:
    archs, latency = read_device(data_dir, "p40")
    model = lp.GaussianProcessPredictor().fit(archs[100:150], latency[100:150])
    model.calibrate(archs[200:700], latency[200:700])
    low, high = model.predict_interval(archs[1000:1100])
    scale = (high - low) / model.predict_std(archs[1000:1100])
    np.testing.assert_allclose(scale, scale[0])
    assert np.ptp(high - low) > 0
