"""Tasks of a study on workers outside this thread: child processes, actors of a cluster."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from latpred._core import tuning as _native
from latpred.tuning.trials import interrupt_of, may_retry, never_cancelled, reason_of

__all__ = ["MakeTrial", "Pool", "Saved", "Sink", "TrialHost", "Worker", "run_pool"]

MakeTrial = Callable[[int, list[float], int], Any]
"""Number, values and seed of a trial to the trial; travels to other processes."""
Saved = tuple[int, bytes]
"""Epochs done, and the state after them."""
Sink = Callable[[list[tuple[int, Any, Saved | None, float]]], None]
"""Gets what changed: trial, record, newest state, seconds of work."""
TICK_S = 0.05


class TrialHost:
    """Keeps trials between their tasks; lives in a worker."""

    def __init__(self, make: MakeTrial) -> None:
        self._make = make
        self._live: dict[int, tuple[int, Any]] = {}

    def run(self, job: Mapping[str, Any]) -> dict[str, Any]:
        """Do a task; return its losses and the state after it, or what went wrong."""
        number, begin, end = job["trial"], job["begin"], job["end"]
        done, trial = self._live.pop(number, (-1, None))
        started = time.monotonic()
        try:
            if done != begin:
                trial = self._begin(job)
            losses, finished, stop = trial.step(end - begin, never_cancelled)
            state = None if stop else trial.state()
        except Exception as error:  # noqa: BLE001
            return {
                "error": reason_of(error),
                "retry": may_retry(error),
                "seconds": time.monotonic() - started,
            }
        except BaseException as error:  # noqa: BLE001 - somebody wants all to end: the study does
            return {"interrupt": interrupt_of(error), "seconds": time.monotonic() - started}
        if not (finished or stop):
            self._live[number] = (end, trial)
        saved = None if state is None else (begin + len(losses), state)
        result = {"losses": losses, "finished": finished, "stop": stop, "saved": saved}
        return {**result, "seconds": time.monotonic() - started}

    def _begin(self, job: Mapping[str, Any]) -> Any:
        trial = self._make(job["trial"], job["configuration"], job["seed"])
        done = 0
        if job["saved"] is not None and job["saved"][0] <= job["begin"]:
            done, state = job["saved"]
            trial.restore(state)
        if done < job["begin"]:
            trial.step(job["begin"] - done, never_cancelled)
        return trial

    def forget(self, trial: int) -> None:
        """Drop a trial that is over."""
        self._live.pop(trial, None)


class Worker(Protocol):
    """One place that runs one task at a time, in a `TrialHost`."""

    def submit(self, job: dict[str, Any], over: list[int]) -> None:
        """Begin a task; the trials `over` may be dropped."""

    def result(self) -> dict[str, Any] | None:
        """Return what `TrialHost.run` did, None while it runs; raises RuntimeError if it died."""

    def begun(self) -> float | None:
        """Return when the task began (monotonic seconds), None while the worker itself starts."""

    def kill(self) -> None:
        """End it at once."""


class Pool:
    """Tasks of a study on workers; a trial stays with its worker while that has it."""

    def __init__(
        self,
        study: _native.Study,
        start: Callable[[], Worker],
        timeout_s: float,
        states: dict[int, Saved],
    ) -> None:
        self.study = study
        self.start = start
        self.timeout_s = timeout_s
        self.states = dict(states)
        self.busy: dict[int, tuple[Any, float]] = {}
        """Worker place → its task and when it began."""
        self.workers: dict[int, Worker] = {}
        self.waiting: list[Any] = []
        """Taken, but their worker is busy."""
        self.over: dict[int, list[int]] = {}
        self.home: dict[int, int] = {}
        self.spent: dict[int, float] = {}
        self.seconds: dict[int, float] = {}
        self.new: dict[int, Saved] = {}

    def assign(self, places: int) -> None:
        """Hand out what can be done."""
        idle = [place for place in range(places) if place not in self.busy]
        while idle and (found := self._next(idle)) is not None:
            place, task = found
            idle.remove(place)
            self._submit(place, task)

    def _next(self, idle: list[int]) -> tuple[int, Any] | None:
        """A task, and an idle worker for it: the one that has the trial, unless a state travels."""
        for task in list(self.waiting):
            if (place := self._place(task, idle)) is not None:
                self.waiting.remove(task)
                return place, task
        while (task := self.study.take()) is not None:
            if (place := self._place(task, idle)) is not None:
                return place, task
            self.waiting.append(task)
        return None

    def _place(self, task: Any, idle: list[int]) -> int | None:
        home = self.home.get(task.trial)
        if home in idle:
            return home
        saved = self.states.get(task.trial)
        travels = task.begin == (saved[0] if saved else 0)
        return idle[0] if travels or home not in self.workers else None

    def _submit(self, place: int, task: Any) -> None:
        if place not in self.workers:
            self.workers[place] = self.start()
        self.home[task.trial] = place
        record = self.study.record(task.trial)
        job = {"trial": task.trial, "begin": task.begin, "end": task.end}
        job |= {"configuration": record.configuration, "saved": self.states.get(task.trial)}
        job["seed"] = _native.trial_seed(self.study.seed, task.trial)
        self.workers[place].submit(job, self.over.pop(place, []))
        self.busy[place] = (task, time.monotonic())

    def collect(self) -> bool:
        """Take in what is ready; return whether anything was."""
        any_ready = False
        for place, (task, since) in list(self.busy.items()):
            try:
                done = self.workers[place].result()
            except RuntimeError as error:
                done = self._lost(place, str(error), since)
            if done is None and self._late(place, task):
                self.workers[place].kill()
                done = self._lost(place, f"timeout: more than {self.timeout_s:g} s", since)
            if done is not None:
                any_ready = True
                del self.busy[place]
                self._accept(task, done)
        return any_ready

    def _late(self, place: int, task: Any) -> bool:
        begun = self.workers[place].begun()
        if not self.timeout_s or begun is None:
            return False
        return self.spent.get(task.trial, 0.0) + time.monotonic() - begun > self.timeout_s

    def _lost(self, place: int, reason: str, since: float) -> dict[str, Any]:
        del self.workers[place]
        return {"error": reason, "retry": True, "seconds": time.monotonic() - since}

    def _accept(self, task: Any, done: dict[str, Any]) -> None:
        number = task.trial
        self.seconds[number] = self.seconds.get(number, 0.0) + done["seconds"]
        if "interrupt" in done:
            self.study.release(number)
            raise done["interrupt"]
        if "error" in done:
            self.spent[number] = 0.0
            self.study.fail(number, done["error"], done["retry"])
            return
        self.spent[number] = self.spent.get(number, 0.0) + done["seconds"]
        self.study.report(number, done["losses"], done["finished"], done["stop"])
        if done["saved"] is not None:
            self.states[number] = self.new[number] = done["saved"]

    def feed(self, sink: Sink) -> None:
        """Tell the sink what changed."""
        changes = []
        for number in self.study.changes():
            seconds = self.seconds.get(number, 0.0)
            changes.append((number, self.study.record(number), self.new.get(number), seconds))
        try:
            if changes:
                sink(changes)
        except BaseException:
            for number, *_ in changes:
                self.study.touch(number)
            raise
        for number, record, *_ in changes:  # only what the sink has taken is let go
            self.new.pop(number, None)
            if record.over:
                self.states.pop(number, None)
                self.over.setdefault(self.home.get(number, 0), []).append(number)

    def close(self) -> None:
        """End the workers; what they did not finish waits again."""
        for worker in self.workers.values():
            worker.kill()
        for task in [*self.waiting, *(task for task, _ in self.busy.values())]:
            self.study.release(task.trial)


def run_pool(pool: Pool, workers: int, sink: Sink) -> None:
    """Work until the study is finished or nothing more can be done."""
    try:
        while True:
            pool.assign(workers)
            pool.feed(sink)
            if not pool.busy:
                return
            if not pool.collect():
                time.sleep(TICK_S / 10)
    finally:
        pool.close()
        pool.feed(sink)
