"""Neural predictors."""

from __future__ import annotations

from latpred.neural.checkpoints import MlpModel, load_accuracy_checkpoint, load_latency_checkpoint
from latpred.neural.mlp import MlpPredictor

__all__ = ["MlpModel", "MlpPredictor", "load_accuracy_checkpoint", "load_latency_checkpoint"]
