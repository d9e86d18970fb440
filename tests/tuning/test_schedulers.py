"""Which trials go on: against definitions written anew, and the epochs that this saves."""

from __future__ import annotations

import latpred as lp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from latpred.tuning import StudySettings, scheduler_names

from tests.tuning.objectives import PARAMETERS, Momentum, reporting, returning, yielding

losses = st.lists(st.integers(0, 5).map(float), min_size=4, max_size=4)
tables = st.lists(losses, min_size=1, max_size=12)


class Table:
    """Trial n has the losses of row n."""

    def __init__(self, rows: list[list[float]]) -> None:
        self.rows = rows

    def __call__(self, trial: lp.tuning.TrialView):
        yield from self.rows[trial["row"]]


def study_of(rows: list[list[float]], **settings: object) -> lp.Study:
    # A choice drawn by a grid comes in another order than the rows; undo it.
    return lp.tune(
        Table(rows),
        parameters={"row": list(range(len(rows)))},
        sampler="grid",
        epochs=4,
        workers=1,
        progress=False,
        **settings,
    )


def asha(rows: list[list[float]]) -> list[int]:
    """Epochs that each trial runs; rungs after epochs 1 and 2, half goes on."""
    ran = []
    for n, row in enumerate(rows):
        ran.append(4)
        for rung in (1, 2):
            others = [min(rows[m][:rung]) for m in range(n) if ran[m] >= rung]
            kept = max(1, (len(others) + 1) // 2)
            if sum(other <= min(row[:rung]) for other in others) >= kept:
                ran[n] = rung
                break
    return ran


def median(rows: list[list[float]]) -> list[int]:
    ran = []
    for n, row in enumerate(rows):
        ran.append(4)
        for rung in (1, 2, 3):
            others = [np.mean(rows[m][:rung]) for m in range(n) if ran[m] >= rung]
            if len(others) >= 2 and min(row[:rung]) > np.median(others):
                ran[n] = rung
                break
    return ran


@given(tables)
def test_asha(rows: list[list[float]]) -> None:
    study = study_of(rows, scheduler="asha")
    in_order = [rows[trial.params["row"]] for trial in study.trials]
    assert [len(trial.losses) for trial in study.trials] == asha(in_order)


@given(tables)
def test_median(rows: list[list[float]]) -> None:
    study = study_of(rows, scheduler="median", startup=2)
    in_order = [rows[trial.params["row"]] for trial in study.trials]
    assert [len(trial.losses) for trial in study.trials] == median(in_order)


@given(tables)
def test_best_is_the_first_of_the_least(rows: list[list[float]]) -> None:
    study = study_of(rows, scheduler="none")
    values = [min(rows[trial.params["row"]]) for trial in study.trials]
    assert study.best.number == int(np.argmin(values))
    assert study.best.loss == min(values)
    epoch = study.best.best_epoch
    assert epoch is not None
    assert study.best.losses[epoch - 1] == min(values)


@pytest.mark.parametrize("scheduler", ["asha", "median"])
def test_stopped_trials_do_not_run_on(scheduler: str, tmp_path) -> None:
    log = tmp_path / "epochs"
    study = lp.tune(
        Momentum(log=str(log)),
        parameters=PARAMETERS,
        trials=20,
        epochs=16,
        scheduler=scheduler,
        workers=2,
        progress=False,
    )
    ran = len(log.read_text().splitlines())
    assert ran == study.epochs_run
    assert ran + study.epochs_saved == 20 * 16
    assert study.epochs_saved > 100
    stopped = [trial for trial in study.trials if trial.state == "stopped"]
    assert all(scheduler in trial.reason for trial in stopped)


@pytest.mark.parametrize("scheduler", scheduler_names())
def test_same_result_for_any_number_of_workers(scheduler: str) -> None:
    settings = {"trials": 24, "epochs": 12, "scheduler": scheduler, "seed": 5}
    found = [
        lp.tune(
            Momentum(),
            parameters=PARAMETERS,
            workers=workers,
            live=live,
            progress=False,
            **settings,
        )
        for workers, live in ((1, None), (2, None), (4, None), (2, 1), (4, 3))
    ]
    assert len({study.ledger_hash for study in found}) == 1
    assert len({study.best.number for study in found}) == 1
    other = lp.tune(Momentum(), parameters=PARAMETERS, progress=False, **(settings | {"seed": 6}))
    assert other.ledger_hash != found[0].ledger_hash


def test_forms_of_an_objective_agree() -> None:
    forms = [
        lp.tune(form, parameters=PARAMETERS, trials=9, epochs=8, progress=False, workers=3)
        for form in (reporting, yielding)
    ]
    assert forms[0].ledger_hash == forms[1].ledger_hash
    single = lp.tune(returning, parameters=PARAMETERS, trials=9, progress=False, scheduler="none")
    assert [t.losses[0] for t in single.trials] == [
        lp.tune(returning, parameters=t.params, trials=1, progress=False).best.loss
        for t in single.trials
    ]


def test_more_trials_leave_the_first_as_they_were() -> None:
    few, many = (
        lp.tune(Momentum(), parameters=PARAMETERS, trials=n, epochs=8, progress=False)
        for n in (8, 16)
    )
    for a, b in zip(few.trials, many.trials, strict=False):
        assert a.params == b.params
        assert a.state == b.state
        np.testing.assert_array_equal(a.losses, b.losses)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"scheduler": "luck"}, "unknown scheduler luck"),
        ({"reduction": 1}, "reduction of at least 2"),
        ({"epochs": 0}, "epochs 0"),
        ({"trials": 0}, "0 trials"),
        ({"trials": None}, "a number expected"),
        ({"sampler": "luck"}, "unknown sampler 'luck'"),
        ({"sampler": "grid", "trials": 1000}, "1000 trials, at most 18"),
        ({"executor": "moon"}, "unknown executor 'moon'"),
        ({"workers": 0}, "0 workers"),
        ({"colour": "red"}, "colour"),
        ({"parameters": None}, "no parameters"),
    ],
)
def test_bad_settings(settings: dict, message: str) -> None:
    base = {"parameters": PARAMETERS, "trials": 2, "progress": False}
    with pytest.raises(lp.ConfigError, match=message):
        lp.tune(reporting, **(base | settings))


def test_default_settings_are_what_the_documentation_says() -> None:
    settings = StudySettings()
    assert (settings.epochs, settings.scheduler, settings.retries) == (100, "asha", 1)
