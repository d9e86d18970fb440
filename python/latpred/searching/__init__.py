"""Search under limits, and fronts of several objectives."""

from __future__ import annotations

from latpred.base.faces import listing
from latpred.searching.engine import Front, SearchResult, cost_objective, search, search_methods
from latpred.searching.fronts import Attainment, attainment, hypervolume

__all__ = [
    "Attainment",
    "Front",
    "SearchResult",
    "attainment",
    "cost_objective",
    "hypervolume",
    "search",
    "search_methods",
]
__dir__ = listing(__all__)
