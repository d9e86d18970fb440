"""What searches in several spaces reach with equal numbers of evaluations."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from latpred._core import metrics as _metrics
from latpred.base.names import did_you_mean
from latpred.base.shown import Shown
from latpred.base.text import table_text
from latpred.errors import ConfigError
from latpred.searching.engine import Front
from latpred.searching.fronts import Attainment, attainment

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

__all__ = ["SpaceComparison"]


@dataclass(frozen=True)
class SpaceComparison(Shown):
    """Hypervolumes of searches in several spaces, each with the same number of evaluations.

    Example:
        >>> goals = {"params": "params", "macs": "macs"}
        >>> found = lp.profiling.compare_spaces(
        ...     space, goals, maximise=["params"], arms={"again": space}, seeds=3, budget=60,
        ...     initial=20, iterations=4, progress=False)
        >>> found.summary()["arm"].tolist(), len(found.runs)
        (['full', 'again'], 6)
    """

    runs: pd.DataFrame
    """A row for each arm and seed: hypervolume, evaluations (all that are charged), of them those
    of the profile, and log10 of the size of the space."""
    fronts: dict[str, tuple[Front, ...]] = field(repr=False)
    """What each search found, by arm."""
    reference: dict[str, float]
    """The common point that hypervolumes count from."""
    maximise: tuple[str, ...]
    budget: int

    @property
    def arms(self) -> list[str]:
        """Their names, the full space first."""
        return list(self.fronts)

    def hypervolumes(self, arm: str) -> list[float]:
        """Of the arm's searches, by seed. ConfigError for an unknown arm."""
        if arm not in self.fronts:
            raise ConfigError(
                f"no arm {arm[:60]!r}; known: {', '.join(self.arms)[:200]}"
                f"{did_you_mean(arm, self.arms)}"
            )
        return [float(v) for v in self.runs[self.runs["arm"] == arm]["hypervolume"]]

    def summary(self, against: str = "full") -> pd.DataFrame:
        """A row an arm: mean hypervolume with its 95 % interval, and how it compares.

        `difference`, `difference_low`, `difference_high` and `p_value` are those of a paired test
        of the same seeds against the arm `against`; `percent` is the difference relative to that
        arm's mean. NaN where there is one seed only, and for the arm itself.
        """
        import pandas as pd

        base = self.hypervolumes(against)
        rows = []
        for arm in self.arms:
            mine = self.hypervolumes(arm)
            mean, _, low, high = _metrics.mean_interval(mine)
            row: dict[str, Any] = {
                "arm": arm,
                "seeds": len(mine),
                "mean": mean,
                "low": low,
                "high": high,
            }
            test = _metrics.paired_test(mine, base)
            known = arm != against
            row["difference"] = test[1] if known else math.nan
            row["difference_low"] = test[2] if known else math.nan
            row["difference_high"] = test[3] if known else math.nan
            row["percent"] = 100 * row["difference"] / np.mean(base)
            row["p_value"] = test[4] if known else math.nan
            rows.append(row)
        return pd.DataFrame(rows)

    def attainment(self, arm: str) -> Attainment:
        """What the arm's searches attain in the two goals. ConfigError with more goals."""
        self.hypervolumes(arm)
        return attainment(self.fronts[arm])

    def to_text(self, against: str = "full") -> str:
        """The summary as a table for reading."""
        lines = [["space", "hypervolume", f"against {against}", "95 % interval", "p"]]
        for row in self.summary(against).to_dict("records"):
            line = [row["arm"], f"{row['mean']:.5g}"]
            if row["arm"] != against:
                scale = row["percent"] / row["difference"] if row["difference"] else 0.0
                low, high = (row[f"difference_{end}"] * scale for end in ("low", "high"))
                line += [f"{row['percent']:+.2f} %", f"{low:+.2f} to {high:+.2f} %"]
                line += [f"{row['p_value']:.2g}"]
            lines.append(line)
        point = ", ".join(f"{name} {value:.4g}" for name, value in self.reference.items())
        seeds = len(self.runs) // len(self.arms)
        return f"{table_text(lines)}\n{self.budget} evaluations, {seeds} seeds, from {point}"

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the hypervolumes by arm."""
        from latpred.plots import space_comparison

        found = self.summary(self.arms[0]).to_dict("records")
        intervals = {row["arm"]: (row["mean"], row["low"], row["high"]) for row in found}
        return space_comparison({a: self.hypervolumes(a) for a in self.arms}, intervals, ax=ax)

    def __str__(self) -> str:
        """The table."""
        return self.to_text(self.arms[0])
