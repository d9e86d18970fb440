"""How good predictors are: comparisons, learning curves and case studies."""

from __future__ import annotations

from latpred.base.faces import listing
from latpred.evaluation.cases import case_studies, lookup_cost
from latpred.evaluation.comparison import Comparison, compare_predictors, predictor_suite
from latpred.evaluation.learning import LearningCurve, learning_curve

__all__ = [
    "Comparison",
    "LearningCurve",
    "case_studies",
    "compare_predictors",
    "learning_curve",
    "lookup_cost",
    "predictor_suite",
]
__dir__ = listing(__all__)
