"""Measuring latency: paired visits beside a reference, with intervals."""

from __future__ import annotations

from latpred.devices.device import Device
from latpred.measurement.clocks import (
    Clock,
    NetworkResult,
    ScriptedRunnable,
    SyntheticClock,
    SystemClock,
    VisitRecord,
)
from latpred.measurement.meter import LatencyMeter, measure
from latpred.measurement.network_comparison import NetworkComparison
from latpred.measurement.network_latency import NetworkLatency
from latpred.measurement.own_network import measure_network
from latpred.measurement.table import MeasuredTable

__all__ = [
    "Clock",
    "Device",
    "LatencyMeter",
    "MeasuredTable",
    "NetworkComparison",
    "NetworkLatency",
    "NetworkResult",
    "ScriptedRunnable",
    "SyntheticClock",
    "SystemClock",
    "VisitRecord",
    "measure",
    "measure_network",
]
