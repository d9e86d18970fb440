"""Block profiling: which block, layer and unit costs what, and spaces reduced by it."""

from __future__ import annotations

from latpred.profiling.block_profile import BlockProfile
from latpred.profiling.blocks import profile_blocks
from latpred.profiling.image_folder import ImageFolder
from latpred.profiling.kept_values import KeptValues
from latpred.profiling.metrics import ORIGINAL_SPACES, named_metrics
from latpred.profiling.objectives import Metric, metrics_of
from latpred.profiling.question import placements_of
from latpred.profiling.supernets import SupernetAccuracy
from latpred.profiling.surrogates import (
    SURROGATES,
    SurrogatePredictor,
    is_surrogate,
    load_surrogate,
)

__all__ = [
    "ORIGINAL_SPACES",
    "SURROGATES",
    "BlockProfile",
    "ImageFolder",
    "KeptValues",
    "Metric",
    "SupernetAccuracy",
    "SurrogatePredictor",
    "is_surrogate",
    "load_surrogate",
    "metrics_of",
    "named_metrics",
    "placements_of",
    "profile_blocks",
]
