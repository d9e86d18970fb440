"""What a search that may measure found."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from latpred.base.shown import Shown, counted
from latpred.datasets.table import LatencyTable
from latpred.searching.readings import Readings
from latpred.searching.results import Front
from latpred.spaces import Architectures, Space

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["MeasuredFront", "MeasuringResult", "MeasuringRun"]


def _nothing() -> NDArray[Any]:
    return np.zeros(0)


@dataclass(frozen=True)
class MeasuredFront(Front):
    """A front, fastest first, of which some latencies were measured and the others predicted.

    Attributes:
        measured: N: whether the latency was measured; else it is a prediction.
        low_ms, high_ms: N ends of the interval of the measurement (its value, where none is known)
            or of the prediction.

    Example:
        >>> found = lp.measuring_search(space, objective="params", latency=lp.FlopsPredictor(),
        ...                             meter=lambda a: 1 + 1e-6 * space.count(a)["macs"],
        ...                             measurements=40, progress=False)
        >>> front = found.front
        >>> bool((front.low_ms <= front.latency_ms).all()), front.measured.dtype
        (True, dtype('bool'))
    """

    measured: NDArray[np.bool_] = field(default_factory=_nothing)
    low_ms: NDArray[np.float64] = field(default_factory=_nothing)
    high_ms: NDArray[np.float64] = field(default_factory=_nothing)

    def _shown(self) -> dict[str, object]:
        return super()._shown() | {"measured": int(np.count_nonzero(self.measured))}


@dataclass(frozen=True)
class MeasuringResult(Shown):
    """What `lp.measuring_search` found.

    Attributes:
        front: Networks, objective, latency_ms, and which were measured; fastest first. Under a
            limit those that keep it: measured, or by their upper bound.
        measurements: Networks that were measured, failed ones too.
        failed: Text of each network that could not be measured -> why.
        table: What was measured; `measured=` of a search that goes on. None where there is nothing.
        history: After each round: measurements, hypervolume (of the front by what was known then).
        reference: The point that the hypervolumes count from.
        undecided: Candidates about which the intervals leave open what they are.
        candidates: Candidates of the last round.
        limit_ms: What was asked for.
        stopped: Why the search ended.

    Example:
        >>> found = lp.measuring_search(space, objective="params", latency=lp.FlopsPredictor(),
        ...                             meter=lambda a: 1 + 1e-6 * space.count(a)["macs"],
        ...                             measurements=40, limit_ms=2.0, progress=False)
        >>> float(found.front.latency_ms.max()) <= 2.0, len(found.best)
        (True, 1)
    """

    front: MeasuredFront
    measurements: int
    failed: dict[str, str]
    table: LatencyTable | None
    history: dict[str, NDArray[Any]]
    reference: dict[str, float]
    undecided: int
    candidates: int
    limit_ms: float | None
    stopped: str

    @property
    def hypervolume(self) -> NDArray[np.float64]:
        """Of the front after each round, by what was known then."""
        return self.history["hypervolume"]

    @property
    def best(self) -> Architectures:
        """The network of the best objective, a batch of one row; of none before the first round."""
        return self.front.archs[-1:]

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the front: see `latpred.plots.pareto`."""
        return self.front.plot(ax)

    def _shown(self) -> dict[str, object]:
        limit = {} if self.limit_ms is None else {"limit_ms": self.limit_ms}
        return {
            "front": counted(len(self.front), "network"),
            **limit,
            "measurements": self.measurements,
            "failed": len(self.failed),
            "candidates": self.candidates,
            "undecided": self.undecided,
            "stopped": self.stopped,
        }

    def to_dict(self) -> dict[str, Any]:
        """Return what was found, ready for JSON."""
        front = self.front
        texts = front.archs.to_strings()
        columns = {
            "objective": front.objective.tolist(),
            "latency_ms": front.latency_ms.tolist(),
            "low_ms": front.low_ms.tolist(),
            "high_ms": front.high_ms.tolist(),
            "measured": front.measured.tolist(),
        }
        rows = [
            {"architecture": text} | {name: values[row] for name, values in columns.items()}
            for row, text in enumerate(texts)
        ]
        return self._shown() | {"failed": dict(self.failed), "front": rows}


@dataclass
class MeasuringRun:
    """A search under way: what the core knows, and what was read."""

    space: Space
    state: Any
    readings: Readings
    limit_ms: float | None
    maximise: bool

    def result(self) -> MeasuringResult:
        """What is known now."""
        state = self.state
        names = ("objective", "latency")
        return MeasuringResult(
            front=self._front(),
            measurements=len(state.readings),
            failed=dict(self.readings.reasons),
            table=self._table(),
            history=state.history,
            reference=dict(zip(names, self._turned(list(state.reference)), strict=False)),
            undecided=state.undecided,
            candidates=state.candidates,
            limit_ms=self.limit_ms,
            stopped=state.stopped or "interrupted",
        )

    def _front(self) -> MeasuredFront:
        columns = self.state.front_columns
        objective = columns["objective"] if self.maximise else -columns["objective"]
        latency = columns["latency_ms"]
        return MeasuredFront(
            archs=self.state.front,
            objective=objective,
            latency_ms=latency,
            values={"objective": objective, "latency": latency},
            maximise={"objective": self.maximise, "latency": False},
            measured=columns["measured"].astype(bool),
            low_ms=columns["low_ms"],
            high_ms=columns["high_ms"],
        )

    def _turned(self, reference: list[float]) -> list[float]:
        """The reference with the objective's own sign."""
        return reference if self.maximise else [-value for value in reference[:1]] + reference[1:]

    def _table(self) -> LatencyTable | None:
        """All that was measured, also of a batch that was interrupted."""
        archs, rows = self.readings.kept(self.space)
        if len(archs) == 0:
            return None
        if np.isnan(rows[:, 1:]).any():
            return LatencyTable(archs, rows[:, 0])
        return LatencyTable(archs, rows[:, 0], low_ms=rows[:, 1], high_ms=rows[:, 2])
