"""The probes of a network pack: what was measured of each, and why it was chosen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from latpred._core import predictors as _native
from latpred.kernels.graph_rows import GraphRows
from latpred.kernels.rounds import ChosenProbe, ProbeRound

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["LabelledProbes", "labelled"]

LEAST_PAIRS = 6  # from which on the noise of a label is known
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class LabelledProbes:
    """N labels on one scale, in the order of their rounds.

    Attributes:
        chosen: What was chosen, and why.
        rounds: Number of each label's round.
        latency_ms, low_ms, high_ms: N latencies; ends are NaN of labels without an interval.
        statuses: N of them.
    """

    chosen: tuple[ChosenProbe, ...]
    rounds: tuple[int, ...]
    latency_ms: Floats
    low_ms: Floats
    high_ms: Floats
    statuses: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.chosen)

    @property
    def noise(self) -> float:
        """Deviation of ln of a label, from probes that were labelled twice; 0 where not known."""
        seen: dict[int, float] = {}
        first, second = [], []
        for one, ms in zip(self.chosen, self.latency_ms.tolist(), strict=True):
            if one.why == "again" and one.probe in seen:
                first.append(seen[one.probe])
                second.append(ms)
            seen.setdefault(one.probe, ms)
        if len(first) < LEAST_PAIRS:
            return 0.0
        return float(_native.pair_noise(np.asarray(first), np.asarray(second)))

    def once(self) -> list[int]:
        """Probes that were labelled once."""
        counts = Counter(one.probe for one in self.chosen)
        return [probe for probe, times in counts.items() if times == 1]

    def frame(self) -> pd.DataFrame:
        """A row a label."""
        import pandas as pd

        columns: dict[str, Any] = {
            "probe": [one.probe for one in self.chosen],
            "family": [one.family for one in self.chosen],
            "macs": [one.macs for one in self.chosen],
            "latency_ms": self.latency_ms,
            "low_ms": self.low_ms,
            "high_ms": self.high_ms,
            "status": self.statuses,
            "chosen": [one.why for one in self.chosen],
            "round": self.rounds,
        }
        return pd.DataFrame(columns)


def labelled(rows: GraphRows, rounds: Sequence[ProbeRound]) -> LabelledProbes:
    """The labels of these rounds; rows of a round that a kill kept from being noted are none."""
    of = {one.name: (one, each.number) for each in rounds for one in each.probes}
    found = [(row, *of[row.name]) for row in rows if row.name in of and row.latency_ms > 0]
    found.sort(key=lambda one: one[2])
    return LabelledProbes(
        tuple(one for _, one, _ in found),
        tuple(number for _, _, number in found),
        np.array([row.latency_ms for row, _, _ in found], dtype=np.float64),
        np.array([row.low_ms for row, _, _ in found], dtype=np.float64),
        np.array([row.high_ms for row, _, _ in found], dtype=np.float64),
        tuple(row.status for row, _, _ in found),
    )
