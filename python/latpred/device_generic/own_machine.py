"""The description of the machine that this process runs on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from latpred.device_generic.descriptions import NUMBERS, DeviceDescription
from latpred.devices.processor import Loops, MeasuredLoops, Processor
from latpred.errors import ConfigError

__all__ = ["this_machine"]

_ASSUMED_CACHE_MB = 4.0
_LEAST_BYTES, _MOST_BYTES = 64 << 20, 256 << 20  # over which memory is read

Found = tuple[float, str]  # a number, and how it was found


def this_machine(
    known: Mapping[str, float] | None = None,
    *,
    root: str | Path = "/",
    loops: Loops | None = None,
) -> DeviceDescription:
    """Describe this machine, by one core of the highest clock; takes about .3 s.

    The clock is the highest of sysfs, else that of /proc/cpuinfo, else measured (a chain of
    additions); the cache is the last level that the core sees, of sysfs, else of /proc/cpuinfo,
    else 4 MB, which is assumed; memory speed is measured (one thread that reads more than the cache
    holds); dispatch width is that of a table by processor family, else measured (a mix of
    independent operations). `sources` says for each which it was. `extra` holds, where the system
    tells, cores, simd_bits, memory_gb and cache_shared_by.

    Args:
        known: Numbers that you know better, by name; any of the four, or further ones.
        root: Folder that holds `proc` and `sys`; for tests.
        loops: What measures; for tests.

    Raises:
        ConfigError: For `known` that is no dict by name.
        DataError: For values of it that are no numbers, or not finite and above 0.
        MeasurementError: Where the clock stands still.

    Example:
        >>> machine = lp.device_generic.this_machine({"memory_gbs": 20})
        >>> machine.sources["memory_gbs"], machine.ms_per_factor > 0
        ('given', True)
    """
    given = _given(known)
    processor = Processor(root)
    measured = MeasuredLoops() if loops is None else loops
    found: dict[str, Found] = {name: (value, "given") for name, value in given.items()}
    find: dict[str, Callable[[], Found]] = {
        "frequency_ghz": lambda: _frequency(processor, measured),
        "dispatch_width": lambda: _width(processor, measured),
        "cache_mb": lambda: _cache(processor),
        "memory_gbs": lambda: _memory(processor, found["cache_mb"][0], measured),
    }
    for name, how in find.items():
        found[name] = found[name] if name in found else how()
    found = _further(processor) | found
    return DeviceDescription(
        **{name: found[name][0] for name in NUMBERS},
        name=processor.name or "this machine",
        extra={name: value for name, (value, _) in found.items() if name not in NUMBERS},
        sources={name: how for name, (_, how) in found.items()},
    )


def _given(known: Mapping[str, float] | None) -> dict[str, Any]:
    held: object = {} if known is None else known
    if not isinstance(held, Mapping) or not all(isinstance(name, str) for name in held):
        got = type(known).__name__
        raise ConfigError(f"this_machine: a dict of numbers by name expected as known, got {got}")
    each = DeviceDescription(1, 1, 1, 1, name="known", extra=dict(held)).extra
    four: dict[str, Any] = {name: each.get(name, 1.0) for name in NUMBERS}
    DeviceDescription(**four, name="known")  # all of them together
    return dict(each)


def _frequency(processor: Processor, loops: Loops) -> Found:
    if processor.max_ghz is not None:
        return processor.max_ghz, "sysfs"
    if (listed := processor.listed_ghz) is not None:
        return listed, "/proc/cpuinfo"
    return loops.clock_ghz(), "measured"


def _width(processor: Processor, loops: Loops) -> Found:
    if (family := processor.family) is not None:
        return family.dispatch_width, f"table by processor family: {family.name}"
    return loops.dispatch_width(), "measured"


def _cache(processor: Processor) -> Found:
    if (cache := processor.last_cache) is not None:
        return cache.mb, "sysfs"
    if (listed := processor.listed_cache_mb) is not None:
        return listed, "/proc/cpuinfo"
    return _ASSUMED_CACHE_MB, "assumed"


def _memory(processor: Processor, cache_mb: float, loops: Loops) -> Found:
    size = min(max(int(min(4 * cache_mb, 1024)) << 20, _LEAST_BYTES), _MOST_BYTES)
    free = processor.free_bytes
    if free is not None:
        size = max(4096, min(size, free // 4))
    return loops.memory_gbs(size), "measured"


def _further(processor: Processor) -> dict[str, Found]:
    cache = processor.last_cache
    numbers = {
        "cores": (processor.cores, "system"),
        "simd_bits": (processor.simd_bits, "/proc/cpuinfo"),
        "memory_gb": (processor.memory_gb, "/proc/meminfo"),
        "cache_shared_by": (cache.shared_by if cache else None, "sysfs"),
    }
    return {name: (float(value), how) for name, (value, how) in numbers.items() if value}
