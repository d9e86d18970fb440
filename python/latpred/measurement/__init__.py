"""Measuring latency: paired visits beside a reference, with intervals."""

from __future__ import annotations

from latpred.measurement.meter import (
    Clock,
    Device,
    LatencyMeter,
    MeasuredTable,
    NetworkResult,
    ScriptedRunnable,
    SyntheticClock,
    SystemClock,
    VisitRecord,
    measure,
)
from latpred.measurement.own_network import NetworkLatency, measure_network

__all__ = [
    "Clock",
    "Device",
    "LatencyMeter",
    "MeasuredTable",
    "NetworkLatency",
    "NetworkResult",
    "ScriptedRunnable",
    "SyntheticClock",
    "SystemClock",
    "VisitRecord",
    "measure",
    "measure_network",
]
