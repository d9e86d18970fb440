"""AutoPredictor: it sees training rows only, picks what is best there, and says why."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import latpred as lp
import numpy as np
import pytest
from latpred.predictors.auto import cross_validate

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


@pytest.mark.libtorch
def test_more_rows_and_effort_get_more_candidates() -> None:
    def names(effort: str, count: int) -> set[str]:
        return set(lp.AutoPredictor(effort=effort)._candidates(count))

    assert names("thorough", 10) == {"flops", "additive", "gaussian-process"}
    assert names("fast", 5000) == {"flops", "additive", "additive, interactions"}
    assert "gaussian-process" in names("default", 2000)
    assert not {"ensemble", "gaussian-process", "mlp"} & names("default", 5000)
    assert {"additive, interactions", "ensemble", "gaussian-process", "mlp"} <= names(
        "thorough", 5000
    )


def test_the_seed_decides_everything(data_dir: Path) -> None:
    archs, latency = read_device(data_dir, "rtx")
    rows = np.random.default_rng(1).permutation(7000)[:120]
    train = (archs[rows], latency[rows])
    first, again, other = (lp.AutoPredictor(seed=seed).fit(*train) for seed in (5, 5, 6))
    assert first.scores_ == again.scores_
    assert first.best_name_ == again.best_name_
    assert first._fitted().to_bytes() == again._fitted().to_bytes()
    shared = set(first.scores_) & set(other.scores_)
    assert any(first.scores_[name].mae != other.scores_[name].mae for name in shared)


def test_it_sees_no_row_but_those_given() -> None:
    """Every fit, for the choice and at the end, is of rows given; the last one of all of them."""
    archs, values = rows(60, 2)
    seen: list[set[int]] = []

    class Watching(lp.FlopsPredictor):
        def fit(self, table: Any, latency_ms: Any = None) -> Watching:
            seen.append(set(table.hashes.tolist()))
            return super().fit(table, latency_ms)

    lp.AutoPredictor(candidates={"watching": Watching()}, folds=5).fit(archs, values)
    given = set(archs.hashes.tolist())
    assert [len(given - fitted) > 0 for fitted in seen] == [True] * 5 + [False]
    assert all(fitted <= given for fitted in seen)
    held_out = [given - fitted for fitted in seen[:5]]
    assert set().union(*held_out) == given
    assert sum(map(len, held_out)) == len(given)  # each row once


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
