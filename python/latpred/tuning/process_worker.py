"""A child process that runs trials of a study; the parent may kill it, and outlives its crashes."""

from __future__ import annotations

import contextlib
import multiprocessing
import signal
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any

from latpred.base.live import Live
from latpred.tuning.pool import TrialHost

__all__ = ["ProcessWorker"]


class ProcessWorker(Live):
    """A fresh interpreter (nothing is inherited by fork) with a pipe to it.

    `host(make)` runs the tasks there, as a `TrialHost` does.
    """

    def __init__(self, make: object, host: Callable[..., object] = TrialHost) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs, make, host), daemon=True)
        self._process.start()
        theirs.close()
        self._begun: float | None = None

    def submit(self, job: object, over: list[int]) -> None:
        """Begin a task."""
        self._begun = None
        with contextlib.suppress(OSError):  # `result` says how the process ended
            self._pipe.send((job, over))

    def result(self) -> dict[str, Any] | None:
        """Return the result of the task, None while it runs."""
        try:
            while self._pipe.poll():
                found: dict[str, Any] | None = self._pipe.recv()
                if found is not None:
                    return found
                self._begun = time.monotonic()
        except (EOFError, OSError):
            self._process.join(5)
        if self._process.exitcode is not None:
            code = self._process.exitcode
            how = f"signal {-code}" if code < 0 else f"exit code {code}"
            raise RuntimeError(f"crash: the worker process ended by {how}")
        return None

    def begun(self) -> float | None:
        """Return when the task began, None while the process starts."""
        return self._begun

    def kill(self) -> None:
        """End it at once."""
        self._process.kill()
        self._process.join()
        self._pipe.close()


def _serve(pipe: Connection, make: Any, host_of: Callable[..., Any]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's business
    host = host_of(make)
    while True:
        try:
            job, over = pipe.recv()
        except EOFError:
            return
        for trial in over:
            host.forget(trial)
        pipe.send(None)
        pipe.send(host.run(job))
