"""Search under limits, and fronts of several objectives."""

from __future__ import annotations

from latpred.base.faces import listing
from latpred.searching.engine import Front, SearchResult, cost_objective, search, search_methods
from latpred.searching.fronts import Attainment, attainment, hypervolume
from latpred.searching.measuring import measuring_search
from latpred.searching.measuring_result import MeasuredFront, MeasuringResult
from latpred.searching.results import VerifiedNetwork

__all__ = [
    "Attainment",
    "Front",
    "MeasuredFront",
    "MeasuringResult",
    "SearchResult",
    "VerifiedNetwork",
    "attainment",
    "cost_objective",
    "hypervolume",
    "measuring_search",
    "search",
    "search_methods",
]
__dir__ = listing(__all__)
