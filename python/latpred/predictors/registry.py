"""Kinds of models and the classes that show them, by name: imported when they are asked for."""

from __future__ import annotations

import importlib
import os
from typing import Any

from latpred import _core
from latpred.predictors.base import Predictor, StrPath

_native = _core.predictors

__all__ = ["PREDICTORS", "load_predictor", "predictor_class", "predictor_of_native"]

# Kind of a model file -> "module:class".
PREDICTORS: dict[str, str] = {
    "accuracy": "latpred.predictors.accuracy:AccuracyModel",
    "additive": "latpred.predictors.additive:AdditivePredictor",
    "ensemble": "latpred.predictors.ensemble:EnsemblePredictor",
    "fine-tuned": "latpred.transfer.fine_tuned:FineTunedPredictor",
    "flops": "latpred.predictors.flops:FlopsPredictor",
    "gaussian-process": "latpred.predictors.gaussian_process:GaussianProcessPredictor",
    "hardware-additive": "latpred.device_generic.hardware_aware:HardwareAwarePredictor",
    "hardware-mlp": "latpred.device_generic.hardware_aware:HardwareAwarePredictor",
    "lookup-table": "latpred.predictors.lookup_table:LookupTablePredictor",
    "mlp": "latpred.neural.mlp:MlpPredictor",
    "trees": "latpred.predictors.trees:TreesPredictor",
}
# The originals' accuracy network is a perceptron that is not fitted here.
_IN_PERCENT = {"mlp": "latpred.neural.checkpoints:MlpModel"}


def _imported(place: str) -> Any:
    """What stands at "module:class"."""
    module, _, name = place.partition(":")
    return getattr(importlib.import_module(module), name)


def predictor_class(name: str) -> type[Predictor] | None:
    """The class of that name, imported; None where there is none."""
    places = [place for place in PREDICTORS.values() if place.partition(":")[2] == name]
    return _imported(places[0]) if places else None


def predictor_of_native(native: Any) -> Predictor:
    """Wrap a compiled model by its kind."""
    names = PREDICTORS if native.unit == "ms" else {**PREDICTORS, **_IN_PERCENT}
    model: type[Predictor] = _imported(names.get(native.kind, "latpred.predictors.base:Predictor"))
    return model._of_native(native)


def load_predictor(path: StrPath) -> Predictor:
    """Read a `.latpred` model file.

    Raises:
        StorageError: Where it cannot be read.
        CorruptionError: For any damage: the checksum covers every byte.
        ModelVersionError: For a format or kind that this version does not know.
        SchemaError: Where the space's genes have changed since.
    """
    return predictor_of_native(_native.load_predictor(os.fspath(path)))
