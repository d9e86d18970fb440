"""Accuracies of NAS-Bench-201's cells, from a table of the user's."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from latpred._core import predictors as _native
from latpred.base.names import did_you_mean
from latpred.base.tables import TextColumns, read_columns
from latpred.datasets.text_numbers import column_numbers
from latpred.errors import ConfigError, DataError
from latpred.predictors.rows import StrPath
from latpred.spaces import Architectures, nas_bench_201_architectures
from latpred.spaces import space as space_of

__all__ = ["read_cell_accuracy"]

_SPACE = "nas-bench-201"
_NAMES = ("code", "idx", "architecture", "arch_str")  # columns that say which network a row is
_OTHERS = (*_NAMES, "iso_class")


def read_cell_accuracy(path: StrPath, column: str | None) -> _native.Predictor:
    """A column of a CSV or Parquet file with a row for each of the 15,625 cells.

    Rows are known by `code` (six digits, an operation each, in the order of the edges), by `idx`
    (the benchmark's number), or by `architecture` or `arch_str` (the benchmark's text); where a
    file has several of them, they must agree.

    Raises:
        StorageError: Where the file cannot be read.
        ConfigError: For no column or one that the file does not have; names those that it has.
        DataError: For rows of another width, networks that are none, that come twice or are
            missing, and values that are not between 0 and 100.
    """
    columns = read_columns(Path(path))
    offered = [name for name in columns if name not in _OTHERS]
    if column is None or column not in offered:
        known = ", ".join(name[:40] for name in offered[:20])
        asked = "a table needs `column`" if column is None else f"no column {str(column)[:40]!r}"
        raise ConfigError(
            f"{path}: {asked}, one of {known} expected{did_you_mean(column, offered)}"
        )
    networks = [(name, _networks(columns, name, path)) for name in _NAMES if name in columns]
    if not networks:
        raise DataError(f"{path}: a column 'code' or 'idx' expected, which says the network")
    (first, archs), *others = networks
    for name, same in others:
        differing = np.flatnonzero((archs.genes != same.genes).any(axis=1))
        if len(differing):
            said = f"{first} and {name} are of different networks"
            raise DataError(f"{path}: {columns.row_name(differing[0])}: {said}")
    values = column_numbers(path, columns, column)
    try:
        return _native.make_whole_table(archs, values, columns.lines)
    except DataError as error:
        raise DataError(f"{path}: column {column}: {error}") from None


def _networks(columns: TextColumns, name: str, path: StrPath) -> Architectures:
    cells = columns[name]
    rows = [columns.row_name(row) for row in range(len(cells))]
    try:
        if name == "idx":
            numbers = [_digits(cell, row, 5) for row, cell in zip(rows, cells, strict=True)]
            return nas_bench_201_architectures(numbers)
        if name == "code":
            for row, cell in zip(rows, cells, strict=True):
                _digits(cell, row, 6)
            return space_of(_SPACE).architectures(np.array([list(map(int, c)) for c in cells]))
        return space_of(_SPACE).architectures(list(cells))
    except ConfigError as error:
        raise DataError(f"{path}: column {name}: {error}") from None


def _digits(cell: str, row: str, most: int) -> int:
    """A number without sign; codes have six digits, the benchmark's numbers at most five."""
    fits = len(cell) == most if most == 6 else 0 < len(cell) <= most
    if not fits or not (cell.isascii() and cell.isdigit()):
        wanted = "six digits" if most == 6 else "a number of 0 to 15624"
        raise ConfigError(f"{row}: {cell[:40]!r}, {wanted} expected")
    return int(cell)
