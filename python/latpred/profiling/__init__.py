"""Block profiling: which block, layer and unit costs what, and spaces reduced by it."""

from __future__ import annotations

from latpred.profiling.surrogates import (
    SURROGATES,
    SurrogatePredictor,
    is_surrogate,
    load_surrogate,
)

__all__ = ["SURROGATES", "SurrogatePredictor", "is_surrogate", "load_surrogate"]
