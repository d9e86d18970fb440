"""Latency predictors: fitted from rows, read from look-up tables, kept in model files."""

from __future__ import annotations

from latpred.base.faces import listing
from latpred.predictors.accuracy import AccuracyModel, builtin_accuracy_names, load_accuracy
from latpred.predictors.additive import AdditivePredictor
from latpred.predictors.auto import AutoPredictor
from latpred.predictors.base import Predictor
from latpred.predictors.ensemble import EnsemblePredictor
from latpred.predictors.fitted_accuracy import AccuracyPredictor
from latpred.predictors.flops import FlopsPredictor
from latpred.predictors.gaussian_process import GaussianProcessPredictor
from latpred.predictors.lookup_table import LookupTablePredictor
from latpred.predictors.registry import fitted_kinds, load_predictor, made
from latpred.predictors.trees import TreesPredictor

__all__ = [
    "AccuracyModel",
    "AccuracyPredictor",
    "AdditivePredictor",
    "AutoPredictor",
    "EnsemblePredictor",
    "FlopsPredictor",
    "GaussianProcessPredictor",
    "LookupTablePredictor",
    "Predictor",
    "TreesPredictor",
    "builtin_accuracy_names",
    "fitted_kinds",
    "load_accuracy",
    "load_predictor",
    "made",
]
__dir__ = listing(__all__)
