"""Studies over the MLP predictor."""

from __future__ import annotations

import json
import threading

import latpred as lp
import numpy as np
import pytest
from latpred.neural.study import MlpObjective
from latpred.tuning import Float
from typer.testing import CliRunner

from tests.tuning.test_resume import Stop, StudyStore

pytestmark = pytest.mark.libtorch

SPACE = lp.space("ofa-mobilenetv3")
FAST = {"hidden": [[32]], "batch_size": 64}


def table_of(count: int = 240, seed: int = 0) -> lp.LatencyTable:
    archs = SPACE.sample(count, seed=seed)
    return lp.LatencyTable(archs, 3 + SPACE.count(archs)["macs"] / 5e7, device="made-up")


def sweep(**settings: object) -> lp.Study:
    parameters = {**FAST, "learning_rate": Float(1e-3, 1e-1, log=True)}
    base = {"parameters": parameters, "trials": 8, "epochs": 6, "seed": 2, "progress": False}
    return lp.tune(lp.MlpPredictor, table_of(), **(base | settings))


def test_trials_are_trainings() -> None:
    """The losses of a trial that was never stopped are those of one plain fit."""
    study = sweep(scheduler="none", trials=3)
    train, validation = table_of().split("architecture", (0.85, 0.15), seed=2)
    for trial in study.trials:
        seed = lp._core.tuning.trial_seed(2, trial.number)
        params = {**trial.params, "seed": seed, "epochs": 6}
        model = lp.MlpPredictor().set_params(**params)
        model.fit(train, validation=validation, progress=False)
        np.testing.assert_array_equal(model.history_["validation_mae"], trial.losses)
    assert study.best.loss == min(trial.loss for trial in study.trials)


@pytest.mark.parametrize("preset", [None, "ofa-tutorial"])
def test_the_best_predictor_has_the_best_loss(preset: str | None) -> None:
    study = sweep(preset=preset, sampler="random")
    _, validation = table_of().split("architecture", (0.85, 0.15), seed=2)
    predicted = study.best_predictor.predict(validation.archs)
    error = float(np.abs(predicted - validation.latency_ms).mean())
    rounding = float(np.finfo(np.float32).eps * predicted.max())  # of one prediction
    assert error == pytest.approx(study.best.loss, abs=rounding)


def test_same_result_for_any_number_of_workers() -> None:
    found = [sweep(workers=workers) for workers in (1, 2, 4)]
    assert len({study.ledger_hash for study in found}) == 1
    assert len({study.best_state for study in found}) == 1
    assert found[0].epochs_saved > 0


def test_a_killed_study_goes_on_to_the_bit(tmp_path, monkeypatch) -> None:
    whole = sweep()
    write, written = StudyStore.write, threading.Event()
    start, begun = MlpObjective.start, []

    def write_some(self: StudyStore, trials: object) -> None:
        if written.is_set():
            raise Stop
        write(self, trials)
        written.set()

    def start_some(self: MlpObjective, params: dict, seed: int) -> object:
        begun.append(seed)
        if len(begun) > 4:  # so that something is left to write, however late the first time is
            written.wait()
        return start(self, params, seed)

    with monkeypatch.context() as patch:
        patch.setattr(StudyStore, "write", write_some)
        patch.setattr(MlpObjective, "start", start_some)
        with pytest.raises(Stop):
            sweep(store=tmp_path / "s.db", task_epochs=1)
    resumed = sweep(store=tmp_path / "s.db")
    assert resumed.ledger_hash == whole.ledger_hash
    assert resumed.best_state == whole.best_state
    archs = SPACE.sample(50, seed=9)
    np.testing.assert_array_equal(
        resumed.best_predictor.predict(archs), whole.best_predictor.predict(archs)
    )


def test_row_28_bad_rows_never_reach_a_study(tmp_path) -> None:
    table = table_of(60)
    for bad in (np.nan, -1.0, 0.0, np.inf):
        values = table.latency_ms.copy()
        values[7] = bad
        with pytest.raises(lp.DataError, match="7"):
            lp.LatencyTable(table.archs, values)
    lines = [
        f'"{text}",{ms}'
        for text, ms in zip(table.archs.to_strings(), table.latency_ms, strict=True)
    ]
    lines[3] = lines[3].rsplit(",", 1)[0] + ",nan"
    path = tmp_path / "t.csv"
    path.write_text("\n".join(["architecture,latency_ms", *lines]))
    with pytest.raises(lp.DataError):
        lp.read_latency_table(path, SPACE)
    kept = lp.read_latency_table(path, SPACE, on_bad="drop")
    assert len(kept) == 59
    study = lp.tune(
        lp.MlpPredictor, kept, parameters=FAST, trials=1, epochs=2, validation=0.3, progress=False
    )
    assert np.isfinite(study.best.loss)


def test_row_29_exploding_gradients() -> None:
    rates = {"learning_rate": [1e-3, 1e10], "optimizer": "sgd", "schedule": "constant"}
    study = sweep(
        parameters={**FAST, **rates, "hidden": [[32]]},
        sampler="grid",
        trials=None,
        scheduler="none",
    )
    by_rate = {trial.params["learning_rate"]: trial for trial in study.trials}
    assert by_rate[1e-3].state == "done"
    assert by_rate[1e10].state == "failed"
    assert "TrainingError" in by_rate[1e10].reason
    assert study.best.params["learning_rate"] == 1e-3


def test_tutorial_preset() -> None:
    study = lp.tune(
        lp.MlpPredictor,
        table_of(64),
        preset="ofa-tutorial",
        epochs=1,
        scheduler="asha",
        progress=False,
    )
    assert len(study.trials) == 36
    assert len({tuple(trial.params.values()) for trial in study.trials}) == 36
    model = study.objective._predictor(study.best.params, 0)
    recipe = (model.optimizer, model.loss, model.batch_size, model.schedule)
    assert recipe == ("sgd", "rmse", 32, "constant")


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"preset": "luck"}, "unknown preset 'luck'"),
        ({"parameters": {"colour": ["red"]}}, "colour"),
    ],
)
def test_bad_settings(settings: dict, message: str) -> None:
    with pytest.raises(lp.ConfigError, match=message):
        sweep(**settings)


def test_other_predictors() -> None:
    with pytest.raises(lp.ConfigError, match="AdditivePredictor has no trials"):
        lp.tune(lp.AdditivePredictor, table_of(), trials=2)
    with pytest.raises(lp.ConfigError, match="no table"):
        lp.tune(lp.MlpPredictor, trials=2)


def test_command(tmp_path) -> None:
    from latpred.cli import app

    table, model = tmp_path / "t.csv", tmp_path / "m.latpred"
    table_of(120).to_csv(table)
    arguments = ["tune", table, "--out", model, "--trials", "2", "--epochs", "1", "--json"]
    done = CliRunner().invoke(app, [str(argument) for argument in arguments])
    assert done.exit_code == 0, done.output
    document = json.loads(done.stdout)
    assert len(document["rows"]) == 2
    assert document["loss_ms"] > 0
    assert isinstance(lp.load_predictor(model), lp.MlpPredictor)
