"""Rows 29 and 30 of the fault matrix: trials that diverge, raise, crash or hang."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Iterator
from decimal import Decimal
from fractions import Fraction
from functools import partial
from types import SimpleNamespace

import latpred as lp
import numpy as np
import pytest
from latpred.tuning import TrialStopped, TrialView, executors
from latpred.tuning import pool as executor_pool
from latpred.tuning import process_worker as study_process

from tests.tuning.objectives import PARAMETERS, Faulty, Momentum, Raising, loss_after, reporting


def sweep(objective: object, **settings: object) -> lp.Study:
    base = {"parameters": PARAMETERS, "trials": 4, "epochs": 6, "scheduler": "none", "workers": 2}
    return lp.tune(objective, progress=False, **(base | settings))


def states(study: lp.Study) -> list[str]:
    return [trial.state for trial in study.trials]


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_row_29_loss_not_finite(value: float) -> None:
    def objective(trial: TrialView):
        for epoch in range(trial.epochs):
            yield value if trial.number == 2 and epoch == 3 else loss_after(trial.params, epoch)

    study = sweep(objective)
    assert states(study) == ["done", "done", "failed", "done"]
    assert study.trials[2].reason == f"loss {'nan' if math.isnan(value) else 'inf'} in epoch 4"
    assert len(study.trials[2].losses) == 3
    assert study.best.state == "done"


@pytest.mark.parametrize("executor", ["local", "process"])
def test_row_29_reasons_are_one_bounded_line(executor: str) -> None:
    study = sweep(Raising(), parameters={"x": [0, 1, 2, 3]}, sampler="grid", executor=executor)
    reasons = {trial.params["x"]: trial.reason for trial in study.trials}
    assert reasons[0] == "ValueError: one two"
    assert reasons[1].startswith("OSError: yyyy")
    assert len(reasons[1]) < 520
    assert reasons[2] == "Mute"
    assert reasons[3] == "MemoryError"


@pytest.mark.parametrize("loss", [True, "0.5", [1.0], None, 1j, np.True_, np.array([1.0])])
def test_row_29_what_is_no_loss_fails_its_trial(loss: object) -> None:
    """However it is told: returned, reported, yielded, or by an object that goes on by steps."""

    def returned(_: TrialView) -> object:
        return loss

    def reported(trial: TrialView) -> None:
        trial.report(loss)

    def yielded(_: TrialView) -> Iterator[object]:
        yield loss

    steps = SimpleNamespace(step=lambda *_: [loss], state=lambda: None, restore=lambda *_: None)
    resumable = SimpleNamespace(start=lambda *_: steps)
    for objective in (returned, reported, yielded, resumable):
        study = sweep(objective, epochs=1, trials=1)
        assert states(study) == ["failed"]
        assert study.trials[0].losses.size == 0


@pytest.mark.parametrize("loss", [1, np.float16(1), np.array(1.0), Fraction(1), Decimal(1)])
def test_row_29_numbers_of_any_kind_are_losses(loss: object) -> None:
    assert sweep(lambda *_: loss, epochs=1, trials=1).best.loss == 1.0


def test_row_29_diverged_training_is_not_repeated(tmp_path) -> None:
    objective = Faulty(str(tmp_path))
    study = sweep(objective, parameters=PARAMETERS | {"fault": "diverged"}, retries=5)
    assert states(study) == ["done", "failed", "done", "done"]
    assert objective.attempts(1) == 1


@pytest.mark.parametrize("executor", ["local", "process"])
def test_row_30_an_exception_is_retried_then_kept(executor: str, tmp_path) -> None:
    objective = Faulty(str(tmp_path))
    fault = {"fault": "exception"}
    study = sweep(objective, parameters=PARAMETERS | fault, retries=2, executor=executor)
    assert states(study) == ["done", "failed", "done", "done"]
    assert study.trials[1].reason == "ZeroDivisionError: one by nothing"
    assert objective.attempts(1) == 3


def test_row_30_a_passing_fault_leaves_no_trace(tmp_path) -> None:
    fault = PARAMETERS | {"fault": "exception"}
    study = sweep(Faulty(str(tmp_path), times=1), parameters=fault, scheduler="asha")
    sound = sweep(reporting, parameters=fault, scheduler="asha")
    assert study.ledger_hash == sound.ledger_hash


def test_row_30_a_crash_costs_one_trial(tmp_path) -> None:
    objective = Faulty(str(tmp_path))
    fault = PARAMETERS | {"fault": "crash"}
    study = sweep(objective, parameters=fault, executor="process")
    assert states(study) == ["done", "failed", "done", "done"]
    assert study.trials[1].reason == "crash: the worker process ended by signal 6"
    assert objective.attempts(1) == 2


@pytest.mark.parametrize(("executor", "hours"), [("local", 1), ("process", 10**6)])
def test_row_30_a_hang_ends_at_the_timeout(
    executor: str, hours: int, tmp_path, monkeypatch
) -> None:
    """Time runs while a trial hangs; on threads it does so on its own thread to the end."""
    objective = Faulty(str(tmp_path), hours=hours)
    known_time = SimpleNamespace(monotonic=objective.seconds, sleep=time.sleep)
    monkeypatch.setattr(executor_pool, "time", known_time)
    monkeypatch.setattr(study_process, "time", known_time)
    on_threads = partial(executors._native.run, clock=objective.seconds)
    monkeypatch.setattr(executors, "_native", SimpleNamespace(run=on_threads))
    fault = PARAMETERS | {"fault": "hang"}
    # One worker: others beside it would come late by the same clock.
    limits = {"timeout_s": 1000, "retries": 0, "executor": executor, "workers": 1}
    study = sweep(objective, parameters=fault, **limits)
    assert states(study) == ["done", "failed", "done", "done"]
    assert study.trials[1].reason == "timeout: more than 1000 s"


def test_a_trial_may_give_up() -> None:
    def objective(trial: TrialView) -> None:
        trial.report(1.0)
        if trial.number == 1:
            raise TrialStopped("no better in sight")
        trial.report(0.5)

    study = sweep(objective)
    assert states(study) == ["done", "stopped", "done", "done"]
    assert study.trials[1].reason == "objective: no better in sight"


def test_all_trials_failed() -> None:
    def objective(_trial: TrialView) -> float:
        raise OSError("no such disk")

    study = sweep(objective)
    with pytest.raises(lp.NotFittedError, match=r"trial 0 failed: OSError: no such disk"):
        _ = study.best


def test_an_objective_without_a_loss() -> None:
    study = sweep(lambda _trial: None)
    assert {trial.reason for trial in study.trials} == {"ended without a loss"}


def test_a_step_of_the_wrong_form() -> None:
    class Wrong:
        def start(self, _params: dict, _seed: int) -> Wrong:
            return self

        def step(self, _epochs: int, _poll: object) -> str:
            return "good"

        state = restore = step

    study = sweep(Wrong())
    assert {trial.state for trial in study.trials} == {"failed"}


def test_unpicklable_objective_for_processes() -> None:
    with pytest.raises(lp.ConfigError, match="importable from a module"):
        sweep(lambda _trial: 1.0, executor="process")


def test_interrupt_joins_the_workers_and_the_study_goes_on() -> None:
    allowed = threading.Semaphore(2)  # epochs: two, and two more each time that news were taken

    def tick(poll: Callable[[], None]) -> None:
        while not allowed.acquire(timeout=0.01):
            poll()

    objective = Momentum()
    objective.tick = tick  # type: ignore[method-assign]
    settings = lp.tuning.StudySettings(trials=6, epochs=8, task_epochs=1)
    study = lp.Study(objective, PARAMETERS, settings)
    accept, calls = study._accept, []

    def interrupt(changes: object, store: object) -> None:
        accept(changes, store)
        calls.append(1)
        if len(calls) == 3:
            raise KeyboardInterrupt
        allowed.release(2)

    study._accept = interrupt  # type: ignore[method-assign]
    with pytest.raises(KeyboardInterrupt):
        study.run(workers=2, progress=False)
    assert not study.finished
    allowed.release(6 * 8 * 2)
    study.run(workers=2, progress=False)
    whole = lp.tune(Momentum(), parameters=PARAMETERS, trials=6, epochs=8, progress=False)
    assert study.ledger_hash == whole.ledger_hash


def test_threads_of_stopped_functions_end() -> None:
    ended, before = [], set(threading.enumerate())  # those of hung trials among them

    def objective(trial: TrialView) -> None:
        try:
            for epoch in range(trial.epochs):
                trial.report(loss_after(trial.params, epoch))
        finally:
            ended.append(trial.number)

    study = sweep(objective, trials=12, scheduler="asha")
    assert study.epochs_saved > 0
    deadline = time.monotonic() + 600
    while len(ended) < 12 and time.monotonic() < deadline:
        time.sleep(0.01)
    assert sorted(ended) == list(range(12))
    for thread in set(threading.enumerate()) - before:
        thread.join(600)
        assert not thread.is_alive()
