"""Predictors brought to another device with few rows."""

from __future__ import annotations

from latpred.transfer.fine_tuned import METHODS, FineTunedPredictor

__all__ = ["METHODS", "FineTunedPredictor"]
