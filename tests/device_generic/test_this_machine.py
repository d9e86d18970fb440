"""This machine's description: what it takes from where, on machines that are not this one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import latpred as lp
import pytest

from tests.devices import linux_files as linux

dg = lp.device_generic


class Loops:
    """Says what it is told, and keeps what was asked."""

    def __init__(self) -> None:
        self.asked: list[Any] = []

    def clock_ghz(self) -> float:
        self.asked.append("clock")
        return 1.25

    def dispatch_width(self) -> float:
        self.asked.append("width")
        return 7.0

    def memory_gbs(self, size: int) -> float:
        self.asked.append(size)
        return 11.5


def described(root: Path, files: dict[str, str], **more: Any) -> tuple[Any, list[Any]]:
    loops = Loops()
    return dg.this_machine(root=linux.write(root, files), loops=loops, **more), loops.asked


MB = 1 << 20
MACHINES = {
    "intel": (linux.INTEL, (3.7, 4, 19.25, 11.5), ("sysfs", "table", "sysfs"), [77 * MB]),
    "guest": (
        linux.AMD_GUEST,
        (2.596142, 6, 32, 11.5),
        ("/proc/cpuinfo", "table", "sysfs"),
        [128 * MB],
    ),
    "phone": (linux.PHONE, (2.8416, 10, 2, 11.5), ("sysfs", "table", "sysfs"), [64 * MB]),
    "board": (linux.BOARD, (1.5, 5, 4, 11.5), ("sysfs", "table", "assumed"), [64 * MB]),
    "container": (
        linux.CONTAINER,
        (2.7, 4, 1, 11.5),
        ("/proc/cpuinfo", "table", "/proc/cpuinfo"),
        [64 * MB],
    ),
    "new": (
        linux.NEW_PROCESSOR,
        (1.25, 7, 1, 11.5),
        ("measured", "measured", "/proc/cpuinfo"),
        ["clock", "width", 64 * MB],
    ),
    "broken": (
        linux.BROKEN,
        (1.25, 7, 4, 11.5),
        ("measured", "measured", "assumed"),
        ["clock", "width", 64 * MB],
    ),
    "elsewhere": (
        linux.ELSEWHERE,
        (1.25, 7, 4, 11.5),
        ("measured", "measured", "assumed"),
        ["clock", "width", 64 * MB],
    ),
}


@pytest.mark.parametrize("machine", MACHINES)
def test_machines(tmp_path: Path, machine: str) -> None:
    files, numbers, sources, asked = MACHINES[machine]
    found, loops_asked = described(tmp_path, files)
    four = (found.frequency_ghz, found.dispatch_width, found.cache_mb, found.memory_gbs)
    assert four == pytest.approx(numbers)
    fields = ("frequency_ghz", "dispatch_width", "cache_mb")
    assert [found.sources[field].split(" by ")[0] for field in fields] == list(sources)
    assert found.sources["memory_gbs"] == "measured"
    assert loops_asked == asked
    assert set(found.sources) == {*fields, "memory_gbs", *found.extra}
    assert found.name


def test_further_numbers(tmp_path: Path) -> None:
    found, _ = described(tmp_path, linux.INTEL)
    assert found.extra == {"cores": 2, "simd_bits": 256, "memory_gb": 16.384, "cache_shared_by": 24}


def test_what_the_user_knows_better(tmp_path: Path) -> None:
    known = {"cache_mb": 512, "frequency_ghz": 4.0, "lanes": 3}
    found, asked = described(tmp_path, linux.AMD_GUEST, known=known)
    assert (found.cache_mb, found.frequency_ghz, found.extra["lanes"]) == (512, 4.0, 3)
    assert {found.sources[name] for name in known} == {"given"}
    assert asked == [256 * MB]  # reads no more than that, however large the cache
    _, asked = described(
        tmp_path, linux.NEW_PROCESSOR, known={"dispatch_width": 2, "memory_gbs": 1}
    )
    assert asked == ["clock"]


def test_little_free_memory(tmp_path: Path) -> None:
    little = {"proc/meminfo": "MemTotal: 64000 kB\nMemAvailable: 32768 kB\n"}
    _, asked = described(tmp_path / "1", linux.BOARD | little)
    assert asked == [8 * MB]
    _, asked = described(tmp_path / "2", linux.BOARD | {"proc/meminfo": "MemAvailable: 0 kB\n"})
    assert asked == [4096]


@pytest.mark.parametrize(
    ("known", "error"),
    [
        (3, lp.ConfigError),
        ({3: 1.0}, lp.ConfigError),
        ({"cache_mb": 0}, lp.DataError),
        ({"cache_mb": "4"}, lp.DataError),
        ({"lanes": -1}, lp.DataError),
    ],
)
def test_wrong_numbers(tmp_path: Path, known: Any, error: type[Exception]) -> None:
    with pytest.raises(error, match=r"known|cache_mb|lanes"):
        described(tmp_path, linux.BOARD, known=known)


def test_this_one() -> None:
    """Nothing but that it describes itself; memory is not read."""
    found = dg.this_machine({"memory_gbs": 10})
    assert found.ms_per_factor > 0
    assert found.sources["memory_gbs"] == "given"
