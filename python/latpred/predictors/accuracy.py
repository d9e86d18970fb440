"""Accuracy models that come ready: built in, from a model file or from OFA's checkpoint."""

from __future__ import annotations

import os
from importlib import resources
from pathlib import Path

from latpred.base.files import named_path
from latpred.base.names import did_you_mean, listed
from latpred.errors import ConfigError
from latpred.predictors.base import Predictor
from latpred.predictors.cell_accuracy import read_cell_accuracy
from latpred.predictors.registry import load_accuracy_checkpoint, load_predictor
from latpred.predictors.rows import StrPath

__all__ = ["AccuracyModel", "load_accuracy"]


class AccuracyModel(Predictor):
    """A table of accuracies in percent top-1: a built-in one, or a benchmark's of every network.

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


def load_accuracy(name_or_path: StrPath, *, column: str | None = None) -> Predictor:
    """Load an accuracy model (percent top-1): built in, from a file, or of a benchmark's table.

    Args:
        name_or_path: A built-in name; a model file (`.latpred`); OFA's checkpoint (`.pth`); or a
            table of NAS-Bench-201 (`.csv`, `.parquet`), a row for each of the 15,625 cells.
        column: The table's column of accuracies, e.g. "c100_test12"; for tables only. A column
            `code` (six digits, an operation each) or `idx` (the benchmark's number) or
            `architecture` (its text) says which cell a row is.

    Raises:
        ConfigError: For a name that is neither built in nor a file, and an unknown column.
        DataError: For a table of other or missing networks, and values beyond 0 to 100 percent.
        StorageError, CorruptionError: For an unreadable file.

    Example:
        >>> model = lp.load_accuracy("ofa-top1")
        >>> model.unit, model.predict(lp.space("ofa-mobilenetv3").sample(3, seed=0)).shape
        ('%', (3,))
    """
    name = os.fspath(name_or_path)
    if name.endswith((".csv", ".parquet")):
        return AccuracyModel._of_native(read_cell_accuracy(name, column))
    if column is not None:
        raise ConfigError(f"accuracy {name[:80]!r}: `column` is of tables, .csv or .parquet")
    if name in builtin_accuracy_names():
        with resources.as_file(resources.files("latpred") / "data" / f"{name}.latpred") as path:
            return load_predictor(path)
    if name.endswith(".latpred"):
        return _of_accuracy(load_predictor(name), name)
    if not Path(name).exists():
        raise ConfigError(
            f"accuracy {name!r}: neither a file nor one of {listed(builtin_accuracy_names())}"
            f"{did_you_mean(name, builtin_accuracy_names())}"
        )

    return load_accuracy_checkpoint(name)


def _of_accuracy(model: Predictor, name: str) -> Predictor:
    """The model, unless it predicts latencies: these would be maximised."""
    if model.unit == "ms":
        raise ConfigError(
            f"accuracy {named_path(name)!r}: a model of latencies in ms, not of accuracies"
        )
    return model
