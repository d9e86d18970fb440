"""Predictors work where scikit-learn's regressors do."""

from __future__ import annotations

from collections.abc import Callable

import latpred as lp
import numpy as np
import pytest
from latpred.predictors import fitted_kinds, made
from latpred.predictors.registry import available

SPACE = lp.define_space(
    "learnt", resolutions=[24, 32], units=[{"channels": [8, 12, 16], "depth": [1, 2, 3]}]
)
ARCHS = SPACE.sample(80, seed=4)
MS = SPACE.count(ARCHS)["macs"] * 1e-6 + np.random.default_rng(0).normal(3, 0.2, 80)


def test_score_is_that_of_scikit_learn() -> None:
    metrics = pytest.importorskip("sklearn.metrics")
    model = lp.FlopsPredictor().fit(ARCHS[:50], MS[:50])
    expected = metrics.r2_score(MS[50:], model.predict(ARCHS[50:]))
    assert model.score(ARCHS[50:], MS[50:]) == pytest.approx(expected, rel=1e-12)
    assert model.score(lp.LatencyTable(ARCHS[50:], MS[50:])) == model.score(ARCHS[50:], MS[50:])
    assert model.score(ARCHS[:2], [5.0, 5.0]) == 0.0
    assert np.isnan(model.score(ARCHS[:1], [5.0]))
    with pytest.raises(lp.DataError):
        model.score(ARCHS[:3], MS[:2])
    with pytest.raises(lp.DataError):
        model.score(ARCHS[:3])
    with pytest.raises(lp.NotFittedError):
        lp.FlopsPredictor().score(ARCHS, MS)


@pytest.mark.parametrize("kind", [one for one in fitted_kinds() if available(one)])
def test_clone(kind: str) -> None:
    base = pytest.importorskip("sklearn.base")
    model = made(kind)
    copy = base.clone(model)
    assert type(copy) is type(model)
    assert copy.get_params() == model.get_params()
    assert base.is_regressor(model)


def test_cross_validation_and_search() -> None:
    selection = pytest.importorskip("sklearn.model_selection")
    scores = selection.cross_val_score(lp.AdditivePredictor(), ARCHS, MS, cv=4)
    assert scores.shape == (4,)
    grid = selection.GridSearchCV(lp.AdditivePredictor(), {"robust": [True, False]}, cv=3)
    assert grid.fit(ARCHS, MS).best_score_ <= 1
    assert len(grid.predict(ARCHS)) == 80


QUICK: dict[str, Callable[[], lp.Predictor]] = {
    "additive": lp.AdditivePredictor,
    "flops": lp.FlopsPredictor,
    "gaussian process": lp.GaussianProcessPredictor,
    "ensemble": lambda: lp.EnsemblePredictor(lp.FlopsPredictor(), members=2),
    "auto": lambda: lp.AutoPredictor(candidates={"flops": lp.FlopsPredictor()}),
    "fine-tuned": lambda: lp.FineTunedPredictor(lp.FlopsPredictor().fit(ARCHS, 2 * MS + 1)),
    "with a source": lambda: lp.GaussianProcessPredictor(
        source=lp.FlopsPredictor().fit(ARCHS, 2 * MS)
    ),
}


@pytest.mark.parametrize("name", QUICK)
def test_pipelines_and_folds(name: str) -> None:
    """Clones are unfitted, but what their settings hold of another device is not."""
    base = pytest.importorskip("sklearn.base")
    selection = pytest.importorskip("sklearn.model_selection")
    pipeline = pytest.importorskip("sklearn.pipeline")
    validation = pytest.importorskip("sklearn.utils.validation")
    model = QUICK[name]()
    with pytest.raises(pytest.importorskip("sklearn.exceptions").NotFittedError):
        validation.check_is_fitted(model)
    direct = base.clone(model).fit(ARCHS, MS)
    validation.check_is_fitted(direct)
    with pytest.raises(lp.NotFittedError):
        base.clone(direct).predict(ARCHS)
    whole = pipeline.Pipeline([("model", base.clone(model))]).fit(ARCHS, MS)
    np.testing.assert_array_equal(whole.predict(ARCHS), direct.predict(ARCHS))
    assert whole.score(ARCHS, MS) == direct.score(ARCHS, MS)
    assert np.isfinite(selection.cross_val_score(model, ARCHS, MS, cv=2)).all()


def test_evaluate_takes_a_model_and_a_table() -> None:
    table = lp.LatencyTable(ARCHS, MS)
    model = lp.FlopsPredictor().fit(table)
    assert lp.evaluate(model, table) == lp.evaluate(MS, model.predict(ARCHS))
    for wrong in ((table, model), (model, model), (table, table), (model, MS), (MS, table)):
        with pytest.raises(lp.ConfigError, match="a predictor and then a latency table"):
            lp.evaluate(*wrong)  # type: ignore[arg-type]
