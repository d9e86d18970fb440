"""Studies of any size and of any clock: refused, or worked on, never cut or ended by a signal."""

from __future__ import annotations

import contextlib
import itertools
from typing import Any

import latpred as lp
import pytest
from latpred._core import tuning
from latpred.tuning.study import StudySettings

SETTINGS: dict[str, Any] = {
    "trials": 4,
    "seed": 0,
    "scheduler": "asha",
    "epochs": 8,
    "grace": 1,
    "reduction": 2,
    "startup": 2,
    "task_epochs": 3,
    "live": 4,
    "retries": 0,
}


@pytest.mark.parametrize(
    "changed",
    [
        {"epochs": 2**63 + 1},
        {"epochs": 10**9 + 1},
        {"epochs": 10**9, "scheduler": "median"},  # a billion comparisons: 8 GB
        {"epochs": 10**10, "scheduler": "median"},
        {"trials": 10**12},
        {"epochs": 0},
        {"reduction": 1},
        {"grace": 0},
        {"task_epochs": 0},
        {"live": 0},
    ],
)
def test_settings_out_of_range(changed: dict[str, int]) -> None:
    with pytest.raises(lp.ConfigError) as caught:
        tuning.Study(**(SETTINGS | changed))
    assert str(max(v for v in changed.values() if isinstance(v, int))) in str(caught.value)


@pytest.mark.parametrize(
    "changed",
    [
        {"epochs": 10**9},
        {"epochs": 10**9, "reduction": 2**63},
        {"grace": 2**64 - 1},
        {"grace": 2**63, "scheduler": "median"},
        {"task_epochs": 2**64 - 1},
        {"live": 2**64 - 1, "startup": 2**64 - 1, "retries": 2**64 - 1},
    ],
)
def test_large_settings_do_not_wrap(changed: dict[str, Any]) -> None:
    study = tuning.Study(**(SETTINGS | changed))
    study.configure(0, [0.0])
    task = study.take()
    assert task.begin == 0
    assert 1 <= task.end <= (SETTINGS | changed)["epochs"]


def test_rungs_of_halving_end_before_they_wrap() -> None:
    study = tuning.Study(**(SETTINGS | {"epochs": 9, "reduction": 3, "task_epochs": 100}))
    study.configure(0, [0.0])
    seen = []
    while task := study.take():
        seen.append((task.begin, task.end))
        study.report(0, [1.0] * (task.end - task.begin))
    assert seen == [(0, 1), (1, 3), (3, 9)]


@pytest.mark.parametrize("name", ["epochs", "grace", "reduction", "startup", "task_epochs", "seed"])
@pytest.mark.parametrize("value", [-1, 2**64, 2.5, "8"])
def test_python_settings_are_whole_numbers(name: str, value: Any) -> None:
    def study() -> lp.Study:
        settings = StudySettings(**{"trials": 2, name: value})
        return lp.Study(str, {"x": lp.tuning.Float(0, 1)}, settings)

    with pytest.raises(lp.ConfigError, match=name):
        study()


class Trial:
    def __init__(self, losses: int = 1) -> None:
        self.losses = losses

    def step(self, epochs: int, poll: Any) -> Any:
        poll()
        return [1.0] * (epochs * self.losses), False, None

    def state(self) -> bytes:
        return b""

    def restore(self, state: bytes) -> None:
        pass


def run(study: Any, make: Any = lambda *_: Trial(), **options: Any) -> None:
    given = {"workers": 2, "timeout_seconds": 0, "states": {}, "sink": lambda _: None} | options
    tuning.run(study, make=make, **given)


def configured(**changed: Any) -> Any:
    study = tuning.Study(**(SETTINGS | changed))
    for trial in range(4):
        study.configure(trial, [0.1 * trial])
    return study


@pytest.mark.parametrize("fails_at", range(8))
def test_a_clock_that_fails_ends_the_run_with_its_error(fails_at: int) -> None:
    """It is read where a worker starts, polls, ends, and tells of a failure; outside the trial an
    exception once left the thread, which ends the process."""
    calls = itertools.count()

    def clock() -> float:
        if next(calls) >= fails_at:
            raise RuntimeError("no time left")
        return 0.0

    study = configured()
    with contextlib.suppress(RuntimeError):
        run(study, clock=clock, timeout_seconds=5.0)
    states = [study.record(t).state for t in range(4)]
    assert "running" not in states
    if not study.finished:
        run(study)
    assert study.finished


def test_a_clock_that_fails_while_a_failure_is_told() -> None:
    """The second reading comes when the trial has failed already."""
    calls = itertools.count()

    def clock() -> float:
        if next(calls) > 0:
            raise KeyError("clock")
        return 0.0

    def broken(*_: Any) -> Any:
        raise ValueError("no such trial")

    study = configured()
    with pytest.raises(KeyError, match="clock"):
        run(study, broken, clock=clock, workers=1)
    run(study, broken)
    assert study.finished
    assert {study.record(t).state for t in range(4)} == {"failed"}


def test_more_losses_than_epochs_fail_the_trial() -> None:
    study = configured()
    run(study, lambda *_: Trial(losses=2))
    assert {study.record(t).state for t in range(4)} == {"failed"}
    assert "losses" in study.record(0).reason
    direct = configured()
    task = direct.take()
    with pytest.raises(lp.ConfigError, match="losses"):
        direct.report(task.trial, [1.0] * 9)


@pytest.mark.parametrize("options", [{"timeout_seconds": float("nan")}, {"workers": 10**9}])
def test_runs_out_of_range(options: dict[str, Any]) -> None:
    with pytest.raises(lp.ConfigError):
        run(configured(), **options)


RECORD: dict[str, Any] = {
    "configuration": [0.5],
    "state": "done",
    "reason": "",
    "losses": [1.0] * 8,
    "failures": 0,
}


@pytest.mark.parametrize(
    "changed",
    [
        {"losses": []},
        {"losses": [1.0] * 9},
        {"losses": [float("nan")]},
        {"state": "waiting"},  # all epochs done, and still waiting: it would wait for ever
        {"state": "stopped", "losses": [1.0] * 9},  # -1 epochs saved
        {"configuration": [float("inf")]},
        {"state": "asleep"},
    ],
)
def test_records_of_no_study(changed: dict[str, Any]) -> None:
    study = tuning.Study(**SETTINGS)
    study.restore(0, tuning.TrialRecord(**RECORD))
    assert study.best == 0
    with pytest.raises((lp.DataError, lp.ConfigError)):
        study.restore(1, tuning.TrialRecord(**(RECORD | changed)))
    with pytest.raises(lp.ConfigError, match="trial 4"):
        study.restore(4, tuning.TrialRecord(**RECORD))


@pytest.mark.parametrize(
    ("kind", "low", "high", "points"),
    [
        ("choice", 0.0, 1e9, 3),
        ("integer", 0.0, 1e9, 10**12),
        ("real", 0.0, 1.0, 10**12),
        ("integer", -1e300, 1e300, 3),
        ("real", 1.0, 0.0, 3),
        ("real", float("nan"), 1.0, 3),
        ("number", 0.0, 1.0, 3),
    ],
)
def test_grids_out_of_range(kind: str, low: float, high: float, points: int) -> None:
    with pytest.raises(lp.ConfigError):
        tuning.Parameter("x", kind=kind, low=low, high=high).grid(points)
