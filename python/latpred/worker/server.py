"""The worker, which measures in a process of its own, on this machine or another.

`python -m latpred.worker` reads requests from standard input and answers on standard output, one
JSON object a line (see `latpred.worker.protocol`). What libraries print goes to standard error. It
ends with its input and so never outlives the campaign that it serves.
"""

from __future__ import annotations

import ctypes
import os
import queue
import resource
import signal
import sys
import threading
from typing import Any

from latpred._core import __version__
from latpred.devices.environment import environment_record
from latpred.errors import MeasurementError
from latpred.runtimes.inputs import runtime_versions
from latpred.worker.job import Job
from latpred.worker.memory import MemoryJob
from latpred.worker.protocol import MOST_LINE, PROTOCOL, decode, encode, error_fields

__all__ = ["Worker", "main"]

_PR_SET_PDEATHSIG = 1


class Worker:
    """Answers requests until its input ends.

    Args:
        source: File descriptor that requests are read from.
        target: File descriptor that answers are written to.
    """

    def __init__(self, source: int, target: int) -> None:
        self._target = target
        self._busy = False
        self._requests: queue.Queue[bytes] = queue.Queue()
        self._source = os.fdopen(source, "rb")

    def serve(self) -> None:
        """Say hello, then answer each request once; does not return."""
        signal.signal(signal.SIGINT, self._cancel)
        self._send(
            {
                "type": "hello",
                "protocol": PROTOCOL,
                "latpred": __version__,
                "runtimes": runtime_versions(),
                "environment": environment_record(),
            }
        )
        threading.Thread(target=self._read, daemon=True).start()
        while True:
            line = self._requests.get()
            try:
                try:
                    answer = self._answer(decode(line))
                finally:
                    self._busy = False
            except KeyboardInterrupt:
                answer = {"type": "cancelled"}
            except Exception as error:  # noqa: BLE001 - whatever a request does, the worker lives
                answer = error_fields(error)
            self._send(answer)

    def _cancel(self, *_: object) -> None:
        """Cancel at most once per job and never outside one, where a cancel has come too late."""
        if self._busy:
            self._busy = False
            raise KeyboardInterrupt

    def _read(self) -> None:
        """Queue requests and cancel at once; the end of the input ends everything."""
        while line := self._source.readline(MOST_LINE):
            if line.strip() == b"":
                continue
            try:
                message = decode(line)
            except MeasurementError:
                message = {"type": "garbage"}
            if message["type"] == "end":
                break
            if message["type"] != "cancel":
                self._requests.put(line)
            else:
                signal.raise_signal(signal.SIGINT)
        os._exit(0)

    def _answer(self, message: dict[str, Any]) -> dict[str, Any]:
        kind = message["type"]
        if kind == "ping":
            return {"type": "pong"}
        if kind not in ("measure", "match", "memory"):
            raise MeasurementError(
                f"request of unknown type {kind!r}; expected measure, match or memory"
            )
        self._busy = True
        if kind == "memory":
            return MemoryJob(message, self._send).measure()
        job = Job(message, self._send)
        return job.measure() if kind == "measure" else job.match()

    def _send(self, message: dict[str, Any]) -> None:
        rest = encode(message)
        try:
            while rest:
                rest = rest[os.write(self._target, rest) :]
        except BrokenPipeError:
            os._exit(0)  # nobody listens


def _end_with_parent() -> None:
    """End with the parent process, even where a network hangs while it holds the GIL."""
    try:
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    except (OSError, AttributeError):
        return


def main() -> None:
    """Serve standard input and output; libraries have access to neither."""
    source, target = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _end_with_parent()
    Worker(source, target).serve()
