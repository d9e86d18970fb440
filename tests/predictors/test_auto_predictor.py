"""AutoPredictor: it sees training rows only, picks what is best there, and says why."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import latpred as lp
import numpy as np
import pytest
from latpred.auto_predictor import cross_validate

from tests.predictors.real_data import read_device

SPACE = lp.space("ofa-mobilenetv3")


def rows(count: int, seed: int) -> tuple[lp.Architectures, np.ndarray]:
    archs = SPACE.sample(count, seed=seed)
    return archs, 2 + np.asarray(SPACE.count(archs)["macs"], dtype=float) * 1e-8


class Constant(lp.FlopsPredictor):
    """Knows nothing but the mean."""

    def fit(self, table: Any, latency_ms: Any = None) -> Constant:
        assert latency_ms is not None
        return super().fit(table, np.full(len(table), latency_ms.mean()))


class Broken(lp.FlopsPredictor):
    """Cannot be fitted."""

    def fit(self, table: Any, latency_ms: Any = None) -> Broken:
        assert latency_ms is not None
        raise lp.DataError(f"not these rows: {len(table)}")


def test_the_best_candidate_wins(tmp_path: Path) -> None:
    archs, values = rows(80, 0)
    candidates = {"broken": Broken(), "mean": Constant(), "flops": lp.FlopsPredictor()}
    model = lp.AutoPredictor(candidates=candidates, folds=4).fit(archs, values)
    assert model.best_name_ == "flops"
    assert list(model.scores_) == ["flops", "mean", "broken"]
    assert model.scores_["flops"].mae < 1e-9 < model.scores_["mean"].mae
    assert "not these rows" in model.table_
    assert not model.candidates["flops"]._native  # the given ones stay as they are
    model.calibrate(archs, values, folds=5)
    model.save(tmp_path / "m.latpred")
    same = lp.load_predictor(tmp_path / "m.latpred")
    assert isinstance(same, lp.FlopsPredictor)
    assert same.notes["chosen_by"] == "4-fold cross-validation among flops, mean, broken"
    np.testing.assert_array_equal(same.predict(archs), model.predict(archs))
    assert same.calibration_rows == 80


def test_scores_are_those_of_held_out_rows() -> None:
    """A model of the held-out row's own mean would be off by less than one of the others'."""
    archs, values = rows(4, 1)
    score = cross_validate(Constant(), archs, values, folds=4, seed=0)
    others = (values.sum() - values) / 3
    assert score.mae == pytest.approx(np.abs(values - others).mean())


@pytest.mark.parametrize("count", [10, 40])
def test_few_rows(data_dir: Path, count: int) -> None:
    archs, latency = read_device(data_dir, "p40")
    chosen = np.random.default_rng(0).permutation(7000)[:count]
    model = lp.AutoPredictor(seed=0).fit(archs[chosen], latency[chosen])
    baseline = lp.FlopsPredictor().fit(archs[chosen], latency[chosen])
    errors = [
        lp.evaluate(latency[7000:], m.predict(archs[7000:]))["mae_ms"] for m in (model, baseline)
    ]
    assert errors[0] <= errors[1]


def test_more_rows_get_more_candidates() -> None:
    model = lp.AutoPredictor(effort="thorough")
    few, many = (set(model._candidates(count)) for count in (10, 5000))
    assert few == {"flops", "additive", "gaussian-process"}
    assert {"additive, interactions", "mlp"} <= many
    assert "gaussian-process" not in many
    assert "mlp" not in lp.AutoPredictor()._candidates(5000)


def test_errors() -> None:
    archs, values = rows(10, 0)
    with pytest.raises(lp.DataError, match="4 or more"):
        lp.AutoPredictor().fit(archs[:3], values[:3])
    with pytest.raises(lp.ConfigError, match="effort"):
        lp.AutoPredictor(effort="huge").fit(archs, values)
    with pytest.raises(lp.DataError, match="not these rows"):
        lp.AutoPredictor(candidates={"broken": Broken()}).fit(archs, values)
    with pytest.raises(lp.NotFittedError):
        lp.AutoPredictor().predict(archs)
