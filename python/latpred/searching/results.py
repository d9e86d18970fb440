"""What searches find."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from latpred.base.shown import Shown, counted
from latpred.base.text import cell_text
from latpred.spaces import Architectures

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["Front", "SearchResult", "VerifiedNetwork"]

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Front(Shown):
    """Architectures of which none is dominated, the best one in the last goal first.

    A member is dominated where another matches it in every goal and beats it in at least one.

    With one objective and a latency that means fastest first.

    Example:
        >>> found = lp.search(space, objectives={"macs": "macs", "params": "params"},
        ...                   maximise=["params"], population=20, generations=5, progress=False)
        >>> sorted(found.front.values), len(found.front) == len(found.front.archs)
        (['macs', 'params'], True)
    """

    archs: Architectures
    objective: Floats
    """N values of the (first) objective."""
    latency_ms: Floats
    """N latencies; NaN where the search had no latency."""
    values: dict[str, Floats] = field(default_factory=dict)
    """N values of each goal, by name."""
    maximise: dict[str, bool] = field(default_factory=dict)
    """Of each goal whether more is better."""

    def __len__(self) -> int:
        """Return the number of architectures."""
        return len(self.archs)

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw it: see `latpred.plots.pareto`."""
        from latpred.plots import pareto

        return pareto(self, ax=ax)

    def _shown(self) -> dict[str, object]:
        space = self.archs.space.name
        ranges = {name: _range(values) for name, values in self.values.items()}
        return {"networks": len(self), "space": space, **ranges}


@dataclass(frozen=True)
class VerifiedNetwork(Shown):
    """A candidate that a search measured, and what was predicted of it before.

    Attributes:
        architecture: A batch of one row.
        objective: Its (first) objective.
        predicted_ms, upper_ms: Prediction and its upper bound, by what was known then.
        measured_ms: NaN where the measurement failed.
        low_ms, high_ms: Interval of the measured latency; NaN where none is known.
        verdict: A word of `lp.metrics.limit_verdicts`: "under", "not distinguishable", "over", "no
            interval" (a number only) or "not measured" (it failed).
        note: Why it failed.

    Example:
        >>> model = lp.FlopsPredictor().fit(table)
        >>> found = lp.search(space, objective="macs", latency=model, limit_ms=2.0, verify=True,
        ...                   meter=table, population=20, generations=5, progress=False)
        >>> found.verified[-1].measured_ms <= 2.0, found.measurements <= 20
        (True, True)
    """

    architecture: Architectures
    objective: float
    predicted_ms: float
    upper_ms: float
    measured_ms: float
    low_ms: float
    high_ms: float
    verdict: str
    note: str = ""


@dataclass(frozen=True)
class SearchResult(Shown):
    """What a search found.

    Example:
        >>> model = lp.FlopsPredictor().fit(table)
        >>> found = lp.search(space, objective="params", latency=model, limit_ms=2.0,
        ...                   maximise=True, population=20, generations=5, progress=False)
        >>> len(found.architecture), found.latency_ms <= 2.0
        (1, True)
    """

    architecture: Architectures
    """The best one in the (first) objective: a batch of one row."""
    objective: float
    latency_ms: float
    """Of the best one; NaN where the search had no latency."""
    values: dict[str, float]
    """Limited quantities of the best one and its `objectives`, by name."""
    front: Front
    """Non-dominated among all evaluated architectures; at most 1,000 by "evolution", 5,000 with
    more than two goals."""
    history: dict[str, NDArray[Any]]
    """After the first population and each generation: evaluations, best, latency_ms and, by "nsga2"
    with two or three goals or a given reference, hypervolume (of the front so far)."""
    evaluations: int
    """Evaluated architectures; none is evaluated twice."""
    queries: int
    """Architectures whose limits were checked."""
    stopped: str
    """Why the search ended."""
    reference: dict[str, float] = field(default_factory=dict)
    """The point that the hypervolumes count from, by goal."""
    hints: tuple[str, ...] = ()
    """A sentence for each limit that none of the networks looked at exceeds: it decides nothing, or
    is in another unit than what it limits."""
    upper_ms: float = math.nan
    """With `confidence`: the upper bound of the best one's latency, which keeps the limit."""
    verified: tuple[VerifiedNetwork, ...] = ()
    """With `verify`: the candidates that were measured, in their order; the last one holds."""

    @property
    def measurements(self) -> int:
        """Networks measured."""
        return len(self.verified)

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the front: see `latpred.plots.pareto`."""
        from latpred.plots import pareto

        return pareto(self, ax=ax)

    def _shown(self) -> dict[str, object]:
        known = not math.isnan(self.latency_ms) and "latency" in self.values
        latency = {"latency_ms": self.latency_ms} if known else {}
        if not math.isnan(self.upper_ms):
            latency["upper_ms"] = self.upper_ms
        values = {name: value for name, value in self.values.items() if name != "latency"}
        return {
            "architecture": self.architecture,
            "objective": self.objective,
            **latency,
            **values,
            "front": counted(len(self.front), "network"),
            "evaluations": self.evaluations,
            **({"measurements": self.measurements} if self.verified else {}),
            "stopped": self.stopped,
            **({"hints": [*self.hints]} if self.hints else {}),
        }

    def to_dict(self) -> dict[str, Any]:
        """Return the result without history and front, ready for JSON."""
        return {
            "architecture": self.architecture.to_strings()[0],
            "objective": self.objective,
            "latency_ms": None if math.isnan(self.latency_ms) else self.latency_ms,
            "values": dict(self.values),
            "evaluations": self.evaluations,
            "queries": self.queries,
            "stopped": self.stopped,
        } | self._kept()

    def _kept(self) -> dict[str, Any]:
        """How the limit is kept, where a bound or measurements say so."""
        bound = {} if math.isnan(self.upper_ms) else {"upper_ms": self.upper_ms}
        if not self.verified:
            return bound
        last = self.verified[-1]
        measured = {"measured_ms": last.measured_ms, "verdict": last.verdict}
        return bound | measured | {"measurements": self.measurements}


def _range(values: Floats) -> str:
    """From the least to the largest of a goal."""
    ends = [cell_text(end) for end in (values.min(), values.max())] if len(values) else []
    return " to ".join(ends)
