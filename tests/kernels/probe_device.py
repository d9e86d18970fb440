"""A synthetic device that measures networks of any kind, without real time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import latpred as lp
from latpred.errors import MeasurementError
from latpred.graphs import OpGraph
from latpred.kernels.probing import measure_graphs

from tests.onboarding.synthetic_device import Killed, SyntheticDevice, _Network


def true_ms(graph: OpGraph) -> float:
    """What a network takes: by work, memory and number of its kernels."""
    costs = graph.costs
    ms = 0.3 + 4 * costs["macs"] / 1e8 + 5 * costs["bytes"] / 1e7 + 0.05 * costs["kernels"]
    return float(ms)


class _Probe(_Network):
    """A network on the device, which notes that it ran."""

    def run(self) -> None:
        if self.own:
            self.device.measured.append(self.name)
        super().run()


class SyntheticMeter(lp.LatencyMeter):
    """A meter of a synthetic device; what runs there are op graphs."""

    def __init__(
        self, on: SyntheticDevice | None = None, *, name: str = "synthetic", **options: Any
    ) -> None:
        self.on = SyntheticDevice() if on is None else on
        super().__init__(lp.Device(name=name, **options), "dataset", clock=self.on.clock)
        self._graph_runnable = self._make

    def _make(self, graph: OpGraph, name: str) -> _Probe:
        return _Probe(self.on, name, true_ms(graph), not name.startswith("reference"))

    @property
    def clock(self) -> Callable[[], float]:
        """Monotonic seconds of the device."""
        return self.on.seconds


def measured(graphs: Sequence[OpGraph], meter: SyntheticMeter, **options: Any) -> Any:
    """`measure_graphs`, of which only what runs is synthetic."""
    on, report = meter.on, options.pop("progress", None)
    on.campaigns += 1
    on.let_pass(on.start_seconds)
    if on.dead():
        raise MeasurementError("the device does not answer")

    def progress(done: int, expected: int, text: str) -> None:
        if report is not None:
            report(done, expected, text)
        if on.kill_at is not None and len({*on.measured}) >= on.kill_at:
            on.kill()
            raise Killed(f"at network {on.kill_at}")

    return measure_graphs(graphs, meter, progress=progress, **options)
