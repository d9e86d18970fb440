"""The path by which the compiled core calls `latpred.predictors.fitters`."""

from __future__ import annotations

from latpred.predictors.fitters import fit_copy, settings_object, settings_text

__all__ = ["fit_copy", "settings_object", "settings_text"]
