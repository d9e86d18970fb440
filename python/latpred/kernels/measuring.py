"""Measuring networks on the device of a pack: what fails is told and ends nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from latpred._core.graphs import OpGraph
from latpred.base.progress import Progress
from latpred.base.shown import cut
from latpred.errors import MeasurementError
from latpred.kernels.graph_rows import GraphRows, MeasuredGraph
from latpred.kernels.probing import measure_graphs
from latpred.measurement.meter import LatencyMeter

__all__ = ["Measured", "measure"]

_MOST_SAID = 300  # letters of a reason


@dataclass(frozen=True)
class Measured:
    """What came of networks that were to be measured.

    Attributes:
        rows: Of those that were tried.
        campaigns: How many campaigns they took.
        cut: Why the device ended it before its time, if it did.
    """

    rows: Sequence[MeasuredGraph]
    campaigns: int = 0
    cut: str = ""

    @property
    def known(self) -> list[MeasuredGraph]:
        """Those that have a latency."""
        return [one for one in self.rows if one.latency_ms > 0]

    @property
    def failed(self) -> dict[str, str]:
        """Name -> reason of those that have none."""
        return {one.name: one.reason for one in self.rows if one.status == "failed"}

    def statuses(self) -> dict[str, int]:
        """Status -> how many of those that have a latency."""
        return dict(Counter(one.status for one in self.known))

    def sentences(self) -> tuple[str, ...]:
        """One for each that failed, or for all of them."""
        failed = tuple(f"{name}: {cut(why, _MOST_SAID)}" for name, why in self.failed.items())
        return failed or ((self.cut,) if self.cut and not self.rows else ())


def measure(
    graphs: Mapping[str, OpGraph],
    meter: LatencyMeter,
    rows: GraphRows,
    out: Path,
    *,
    end: float,
    clock: Callable[[], float],
    progress: Progress | None,
) -> Measured:
    """Measure networks by name until a time; those that `rows` has are done already.

    Args:
        graphs: The networks.
        meter: Of the device, of the effort wanted.
        rows: What was measured so far, to which these are added.
        out: File of the rows, written after each campaign.
        end: When to stop, as `clock` has it.
        clock: Seconds.
        progress: Called with (networks done, networks, text).

    Raises:
        ConfigError: For a device that is not there.
        KeyboardInterrupt: On Ctrl-C; what was measured is in the file.
    """
    ended, before = "", len(rows.levels)
    try:
        measure_graphs(
            list(graphs.values()),
            meter,
            names=list(graphs),
            rows=rows,
            out=out,
            end=end,
            clock=clock,
            progress=progress,
            runnable=meter._graph_runnable,
        )
    except MeasurementError as error:
        ended = cut(str(error), _MOST_SAID)
    found = [one for one in rows if one.name in graphs]
    return Measured(found, len(rows.levels) - before, ended)
