"""Actors on a Ray cluster that run trials of a study; needs the extra `ray`."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

from latpred.base.extras import require
from latpred.base.live import Live
from latpred.tuning.pool import TrialHost

__all__ = ["RayWorker", "ray_session"]


@contextmanager
def ray_session(
    make: object, workers: int, host: Callable[..., object] = TrialHost
) -> Iterator[Callable[[], RayWorker]]:
    """Give a function that starts a worker, in which `host(make)` runs the tasks.

    A cluster begun here ends here.

    Raises:
        ConfigError: If Ray is not installed.
    """
    ray = require("ray", 'executor="ray"')
    begun = not ray.is_initialized()
    if begun:
        _connect(ray, workers)
    try:
        factory = ray.put(make)
        actor = ray.remote(num_cpus=1, max_restarts=0)(host)
        yield lambda: RayWorker(ray, actor.remote(factory))
    finally:
        if begun:
            ray.shutdown()


def _connect(ray: Any, workers: int) -> None:
    quiet = {"log_to_driver": False, "configure_logging": False}
    if os.environ.get("RAY_ADDRESS"):
        ray.init(**quiet)
    else:
        ray.init(num_cpus=workers, include_dashboard=False, **quiet)


class RayWorker(Live):
    """One actor."""

    def __init__(self, ray: ModuleType, actor: Any) -> None:
        self._ray = ray
        self._actor = actor
        self._pending: Any = None
        self._ready = actor.__ray_ready__.remote()
        self._begun: float | None = None

    def submit(self, job: object, over: list[int]) -> None:
        """Begin a task."""
        for trial in over:
            self._actor.forget.remote(trial)
        self._begun = None
        self._pending = self._actor.run.remote(job)

    def result(self) -> dict[str, Any] | None:
        """Return the result of the task, None while it runs."""
        ready, _ = self._ray.wait([self._pending], timeout=0)
        if not ready:
            return None
        try:
            found: dict[str, Any] = self._ray.get(self._pending)
        except self._ray.exceptions.RayError as error:
            raise RuntimeError(f"crash: {type(error).__name__}") from error
        return found

    def begun(self) -> float | None:
        """Return when the task began, None while the actor starts."""
        if self._begun is None and self._ray.wait([self._ready], timeout=0)[0]:
            self._begun = time.monotonic()
        return self._begun

    def kill(self) -> None:
        """End it at once."""
        self._ray.kill(self._actor)
