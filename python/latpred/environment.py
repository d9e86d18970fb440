"""What a measurement was made on: a record to keep beside the numbers, and what disturbs them."""

from __future__ import annotations

import os
import platform
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

__all__ = ["environment_record", "environment_warnings"]


def _text(path: Path) -> str:
    """Content of a file of the kernel, empty where it does not exist or may not be read."""
    try:
        return path.read_text(errors="replace").strip()
    except OSError:
        return ""


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


def environment_record(root: str | Path = "/") -> dict[str, Any]:
    """Describe this machine and its state now.

    Values that the system does not show are None or empty. Keys: `time` (UTC), `cpu`, `cores`
    (usable by this process), `governor`, `hypervisor`, `load` (1, 5 and 15 minutes),
    `pressure_percent`, `kernel`, `python`, `torch`, `latpred`, `settings` (environment variables
    that change speed).

    Args:
        root: Where `proc` and `sys` lie; for tests.
    """
    root = Path(root)
    fields = _cpu_fields(_text(root / "proc/cpuinfo"))
    load = _text(root / "proc/loadavg").split()[:3]
    names = ("OMP_NUM_THREADS", "ATEN_CPU_CAPABILITY", "ONEDNN_MAX_CPU_ISA", "MKL_CBWR")
    return {
        "time": datetime.now(UTC).isoformat(timespec="seconds"),
        "cpu": fields.get("model name", platform.processor()),
        "cores": len(os.sched_getaffinity(0)),
        "governor": _text(root / "sys/devices/system/cpu/cpu0/cpufreq/scaling_governor") or None,
        "hypervisor": "hypervisor" in fields.get("flags", "").split(),
        "load": [float(value) for value in load],
        "pressure_percent": _pressure(_text(root / "proc/pressure/cpu")),
        "kernel": platform.release(),
        "python": platform.python_version(),
        "torch": _version("torch"),
        "latpred": _version("latpred"),
        "settings": {name: os.environ[name] for name in names if name in os.environ},
    }


def environment_warnings(record: dict[str, Any]) -> list[str]:
    """What in a record disturbs timing, in plain words; empty where nothing does."""
    found = []
    load, cores, governor = record["load"], record["cores"], record["governor"]
    if load and load[0] > 0.75 * cores:
        found.append(
            f"load is high: {load[0]:.1f} tasks on {cores} processors over the last minute; "
            "end other work to measure faster"
        )
    if governor not in (None, "performance"):
        found.append(f"the clock rate may change: cpufreq governor is {governor}, not performance")
    return found
