"""Clocks, things to run and records of the core, under the names that users have for them."""

from __future__ import annotations

from latpred._core import measurement as _native

Clock = _native.Clock
NetworkResult = _native.NetworkResult
ScriptedRunnable = _native.ScriptedRunnable
SyntheticClock = _native.SyntheticClock
SystemClock = _native.SystemClock
VisitRecord = _native.VisitRecord

__all__ = [
    "Clock",
    "NetworkResult",
    "ScriptedRunnable",
    "SyntheticClock",
    "SystemClock",
    "VisitRecord",
]
