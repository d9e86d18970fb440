"""Interleaved timing of contestants that do the same work in the same process."""

from __future__ import annotations

import gc
import math
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from statistics import median

OURS = "latpred"


class Unavailable(Exception):
    """A contestant cannot run here; the message says why (not installed, no data)."""


@dataclass(frozen=True)
class Contestant:
    """Somebody who does the work.

    Attributes:
        name: "latpred" for ours; ratios are told against it.
        run: Does the work once; gets the round (0, 1, …), which searches take as their seed, and
            may return a figure of merit.
        rounds: Fewer rounds than the others have, where one takes long.
    """

    name: str
    run: Callable[[int], float | None]
    rounds: int | None = None


def plain(name: str, work: Callable[[], object]) -> Contestant:
    """A contestant whose result is no figure of merit and does not depend on the round."""

    def run(_: int) -> None:
        work()

    return Contestant(name, run)


@dataclass
class Row:
    """One contestant at one question. Seconds are of one run of `work` items."""

    question: str
    case: str
    contestant: str
    work: int
    unit: str
    wall_s: list[float] = field(default_factory=list)
    cpu_s: list[float] = field(default_factory=list)
    merits: list[float] = field(default_factory=list)
    ratio: float = math.nan  # median over rounds of (CPU seconds here / CPU seconds of latpred)
    goal: str = ""
    met: bool | None = None
    skipped: str = ""

    @property
    def rate(self) -> float:
        """Items per CPU second, by the median."""
        return self.work / median(self.cpu_s) if self.cpu_s else math.nan

    @property
    def merit(self) -> float:
        """Median figure of merit (a search's accuracy), or NaN."""
        return median(self.merits) if self.merits else math.nan


@dataclass(frozen=True)
class Settings:
    """How long to look: `rounds` of at least `sample_s` seconds each."""

    rounds: int = 9
    sample_s: float = 0.03
    quick: bool = False

    def at_most(self, rounds: int) -> Settings:
        """The same with no more than that many rounds."""
        return Settings(min(rounds, self.rounds), self.sample_s, self.quick)


def _loops(contestant: Contestant, sample_s: float) -> int:
    """How often to run for one sample; the run made here also warms up."""
    if sample_s <= 0 or contestant.rounds is not None:
        return 1
    contestant.run(0)
    start = time.perf_counter()
    contestant.run(0)
    return max(1, math.ceil(sample_s / max(time.perf_counter() - start, 1e-7)))


def _sample(contestant: Contestant, row: Row, turn: int, loops: int) -> None:
    gc.collect()
    merit = None
    wall, cpu = time.perf_counter(), time.process_time()
    for _ in range(loops):
        merit = contestant.run(turn)
    row.cpu_s.append((time.process_time() - cpu) / loops)
    row.wall_s.append((time.perf_counter() - wall) / loops)
    if merit is not None:
        row.merits.append(float(merit))


def compare(
    question: str,
    case: str,
    contestants: Iterable[Contestant],
    *,
    work: int,
    unit: str,
    settings: Settings,
) -> list[Row]:
    """Rows of all contestants, run in turns: A B C, C B A, A B C, …

    A machine that slows down or is shared so hits all of them alike; the ratio is the median of
    the ratios within a round.
    """
    everyone = list(contestants)
    rows = [Row(question, case, c.name, work, unit) for c in everyone]
    loops = [_loops(c, settings.sample_s) for c in everyone]
    for turn in range(settings.rounds):
        order = range(len(everyone)) if turn % 2 == 0 else reversed(range(len(everyone)))
        for i in order:
            limit = everyone[i].rounds
            if limit is None or turn < limit:
                _sample(everyone[i], rows[i], turn, loops[i])
    set_ratios(rows)
    return rows


def set_ratios(rows: Sequence[Row]) -> None:
    """Each row's processor time over ours, the median over rounds."""
    ours = next((row for row in rows if row.contestant == OURS), None)
    if ours is None:
        return
    for row in rows:
        pairs = zip(row.cpu_s, ours.cpu_s, strict=False)
        row.ratio = median(theirs / max(our, 1e-12) for theirs, our in pairs)


def set_goal(rows: Sequence[Row], text: str, reached: Callable[[Row], bool]) -> list[Row]:
    """The rows, with the goal told at ours."""
    for row in rows:
        if row.contestant == OURS:
            row.goal, row.met = text, reached(row)
    return list(rows)


def available(*makers: Callable[[], Contestant]) -> tuple[list[Contestant], list[str]]:
    """Contestants that can run here, and why the others cannot."""
    able, reasons = [], []
    for make in makers:
        try:
            able.append(make())
        except Unavailable as reason:
            reasons.append(str(reason))
    return able, reasons


def skipped(question: str, reasons: Iterable[str], case: str = "") -> list[Row]:
    """Rows that say why a contestant, or a whole question, was left out."""
    return [Row(question, case, "–", 0, "", skipped=reason) for reason in reasons]
