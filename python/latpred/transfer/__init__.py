"""Predictors brought to another device with few rows."""

from __future__ import annotations

from latpred.transfer.fine_tuned import (
    METHODS,
    FineTunedPredictor,
    FineTuningCurve,
    fine_tuning_curve,
)

__all__ = ["METHODS", "FineTunedPredictor", "FineTuningCurve", "fine_tuning_curve"]
