"""Ctrl-C and requests to exit inside an objective end the study; what is done stays."""

from __future__ import annotations

from typing import Any

import latpred as lp
import pytest
from latpred.tuning import TrialView
from latpred.tuning.pool import TrialHost
from latpred.tuning.trials import TrialMaker, interrupt_of

PARAMETERS = {"x": [1.0, 2.0, 3.0, 4.0]}


class Stop(BaseException):
    """As of a framework that ends its work so."""


class Ends:
    """An objective that raises in the third trial, once; importable from other processes."""

    def __init__(self, error: type[BaseException], code: Any = None) -> None:
        self.error, self.code = error, code

    def __call__(self, trial: TrialView) -> float:
        if trial.number == 2 and self.error is not Exception:
            raise self.error(self.code) if self.code is not None else self.error
        return float(trial.params["x"])


class Resumable:
    """A trial that raises in a method of its own."""

    def __init__(self, place: str, error: type[BaseException]) -> None:
        self.place, self.error = place, error

    def start(self, params: Any, _seed: int) -> Resumable:
        self.fail("start", params["x"])
        self.x = params["x"]
        return self

    def fail(self, place: str, x: float = 0) -> None:
        if place == self.place and (place != "start" or x == 2.0):
            raise self.error

    def step(self, epochs: int, _poll: Any) -> list[float]:
        self.fail("step")
        return [self.x] * epochs

    def state(self) -> bytes | None:
        self.fail("state")
        return None

    def restore(self, state: bytes) -> None:
        raise AssertionError(state)


def sweep(objective: Any, **settings: Any) -> lp.Study:
    base = {"parameters": PARAMETERS, "sampler": "grid", "epochs": 1, "workers": 1}
    return lp.tune(objective, progress=False, **(base | settings))


@pytest.mark.parametrize("executor", ["local", "process"])
@pytest.mark.parametrize(
    ("error", "code", "raised"),
    [
        (KeyboardInterrupt, None, KeyboardInterrupt),
        (SystemExit, 7, SystemExit),
        (Stop, None, (Stop, KeyboardInterrupt)),  # as Ctrl-C where it has to travel
    ],
)
def test_they_end_the_study(
    executor: str, error: type[BaseException], code: Any, raised: Any, tmp_path: Any
) -> None:
    store = tmp_path / "study.db"
    with pytest.raises(raised) as caught:
        sweep(Ends(error, code), store=store, executor=executor)
    if code is not None:
        assert caught.value.code == code
    whole = sweep(Ends(Exception))
    again = sweep(Ends(Exception), store=store)
    assert again.ledger_hash == whole.ledger_hash
    assert [trial.state for trial in again.trials] == ["done"] * 4


def test_what_was_done_before_is_kept(tmp_path: Any) -> None:
    store = tmp_path / "study.db"
    with pytest.raises(KeyboardInterrupt):
        sweep(Ends(KeyboardInterrupt), store=store)
    kept = lp.Study(Ends(Exception), PARAMETERS, lp.tuning.StudySettings(sampler="grid", epochs=1))
    kept.store = store
    asked: list[int] = []
    kept.objective = lambda trial: asked.append(trial.number) or float(trial.params["x"])
    kept.name = "Ends"
    kept.run(progress=False, workers=1)
    assert asked == [2, 3]


@pytest.mark.parametrize("place", ["start", "step", "state"])
@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit])
def test_resumable_trials(place: str, error: type[BaseException]) -> None:
    with pytest.raises(error):
        sweep(Resumable(place, error))


def test_ordinary_errors_are_still_failures() -> None:
    study = sweep(Ends(ZeroDivisionError), retries=0)
    assert [trial.state for trial in study.trials] == ["done", "done", "failed", "done"]


def test_workers_hand_them_on() -> None:
    host = TrialHost(TrialMaker(Ends(SystemExit, "why"), PARAMETERS, 1))
    job = {"trial": 2, "begin": 0, "end": 1, "configuration": [0.0], "seed": 0, "saved": None}
    found = host.run(job)
    assert isinstance(found["interrupt"], SystemExit)
    assert found["interrupt"].code == "why"


@pytest.mark.parametrize(
    ("error", "said"),
    [(KeyboardInterrupt(), ""), (Stop("x" * 999), "Stop: xxx"), (SystemExit(object()), "<object")],
)
def test_they_travel_in_short(error: BaseException, said: str) -> None:
    text = str(interrupt_of(error))
    assert text.startswith(said)
    assert len(text) <= 200


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit])
def test_objectives_of_a_search(error: type[BaseException]) -> None:
    def objective(_archs: lp.Architectures) -> Any:
        raise error

    with pytest.raises(error):
        lp.search(
            lp.space("nas-bench-201"), objective=objective, population=4, generations=1,
            progress=False,
        )  # fmt: skip
