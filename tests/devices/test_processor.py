"""Processors as Linux shows them, and the loops that measure what it does not show."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import latpred as lp
import pytest
from latpred._core import measurement as native
from latpred.devices.families import family_of
from latpred.devices.processor import Cache, MeasuredLoops, Processor
from latpred.measurement import SyntheticClock

from tests.devices import linux_files as linux

MACHINES: dict[str, tuple[dict[str, str], dict[str, Any]]] = {
    "intel": (
        linux.INTEL,
        {
            "name": "Intel(R) Xeon(R) Gold 6226 CPU @ 2.70GHz",
            "max_ghz": 3.7,
            "listed_ghz": 2.7,
            "last_cache": Cache(19.25, 24),
            "listed_cache_mb": 1.0,
            "simd_bits": 256,
            "cores": 2,
            "memory_gb": 16.384,
            "free_bytes": 8192000000,
        },
    ),
    "guest": (
        linux.AMD_GUEST,
        {"max_ghz": None, "listed_ghz": 2.596142, "last_cache": Cache(32.0, 2)},
    ),
    "phone": (
        linux.PHONE,
        {
            "name": "Qualcomm Kryo 4xx Gold (Cortex-A76)",
            "number": 7,
            "max_ghz": 2.8416,
            "listed_ghz": None,
            "last_cache": Cache(2.0, 8),
            "cores": 8,
            "simd_bits": 128,
            "memory_gb": None,
        },
    ),
    "board": (
        linux.BOARD,
        {"name": "ARM Cortex-A72", "last_cache": None, "listed_cache_mb": None, "free_bytes": None},
    ),
    "container": (linux.CONTAINER, {"max_ghz": None, "listed_ghz": 2.7, "listed_cache_mb": 1.0}),
    "new": (linux.NEW_PROCESSOR, {"name": "Some CPU", "family": None, "listed_ghz": None}),
    "broken": (
        linux.BROKEN,
        dict.fromkeys(("max_ghz", "listed_ghz", "family", "last_cache", "listed_cache_mb"))
        | dict.fromkeys(("memory_gb", "free_bytes", "simd_bits")),
    ),
    "elsewhere": (
        linux.ELSEWHERE,
        dict.fromkeys(("max_ghz", "listed_ghz", "family", "last_cache", "cores", "simd_bits"))
        | {"name": "", "fields": {}},
    ),
}


@pytest.mark.parametrize("machine", MACHINES)
def test_what_linux_shows(tmp_path: Path, machine: str) -> None:
    files, expected = MACHINES[machine]
    processor = Processor(linux.write(tmp_path, files))
    for name, value in expected.items():
        found = getattr(processor, name)
        assert found == (pytest.approx(value) if isinstance(value, float) else value), name


@pytest.mark.parametrize(
    ("cpuinfo", "width"),
    [
        (linux.x86("GenuineIntel", 6, 79, "", ""), 4),
        (linux.x86("GenuineIntel", 6, 106, "", ""), 5),
        (linux.x86("GenuineIntel", 6, 143, "", ""), 6),
        (linux.x86("GenuineIntel", 15, 4, "", ""), None),
        (linux.x86("AuthenticAMD", 23, 49, "", ""), 6),
        (linux.x86("AuthenticAMD", 26, 2, "", ""), 8),
        (linux.x86("CentaurHauls", 6, 15, "", ""), None),
        (linux.arm([0xD03]), 3),
        (linux.arm([0xD09]), 4),
        (linux.arm([0xD0A]), 5),
        (linux.arm([0xD0D]), 10),
        (linux.arm([0xD0C]), 10),
        (linux.arm([0x023], 0x61), 8),
        (linux.arm([0xFFF]), None),
        (linux.arm([0xD03], 0x99), None),
        ("CPU implementer: many\nCPU part: 0xd03", None),
        ("", None),
    ],
)
def test_families(tmp_path: Path, cpuinfo: str, width: float | None) -> None:
    fields = Processor(linux.write(tmp_path, {"proc/cpuinfo": cpuinfo})).fields
    found = family_of(fields)
    assert (found and found.dispatch_width) == width


def test_the_fastest_round_counts() -> None:
    clock = SyntheticClock()
    took = iter([4.0, 2.0, 8.0, 4.0, 1.0])

    def work() -> float:
        clock.advance(next(took))
        return 6e6

    assert native.best_rate(clock, work, 0.017) == pytest.approx(3.0)  # four rounds, 18 ms
    assert next(took) == 1.0


def test_at_least_one_round() -> None:
    clock = SyntheticClock()

    def work() -> float:
        clock.advance(5.0)
        return 5e6

    assert native.best_rate(clock, work, 0.0) == 1.0


def test_a_clock_that_stands_still() -> None:
    loops = MeasuredLoops(SyntheticClock())
    for measure in (loops.clock_ghz, loops.dispatch_width, lambda: loops.memory_gbs(1 << 16)):
        with pytest.raises(lp.MeasurementError, match="the clock stands still"):
            measure()


def test_too_little_memory_to_read() -> None:
    with pytest.raises(lp.ConfigError, match="4095 bytes, at least 4096"):
        native.memory_gbs(SyntheticClock(), 4095, 0.0)
    with pytest.raises(lp.MeasurementError, match="no memory for"):
        native.memory_gbs(SyntheticClock(), 1 << 60, 0.0)


def test_work_that_fails() -> None:
    def work() -> float:
        raise KeyError("x")

    with pytest.raises(KeyError):
        native.best_rate(SyntheticClock(), work, 0.0)


def test_this_processor_is_of_this_world() -> None:
    """One round of each loop: no more than that a computer can be like this."""
    clock = native.SystemClock()
    ghz = native.clock_ghz(clock, 0.0)
    assert 0.001 < ghz < 20
    assert 0.001 < native.operations_per_ns(clock, 0.0) < 400
    assert 0.001 < native.memory_gbs(clock, 1 << 20, 0.0) < 10000
