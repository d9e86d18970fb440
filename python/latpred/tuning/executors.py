"""Where the trials of a study run: threads, child processes, or a Ray cluster.

The result is the same everywhere: the core decides from the losses alone.
"""

from __future__ import annotations

import os
import pickle
from typing import Any

from latpred._core import tuning as _native
from latpred.base.names import did_you_mean
from latpred.errors import ConfigError
from latpred.tuning.pool import MakeTrial, Pool, Saved, Sink, run_pool

__all__ = ["EXECUTORS", "executor_names", "run"]


def run_local(
    study: _native.Study,
    make: MakeTrial,
    workers: int,
    timeout_s: float,
    states: dict[int, Saved],
    sink: Sink,
) -> None:
    """Threads of this process."""
    known: dict[Any, Any] = dict(states)
    _native.run(
        study, make=make, workers=workers, timeout_seconds=timeout_s, states=known, sink=sink
    )


def run_processes(
    study: _native.Study,
    make: MakeTrial,
    workers: int,
    timeout_s: float,
    states: dict[int, Saved],
    sink: Sink,
) -> None:
    """Child processes: a trial that crashes or hangs costs its process only."""
    from latpred.tuning.process_worker import ProcessWorker

    try:
        pickle.dumps(make)
    except (pickle.PicklingError, AttributeError, TypeError) as error:
        raise ConfigError(
            f'executor="process": the objective must be importable from a module: {error}'
        ) from None
    run_pool(Pool(study, lambda: ProcessWorker(make), timeout_s, states), workers, sink)


def run_ray(
    study: _native.Study,
    make: MakeTrial,
    workers: int,
    timeout_s: float,
    states: dict[int, Saved],
    sink: Sink,
) -> None:
    """Actors on a Ray cluster: the one that this process is connected to, else a local one."""
    from latpred.tuning.ray_workers import ray_session

    with ray_session(make, workers) as start:
        run_pool(Pool(study, start, timeout_s, states), workers, sink)


EXECUTORS: dict[str, Any] = {"local": run_local, "process": run_processes, "ray": run_ray}


def executor_names() -> list[str]:
    """Names of the executors.

    Example:
        >>> from latpred.tuning import executor_names
        >>> executor_names()
        ['local', 'process', 'ray']
    """
    return list(EXECUTORS)


def run(
    executor: str, study: _native.Study, make: MakeTrial, workers: int | None, **rest: Any
) -> None:
    """Run the study with the executor of that name."""
    if executor not in EXECUTORS:
        known = ", ".join(EXECUTORS)
        raise ConfigError(
            f"tune: unknown executor {executor!r}, one of {known} expected"
            f"{did_you_mean(executor, EXECUTORS)}"
        )
    count = workers if workers is not None else (os.cpu_count() or 1)
    if count < 1:
        raise ConfigError(f"tune: {count} workers, at least 1 expected")
    EXECUTORS[executor](study, make, count, **rest)
