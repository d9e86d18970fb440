"""Fine-tuning: the choice of a method, model files, curves, and bad input."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from pathlib import Path

import latpred as lp
import numpy as np
import pytest

from tests.predictors.damaged_files import check_damage_is_told
from tests.transfer.tuning_world import (
    SPACE,
    additive_source,
    in_source,
    mlp_source,
    rows,
    source_ms,
    target_ms,
)

METHODS = ["affine", "feature", "gaussian-process", "last-layer", "network", "legacy"]
SHORT = {"epochs": 3, "legacy_epochs": 3, "legacy_learning_rate": 1e-3}


def test_auto_judges_each_row_by_models_without_it() -> None:
    archs = rows(8)
    values = target_ms(archs)
    model = lp.FineTunedPredictor(mlp_source()).fit(archs, values)
    assert set(model.cv_mae_ms_) == {"affine", "feature", "gaussian-process", "last-layer"}
    for method, found in model.cv_mae_ms_.items():
        errors = []
        for left in range(8):
            kept = [row for row in range(8) if row != left]
            single = lp.FineTunedPredictor(mlp_source(), method).fit(archs[kept], values[kept])
            errors.append(abs(single.predict(archs[left])[0] - values[left]))
        assert found == pytest.approx(np.mean(errors), rel=1e-6)
    alone = lp.FineTunedPredictor(mlp_source(), model.method_).fit(archs, values)
    np.testing.assert_array_equal(model.predict(archs), alone.predict(archs))


def test_auto_takes_what_is_clearly_better() -> None:
    archs = rows(40)
    # Of an affine device nothing but the line is worth learning; of costs, the process is.
    line = 4 + 3 * additive_source().predict(in_source(archs))
    noise = 1 + 0.01 * np.random.default_rng(0).standard_normal(40)
    exact = lp.FineTunedPredictor(additive_source()).fit(archs, line)
    assert exact.method_ in {"affine", "feature"}  # equal to rounding
    np.testing.assert_allclose(exact.predict(archs), line, rtol=1e-9)
    twisted = source_ms(archs) * (1 + 0.2 * np.asarray(archs.genes)[:, -1]) * noise
    model = lp.FineTunedPredictor(additive_source()).fit(archs, twisted)
    assert model.method_ in {"gaussian-process", "feature"}
    assert model.cv_mae_ms_[model.method_] < 0.5 * model.cv_mae_ms_["affine"]


def test_network_is_tried_from_100_rows_on() -> None:
    archs = rows(100)
    values = target_ms(archs)
    tried = [
        set(lp.FineTunedPredictor(mlp_source(), epochs=2).fit(archs[:n], values[:n]).cv_mae_ms_)
        for n in (99, 100)
    ]
    assert tried[1] - tried[0] == {"network"}


def test_equal_seeds_give_equal_models() -> None:
    archs, fresh = rows(120), rows(50, seed=9)
    values = target_ms(archs)
    first, again, other = (
        lp.FineTunedPredictor(mlp_source(), epochs=3, seed=seed).fit(archs, values)
        for seed in (5, 5, 6)
    )
    np.testing.assert_array_equal(first.predict(fresh), again.predict(fresh))
    assert first.cv_mae_ms_ == again.cv_mae_ms_
    assert first.cv_mae_ms_ != other.cv_mae_ms_


@pytest.mark.parametrize("method", METHODS)
def test_file_and_pickle_keep_model_and_source(tmp_path: Path, method: str) -> None:
    archs, fresh = rows(40), rows(60, seed=9)
    model = lp.FineTunedPredictor(mlp_source(), method, **SHORT).fit(archs, target_ms(archs))
    model.save(tmp_path / "m.latpred")
    again = lp.load_predictor(tmp_path / "m.latpred")
    assert isinstance(again, lp.FineTunedPredictor)
    assert (again.method_, again.unit, repr(again.space)) == (method, "ms", repr(SPACE))
    assert isinstance(again.source, lp.MlpPredictor)
    for copy in (again, pickle.loads(pickle.dumps(model))):  # noqa: S301
        np.testing.assert_array_equal(copy.predict(fresh), model.predict(fresh))
        wide = in_source(fresh)
        np.testing.assert_array_equal(copy.source.predict(wide), mlp_source().predict(wide))


def test_sources_nest_in_files(tmp_path: Path) -> None:
    archs, fresh = rows(40), rows(60, seed=9)
    values = target_ms(archs)
    process = lp.GaussianProcessPredictor(source=additive_source()).fit(archs, values)
    second = lp.FineTunedPredictor(process, "feature").fit(archs, values**1.1)
    third = lp.FineTunedPredictor(second, "gaussian-process").fit(archs[:20], values[:20] * 3)
    third.save(tmp_path / "m.latpred")
    again = lp.load_predictor(tmp_path / "m.latpred")
    np.testing.assert_array_equal(again.predict(fresh), third.predict(fresh))
    assert isinstance(again.source, lp.FineTunedPredictor)
    assert isinstance(again.source.source, lp.GaussianProcessPredictor)
    refitted = again.fit(archs[:20], values[:20] * 3)
    np.testing.assert_allclose(refitted.predict(fresh), third.predict(fresh), rtol=1e-9)


@pytest.mark.parametrize("method", ["affine", "legacy"])
def test_damage_is_told(tmp_path: Path, method: str) -> None:
    archs = rows(10)
    path = tmp_path / "m.latpred"
    lp.FineTunedPredictor(mlp_source(), method, **SHORT).fit(archs, target_ms(archs)).save(path)
    check_damage_is_told(path)


def test_curves_grow_with_rows_and_repeat() -> None:
    archs = rows(120)
    table = lp.LatencyTable(archs, target_ms(archs))
    run = lambda: lp.fine_tuning_curve(  # noqa: E731
        additive_source(), table, (5, 20, 60), repeats=3, seed=1
    )
    curves = run()
    assert curves.methods == ("auto", "gaussian-process", "feature", "affine")
    assert curves.mae_ms.shape == curves.seconds.shape == (4, 3, 3)
    feature = curves.mae_ms[curves.methods.index("feature")].mean(axis=1)
    assert feature[2] < feature[0]
    np.testing.assert_array_equal(run().mae_ms, curves.mae_ms)
    assert "gaussian-process" in repr(curves)


def test_curves_judge_on_rows_that_no_fit_saw() -> None:
    archs, test = rows(40), rows(50, seed=9)
    table = lp.LatencyTable(archs, target_ms(archs))
    judged = lp.LatencyTable(test, target_ms(test))
    all_rows = lp.fine_tuning_curve(
        additive_source(), table, [40], repeats=1, methods=["affine"], test=judged
    )
    model = lp.FineTunedPredictor(additive_source(), "affine").fit(table)
    expected = np.abs(model.predict(test) - judged.latency_ms).mean()
    assert all_rows.mae_ms[0, 0, 0] == pytest.approx(expected, rel=1e-6)
    with pytest.raises(lp.ConfigError, match="40"):
        lp.fine_tuning_curve(additive_source(), table, [40])


def test_diverged_trainings_are_gaps_in_curves() -> None:
    archs = rows(60)
    table = lp.LatencyTable(archs, target_ms(archs))
    curves = lp.fine_tuning_curve(
        mlp_source(),
        table,
        [30],
        repeats=2,
        methods=["legacy", "affine"],
        legacy_learning_rate=1e30,
    )
    assert np.isnan(curves.mae_ms[0]).all()
    assert np.isfinite(curves.mae_ms[1]).all()
    model = lp.FineTunedPredictor(mlp_source(), "legacy", legacy_learning_rate=1e30)
    with pytest.raises(lp.TrainingError):
        model.fit(table)


@pytest.mark.parametrize(
    ("settings", "error", "words"),
    [
        ({"method": "magic"}, lp.ConfigError, "magic"),
        ({"method": "last-layer", "source": "additive"}, lp.ConfigError, "perceptron"),
        ({"source": None}, lp.ConfigError, "source"),
        ({"source": "fresh"}, lp.NotFittedError, "not fitted"),
        ({"source": "accuracy"}, lp.ConfigError, "in ms expected"),
        ({"source": "other"}, lp.SchemaError, "family"),
        ({"epochs": 0}, lp.ConfigError, "epochs"),
        ({"epochs": 2.5}, lp.ConfigError, "epochs"),
        ({"seed": -1}, lp.ConfigError, "seed"),
        ({"learning_rate": float("nan")}, lp.ConfigError, "learning_rate"),
        ({"legacy_learning_rate": 0}, lp.ConfigError, "legacy_learning_rate"),
        ({"patience": 0}, lp.ConfigError, "patience"),
    ],
)
def test_bad_settings(settings, error, words) -> None:
    other = lp.space("ofa-proxyless").sample(60, seed=0)
    sources: dict[object, Callable[[], lp.predictors.Predictor]] = {
        "additive": additive_source,
        "fresh": lp.AdditivePredictor,
        "accuracy": lambda: lp.load_accuracy("ofa-top1"),
        "other": lambda: lp.AdditivePredictor().fit(other, source_ms(other)),
    }
    source = settings.get("source", "additive")
    given = {**settings, "source": sources[source]() if source in sources else source}
    archs = rows(20)
    with pytest.raises(error, match=words):
        lp.FineTunedPredictor(**given).fit(archs, target_ms(archs))


@pytest.mark.parametrize("bad", [float("nan"), 0.0, -1.0, float("inf")])
def test_bad_rows(bad: float) -> None:
    archs = rows(20)
    values = target_ms(archs)
    model = lp.FineTunedPredictor(additive_source())
    with pytest.raises(lp.DataError, match="at least 5"):
        model.fit(archs[:4], values[:4])
    with pytest.raises(lp.DataError):
        model.fit(archs, values[:19])
    values[7] = bad
    with pytest.raises(lp.DataError, match="7"):
        model.fit(archs, values)
    with pytest.raises(lp.NotFittedError):
        model.predict(archs)


@pytest.mark.parametrize("method", ["affine", "gaussian-process"])
def test_intervals_of_a_fine_tuned_model_cover(tmp_path: Path, method: str) -> None:
    archs = rows(400)
    values = target_ms(archs, noise=0.01)
    model = lp.FineTunedPredictor(additive_source(), method).fit(archs[:50], values[:50])
    model.calibrate(archs[50:250], values[50:250])
    model.save(tmp_path / "m.latpred")
    low, high = lp.load_predictor(tmp_path / "m.latpred").predict_interval(archs[250:], 0.9)
    assert 0.8 < np.mean((low <= values[250:]) & (values[250:] <= high)) < 0.97
    few = lp.FineTunedPredictor(additive_source(), method).fit(archs[:50], values[:50])
    few.calibrate(archs[:50], values[:50], folds=5)
    low, high = few.predict_interval(archs[250:], 0.8)
    assert np.mean((low <= values[250:]) & (values[250:] <= high)) > 0.65


def test_what_could_not_be_read_again_is_not_written(tmp_path: Path) -> None:
    archs = rows(10)
    model: lp.predictors.Predictor = additive_source()
    path = tmp_path / "m.latpred"
    for generation in range(1, 9):  # two models each: head and what holds it
        model = lp.FineTunedPredictor(model, "affine").fit(archs, generation * target_ms(archs))
        if generation < 8:
            model.save(path)
    with pytest.raises(lp.ConfigError, match="models in each other"):
        model.save(tmp_path / "other.latpred")
    assert lp.load_predictor(path).predict(archs).shape == (10,)
