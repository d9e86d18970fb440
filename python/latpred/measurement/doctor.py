"""What disturbs timing on this machine, in plain words, and what to do about it."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from latpred.devices.environment import COARSE_CLOCK_NS, environment_record

if TYPE_CHECKING:
    from latpred._core.measurement import Clock

__all__ = ["Finding", "Report", "SelfTest", "doctor", "findings", "self_test"]

Level = Literal["ok", "note", "warning", "error"]


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        name: Of what was looked at.
        level: "ok"; "note": good to know; "warning": disturbs timing; "error": times would be
            wrong or campaigns could not be stored.
        text: What was found and what it does.
        advice: What to do; empty where there is nothing.
    """

    name: str
    level: Level
    text: str
    advice: str = ""


@dataclass(frozen=True)
class SelfTest:
    """Two equal pieces of work, measured as if they were different networks.

    Attributes:
        ratio: Of their times; 1 but for noise. `low` and `high` bound it.
        low, high: NaN where the visits were too few for an interval.
        passed: Whether the interval contains 1 and is narrower than 10 %.
        clean_percent: Samples that nothing disturbed.
        visits: Of both.
    """

    ratio: float
    low: float
    high: float
    passed: bool
    clean_percent: float
    visits: int


@dataclass(frozen=True)
class Report:
    """What `doctor` found."""

    record: dict[str, Any]
    findings: list[Finding]
    self_test: SelfTest | None = None

    @property
    def worst(self) -> Level:
        order: list[Level] = ["ok", "note", "warning", "error"]
        return max((one.level for one in self.findings), key=order.index, default="ok")

    def to_dict(self) -> dict[str, Any]:
        return {"worst": self.worst, **asdict(self)}

    def __str__(self) -> str:
        return "\n".join(lines(self))


def _build(record: dict[str, Any]) -> Finding:
    if record["build"].get("debug"):
        text = "latpred's core is a debug build: its times mean little"
        return Finding("build", "error", text, "build it with CMAKE_BUILD_TYPE=Release")
    return Finding("build", "ok", "latpred's core is a release build")


def _load(record: dict[str, Any]) -> Finding:
    load, cores = record["load"], record["cores"]
    if not load:
        return Finding("load", "note", "this system does not say how busy it is")
    text = f"{load[0]:.1f} tasks on {cores} processors over the last minute"
    if load[0] <= 0.75 * cores:
        return Finding("load", "ok", text)
    advice = "end other work; measuring takes several times longer beside it, and says `budget`"
    return Finding("load", "warning", text, advice)


def _pressure(record: dict[str, Any]) -> Finding:
    pressure = record["pressure_percent"]
    if pressure is None:
        return Finding("pressure", "note", "this system does not say who waits for a processor")
    text = f"tasks waited for a processor in {pressure:.0f} % of the last ten seconds"
    if pressure < 20:
        return Finding("pressure", "ok", text)
    return Finding("pressure", "warning", text, "end other work, or give this machine more of it")


def _frequency(record: dict[str, Any]) -> Finding:
    governor, boost = record["governor"], record["boost"]
    if governor is None and boost is None:
        text = "the system does not show how the clock rate is governed (usual in virtual machines)"
        return Finding("clock rate", "note", text, "latpred's references cancel slow changes")
    if governor not in (None, "performance"):
        text = f"the governor is {governor}: the clock rate follows the load"
        return Finding("clock rate", "warning", text, "sudo cpupower frequency-set -g performance")
    if boost:
        text = "turbo is on: the clock rate follows temperature and the load of other cores"
        advice = "echo 0 | sudo tee /sys/devices/system/cpu/cpufreq/boost (or no_turbo of Intel)"
        return Finding("clock rate", "warning", text, advice)
    return Finding("clock rate", "ok", "the clock rate is fixed")


def _virtual(record: dict[str, Any]) -> Finding:
    steal = record["steal_percent"] or 0.0
    if steal > 5:
        text = f"other virtual machines took {steal:.0f} % of the time of this one"
        return Finding("virtual machine", "warning", text, "use a dedicated machine")
    if record["hypervisor"]:
        text = f"this is a virtual machine; others took {steal:.1f} % of its time"
        advice = "what others do to caches cannot be seen from here; prefer ratios to milliseconds"
        return Finding("virtual machine", "note", text, advice)
    return Finding("virtual machine", "ok", "this is no virtual machine")


def _container(record: dict[str, Any]) -> Finding:
    limit, cores = record["cgroup_cpus"], record["cores"]
    if limit is None:
        return Finding("container", "ok", "no limit of processor time for this process")
    text = f"processor time is limited to {limit:g} processors"
    if limit >= cores:
        return Finding("container", "ok", text)
    text += f", {cores} are shown: the kernel stops the process for milliseconds at a time"
    return Finding("container", "warning", text, "raise the limit (docker: --cpus) or pin instead")


def _clock(record: dict[str, Any]) -> Finding:
    resolution, source = record["clock_resolution_ns"], record["clocksource"]
    text = f"the clock ticks every {resolution} ns (source {source or 'not shown'})"
    if resolution > COARSE_CLOCK_NS:
        return Finding("clock", "error", text, "1 us or finer expected")
    if source not in (None, "tsc", "arch_sys_counter"):
        return Finding(
            "clock", "warning", text, "reading it is slow; choose tsc where it is stable"
        )
    return Finding("clock", "ok", text)


def _threads(record: dict[str, Any]) -> Finding:
    settings = record["settings"]
    given = {name: settings[name] for name in settings if name.endswith("_NUM_THREADS")}
    text = ", ".join(f"{name}={value}" for name, value in given.items())
    if not given:
        text = "threads are not limited from outside; latpred sets those of the device it measures"
        return Finding("threads", "ok", text)
    if any(value.isdigit() and int(value) > record["cores"] for value in given.values()):
        text += f": more than the {record['cores']} processors"
        return Finding("threads", "warning", text, "at most one thread a processor")
    return Finding("threads", "ok", text)


def _settings(record: dict[str, Any]) -> Finding:
    names = ("ATEN_CPU_CAPABILITY", "ONEDNN_MAX_CPU_ISA", "MKL_CBWR", "LD_PRELOAD")
    given = {name: record["settings"][name] for name in names if name in record["settings"]}
    if not given:
        return Finding("libraries", "ok", "no variable holds the libraries back")
    text = ", ".join(f"{name}={value}" for name, value in given.items())
    advice = "fine if you mean it: it is part of the environment record"
    return Finding("libraries", "note", f"speed is changed by {text}", advice)


def _huge_pages(record: dict[str, Any]) -> Finding:
    if record["huge_pages"] == "always":
        text = "transparent huge pages are on for all: speed depends on how memory lies"
        return Finding("memory pages", "note", text, "madvise is steadier")
    return Finding("memory pages", "ok", f"huge pages: {record['huge_pages'] or 'not shown'}")


def _nice(record: dict[str, Any]) -> Finding:
    if record["nice"] > 0:
        text = f"this process is nice ({record['nice']}): others go first"
        return Finding("priority", "warning", text, "start it without nice")
    return Finding("priority", "ok", f"niceness {record['nice']}")


def _sqlite(_: dict[str, Any]) -> Finding:
    version = sqlite3.sqlite_version_info
    if version < (3, 37):
        text = f"SQLite {sqlite3.sqlite_version} cannot hold campaign stores"
        return Finding("SQLite", "error", text, "3.37 or newer expected")
    text = f"SQLite {sqlite3.sqlite_version}"
    if version < (3, 51, 3):
        text += ": its write-ahead log can lose data (fixed in 3.51.3); stores do not use it"
    return Finding("SQLite", "ok", text)


def _disk(_: dict[str, Any]) -> Finding:
    free = shutil.disk_usage(Path.cwd()).free / 1e9
    text = f"{free:.1f} GB free in the current folder"
    if free < 0.1:
        return Finding("disk", "warning", text, "a store of 10,000 networks takes 0.1 GB")
    return Finding("disk", "ok", text)


_CHECKS: tuple[Callable[[dict[str, Any]], Finding], ...] = (
    *(_build, _load, _pressure, _frequency, _virtual, _container, _clock, _threads, _settings),
    *(_huge_pages, _nice, _sqlite, _disk),
)


def findings(record: dict[str, Any]) -> list[Finding]:
    """What an environment record means for timing, check by check."""
    return [check(record) for check in _CHECKS]


def _work() -> int:
    return sum(range(40_000))


def self_test(
    clock: Clock | None = None,
    work: tuple[Callable[[], object], Callable[[], object], Callable[[], object]] = (_work,) * 3,
    *,
    seconds: float = 10.0,
) -> SelfTest:
    """Measure two equal pieces of work beside a third; they should come out equal.

    Args:
        clock: Of this machine where None.
        work: The two and the one beside.
        seconds: Wall time at most.
    """
    from latpred.measurement.meter import LatencyMeter

    meter = LatencyMeter(effort="fast", clock=clock, budget_seconds=seconds)
    first, second = meter.measure_callables(work[:2], work[2])
    ratio = second.ratio / first.ratio
    low, high = second.ratio_low / first.ratio_high, second.ratio_high / first.ratio_low
    samples = first.samples + second.samples
    clean = first.clean_samples + second.clean_samples
    return SelfTest(
        ratio,
        low,
        high,
        passed=low <= 1 <= high and high - low < 0.25,
        clean_percent=100 * clean / samples if samples else 0.0,
        visits=first.visits + second.visits,
    )


def doctor(
    root: str | Path = "/", *, with_self_test: bool = False, clock: Clock | None = None
) -> Report:
    """Look at this machine and say what disturbs timing.

    Args:
        root: Where `proc` and `sys` lie; for tests.
        with_self_test: Whether to measure two equal pieces of work too (some seconds).
        clock: Of the self test; of this machine where None.
    """
    record = environment_record(root)
    found = findings(record)
    tested = self_test(clock) if with_self_test else None
    return Report(record, found, tested)


def lines(report: Report) -> Iterator[str]:
    """The report for people."""
    marks = {"ok": "ok     ", "note": "note   ", "warning": "WARNING", "error": "ERROR  "}
    for one in report.findings:
        yield f"{marks[one.level]}  {one.name}: {one.text}"
        if one.advice:
            yield f"{'':9}-> {one.advice}"
    test = report.self_test
    if test is not None:
        outcome = "passed" if test.passed else "FAILED"
        yield (
            f"self test {outcome}: two equal pieces of work came out as 1 : {test.ratio:.3f} "
            f"[{test.low:.3f}, {test.high:.3f}], {test.clean_percent:.0f} % of samples undisturbed"
        )
