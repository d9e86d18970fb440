"""Intervals of what a search measures: the compiled search itself takes latencies only."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from numpy.typing import ArrayLike

from latpred.datasets.table import LatencyTable
from latpred.errors import DataError
from latpred.predictors.base import Predictor
from latpred.spaces import Architectures, Objective
from latpred.transfer.search_inputs import Valued

__all__ = ["NotedIntervals"]

_NONE = (float("nan"), float("nan"))


class NotedIntervals:
    """What measures, in the form that a search takes, and the intervals of what it measured.

    Args:
        measure: A latency table, a meter, or a callable that returns N latencies or a table of N
            networks. Intervals are known of tables, and of meters, whose `last_table` is one.
    """

    def __init__(self, measure: Valued | None) -> None:
        self._measure: Any = measure
        self._ends: dict[int, tuple[float, float]] = {}
        if isinstance(measure, LatencyTable):
            self._note(measure)
        function = callable(measure) and not isinstance(measure, (Objective, Predictor))
        self.given: Any = self._called if function else measure

    def _called(self, archs: Architectures) -> ArrayLike:
        measure: Callable[[Architectures], Any] = self._measure
        found = measure(archs)
        table = found if isinstance(found, LatencyTable) else getattr(measure, "last_table", None)
        if table is not None:
            self._note(table)
        if not isinstance(found, LatencyTable):
            latencies: ArrayLike = found
            return latencies
        if found.archs.hashes.tolist() != archs.hashes.tolist():
            raise DataError(
                f"transfer.search: measure returned a table of {len(found)} networks, expected "
                f"the {len(archs)} asked for, in their order"
            )
        return found.latency_ms

    def _note(self, table: LatencyTable) -> None:
        if table.low_ms is not None and table.high_ms is not None:
            ends = zip(table.low_ms.tolist(), table.high_ms.tolist(), strict=True)
            self._ends.update(zip(table.archs.hashes.tolist(), ends, strict=True))

    def __call__(self, arch: Architectures) -> tuple[float, float]:
        """Both ends of a network's interval; NaN where it is not known."""
        return self._ends.get(int(arch.hashes[0]), _NONE)
