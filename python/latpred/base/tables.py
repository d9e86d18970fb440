"""Files of tables, as columns of text; what the texts mean is decided by the core."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from latpred.base.extras import missing
from latpred.base.files import write
from latpred.errors import DataError, StorageError

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "chosen_column",
    "read_columns",
    "text_of",
    "write_columns",
    "write_parquet",
    "write_rows",
]


def text_of(value: object) -> str:
    """A cell that reads back exactly."""
    return repr(float(value)) if isinstance(value, float) else str(value)


def read_columns(path: str | Path) -> dict[str, list[str]]:
    """Columns of a CSV or Parquet file as texts, row by row of equal length.

    Raises:
        StorageError: Where the file cannot be read.
        DataError: Where it is no table; names the row (from 0, without the header).
        ConfigError: For Parquet without the extra `parquet`.
    """
    try:
        if Path(path).suffix == ".parquet":
            return _parquet_columns(path)
        with Path(path).open(newline="", encoding="utf-8") as file:
            rows = list(csv.reader(file, strict=True))
    except OSError as error:
        raise StorageError(f"cannot read {path}: {error.strerror}") from error
    except (csv.Error, UnicodeDecodeError) as error:
        raise DataError(f"{path}: no readable CSV: {error}") from error
    if len(rows) < 2:
        raise DataError(f"{path}: a header and at least one row expected, got {len(rows)} lines")
    width = len(rows[0])
    if len(set(rows[0])) != width:
        raise DataError(f"{path}: a column comes twice in the header")
    for number, row in enumerate(rows[1:]):
        if len(row) != width:
            raise DataError(f"{path}: row {number} has {len(row)} values, {width} expected")
    return dict(zip(rows[0], map(list, zip(*rows[1:], strict=True)), strict=True))


def _parquet_columns(path: str | Path) -> dict[str, list[str]]:
    import pandas as pd

    try:
        frame = pd.read_parquet(path)
    except ImportError as error:
        raise missing("pyarrow", "Parquet") from error
    except ValueError as error:  # pyarrow's errors of format are ValueErrors
        raise DataError(f"{path}: no readable Parquet: {error}") from error
    return {str(name): [text_of(v) for v in frame[name]] for name in frame}


def chosen_column(path: str | Path, columns: Iterable[str], known: Sequence[str]) -> str:
    """The first of the known names that the file has; DataError where it has none."""
    found = list(columns)
    for name in known:
        if name in found:
            return name
    expected = " or ".join(map(repr, known))
    raise DataError(f"{path}: column {expected} expected, found {', '.join(found)}")


def write_rows(path: str | Path, rows: Sequence[Mapping[str, object]]) -> None:
    """Write rows of the same columns, one or more, as `write_columns` does."""
    write_columns(path, {name: [row[name] for row in rows] for name in rows[0]})


def write_parquet(path: str | Path, frame: pd.DataFrame) -> None:
    """Write a frame of pandas at once, or not at all.

    Raises:
        ConfigError: Where what writes Parquet is not installed.
        StorageError: Where the file cannot be written.
    """
    try:
        content = frame.to_parquet(None, index=False)
    except ImportError as error:
        raise missing("pyarrow", "Parquet") from error
    write(path, content)


def write_columns(path: str | Path, columns: dict[str, Sequence[object]]) -> None:
    """Write a CSV file at once, or not at all; StorageError where it cannot be written."""
    cells = [map(text_of, values) for values in columns.values()]
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(columns)
    writer.writerows(zip(*cells, strict=True))
    write(path, text.getvalue())
