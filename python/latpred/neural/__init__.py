"""Neural predictors."""

from __future__ import annotations

from latpred.neural.block_sequence import BlockSequencePredictor
from latpred.neural.checkpoints import MlpModel, load_accuracy_checkpoint, load_latency_checkpoint
from latpred.neural.graph_predictor import GraphPredictor
from latpred.neural.mlp import MlpPredictor

__all__ = [
    "BlockSequencePredictor",
    "GraphPredictor",
    "MlpModel",
    "MlpPredictor",
    "load_accuracy_checkpoint",
    "load_latency_checkpoint",
]
