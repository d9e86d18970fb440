"""A worker process as the campaign sees it: started, read with a time limit, ended."""

from __future__ import annotations

import contextlib
import os
import select
import shlex
import signal
import site
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self

from latpred.base.arguments import shown
from latpred.base.live import Live
from latpred.errors import ConfigError, MeasurementError
from latpred.worker.protocol import MOST_LINE, PROTOCOL, decode, encode

__all__ = ["WorkerEnded", "WorkerProcess", "worker_command"]

_ENDING_SECONDS = 60.0  # a process that ends closes its output first and its memory may be large
_CHATTER = 200  # lines that a login shell may print before the worker's hello


class WorkerEnded(MeasurementError):
    """The worker died, was killed for taking too long, or closed its output."""


def worker_command(worker: str | Sequence[str] | bool | None) -> list[str]:
    """The command line that starts a worker; None or True means one on this machine.

    Raises:
        ConfigError: For an empty command.
    """
    if worker is None or isinstance(worker, int | float):  # True, and 1 for it
        return [sys.executable, "-m", "latpred.worker"]
    try:
        words = shlex.split(worker) if isinstance(worker, str) else list(worker)
    except ValueError as error:
        raise ConfigError(f"worker: command line {worker[:100]!r}: {error}") from error
    if not all(isinstance(word, str) for word in words):
        raise ConfigError(f"worker: {shown(worker)}, the words of a command line expected")
    if not words:
        raise ConfigError("worker: an empty command; expected one like 'ssh board python -m ...'")
    return words


def _environment(folder: str) -> dict[str, str]:
    """This process's environment, with `folder` for temporary files.

    The folder of this package is put on the path where the package is not installed."""
    found = dict(os.environ) | {"TMPDIR": folder}
    root = str(Path(__file__).resolve().parents[2])
    if root not in {str(Path(one).resolve()) for one in site.getsitepackages()}:
        found["PYTHONPATH"] = os.pathsep.join(filter(None, [found.get("PYTHONPATH"), root]))
    return found


class WorkerProcess(Live):
    """A running worker that has said hello.

    Args:
        command: Words of the command line.
        start_seconds: Time limit for the worker to say hello.

    Attributes:
        hello: Its fields: `runtimes` by name (None: not installed), `environment`, `latpred`.

    Raises:
        ConfigError: For a command that does not exist.
        MeasurementError: If it ends or stays silent instead, or speaks another protocol version.
    """

    def __init__(self, command: Sequence[str], start_seconds: float = 60.0) -> None:
        self._command = shlex.join(command)
        self._buffer = b""
        # Removed in `stop`: a killed worker cannot clean up after itself.
        self._folder = tempfile.TemporaryDirectory(prefix="latpred-", ignore_cleanup_errors=True)
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115
        try:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._errors,
                start_new_session=True,
                env=_environment(self._folder.name),
                bufsize=0,
            )
        except OSError as error:
            self._errors.close()
            self._folder.cleanup()
            raise ConfigError(f"worker {self._command!r}: {error.strerror}") from error
        try:
            self.hello = self._wait_for_hello(start_seconds)
        except BaseException:
            self.stop()
            raise

    def _wait_for_hello(self, seconds: float) -> dict[str, Any]:
        deadline = time.monotonic() + seconds
        for _ in range(_CHATTER):
            try:
                message = decode(self._line(max(0.0, deadline - time.monotonic())))
            except WorkerEnded as end:
                raise MeasurementError(f"worker {self._command!r} did not start: {end}") from end
            except MeasurementError:
                continue  # printed by a login shell
            if message["type"] != "hello":
                continue
            if message.get("protocol") != PROTOCOL:
                raise MeasurementError(
                    f"worker {self._command!r} speaks protocol {message.get('protocol')} (latpred "
                    f"{message.get('latpred')}), this is protocol {PROTOCOL}: install the same "
                    "version on both sides"
                )
            return message
        raise MeasurementError(f"worker {self._command!r} printed {_CHATTER} lines but no hello")

    def send(self, message: dict[str, Any]) -> None:
        """Send one message.

        Raises:
            WorkerEnded: Where nobody reads it.
            ConfigError: For one that is larger than a worker takes.
        """
        assert self._process.stdin is not None
        rest = encode(message)
        if len(rest) > MOST_LINE:
            raise ConfigError(
                f"the networks and inputs for worker {self._command!r} take {len(rest) >> 20:,} MB "
                f"of text, at most {MOST_LINE >> 20} are sent: copy large files there and start "
                "latpred on that machine"
            )
        try:
            while rest:
                rest = rest[self._process.stdin.write(rest) :]
        except BrokenPipeError:
            raise self._ended() from None

    def receive(self, seconds: float | None) -> dict[str, Any]:
        """Return the next message.

        Raises:
            WorkerEnded: If the worker ends, or is silent for that long and is killed.
            MeasurementError: For a line that is not a message.
        """
        return decode(self._line(seconds))

    def _line(self, seconds: float | None) -> bytes:
        deadline = None if seconds is None else time.monotonic() + seconds
        while b"\n" not in self._buffer:
            left = None if deadline is None else max(0.0, deadline - time.monotonic())
            self._buffer += self._read(left)
            if len(self._buffer) > MOST_LINE:
                raise MeasurementError(f"worker {self._command!r} sent a line without an end")
        line, _, self._buffer = self._buffer.partition(b"\n")
        return line

    def _read(self, left: float | None) -> bytes:
        assert self._process.stdout is not None
        ready, _, _ = select.select([self._process.stdout], [], [], left)
        if not ready:
            self._kill()
            raise WorkerEnded("silent, killed")
        chunk = os.read(self._process.stdout.fileno(), 1 << 16)
        if not chunk:
            raise self._ended()
        return chunk

    def _ended(self) -> WorkerEnded:
        """Why the worker ended, in words."""
        try:
            code = self._process.wait(timeout=_ENDING_SECONDS)
        except subprocess.TimeoutExpired:
            self._kill()
            return WorkerEnded("the worker closed its output, killed")
        number = -code if code < 0 else code - 128  # a shell in between adds 128
        try:
            how = f"killed by {signal.Signals(number).name}"
        except ValueError:
            how = f"exit code {code}"
        tail = self._last_words()
        return WorkerEnded(f"worker process ended, {how}" + (f": {tail}" if tail else ""))

    def _last_words(self) -> str:
        """The end of standard error, on one line."""
        size = self._errors.seek(0, os.SEEK_END)
        self._errors.seek(max(0, size - 2000))
        lines = self._errors.read().decode(errors="replace").split("\n")
        return " ".join(" ".join(lines[-4:]).split())[-300:]

    def _kill(self) -> None:
        """Kill the whole session, including a shell's children."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def stop(self) -> None:
        """End the worker now; a remote one sees the end of its input."""
        self._kill()
        for stream in (self._process.stdin, self._process.stdout, self._errors):
            if stream is not None:
                stream.close()
        self._folder.cleanup()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
