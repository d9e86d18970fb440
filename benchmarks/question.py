"""A question of the benchmark: what its comparisons have in common."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from benchmarks.harness import (
    OURS,
    Contestant,
    Row,
    Settings,
    Unavailable,
    available,
    compare,
    plain,
    set_goal,
    set_ratios,
    skipped,
)

__all__ = [
    "OURS",
    "Contestant",
    "Maker",
    "Question",
    "Row",
    "Unavailable",
    "maker_of",
    "plain",
    "set_goal",
    "set_ratios",
]

Maker = Callable[[], Contestant]


@dataclass(frozen=True)
class Question:
    """Comparisons under one name, for as long as the settings say.

    Attributes:
        name: That rows bear.
        settings: How long to look.
    """

    name: str
    settings: Settings

    @property
    def quick(self) -> bool:
        """Whether a look is wanted, not a record."""
        return self.settings.quick

    def at_most(self, rounds: int) -> Question:
        """The same with no more than that many rounds."""
        return Question(self.name, self.settings.at_most(rounds))

    def of_rounds(self, rounds: int) -> Question:
        """The same with that many rounds."""
        settings = self.settings
        return Question(self.name, Settings(rounds, settings.sample_s, settings.quick))

    def compare(
        self,
        case: str,
        everyone: Iterable[Contestant | Maker],
        *,
        work: int,
        unit: str,
        goal: str = "",
        reached: Callable[[Row], bool] | None = None,
    ) -> list[Row]:
        """Rows of all who can run here, then one with the reason for each who cannot.

        Args:
            everyone: Contestants, or what makes one and raises Unavailable where it cannot.
            work: Items of one run. unit: What they are.
            goal: What is expected of latpred's row. reached: Whether that is so.
        """
        able, reasons = available(*map(maker_of, everyone))
        rows = compare(self.name, case, able, work=work, unit=unit, settings=self.settings)
        if reached is not None:
            set_goal(rows, goal, reached)
        return rows + skipped(self.name, reasons, case)


def maker_of(one: Contestant | Maker) -> Maker:
    """What gives a contestant, or what makes it."""
    return (lambda: one) if isinstance(one, Contestant) else one
