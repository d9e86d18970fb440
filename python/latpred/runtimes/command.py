"""A command as a device: any program that times an ONNX file and prints a latency."""

from __future__ import annotations

import contextlib
import os
import selectors
import shlex
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO

from latpred._core.measurement import SyntheticClock
from latpred.base.arguments import shown
from latpred.devices.device import Device
from latpred.errors import ConfigError
from latpred.runtimes.printed import CommandFailed, latency_values

__all__ = ["CommandFailed", "CommandLine", "CommandRunnable", "latency_values"]

MOST_BYTES = 4 * 2**20  # of what a command prints
_TAIL = 4096  # bytes of standard error that are kept


class CommandLine:
    """A command with `{onnx}`, and perhaps `{threads}`, `{batch_size}` and `{precision}`.

    Args:
        template: The command; no shell reads it.
        device: Fills in the other placeholders.
        limit_seconds: Time limit of one run.

    Raises:
        ConfigError: Without `{onnx}`, or with another placeholder.
    """

    def __init__(self, template: str, device: Device, limit_seconds: float) -> None:
        self._words = _split(template)
        self._limit = limit_seconds
        self._fields = {
            "threads": device.threads,
            "batch_size": device.batch_size,
            "precision": device.precision,
        }
        try:
            with_file = self.words(Path("network.onnx"))
        except (KeyError, IndexError, ValueError, AttributeError, TypeError) as error:
            raise ConfigError(
                f"command {shown(template)}: only {{onnx}}, {{threads}}, {{batch_size}} and "
                f"{{precision}} are filled in ({error!r:.80}); other braces are written twice"
            ) from error
        if not any("network.onnx" in word for word in with_file):
            raise ConfigError(
                f"command {shown(template)}: {{onnx}} expected where the file's name goes"
            )

    def words(self, path: Path) -> list[str]:
        """The command line for one file."""
        return [word.format(onnx=path, **self._fields) for word in self._words]

    def latencies(self, path: Path) -> list[float]:
        """Run the command once and return its latencies in ms.

        Raises:
            CommandFailed: If it cannot be started, ends with a code other than 0, takes too long
                or prints no latency.
        """
        try:
            process = subprocess.Popen(
                self.words(path),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                start_new_session=True,
            )
        except (OSError, ValueError) as error:  # ValueError: a NUL in one of the words
            reason = getattr(error, "strerror", None) or error
            raise CommandFailed(f"cannot be started: {reason}") from error
        with process:
            out, err = self._output(process)
        if process.returncode != 0:
            raise CommandFailed(f"{_end(process.returncode)}: {_tail(err) or _tail(out)}")
        if not out.strip() and err.strip():
            raise CommandFailed(
                "printed nothing on standard output, where its latency is read; on standard error "
                f"{_tail(err)!r}"
            )
        return latency_values(out.decode(errors="replace"))

    def _output(self, process: subprocess.Popen[bytes]) -> tuple[bytes, bytes]:
        """Standard output and error; the command and its children never outlive this call."""
        try:
            out, err = _read(process, self._limit)
            process.wait(self._limit)
        except BaseException as error:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
            if isinstance(error, TimeoutError | subprocess.TimeoutExpired):
                raise CommandFailed(f"no end after {self._limit:g} s, killed") from None
            raise
        return out, err


def _split(template: str) -> list[str]:
    """The words of a command line."""
    try:
        return shlex.split(template)
    except ValueError as error:
        reason = str(error).lower()
        raise ConfigError(f"command {shown(template)} is no command line: {reason}") from error


def _end(code: int) -> str:
    """How a process ended; codes below 0 are signals."""
    if code >= 0:
        return f"ended with code {code}"
    try:
        return f"ended by {signal.Signals(-code).name}"
    except ValueError:
        return f"ended by signal {-code}"


def _tail(output: bytes) -> str:
    return " ".join(output.decode(errors="replace").split())[-200:]


def _read(process: subprocess.Popen[bytes], limit_seconds: float) -> tuple[bytes, bytes]:
    """Both streams to their ends, of standard error what came last.

    Raises:
        CommandFailed: Where it prints more than any latency needs; nothing is kept of it.
        TimeoutError: Where it takes longer.
    """
    assert process.stdout is not None
    assert process.stderr is not None
    end = time.monotonic() + limit_seconds
    kept: dict[IO[bytes], bytearray] = {process.stdout: bytearray(), process.stderr: bytearray()}
    out, err = kept.values()
    with selectors.DefaultSelector() as waiting:
        for stream in kept:
            waiting.register(stream, selectors.EVENT_READ)
        while waiting.get_map():
            ready = waiting.select(max(0.0, end - time.monotonic()))
            if not ready:
                raise TimeoutError
            for key, _ in ready:
                more = os.read(key.fd, 1 << 16)
                if not more:
                    waiting.unregister(key.fileobj)
                kept[key.fileobj] += more  # type: ignore[index]
            del err[:-_TAIL]
            if len(out) > MOST_BYTES:
                raise CommandFailed(f"printed more than {MOST_BYTES >> 20} MiB, killed")
    return bytes(out), bytes(err)


class CommandRunnable:
    """One network on such a device, on a clock that the printed latencies move.

    The command is run once per turn; a turn begins when another network ran in between. The first
    run of a turn, which the meter uses as warm-up, takes the command's whole time; the next ones
    take the printed latencies.

    Args:
        name: Name shown in rows.
        write: Writes the ONNX file.
        command: Times the file.
        clock: The clock that is moved.
        turns: Shared by the networks of a campaign; records whose turn it is.
    """

    def __init__(
        self,
        name: str,
        write: Callable[[], Path],
        command: CommandLine,
        clock: SyntheticClock,
        turns: list[object],
    ) -> None:
        self.name = name
        self._write = write
        self._command = command
        self._clock = clock
        self._turns = turns
        self._values: Sequence[float] = ()
        self._next = 0
        self._path: Path | None = None

    def prepare(self) -> None:
        """Write the file."""
        self._path = self._write()

    def run(self) -> None:
        """Let the time of one run pass on the clock; CommandFailed where the command fails."""
        if not self._turns or self._turns[0] is not self:
            assert self._path is not None
            begin = time.monotonic()
            self._values = self._command.latencies(self._path)
            self._turns[:] = [self]
            self._next = 0
            self._clock.advance(1e3 * (time.monotonic() - begin))
            return
        self._clock.advance(self._values[self._next % len(self._values)])
        self._next += 1

    def release(self) -> None:
        """Remove the file."""
        if self._path is not None:
            self._path.unlink(missing_ok=True)
