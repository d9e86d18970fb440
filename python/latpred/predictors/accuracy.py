"""Accuracy models that come ready: built in, from a model file or from OFA's checkpoint."""

from __future__ import annotations

import os
from importlib import resources
from pathlib import Path

from latpred.errors import ConfigError
from latpred.predictors.base import Predictor
from latpred.predictors.registry import load_accuracy_checkpoint, load_predictor
from latpred.predictors.rows import StrPath

__all__ = ["AccuracyModel", "load_accuracy"]


class AccuracyModel(Predictor):
    """A table of accuracies in percent top-1, made by `tools/fit_accuracy_models.py`.

    Example:
        >>> model = lp.load_accuracy("ofa-top1")
        >>> model.kind, model.unit
        ('accuracy', '%')
    """

    kind = "accuracy"


def builtin_accuracy_names() -> list[str]:
    """Names of the accuracy models that come with latpred.

    Example:
        >>> from latpred.predictors import builtin_accuracy_names
        >>> builtin_accuracy_names()
        ['ofa-distilled', 'ofa-top1']
    """
    folder = resources.files("latpred") / "data"
    if not folder.is_dir():
        return []
    return sorted(
        f.name.removesuffix(".latpred") for f in folder.iterdir() if f.name.endswith(".latpred")
    )


def load_accuracy(name_or_path: StrPath) -> Predictor:
    """Load an accuracy model (percent top-1): built in, from a model file or OFA's checkpoint.

    Raises:
        ConfigError: For a name that is neither built in nor a file.
        StorageError, CorruptionError: For an unreadable file.

    Example:
        >>> model = lp.load_accuracy("ofa-top1")
        >>> model.unit, model.predict(lp.space("ofa-mobilenetv3").sample(3, seed=0)).shape
        ('%', (3,))
    """
    name = os.fspath(name_or_path)
    if name in builtin_accuracy_names():
        with resources.as_file(resources.files("latpred") / "data" / f"{name}.latpred") as path:
            return load_predictor(path)
    if name.endswith(".latpred"):
        return load_predictor(name)
    if not Path(name).exists():
        raise ConfigError(
            f"accuracy {name!r}: neither a file nor one of {builtin_accuracy_names()}"
        )

    return load_accuracy_checkpoint(name)
