"""What disturbs timing on this machine, in plain words, and what to do about it."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, cast

from latpred._core import measurement as _native
from latpred.base.shown import bounded_lines
from latpred.base.text import html_table
from latpred.devices.environment import environment_record, machine_state

if TYPE_CHECKING:
    from latpred._core.measurement import Clock

__all__ = ["Finding", "Report", "SelfTest", "doctor", "findings", "lines", "self_test"]

_MOST_SHOWN = 40  # findings of the table

Level = Literal["ok", "note", "warning", "error"]


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        name: What was looked at.
        level: "ok"; "note": good to know; "warning": disturbs timing; "error": times would be
            wrong or campaigns could not be stored.
        text: What was found and what it does.
        advice: What to do; empty where there is nothing.

    Example:
        >>> from latpred.measurement import Finding
        >>> Finding("governor", "warning", "The clock rate varies.", "Set it to performance.").level
        'warning'
    """

    name: str
    level: Level
    text: str
    advice: str = ""


@dataclass(frozen=True)
class SelfTest:
    """Two equal pieces of work, measured as if they were different networks.

    Attributes:
        ratio: Ratio of their times: 1 apart from noise. `low` and `high` bound it.
        low, high: NaN where the visits were too few for an interval.
        passed: Whether the interval contains 1 and is narrower than .25: each of the two is
            asked to be within 5 %, so that the interval of their ratio is at most about .2 wide.
        clean_percent: Percentage of samples that nothing disturbed.
        visits: Visits of both together.

    Example:
        >>> from latpred.measurement import self_test
        >>> from latpred.measurement import SyntheticClock
        >>> clock = SyntheticClock()
        >>> found = self_test(clock, (lambda: clock.advance(1.0),) * 3, seconds=1e9)
        >>> found.passed, found.ratio
        (True, 1.0)
    """

    ratio: float
    low: float
    high: float
    passed: bool
    clean_percent: float
    visits: int


@dataclass(frozen=True)
class Report:
    """What `doctor` found.

    Example:
        >>> report = lp.doctor()
        >>> report.worst in ("ok", "note", "warning", "error"), len(report.findings) > 3
        (True, True)
    """

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

    def __repr__(self) -> str:
        """What was found, in lines for people."""
        return bounded_lines(str(self))

    def _repr_html_(self) -> str:
        """What was found, as a table."""
        shown = self.findings[:_MOST_SHOWN]
        columns = ("level", "name", "text", "advice")
        return html_table({name: [str(getattr(one, name)) for one in shown] for name in columns})


def findings(record: dict[str, Any]) -> list[Finding]:
    """What an environment record means for timing, check by check; and SQLite and the disk.

    Example:
        >>> from latpred.devices import environment_record
        >>> from latpred.measurement import findings
        >>> found = findings(environment_record())
        >>> {one.level for one in found} <= {"ok", "note", "warning", "error"}
        True
    """
    state = machine_state(record)
    state.sqlite = list(sqlite3.sqlite_version_info)
    state.free_gb = shutil.disk_usage(Path.cwd()).free / 1e9
    return [
        Finding(one.name, cast("Level", one.level), one.text, one.advice)
        for one in _native.findings(state)
    ]


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
        clock: What time is read from; the clock of this machine where None.
        work: The two pieces of work and the one beside them.
        seconds: Most wall time.

    Example:
        >>> from latpred.measurement import self_test
        >>> from latpred.measurement import SyntheticClock
        >>> clock = SyntheticClock()  # a machine without noise
        >>> self_test(clock, (lambda: clock.advance(1.0),) * 3, seconds=1e9).passed
        True
    """
    from latpred.measurement.meter import LatencyMeter

    meter = LatencyMeter(effort="fast", clock=clock, budget_seconds=seconds)
    first, second = meter.measure_callables(work[:2], work[2])
    found = _native.compared(first, second)
    return SelfTest(
        found.ratio, found.low, found.high, found.passed, found.clean_percent, found.visits
    )


def doctor(
    root: str | Path = "/", *, with_self_test: bool = False, clock: Clock | None = None
) -> Report:
    """Look at this machine and say what disturbs timing.

    Args:
        root: Where `proc` and `sys` lie; for tests.
        with_self_test: Whether to measure two equal pieces of work too (some seconds).
        clock: What the self test reads time from; the clock of this machine where None.

    Example:
        >>> report = lp.doctor()
        >>> "load" in {one.name for one in report.findings}
        True
    """
    record = environment_record(root)
    found = findings(record)
    tested = self_test(clock) if with_self_test else None
    return Report(record, found, tested)


def lines(report: Report) -> Iterator[str]:
    """The report for people.

    Example:
        >>> from latpred.measurement import lines
        >>> len(list(lines(lp.doctor()))) > 3
        True
    """
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
