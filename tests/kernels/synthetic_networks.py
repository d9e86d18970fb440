"""A synthetic device that measures networks of any kind, without real time."""

from __future__ import annotations

import copy
import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import latpred as lp
import numpy as np
from latpred._core import measurement as core
from latpred.devices.settings import CampaignSettings
from latpred.errors import MeasurementError
from latpred.graphs import OpGraph

from tests.onboarding.synthetic_device import SyntheticDevice, _Network

REFERENCES = {"small": 2.0, "medium": 8.0, "large": 32.0}


def true_ms(graph: Any) -> float:
    """What a network takes: by work, memory and number of its kernels."""
    costs = graph.costs
    ms = 0.3 + 0.4 * costs["macs"] / 1e6 + 0.5 * costs["bytes"] / 1e6 + 0.05 * costs["kernels"]
    return float(ms)


class SyntheticMeter(lp.LatencyMeter):
    """A meter of a synthetic device; what runs there are networks of the room `kernels`."""

    def __init__(
        self, on: SyntheticDevice | None = None, *, name: str = "synthetic", **options: Any
    ) -> None:
        self.on = SyntheticDevice() if on is None else on
        super().__init__(lp.Device(name=name, **options), "dataset", clock=self.on.clock)

    @property
    def clock(self) -> Callable[[], float]:
        """Monotonic seconds of the device."""
        return self.on.seconds


class SyntheticCampaign:
    """What stands for `latpred.kernels.campaigns.ProbeCampaign`."""

    def __init__(self, graphs: Mapping[str, OpGraph], meter: SyntheticMeter) -> None:
        self.on, self.graphs = meter.on, graphs
        self.names = list(graphs), list(REFERENCES)
        self.times = [true_ms(graph) for graph in graphs.values()]
        levels = np.log(list(REFERENCES.values()))
        self.pairing = [int(np.abs(levels - math.log(ms)).argmin()) for ms in self.times]
        self.environment: dict[str, Any] = {}

    def measure(self, settings: CampaignSettings) -> Any:
        """A campaign of the core over synthetic networks."""
        on = self.on
        self.environment = {"cpu": "synthetic"}
        on.campaigns += 1
        on.let_pass(on.start_seconds)
        if on.dead():
            raise MeasurementError("the device does not answer")
        beside = [_Network(on, name, ms, False) for name, ms in REFERENCES.items()]
        pairs = zip(self.names[0], self.times, strict=True)
        networks = [_Network(on, name, ms, True) for name, ms in pairs]

        def visited(record: Any) -> None:
            on._visited(settings.on_visit, record)

        own = replace(settings, on_visit=visited)
        return core.measure_runnables(networks, beside, own.native(), self.pairing)


def same_meter(meter: SyntheticMeter, on: SyntheticDevice) -> SyntheticMeter:
    """The meter on another device."""
    other = copy.copy(meter)
    other.on = on
    return other
