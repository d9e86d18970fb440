"""Cross-validation, choice, bagging, calibration and curves over any fitter."""

from __future__ import annotations

from typing import Any

import latpred as lp
import numpy as np
import pytest
from latpred import _core
from latpred.predictors.auto import cross_validate
from latpred.predictors.fitters import fitter_of

selection = _core.selection
SPACE = lp.space("ofa-mobilenetv3")


def rows(count: int, seed: int = 0, noise: float = 0.05) -> tuple[lp.Architectures, np.ndarray]:
    archs = SPACE.sample(count, seed=seed, unique=True)
    costs = 2 + np.asarray(SPACE.count(archs)["macs"], dtype=float) * 1e-8
    return archs, costs * (1 + noise * np.random.default_rng(seed).standard_normal(count))


class Memory(lp.predictors.Predictor):
    """Knows every network that it has seen, and nothing of others: a leak shows as no error."""

    def fit(self, archs: Any, values: Any) -> Memory:
        self.known_ = dict(zip(archs.hashes.tolist(), values, strict=True))
        return self

    def predict(self, archs: Any) -> np.ndarray:
        return np.array([self.known_.get(key, 1e3) for key in archs.hashes.tolist()])


def test_held_out_predictions_are_those_of_models_without_the_row() -> None:
    archs, values = rows(40)
    fitter = fitter_of(lp.FlopsPredictor())
    found = selection.held_out(fitter, archs, values, folds=5, seed=2).predicted
    for train, held in selection.folds(archs, 5, 2):
        part = lp.FlopsPredictor().fit(archs[train], values[train])
        np.testing.assert_array_equal(found[held], part.predict(archs[held]))
    score = cross_validate(lp.FlopsPredictor(), archs, values, folds=5, seed=2)
    assert score.mae == pytest.approx(np.abs(found - values).mean())
    assert (score.folds, score.failure) == (5, "")


def test_networks_measured_twice_do_not_leak() -> None:
    """Every fold scheme: cross-validation, calibration, curves, fine-tuning."""
    archs, values = rows(30)
    twice = archs[np.r_[:30, :30]]
    both = np.r_[values, values * 1.01]
    shuffled = np.random.default_rng(0).permutation(60)
    twice, both = twice[shuffled], both[shuffled]
    found = selection.held_out(fitter_of(Memory()), twice, both, folds=6, seed=0).predicted
    assert (found == 1e3).all()
    curves, _, judged = selection.learning_curves(
        [fitter_of(Memory())], twice, both, sizes=[21], repeats=3, seed=0, test_share=0.0, gaps=True
    )
    assert judged < 60 - 21  # rows whose network was drawn are judged by nobody
    assert all(each.mae_ms > 900 for each in curves)


@pytest.mark.parametrize("model", [lp.FlopsPredictor(), lp.AdditivePredictor()])
def test_results_do_not_depend_on_the_order_of_rows(model: Any) -> None:
    archs, values = rows(60)
    order = np.random.default_rng(1).permutation(60)
    score = cross_validate(model, archs, values, folds=4, seed=3)
    assert cross_validate(model, archs[order], values[order], folds=4, seed=3).mae == (
        pytest.approx(score.mae, rel=1e-12)
    )
    curve = [
        lp.learning_curve(
            model, lp.LatencyTable(archs[o], values[o]), sizes=(10, 30), repeats=2, seed=1
        )
        for o in (np.arange(60), order)
    ]
    np.testing.assert_allclose(curve[0].errors, curve[1].errors, rtol=1e-12)
    first, second = model._unfitted().fit(archs, values), model._unfitted().fit(archs, values)
    first.calibrate(archs, values, folds=5)
    second.calibrate(archs[order], values[order], folds=5)
    scores = [_core.predictors.calibration(m._fitted())[0] for m in (first, second)]
    np.testing.assert_allclose(scores[0], scores[1], rtol=1e-12)


def test_auto_in_the_core_and_in_python_choose_alike() -> None:
    archs, values = rows(90)
    model = lp.AutoPredictor(seed=3).fit(archs, values, progress=False)
    native = fitter_of(lp.AutoPredictor(seed=3)).fit(archs, values)
    assert native.notes == model.notes
    assert native.kind == model._fitted().kind
    np.testing.assert_array_equal(native.evaluate(archs), model.predict(archs))


class Counting(lp.FlopsPredictor):
    """Counts its fits."""

    def fit(self, table: Any, latency_ms: Any = None) -> Counting:
        FITS.append(len(table))
        return super().fit(table, latency_ms)


FITS: list[int] = []


@pytest.mark.parametrize("first", [True, False])
def test_the_choice_hands_on_what_it_fitted(first: bool) -> None:
    """Held-out predictions and intervals of the best need no more fits."""
    archs, values = rows(60, noise=0.02)
    FITS.clear()
    best, other = fitter_of(Counting()), fitter_of(Memory())
    candidates = [("best", best), ("other", other)][:: 1 if first else -1]
    ranked, notes, held_out = selection.select(candidates, archs, values, folds=6, seed=4)
    assert next(iter(ranked)) == "best"
    assert "6-fold" in notes["chosen_by"]
    assert len(FITS) == 6
    apart = selection.held_out(best, archs, values, folds=6, seed=4)
    np.testing.assert_array_equal(held_out.predicted, apart.predicted)
    FITS.clear()
    model = lp.FlopsPredictor().fit(archs, values)
    every = np.ones(60, dtype=np.uint8)
    selection.calibrate_on_labels(
        model._fitted(), held_out, archs, values, every, label_noise=0.0, reading_noise=0.0
    )
    assert FITS == []
    scores = _core.predictors.calibration(model._fitted())[0]
    by_folds = lp.FlopsPredictor().fit(archs, values)
    selection.calibrate_by_folds(
        by_folds._fitted(), fitter_of(lp.FlopsPredictor()), archs, values, folds=6, seed=4
    )
    np.testing.assert_allclose(scores, _core.predictors.calibration(by_folds._fitted())[0])


def test_candidates_by_rows_and_effort() -> None:
    names = selection.usual_candidates
    assert names(10, "thorough", []) == ["flops", "additive", "gaussian-process"]
    assert names(5000, "fast", []) == ["flops", "additive", "additive, interactions"]
    assert "trees" in names(500, "default", [("trees", fitter_of(lp.FlopsPredictor()))])
    assert "trees" not in names(500, "default", [])
    with pytest.raises(lp.ConfigError, match="huge"):
        names(10, "huge", [])


def test_wrong_folds_are_no_failure_of_a_candidate() -> None:
    archs, values = rows(10)
    for folds in (0, 1, 11, 2.5):
        with pytest.raises(lp.ConfigError, match="folds"):
            lp.AutoPredictor(folds=folds).fit(archs, values)  # type: ignore[arg-type]
    model = lp.FlopsPredictor().fit(archs, values)
    for folds in (0, 1, 11):
        with pytest.raises(lp.ConfigError, match="folds"):
            model.calibrate(archs, values, folds=folds)


def test_members_see_whole_networks() -> None:
    archs, values = rows(40)
    seen: list[set[int]] = []

    class Watching(lp.FlopsPredictor):
        def fit(self, table: Any, latency_ms: Any = None) -> Watching:
            seen.append(set(table.hashes.tolist()))
            return super().fit(table, latency_ms)

    twice = np.r_[:40, :40]
    model = lp.EnsemblePredictor(Watching(), members=4, share=0.5)
    model.fit(archs[twice], np.r_[values, values * 1.02])
    assert [len(networks) for networks in seen] == [20] * 4
    assert len(set(map(frozenset, seen))) == 4


def test_a_user_error_passes_and_ours_is_a_failure() -> None:
    archs, values = rows(20)

    class Broken(lp.FlopsPredictor):
        error: Any = lp.TrainingError("diverged")

        def fit(self, table: Any, latency_ms: Any = None) -> Broken:  # noqa: ARG002
            raise self.error

    score = cross_validate(Broken(), archs, values, folds=4, seed=0)
    assert score.mae == np.inf
    assert score.failure == "diverged"

    class Wrong(Broken):
        error = ZeroDivisionError("a bug of the class")

    class Stopped(Broken):
        error = lp.errors.Cancelled("stop")

    with pytest.raises(ZeroDivisionError, match="a bug"):
        cross_validate(Wrong(), archs, values, folds=4, seed=0)
    with pytest.raises(lp.errors.Cancelled):
        cross_validate(Stopped(), archs, values, folds=4, seed=0)


@pytest.mark.parametrize(
    "name",
    [
        "ConfigError",
        "DataError",
        "SchemaError",
        "TrainingError",
        "NotFittedError",
        "ArchitectureError",
        "CorruptionError",
        "LookupTableError",
        "MeasurementError",
    ],
)
def test_errors_of_python_fits_keep_their_class(name: str) -> None:
    kind = getattr(lp.errors, name)

    class Broken(lp.FlopsPredictor):
        def fit(self, table: Any, latency_ms: Any = None) -> Broken:  # noqa: ARG002
            raise kind("why")

    with pytest.raises(kind, match="why") as caught:
        fitter_of(Broken()).fit(*rows(5))
    assert caught.type is kind


def test_python_fits_never_run_side_by_side() -> None:
    import threading

    archs, values = rows(12)
    inside, most = [0], [0]

    class Watching(lp.FlopsPredictor):
        def fit(self, table: Any, latency_ms: Any = None) -> Watching:
            inside[0] += 1
            most[0] = max(most[0], inside[0])
            threading.Event().wait(0.002)  # lets go of the GIL
            super().fit(table, latency_ms)
            inside[0] -= 1
            return self

    threads = [
        threading.Thread(
            target=cross_validate, args=(Watching(), archs, values), kwargs={"folds": 4, "seed": n}
        )
        for n in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [1]


def test_progress_is_that_of_the_whole() -> None:
    archs, values = rows(30)
    told: list[tuple[int, int, str]] = []
    candidates = [("a", fitter_of(lp.FlopsPredictor())), ("b", fitter_of(lp.AdditivePredictor()))]
    selection.select(
        candidates, archs, values, folds=3, seed=0, progress=lambda *step: told.append(step)
    )
    assert told[0][:2] == (0, 2)
    assert told[-1][:2] == (2, 2)
    assert all(total == 2 for _, total, _ in told)
