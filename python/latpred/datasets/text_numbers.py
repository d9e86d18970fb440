"""Columns of numbers that a file holds as texts."""

from __future__ import annotations

import os

import numpy as np
from numpy.typing import NDArray

from latpred._core import datasets as _native
from latpred.base.tables import TextColumns
from latpred.errors import DataError

__all__ = ["column_numbers"]


def column_numbers(
    path: str | os.PathLike[str], columns: TextColumns, name: str
) -> NDArray[np.float64]:
    """The numbers of a column; DataError naming the first line whose cell is none."""
    cells = columns[name]
    found = _native.parse_numbers(cells)
    wrong = np.flatnonzero(np.isnan(found))
    if len(wrong):
        row = int(wrong[0])
        said = f"column {name[:40]}: {_native.no_number(cells[row])}"
        raise DataError(f"{path}: {columns.row_name(row)}: {said}")
    return found
