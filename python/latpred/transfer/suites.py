"""Suites: tasks x methods x samples x seeds, kept job by job so that nothing is done twice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from latpred.base.progress import Progress, progress_bar
from latpred.predictors.rows import StrPath
from latpred.transfer.judged_runs import METRICS
from latpred.transfer.suite_executors import Work, run_jobs
from latpred.transfer.suite_jobs import Job, jobs_of
from latpred.transfer.suite_plan import SuitePlan, Tables, given_plan, plan_tables
from latpred.transfer.suite_results import JobResult, ResultStore, ceilings_of
from latpred.transfer.suite_table import TransferSuite
from latpred.transfer.tables import DeviceTables

__all__ = ["run_one", "suite"]


def suite(
    tasks: object,
    methods: object = "best",
    samples: object = 20,
    seeds: object = 5,
    *,
    samplers: object = "method",
    store: StrPath | None = None,
    executor: str = "threads",
    workers: int | None = None,
    tables: Tables = None,
    source_samples: int | None = None,
    confidence: float = 0.9,
    protocol: object = "honest",
    progress: bool = False,
) -> TransferSuite:
    """Judge methods on tasks; see `evaluate` for what one entry is.

    Each job (a task, method, number of samples, sampler and seed) has a name of its own: a hash of
    the latencies, the method, latpred's version and the settings. Its result is written at once
    under that name, so a suite that was killed, or has grown, computes only what is not there.
    A method that fails on a task gives rows that say why.

    Args:
        tasks: Names, tasks, or dicts with "name", "space", "sources" and "targets"; or a whole
            plan (`quick_suite`, `full_suite`, a TOML or JSON file, or a dict), with the entries
            "tasks", "methods", "samples", "seeds", "samplers", "source_samples", "confidence" and
            "protocol" as here; a file may have "tables" too: for each space the path of what
            `read_tables` reads.
        methods: Names of methods, or a dict of name -> method: as `evaluate` takes, or a dict of
            "method" (its name) and settings of its class. A result of a method of your own is found
            again by that name alone.
        samples: Numbers of measured networks.
        seeds: Their number, or a list of them.
        samplers: How samples are chosen: "method" for each method's own wish, or as in `evaluate`.
        store: Folder of the results; kept nowhere where None.
        executor: "threads", "process" or "ray" (a cluster; extra `ray`).
        workers: Jobs at a time; as many as processors where None.
        tables: Latencies, or a dict of space -> latencies; `load_tables` where None.
        source_samples, confidence: See `evaluate`.
        protocol: "honest", "legacy" or a list of both; see `evaluate`.
        progress: Whether to show a bar.

    Raises:
        ConfigError: For an unknown task, a plan that is none, devices that are not held.
        DataError: Where the tables are not there.
        StorageError: Where the store cannot be written.

    Warns:
        RuntimeWarning: For a damaged result, which is computed again.

    Example:
        >>> task = lp.transfer.make_task(devices, sources=2, targets=1)
        >>> first = lp.transfer.suite(task, "flops", 10, 2, tables=devices, store="suite")
        >>> again = lp.transfer.suite(task, "flops", 10, 3, tables=devices, store="suite")
        >>> first.computed, again.computed
        (2, 1)
    """
    plan = given_plan(
        tasks, methods, samples, seeds, samplers=samplers, source_samples=source_samples,
        confidence=confidence, protocol=protocol, tables=tables,
    )  # fmt: skip
    jobs = list(jobs_of(plan, plan_tables(tasks) if tables is None else tables))
    kept = ResultStore(None if store is None else Path(store))
    with progress_bar(progress, "suite") as report:
        found, computed = _done(plan, jobs, kept, executor, workers, report)
    ceilings = ceilings_of(jobs, kept)
    rows = [row for job, _ in jobs for row in _rows(job, found[job.name], ceilings)]
    return TransferSuite(tuple(rows), computed)


def run_one(plan: SuitePlan, index: int, store: StrPath, tables: Tables = None) -> Job | None:
    """Do one job of a plan, counted from 0, unless its result is there; None beyond the last."""
    jobs = list(jobs_of(plan, tables))
    if index >= len(jobs):
        return None
    job, held = jobs[index]
    kept = ResultStore(Path(store))
    _done(plan, [(job, held)], kept, "threads", 1, None)
    return job


def _done(
    plan: SuitePlan,
    jobs: Sequence[tuple[Job, DeviceTables]],
    store: ResultStore,
    executor: str,
    workers: int | None,
    report: Progress | None,
) -> tuple[dict[str, JobResult], int]:
    """Results by name, and how many of them are new."""
    found = {job.name: result for job, _ in jobs if (result := store.find(job)) is not None}
    missing = {job.name: job for job, _ in jobs if job.name not in found}

    def sink(job: Job, result: JobResult, lasting: bool) -> None:
        found[job.name] = result
        if lasting:
            store.keep(job, result)
        if report is not None:
            report(len(found), len(jobs), job.label)

    work = Work({job.task.name: tables for job, tables in jobs}, plan.methods)
    run_jobs(list(missing.values()), work, executor, workers, sink)
    return found, len(missing)


def _rows(job: Job, result: JobResult, ceilings: Mapping[str, float]) -> list[dict[str, Any]]:
    of = job.setting
    case = {"task": job.task.name, "method": job.method, "samples": of.samples}
    case |= {"sampler": of.sampler, "protocol": of.protocol, "seed": of.seed}
    none = dict.fromkeys(METRICS, float("nan"))
    return [
        {**case, "device": device, **none, **target, "ceiling": ceilings[ceiling]}
        for device, target, ceiling in zip(of.targets, result.targets, job.ceilings, strict=True)
    ]
