"""Predictors that serve devices they have seen few rows of."""

from __future__ import annotations

from latpred.device_generic.hardware_aware import (
    HardwareAwarePredictor,
    leave_one_device_out,
    split_by_architecture,
)

__all__ = ["HardwareAwarePredictor", "leave_one_device_out", "split_by_architecture"]
