"""Kinds of models and the classes that show them, by name: imported when they are asked for."""

from __future__ import annotations

import importlib
from typing import Any

from latpred.predictor_base import Predictor

__all__ = ["PREDICTORS", "predictor_of_native"]

# Kind of a model file -> "module:class".
PREDICTORS: dict[str, str] = {
    "accuracy": "latpred.predictors:AccuracyModel",
    "additive": "latpred.predictors:AdditivePredictor",
    "ensemble": "latpred.ensemble:EnsemblePredictor",
    "fine-tuned": "latpred.fine_tuning:FineTunedPredictor",
    "flops": "latpred.predictors:FlopsPredictor",
    "gaussian-process": "latpred.gaussian_process:GaussianProcessPredictor",
    "hardware-additive": "latpred.hardware_aware:HardwareAwarePredictor",
    "hardware-mlp": "latpred.hardware_aware:HardwareAwarePredictor",
    "lookup-table": "latpred.predictors:LookupTablePredictor",
    "mlp": "latpred.mlp:MlpPredictor",
    "trees": "latpred.trees:TreesPredictor",
}
# The originals' accuracy network is a perceptron that is not fitted here.
_IN_PERCENT = {"mlp": "latpred.neural:MlpModel"}


def predictor_of_native(native: Any) -> Predictor:
    """Wrap a compiled model by its kind."""
    names = PREDICTORS if native.unit == "ms" else {**PREDICTORS, **_IN_PERCENT}
    module, _, name = names.get(native.kind, "latpred.predictor_base:Predictor").partition(":")
    model: type[Predictor] = getattr(importlib.import_module(module), name)
    return model._of_native(native)
