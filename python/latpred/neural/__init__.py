"""Neural predictors."""

from __future__ import annotations

from latpred.base.faces import listing
from latpred.neural.arch2vec import Arch2VecEncoder
from latpred.neural.block_sequence import BlockSequencePredictor
from latpred.neural.cate import CateEncoder
from latpred.neural.checkpoints import (
    GeneralizedModel,
    MlpModel,
    is_latency_checkpoint,
    load_accuracy_checkpoint,
    load_latency_checkpoint,
)
from latpred.neural.encoder import Encoder
from latpred.neural.encoders import load_encoder
from latpred.neural.graph_predictor import GraphPredictor
from latpred.neural.mlp import MlpPredictor
from latpred.neural.network_features import NetworkFeatures, joined_features, load_features

__all__ = [
    "Arch2VecEncoder",
    "BlockSequencePredictor",
    "CateEncoder",
    "Encoder",
    "GeneralizedModel",
    "GraphPredictor",
    "MlpModel",
    "MlpPredictor",
    "NetworkFeatures",
    "is_latency_checkpoint",
    "joined_features",
    "load_accuracy_checkpoint",
    "load_encoder",
    "load_features",
    "load_latency_checkpoint",
]
__dir__ = listing(__all__)
