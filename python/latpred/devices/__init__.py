"""What networks run on, and the state of this machine."""

from __future__ import annotations

from latpred.devices.device import Device
from latpred.devices.environment import environment_record, environment_warnings, stable_part
from latpred.devices.hardware import DeviceParameters

__all__ = [
    "Device",
    "DeviceParameters",
    "environment_record",
    "environment_warnings",
    "stable_part",
]
