"""The table of predictors: judged on other rows, peers do the same work."""

from __future__ import annotations

import latpred as lp
import numpy as np
import pytest

from benchmarks.harness import Settings
from benchmarks.peers.numpy_mbv3 import one_hot
from benchmarks.question import Question
from benchmarks.questions import predictors as bench

QUICK = Question("predictors", Settings(rounds=2, sample_s=0.0, quick=True))
SPACE = lp.space("ofa-mobilenetv3")


def table(count: int, seed: int) -> lp.LatencyTable:
    archs = SPACE.sample(count, seed=seed)
    costs = 2 + np.asarray(SPACE.count(archs)["macs"], dtype=float) * 1e-8
    return lp.LatencyTable(archs, costs)


def test_merits_are_errors_on_other_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    suite = {bench.OURS_IS: lp.AdditivePredictor(), "FLOPs": lp.FlopsPredictor()}
    monkeypatch.setattr(bench.lp, "predictor_suite", lambda: suite)
    train, test = table(150, 1), table(80, 2)
    rows = bench._rows_of(QUICK, "made up", train, test, 1e-6)
    fits = {row.contestant: row for row in rows if ", fit, " in row.case}
    predicts = {row.contestant: row for row in rows if ", predict, " in row.case}
    assert set(fits) == set(predicts)
    assert {"latpred", "latpred, FLOPs", "NumPy, additive least squares"} <= set(fits)
    expected = lp.evaluate(test.latency_ms, lp.AdditivePredictor().fit(train).predict(test.archs))
    assert fits["latpred"].merit == expected["mae_ms"]
    assert predicts["latpred"].merit == expected["mape_percent"]
    assert fits["latpred"].goal == "MAE ≤ 1e-06 ms"
    assert fits["latpred"].met == (expected["mae_ms"] <= 1e-6)
    assert fits["latpred, FLOPs"].merit < 1e-9


def test_the_ridge_of_the_peer_is_scikit_learns() -> None:
    linear = pytest.importorskip("sklearn.linear_model")
    train, test = table(200, 3), table(50, 4)
    predicted = bench._fit_ridge(train)(test)
    model = linear.RidgeCV(np.logspace(-3, 3, 13)).fit(one_hot(train.archs.genes), train.latency_ms)
    np.testing.assert_allclose(predicted, model.predict(one_hot(test.archs.genes)))
    constant = np.abs(test.latency_ms - train.latency_ms.mean()).mean()
    assert np.abs(predicted - test.latency_ms).mean() < 0.4 * constant
