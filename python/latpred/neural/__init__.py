"""Neural predictors."""

from __future__ import annotations

from latpred.neural.block_sequence import BlockSequencePredictor
from latpred.neural.checkpoints import MlpModel, load_accuracy_checkpoint, load_latency_checkpoint
from latpred.neural.graph_predictor import GraphPredictor
from latpred.neural.mlp import MlpPredictor
from latpred.neural.network_features import NetworkFeatures, joined_features, load_features

__all__ = [
    "BlockSequencePredictor",
    "GraphPredictor",
    "MlpModel",
    "MlpPredictor",
    "NetworkFeatures",
    "joined_features",
    "load_accuracy_checkpoint",
    "load_features",
    "load_latency_checkpoint",
]
