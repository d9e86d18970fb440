"""The memory of one network, measured in a process that has done nothing else."""

from __future__ import annotations

import contextlib
import ctypes
import gc
import importlib
import re
import resource
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from latpred.devices.device import Device
from latpred.errors import ConfigError, LatpredError, MeasurementError
from latpred.runtimes.inputs import PACKAGES, require_runtime
from latpred.runtimes.modules import require_program
from latpred.worker.job import Send, Watch, limit_memory
from latpred.worker.networks import device_from, runnable_of

__all__ = ["MemoryJob", "peak_bytes", "resident_bytes", "runtime_base_bytes"]

_STATUS = Path("/proc/self/status")
_START = (  # what a process holds that has loaded the runtime and nothing else
    "import importlib, pathlib, re, resource, sys, numpy\n"
    "importlib.import_module(sys.argv[1])\n"
    "status = pathlib.Path('/proc/self/status')\n"
    "found = status.exists() and re.search(r'VmRSS:\\s+(\\d+) kB', status.read_text())\n"
    "unit = 1 if sys.platform == 'darwin' else 1024\n"
    "most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit\n"
    "print(int(found[1]) * 1024 if found else most)\n"
)


def _status_bytes(field: str) -> int | None:
    """A field of this process's status; None where the system has none."""
    try:
        found = re.search(rf"^{field}:\s+(\d+) kB$", _STATUS.read_text(), re.MULTILINE)
    except OSError:
        return None
    return None if found is None else int(found[1]) * 1024


def resident_bytes() -> int:
    """Memory that this process holds now; where the system does not say so, the most so far."""
    found = _status_bytes("VmRSS")
    return peak_bytes() if found is None else found


def peak_bytes() -> int:
    """The most memory that this process has held since `forget_peak`, or since it began.

    On Linux the number of `getrusage` is that of the parent where the parent held more, so it
    serves only where the system has no other.
    """
    found = _status_bytes("VmHWM")
    if found is not None:
        return found
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def forget_peak() -> bool:
    """Have `peak_bytes` begin at what is held now; whether the system can."""
    try:
        Path("/proc/self/clear_refs").write_text("5")
    except OSError:
        return False
    return _status_bytes("VmHWM") is not None


def give_back_free() -> None:
    """Free memory that nothing uses goes back to the system, where the system's allocator can."""
    gc.collect()
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)


def _package(device: Device) -> str:
    return PACKAGES.get(device.runtime.removesuffix("-cuda"), "torch")


def runtime_base_bytes(device: Device) -> int:
    """What a process holds that has loaded the device's runtime and nothing else.

    Raises:
        MeasurementError: Where such a process does not end well.
    """
    package = _package(device)
    try:
        done = subprocess.run(
            [sys.executable, "-c", _START, package],
            capture_output=True,
            text=True,
            timeout=120,
            check=True,
        )
        return int(done.stdout)
    except (OSError, subprocess.SubprocessError, ValueError) as error:
        raise MeasurementError(
            f"memory: a process that loads {package} alone does not end well: {error!s:.200}"
        ) from error


class MemoryJob:
    """A `memory` request: one network is loaded and run, and the process's peaks are read.

    Args:
        request: Its fields: `device` and `network`; `limit_seconds` and `memory_mb` as of a `Job`;
            `runs`, how often it runs, and `base`, whether a process with the runtime alone is
            measured beside it.
        send: Called with each message.

    Raises:
        ConfigError: For missing or wrong fields, or a runtime that is not installed here.
    """

    def __init__(self, request: Mapping[str, Any], send: Send) -> None:
        try:
            self._device = device_from(request["device"])
            self._network = dict(request["network"])
            self._runs = int(request.get("runs", 3))
            self._base = bool(request.get("base", False))
            self._watch = Watch(send, float(request.get("limit_seconds", 60.0)))
        except (KeyError, TypeError, ValueError) as error:
            raise ConfigError(f"memory: wrong or missing field: {error!r}") from error
        require_runtime(self._device.runtime)
        require_program(self._device)
        limit_memory(request.get("memory_mb"))

    def measure(self) -> dict[str, Any]:
        """The `remembered` message, in bytes.

        held: before the network; load_peak, run_peak: the most while it was loaded and while it
        ran, null where the system cannot tell them apart and the first was more; after: at the end;
        base: of the runtime alone, null unless asked for; reason: why it does not run, or empty.
        """
        base = runtime_base_bytes(self._device) if self._base else None
        runner = self._device.program == "runner"
        importlib.import_module("torch" if runner else _package(self._device))
        with tempfile.TemporaryDirectory(prefix="latpred-") as folder:
            work = runnable_of(self._network, [], self._device, Path(folder))
            give_back_free()
            held = resident_bytes()
            apart = forget_peak()
            try:
                found = self._run(work, apart)
            except LatpredError:
                raise
            except Exception as error:  # noqa: BLE001 - whatever the network raises
                return {"type": "remembered", "reason": f"{type(error).__name__}: {error}"[:300]}
            finally:
                self._watch.end()
        return {"type": "remembered", "reason": "", "held": held, "base": base, **found}

    def _run(self, work: Any, apart: bool) -> dict[str, Any]:
        self._watch.begin(None, 0, "prepare")
        if hasattr(work, "prepare"):
            work.prepare()
        load_peak = peak_bytes()
        apart = apart and forget_peak()
        for _ in range(self._runs):
            self._watch.begin(work, 0, "run")
            work.run()
        run_peak: int | None = peak_bytes()
        if not apart and run_peak == load_peak:
            run_peak = None
        return {"load_peak": load_peak, "run_peak": run_peak, "after": resident_bytes()}
