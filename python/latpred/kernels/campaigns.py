"""Campaigns over probe networks on any device, beside built-in references."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from latpred._core import measurement as _native
from latpred._core.graphs import OpGraph
from latpred.devices.settings import CampaignSettings
from latpred.errors import MeasurementError
from latpred.measurement.meter import LatencyMeter

__all__ = ["ProbeCampaign"]


class ProbeCampaign:
    """Networks by name on the device of a meter.

    Attributes:
        names: Of the networks, and of the references.
        pairing: The number of each network's reference.
        environment: Record of the machine, once it measures.
    """

    def __init__(self, graphs: Mapping[str, OpGraph], meter: LatencyMeter) -> None:
        self.names: tuple[list[str], list[str]] = (list(graphs), [])
        self.pairing: list[int] = []
        self.environment: dict[str, Any] = {}
        self._meter = meter

    def measure(self, settings: CampaignSettings) -> _native.Campaign:
        """Measure them; errors as of `LatencyMeter.measure`."""
        raise MeasurementError("not there yet")
