"""Block profiling: which block, layer and unit costs what, and spaces reduced by it."""

from __future__ import annotations

from latpred.base.faces import listing
from latpred.profiling.block_profile import BlockProfile
from latpred.profiling.blocks import profile_blocks
from latpred.profiling.compared_spaces import SpaceComparison
from latpred.profiling.derived_spaces import reduce_space
from latpred.profiling.image_folder import ImageFolder
from latpred.profiling.insight_spaces import insight_names, insight_space, random_control
from latpred.profiling.kept_values import KeptValues
from latpred.profiling.metrics import ORIGINAL_SPACES, named_metrics
from latpred.profiling.objectives import Metric, metrics_of
from latpred.profiling.question import placements_of
from latpred.profiling.reduction import Reduction
from latpred.profiling.space_comparison import compare_spaces, derived_arm
from latpred.profiling.supernets import SupernetAccuracy
from latpred.profiling.surrogates import (
    SURROGATES,
    SurrogatePredictor,
    is_surrogate,
    load_surrogate,
)
from latpred.profiling.unit_searches import unit_search

__all__ = [
    "ORIGINAL_SPACES",
    "SURROGATES",
    "BlockProfile",
    "ImageFolder",
    "KeptValues",
    "Metric",
    "Reduction",
    "SpaceComparison",
    "SupernetAccuracy",
    "SurrogatePredictor",
    "compare_spaces",
    "derived_arm",
    "insight_names",
    "insight_space",
    "is_surrogate",
    "load_surrogate",
    "metrics_of",
    "named_metrics",
    "placements_of",
    "profile_blocks",
    "random_control",
    "reduce_space",
    "unit_search",
]
__dir__ = listing(__all__)
