"""Rows to learn from, and settings, as every predictor takes them."""

from __future__ import annotations

import os
from typing import Protocol

import numpy as np
import numpy.typing as npt

from latpred.base.counts import integer_setting
from latpred.base.earlier import refuse_other_device
from latpred.base.numbers import numbers
from latpred.errors import DataError
from latpred.spaces import Architectures

__all__ = ["StrPath", "Table", "Values", "integer_setting", "same_device", "training_rows"]

Values = npt.NDArray[np.float64]
StrPath = str | os.PathLike[str]


class Table(Protocol):
    """What `fit` needs of a latency table."""

    @property
    def archs(self) -> Architectures: ...
    @property
    def latency_ms(self) -> Values: ...


def same_device(what: str, table: object, expected: object) -> None:
    """Raise DataError where a table names another device than what it is used with.

    Args:
        what: Name of the use, in the message.
        table: A latency table, or anything else.
        expected: The other table, or the name of a device.
    """
    name = expected if isinstance(expected, str) else getattr(expected, "device", None)
    refuse_other_device(what, found=getattr(table, "device", None), expected=name)


def training_rows(
    table: Table | Architectures, latency_ms: npt.ArrayLike | None
) -> tuple[Architectures, Values, str]:
    """Architectures, latencies and device of what `fit` was given; DataError for another."""
    if latency_ms is None:
        if isinstance(table, Architectures) or not hasattr(table, "latency_ms"):
            raise DataError("fit: a latency table, or architectures and latencies expected")
        archs, given = table.archs, table.latency_ms
    else:
        archs, given = table, latency_ms  # type: ignore[assignment]
    if not isinstance(archs, Architectures):
        raise DataError(f"fit: Architectures expected, got {type(archs).__name__}")
    values = numbers(given, "fit: latencies")
    if values.ndim != 1:
        raise DataError(f"fit: one latency a row expected, got shape {values.shape}")
    return archs, values, str(getattr(table, "device", "") or "")
