"""The devices that networks run on, and the state of this machine."""

from __future__ import annotations

from latpred.base.faces import listing
from latpred.devices.device import Device
from latpred.devices.environment import environment_record, environment_warnings, stable_part
from latpred.devices.hardware import DeviceParameters
from latpred.devices.settings import CampaignSettings
from latpred.devices.stopwatch import cpu_seconds, timed, wall_seconds

__all__ = [
    "CampaignSettings",
    "Device",
    "DeviceParameters",
    "cpu_seconds",
    "environment_record",
    "environment_warnings",
    "stable_part",
    "timed",
    "wall_seconds",
]
__dir__ = listing(__all__)
