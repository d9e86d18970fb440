"""A command as a device: any program that times an ONNX file and prints a latency."""

from __future__ import annotations

import contextlib
import json
import math
import os
import re
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from latpred._core.measurement import SyntheticClock
from latpred.devices.device import Device
from latpred.errors import ConfigError

__all__ = ["CommandFailed", "CommandLine", "CommandRunnable", "latency_in", "latency_values"]

_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")


class CommandFailed(RuntimeError):
    """A run of the command gave no latency; the message says why in one sentence."""


def latency_values(text: str) -> list[float]:
    """The latencies in ms that a command printed.

    They are taken from the last line that is a JSON object with `latency_ms`, a number or a list of
    numbers; without such a line, the last number in the text counts.

    Raises:
        CommandFailed: Where there is neither, or a latency is not positive and finite.
    """
    values: list[Any] = []
    for line in reversed(text.splitlines()):
        with contextlib.suppress(ValueError, RecursionError):
            document = json.loads(line)
            if isinstance(document, dict) and "latency_ms" in document:
                found = document["latency_ms"]
                values = found if isinstance(found, list) else [found]
                break
    else:
        values = [float(one) for one in _NUMBER.findall(text)[-1:]]
    if not values:
        end = " ".join(text.split())[-80:]
        raise CommandFailed(f"printed no latency, expected a number of ms at the end of {end!r}")
    for one in values:
        number = isinstance(one, int | float) and not isinstance(one, bool)
        if not number or not 0 < one < math.inf or one > sys.float_info.max:
            raise CommandFailed(f"printed the latency {one!r}, a positive number of ms expected")
    return [float(one) for one in values]


def latency_in(text: str) -> float:
    """The last latency in ms that a command printed."""
    return latency_values(text)[-1]


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
        self._words = shlex.split(template)
        self._limit = limit_seconds
        self._fields = {
            "threads": device.threads,
            "batch_size": device.batch_size,
            "precision": device.precision,
        }
        try:
            with_file = self.words(Path("network.onnx"))
        except (KeyError, IndexError, ValueError) as error:
            raise ConfigError(
                f"command {template!r}: only {{onnx}}, {{threads}}, {{batch_size}} and "
                f"{{precision}} are filled in ({error!r})"
            ) from error
        if not any("network.onnx" in word for word in with_file):
            raise ConfigError(f"command {template!r}: {{onnx}} expected where the file's name goes")

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
        except OSError as error:
            raise CommandFailed(f"cannot be started: {error.strerror}") from error
        with process:
            out, err = self._output(process)
        if process.returncode != 0:
            tail = " ".join(err.decode(errors="replace").split())[-200:]
            raise CommandFailed(f"ended with code {process.returncode}: {tail}")
        return latency_values(out.decode(errors="replace"))

    def _output(self, process: subprocess.Popen[bytes]) -> tuple[bytes, bytes]:
        """Standard output and error; the command and its children never outlive this call."""
        try:
            return process.communicate(timeout=self._limit)
        except BaseException as error:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
            if isinstance(error, subprocess.TimeoutExpired):
                raise CommandFailed(f"no end after {self._limit:g} s, killed") from None
            raise


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
