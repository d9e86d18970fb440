"""What a measurement was made on: a record to keep with the numbers, and what disturbs them."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import time
from collections.abc import Callable
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

from latpred._core import build as _build
from latpred._core import measurement as _native

__all__ = ["environment_record", "environment_warnings", "machine_state", "stable_part"]

# Environment variables that change speed.
SETTINGS = (
    "OMP_NUM_THREADS",
    "MKL_NUM_THREADS",
    "OMP_PROC_BIND",
    "GOMP_CPU_AFFINITY",
    "KMP_AFFINITY",
    "ATEN_CPU_CAPABILITY",
    "ONEDNN_MAX_CPU_ISA",
    "MKL_CBWR",
    "LD_PRELOAD",
)
# Seconds between two looks at how much of its time this machine gets.
SHORTEST_LOOK, LONGEST_LOOK = 0.2, 10.0
# Fields of a record that are judged as they stand.
_JUDGED = (
    *("cores", "pressure_percent", "governor", "boost", "steal_percent", "hypervisor"),
    *("cgroup_cpus", "clock_resolution_ns", "clocksource", "settings", "huge_pages", "nice"),
)
# Fields that differ from one moment to the next.
MOMENTARY = ("time", "load", "runnable", "pressure_percent", "steal_percent")


def _text(path: Path) -> str:
    """The content of a kernel file; empty where it does not exist or may not be read."""
    try:
        return path.read_text(errors="replace").strip()
    except (OSError, ValueError):
        return ""


def _number(path: Path) -> float | None:
    try:
        return float(_text(path))
    except ValueError:
        return None


def _cpu_fields(cpuinfo: str) -> dict[str, str]:
    """Fields of the first processor in /proc/cpuinfo."""
    lines = cpuinfo.split("\n\n", 1)[0].splitlines()
    pairs = (line.split(":", 1) for line in lines if ":" in line)
    return {key.strip(): value.strip() for key, value in pairs}


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return ""


def _pressure(text: str) -> float | None:
    """Percent of the last 10 s in which some task waited for a processor (kernel PSI)."""
    for word in text.split():
        if word.startswith("avg10="):
            return float(word.removeprefix("avg10="))
    return None


def _chosen(text: str) -> str | None:
    """The word in brackets, as in `always [madvise] never`."""
    start, end = text.find("["), text.find("]")
    return text[start + 1 : end] if 0 <= start < end else None


def _caches(cpu: Path) -> list[str]:
    """As "L1 Data 32K shared by 0-1"."""
    found = []
    for place in sorted(cpu.glob("cache/index*")):
        level, kind, size = (_text(place / name) for name in ("level", "type", "size"))
        found.append(f"L{level} {kind} {size} shared by {_text(place / 'shared_cpu_list')}")
    return found


def _boost(cpus: Path) -> bool | None:
    """Whether the clock rate may exceed its nominal value; None where the system does not say."""
    boost = _text(cpus / "cpufreq/boost")
    no_turbo = _text(cpus / "intel_pstate/no_turbo")
    if no_turbo:
        return no_turbo == "0"
    return boost == "1" if boost else None


def _cgroup_cpus(root: Path) -> float | None:
    """Processors that the control group of this process may use; None without a limit."""
    groups = _text(root / "proc/self/cgroup").splitlines()
    own = next((line[3:] for line in groups if line.startswith("0::")), "/")
    folder = root / "sys/fs/cgroup"
    limits = []
    for place in (folder / own.lstrip("/"), folder):
        quota, _, period = _text(place / "cpu.max").partition(" ")
        if quota.isdigit() and period.isdigit():
            limits.append(int(quota) / int(period))
    quota_us = _number(folder / "cpu/cpu.cfs_quota_us")
    period_us = _number(folder / "cpu/cpu.cfs_period_us")
    if quota_us and period_us and quota_us > 0:
        limits.append(quota_us / period_us)
    return min(limits, default=None)


def _container(root: Path) -> bool:
    return any((root / name).exists() for name in (".dockerenv", "run/.containerenv"))


def _cpu_part(root: Path) -> dict[str, Any]:
    fields = _cpu_fields(_text(root / "proc/cpuinfo"))
    cpus = root / "sys/devices/system/cpu"
    flags = sorted(fields.get("flags", fields.get("Features", "")).split())
    scaling = cpus / "cpu0/cpufreq"
    rates = [_number(scaling / f"cpuinfo_{name}_freq") for name in ("min", "max")]
    return {
        "cpu": fields.get("model name", platform.processor()),
        "cpu_family": "/".join(fields.get(n, "") for n in ("cpu family", "model", "stepping")),
        "cpu_flags": hashlib.sha256(" ".join(flags).encode()).hexdigest()[:16],
        "caches": _caches(cpus / "cpu0"),
        "cores": len(os.sched_getaffinity(0)),
        "smt": {"1": True, "0": False}.get(_text(cpus / "smt/active")),
        "isolated": _text(cpus / "isolated"),
        "hypervisor": "hypervisor" in flags,
        "governor": _text(scaling / "scaling_governor") or None,
        "boost": _boost(cpus),
        "mhz": [None if rate is None else rate / 1000 for rate in rates],
    }


def _system_part(root: Path) -> dict[str, Any]:
    clock = root / "sys/devices/system/clocksource/clocksource0/current_clocksource"
    return {
        "clocksource": _text(clock) or None,
        "clock_resolution_ns": round(time.clock_getres(time.CLOCK_MONOTONIC_RAW) * 1e9),
        "kernel": platform.release(),
        "libc": " ".join(platform.libc_ver()),
        "aslr": _text(root / "proc/sys/kernel/randomize_va_space") or None,
        "huge_pages": _chosen(_text(root / "sys/kernel/mm/transparent_hugepage/enabled")),
        "cgroup_cpus": _cgroup_cpus(root),
        "container": _container(root),
        "nice": os.getpriority(os.PRIO_PROCESS, 0),
    }


def _software_part() -> dict[str, Any]:
    return {
        "python": platform.python_version(),
        "torch": _version("torch"),  # with it the versions of oneDNN, MKL and OpenMP inside
        "latpred": _version("latpred"),
        "build": {name: _build[name] for name in ("compiler", "debug")},
        "settings": {name: os.environ[name] for name in SETTINGS if name in os.environ},
    }


_looks: dict[Path, tuple[float, str]] = {}  # root -> when /proc/stat was read last, and what


def _steal_percent(root: Path, wait: Callable[[float], object]) -> float | None:
    """Percent of the time that others took since the last look, or during a short wait."""
    when, before = _looks.get(root, (-LONGEST_LOOK, ""))
    if not SHORTEST_LOOK <= time.monotonic() - when <= LONGEST_LOOK:
        before = _text(root / "proc/stat")
        if before:
            wait(SHORTEST_LOOK)
    after = _text(root / "proc/stat")
    _looks[root] = (time.monotonic(), after)
    return _native.steal_percent(before, after)


def _state_part(root: Path, wait: Callable[[float], object]) -> dict[str, Any]:
    """The part of the record that differs from one moment to the next."""
    load = _text(root / "proc/loadavg").split()
    running = load[3].partition("/")[0] if len(load) > 3 else ""
    return {
        "time": datetime.now(UTC).isoformat(timespec="seconds"),
        "load": [float(value) for value in load[:3]],
        "runnable": int(running) if running.isdigit() else None,
        "pressure_percent": _pressure(_text(root / "proc/pressure/cpu")),
        "steal_percent": _steal_percent(root, wait),
    }


def environment_record(
    root: str | Path = "/", *, wait: Callable[[float], object] = time.sleep
) -> dict[str, Any]:
    """Describe this machine and its state now.

    Values that the system does not reveal are None or empty.

    Returns:
        Of the machine (see `stable_part`): `cpu`, `cpu_family` (family/model/stepping),
        `cpu_flags` (hash), `caches`, `cores` (usable by this process), `smt`, `isolated`,
        `hypervisor`, `governor`, `boost`, `mhz` (lowest, highest), `clocksource`,
        `clock_resolution_ns`, `kernel`, `libc`, `aslr`, `huge_pages`, `cgroup_cpus` (limit),
        `container`, `nice`, `python`, `torch`, `latpred`, `build`, `settings` (environment
        variables that change speed). Of the moment: `time` (UTC), `load` (1, 5, 15 minutes),
        `runnable`, `pressure_percent`, `steal_percent` (over the last .2 to 10 s).
        `env_id` is the SHA-256 of the stable part: equal where measurements are comparable.

    Args:
        root: Folder that holds `proc` and `sys`; for tests.
        wait: Lets .2 s pass between the two looks; for tests.

    Example:
        >>> from latpred.devices import environment_record
        >>> record = environment_record()
        >>> len(record["env_id"]), record["cores"] >= 1
        (64, True)
    """
    root = Path(root)
    record = _state_part(root, wait) | _cpu_part(root) | _system_part(root) | _software_part()
    text = json.dumps(stable_part(record), sort_keys=True)
    return {**record, "env_id": hashlib.sha256(text.encode()).hexdigest()}


def stable_part(record: dict[str, Any]) -> dict[str, Any]:
    """The part of a record that must be equal for measurements to be comparable.

    Example:
        >>> from latpred.devices import environment_record, stable_part
        >>> record = environment_record()
        >>> "cpu" in stable_part(record), "load" in stable_part(record)
        (True, False)
    """
    return {name: record[name] for name in record if name not in (*MOMENTARY, "env_id")}


def machine_state(record: dict[str, Any]) -> _native.MachineState:
    """The part of a record that shows whether something disturbs timing, as the core judges it."""
    state = _native.MachineState()
    state.debug_build = bool(record.get("build", {}).get("debug"))
    if record.get("load"):
        state.load = record["load"][0]
    for name in _JUDGED:
        if record.get(name) is not None:
            setattr(state, name, record[name])
    return state


def environment_warnings(record: dict[str, Any]) -> list[str]:
    """What in a record disturbs timing, in plain words; empty where nothing does.

    Example:
        >>> from latpred.devices import environment_record, environment_warnings
        >>> all(isinstance(warning, str) for warning in environment_warnings(environment_record()))
        True
    """
    return _native.machine_warnings(machine_state(record))
