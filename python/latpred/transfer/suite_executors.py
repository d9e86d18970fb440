"""Where the jobs of a suite run: threads, child processes, or a Ray cluster."""

from __future__ import annotations

import os
import pickle
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

from latpred.base.names import did_you_mean
from latpred.base.progress import Progress
from latpred.errors import Cancelled, ConfigError
from latpred.predictors.rows import integer_setting
from latpred.transfer.suite_jobs import Job
from latpred.transfer.suite_results import JobResult, run_job
from latpred.transfer.tables import DeviceTables
from latpred.tuning.process_worker import ProcessWorker
from latpred.tuning.trials import interrupt_of

__all__ = ["EXECUTORS", "Work", "run_jobs"]

Sink = Callable[[Job, JobResult, bool], None]
"""Gets each job that is over, its result, and whether that may be kept."""
EXECUTORS = ("threads", "process", "ray")
_TICK_S = 0.01


@dataclass(frozen=True)
class Work:
    """What jobs need; travels to other processes."""

    tables: Mapping[str, DeviceTables]
    methods: Mapping[str, Any]

    def run(self, job: Job, progress: Progress | None = None) -> JobResult:
        """Do a job."""
        return run_job(job, self.methods[job.method], self.tables[job.task.name], progress)


class JobHost:
    """Runs jobs in a worker."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def run(self, job: Job) -> dict[str, Any]:
        """The result; what is no error of latpred's goes back too."""
        try:
            return {"result": self._work.run(job)}
        except Exception as error:  # noqa: BLE001
            return {"error": f"{type(error).__name__}: {error}"[:500]}
        except BaseException as error:  # noqa: BLE001 - somebody wants all to end: the suite does
            return {"interrupt": interrupt_of(error)}

    def forget(self, job: int) -> None:
        """Keep nothing: here as workers of a study have it."""


def run_jobs(jobs: list[Job], work: Work, executor: str, workers: int | None, sink: Sink) -> None:
    """Run all jobs; on Ctrl-C those that are done have reached the sink.

    Raises:
        ConfigError: For an unknown executor, no worker, or methods that cannot travel.
    """
    if executor not in EXECUTORS:
        known = ", ".join(EXECUTORS)
        raise ConfigError(
            f"suite: unknown executor {executor!r}, one of {known} expected"
            f"{did_you_mean(executor, EXECUTORS)}"
        )
    usual = os.cpu_count() or 1
    count = usual if workers is None else integer_setting("suite", "workers", workers, 1)
    if executor == "threads":
        _on_threads(jobs, work, min(count, len(jobs) or 1), sink)
        return
    try:
        pickle.dumps(work)
    except (pickle.PicklingError, AttributeError, TypeError) as error:
        said = f'executor="{executor}": methods must be importable from a module'
        raise ConfigError(f"suite: {said}: {str(error)[:200]}") from None
    with ExitStack() as stack:
        start: Callable[[], Any] = lambda: ProcessWorker(work, JobHost)  # noqa: E731
        if executor == "ray":
            from latpred.tuning.ray_workers import ray_session

            start = stack.enter_context(ray_session(work, count, JobHost))
        _on_workers(jobs, start, count, sink)


def _on_threads(jobs: list[Job], work: Work, workers: int, sink: Sink) -> None:
    stop = threading.Event()

    def look(*_: object) -> None:
        if stop.is_set():
            raise Cancelled("the suite was interrupted")

    def one(job: Job) -> JobResult:
        look()
        return work.run(job, look)

    with ThreadPoolExecutor(workers) as pool:
        waiting = {pool.submit(one, job): job for job in jobs}
        try:
            while waiting:
                done, _ = wait(waiting, return_when=FIRST_COMPLETED)
                for each in done:
                    sink(waiting.pop(each), each.result(), True)
        except BaseException:
            stop.set()
            for each in waiting:
                each.cancel()
            wait(waiting)
            for each, job in waiting.items():
                if not each.cancelled() and each.exception() is None:
                    sink(job, each.result(), True)
            raise


def _on_workers(jobs: list[Job], start: Callable[[], Any], count: int, sink: Sink) -> None:
    """Keep up to `count` workers busy; one that dies costs its job only."""
    waiting = list(reversed(jobs))
    workers: dict[int, Any] = {}
    busy: dict[int, Job] = {}
    try:
        while waiting or busy:
            for place in range(count):
                if waiting and place not in busy:
                    if workers.get(place) is None:
                        workers[place] = start()
                    busy[place] = waiting.pop()
                    workers[place].submit(busy[place], [])
            if not _collect(workers, busy, sink):
                time.sleep(_TICK_S)
    finally:
        for worker in workers.values():
            worker.kill()


def _collect(workers: dict[int, Any], busy: dict[int, Job], sink: Sink) -> bool:
    """Hand on what is ready; whether anything was."""
    any_ready = False
    for place, job in list(busy.items()):
        try:
            done = workers[place].result()
        except RuntimeError as error:
            del workers[place]
            done = {"crash": str(error)}
        if done is None:
            continue
        any_ready = True
        del busy[place]
        if "interrupt" in done:
            raise done["interrupt"]
        if "error" in done:
            raise RuntimeError(f"suite: {job.label}: {done['error']}")
        if "crash" in done:
            missing = tuple({"failure": done["crash"]} for _ in job.setting.targets)
            sink(job, JobResult(missing, done["crash"], 0.0), False)
        else:
            sink(job, done["result"], True)
    return any_ready
