"""An interrupt at any place of taking note of trials: nothing that was known is lost."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from latpred.tuning.pool import Pool, TrialHost, run_pool
from latpred.tuning.study import Study, StudySettings
from latpred.tuning.trials import TrialMaker

from tests.tuning.objectives import PARAMETERS, Momentum
from tests.tuning.test_resume import stored

PLACES = {"_accept", "_drop_states", "write", "transaction", "_put_all", "_put", "_extent"}
PLACES |= {"_errors"}
FILES = ("latpred/tuning/study", "latpred/base/sqlite")
STRIDE = 29  # of bytecodes; prime, so that every place of a loop's body is met in time


class Interrupt(BaseException):
    """Like Ctrl-C: no `except Exception` sees it."""


class Interrupter:
    """Raises at the n-th bytecode of `PLACES`, as a signal's handler may."""

    def __init__(self, after: int) -> None:
        self.left = after
        self.where = ""

    def __call__(self, frame: FrameType, event: str, _: Any) -> Any:
        code = frame.f_code
        place = Path(code.co_filename).as_posix()
        if code.co_name not in PLACES or not any(file in place for file in FILES):
            return None
        frame.f_trace_opcodes = True
        if event == "opcode":
            self.left -= 1
            if self.left == 0:
                self.where = f"{code.co_name}, line {frame.f_lineno}"
                raise Interrupt
        return self


@contextmanager
def interrupted(after: int) -> Iterator[Interrupter]:
    tracer = Interrupter(after)
    before = sys.gettrace()
    sys.settrace(tracer)
    try:
        yield tracer
    except Interrupt:
        pass
    finally:
        sys.settrace(before)


def study_of(store: Path | None) -> Study:
    settings = StudySettings(trials=6, epochs=5, task_epochs=2, seed=3)
    return Study(Momentum(), PARAMETERS, settings, store)


def known(study: Study) -> dict[int, tuple[list[float], str]]:
    """What the core knows: trials that have begun, their losses and ends."""
    records = {n: study._core.record(n) for n in range(6)}
    return {
        n: (list(r.losses), r.state if r.over else "waiting")
        for n, r in records.items()
        if len(r.losses)
    }


@pytest.mark.parametrize("phase", range(4))
def test_nothing_known_is_lost(tmp_path: Path, phase: int) -> None:
    whole = study_of(None).run(progress=False)
    after, places = 1 + phase * 7, set()
    while True:
        path = tmp_path / f"{after}.db"
        study = study_of(path)
        with interrupted(after) as interrupter:
            study.run(workers=1, progress=False)
        if not interrupter.where:
            break
        places.add(interrupter.where)
        kept = stored(path)
        assert {n: (t.losses, t.state) for n, t in kept.items() if t.losses} == known(study)
        best = study._core.best
        for number, trial in kept.items():
            keeps = trial.state == "waiting" or number == best
            expected = len(trial.losses) if keeps and trial.losses else None
            assert (trial.saved[0] if trial.saved else None) == expected, interrupter.where
        resumed = study_of(path).run(workers=2, progress=False)
        assert resumed.ledger_hash == whole.ledger_hash
        assert resumed.best_state == whole.best_state
        after += STRIDE
    assert len(places) > 20


class WorkerHere:
    """A place of a pool in this thread."""

    def __init__(self, host: TrialHost) -> None:
        self._host = host

    def submit(self, job: dict[str, Any], over: list[int]) -> None:
        for trial in over:
            self._host.forget(trial)
        self._job = job

    def result(self) -> dict[str, Any]:
        return self._host.run(self._job)

    def begun(self) -> float:
        return 0.0

    def kill(self) -> None:
        pass


@pytest.mark.parametrize("refused", range(10))
def test_a_pool_tells_again_what_was_refused(refused: int) -> None:
    told: dict[int, tuple[list[float], Any]] = {}
    study, calls = study_of(None), [0]
    study._sampler.configure(study._core, study)
    host = TrialHost(TrialMaker(study.objective, PARAMETERS, study.settings.epochs))

    def sink(changes: list[Any]) -> None:
        calls[0] += 1
        if calls[0] == refused + 1:
            raise Interrupt
        for number, record, saved, _ in changes:
            told[number] = (list(record.losses), saved or told.get(number, (0, None))[1])

    with pytest.raises(Interrupt):
        run_pool(Pool(study._core, lambda: WorkerHere(host), 0, {}), 1, sink)
    assert {n: losses for n, (losses, _) in told.items() if losses} == {
        n: losses for n, (losses, _) in known(study).items()
    }
    assert all(saved[0] == len(losses) for losses, saved in told.values() if losses)
