"""Measuring latency: paired visits beside a reference, with intervals."""

from __future__ import annotations

from latpred.base.faces import listing
from latpred.devices.device import Device
from latpred.measurement.clocks import (
    Clock,
    NetworkResult,
    ScriptedRunnable,
    SyntheticClock,
    SystemClock,
    VisitRecord,
)
from latpred.measurement.machine_check import (
    Finding,
    Report,
    SelfTest,
    doctor,
    findings,
    lines,
    self_test,
)
from latpred.measurement.measuring import measure
from latpred.measurement.meter import LatencyMeter
from latpred.measurement.network_comparison import NetworkComparison
from latpred.measurement.network_latency import NetworkLatency
from latpred.measurement.own_network import measure_network
from latpred.measurement.table import MeasuredTable

__all__ = [
    "Clock",
    "Device",
    "Finding",
    "LatencyMeter",
    "MeasuredTable",
    "NetworkComparison",
    "NetworkLatency",
    "NetworkResult",
    "Report",
    "ScriptedRunnable",
    "SelfTest",
    "SyntheticClock",
    "SystemClock",
    "VisitRecord",
    "doctor",
    "findings",
    "lines",
    "measure",
    "measure_network",
    "self_test",
]
__dir__ = listing(__all__)
