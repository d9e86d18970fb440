"""What Linux tells of a processor and its memory, and loops that measure what it does not tell."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple, Protocol

from latpred._core import measurement as _native
from latpred.devices.environment import _cpu_fields, _number, _text
from latpred.devices.families import Family, family_of

__all__ = ["Cache", "Loops", "MeasuredLoops", "Processor"]

_LEVELS = ("1", "2", "3", "4")
_CORE_S, _MEMORY_S = 0.02, 0.2  # seconds that a loop may take


class Loops(Protocol):
    """Measures a processor; every function of it may take some hundredths of a second."""

    def clock_ghz(self) -> float:
        """Cycles a nanosecond."""
        ...

    def dispatch_width(self) -> float:
        """Operations a cycle."""
        ...

    def memory_gbs(self, size: int) -> float:
        """GB/s at which one thread reads `size` bytes again and again."""
        ...


class MeasuredLoops:
    """The core's loops, on this machine's clock or another one."""

    def __init__(self, clock: _native.Clock | None = None) -> None:
        self.clock = _native.SystemClock() if clock is None else clock

    def clock_ghz(self) -> float:
        """From additions each of which needs the one before."""
        return _native.clock_ghz(self.clock, _CORE_S)

    def dispatch_width(self) -> float:
        """From a mix of independent operations; a whole number."""
        rate = _native.operations_per_ns(self.clock, _CORE_S)
        return float(max(1, round(rate / self.clock_ghz())))

    def memory_gbs(self, size: int) -> float:
        """From sums over memory."""
        return _native.memory_gbs(self.clock, size, _MEMORY_S)


class Cache(NamedTuple):
    """A cache, and how many processors share it."""

    mb: float
    shared_by: int


class Processor:
    """A processor as the files of Linux below `root` show it; None for what they do not tell.

    Where cores differ, as in phones, it is the one of the highest clock.
    """

    def __init__(self, root: str | Path = "/") -> None:
        self.root = Path(root)
        self._cpus = self.root / "sys/devices/system/cpu"
        self._info = _text(self.root / "proc/cpuinfo")
        self.number, self.max_ghz = self._fastest()

    def _fastest(self) -> tuple[int, float | None]:
        rates = {}
        for place in self._cpus.glob("cpu[0-9]*"):
            rate = _number(place / "cpufreq/cpuinfo_max_freq")
            if rate is not None and 0 < rate < 1e9:
                rates[int(place.name.removeprefix("cpu"))] = rate / 1e6
        if not rates:
            return 0, None
        number = max(rates, key=lambda one: (rates[one], -one))
        return number, rates[number]

    def _blocks(self) -> Iterator[dict[str, str]]:
        for text in re.split(r"\n\s*\n", self._info):
            if fields := _cpu_fields(text):
                yield fields

    @property
    def fields(self) -> dict[str, str]:
        """Fields of /proc/cpuinfo: of that processor, else of the first; with those of all."""
        blocks = list(self._blocks())
        shared = {
            key: value for one in blocks if "processor" not in one for key, value in one.items()
        }
        wanted = str(self.number)
        own = next((one for one in blocks if one.get("processor") == wanted), None)
        return shared | (own or (blocks[0] if blocks else {}))

    @property
    def listed_ghz(self) -> float | None:
        """The highest clock in /proc/cpuinfo."""
        found = []
        for fields in self._blocks():
            mhz = _float(fields.get("cpu MHz", fields.get("clock", "")).removesuffix("MHz"))
            said = re.search(r"@ *([\d.]+) *GHz", fields.get("model name", ""))
            found += [mhz / 1000] if mhz else []
            found += [ghz] if said and (ghz := _float(said[1])) else []
        return max(found, default=None)

    @property
    def family(self) -> Family | None:
        """Of the table."""
        return family_of(self.fields)

    @property
    def name(self) -> str:
        """The model as the system calls it, else of its family; may be empty."""
        fields = self.fields
        family = self.family
        known = fields.get("model name", "") or (family.name if family else "")
        return known or fields.get("Hardware", "")

    @property
    def cores(self) -> int | None:
        """Processors that the system lists."""
        listed = sum("processor" in fields for fields in self._blocks())
        return listed or len([*self._cpus.glob("cpu[0-9]*")]) or None

    @property
    def simd_bits(self) -> int | None:
        """Width of vectors that every core of its kind has."""
        flags = set(self.fields.get("flags", self.fields.get("Features", "")).split())
        widths = {"avx512f": 512, "avx2": 256, "avx": 256, "sse2": 128, "asimd": 128, "neon": 128}
        return max((bits for flag, bits in widths.items() if flag in flags), default=None)

    @property
    def memory_gb(self) -> float | None:
        """All memory."""
        found = re.search(r"^MemTotal: *(\d+) kB", _text(self.root / "proc/meminfo"), re.MULTILINE)
        return int(found[1]) * 1024 / 1e9 if found else None

    @property
    def free_bytes(self) -> int | None:
        """Memory that programs may still take."""
        text = _text(self.root / "proc/meminfo")
        found = re.search(r"^MemAvailable: *(\d+) kB", text, re.MULTILINE)
        return int(found[1]) * 1024 if found else None

    @property
    def last_cache(self) -> Cache | None:
        """The last level of cache that holds data, as sysfs tells."""
        found: list[tuple[int, Cache]] = []
        for place in self._cpus.glob(f"cpu{self.number}/cache/index*"):
            level, size = _text(place / "level"), _bytes(_text(place / "size"))
            if _text(place / "type") != "Instruction" and level in _LEVELS and size:
                sharing = _count(_text(place / "shared_cpu_list"))
                found.append((int(level), Cache(size / 2**20, max(1, sharing))))
        return max(found, default=(0, None))[1]

    @property
    def listed_cache_mb(self) -> float | None:
        """What /proc/cpuinfo calls the cache size."""
        size = _bytes(self.fields.get("cache size", "").replace(" ", "").removesuffix("B"))
        return size / 2**20 if size else None


def _float(text: str) -> float | None:
    """A number above 0 and of use as a clock."""
    try:
        value = float(text)
    except ValueError:
        return None
    return value if 0 < value < 1e6 else None


def _bytes(text: str) -> int:
    """As sysfs writes sizes: "32K", "4M", "1024"; 0 for anything else."""
    found = re.fullmatch(r"(\d{1,12})([KMG]?)", text)
    return int(found[1]) << {"": 0, "K": 10, "M": 20, "G": 30}[found[2]] if found else 0


def _count(text: str) -> int:
    """How many processors a list such as "0-3,8" names."""
    total = 0
    for part in text.split(","):
        first, _, last = part.partition("-")
        if first.isdigit() and (last or first).isdigit():
            total += max(0, int(last or first) - int(first) + 1)
    return total
