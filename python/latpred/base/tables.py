"""Files of tables, as columns of text; what the texts mean is decided by the core."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from latpred.base.extras import missing
from latpred.base.files import other_kind, write
from latpred.base.json import json_text
from latpred.base.names import did_you_mean
from latpred.base.text_files import read_text
from latpred.errors import DataError, StorageError

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "TextColumns",
    "chosen_column",
    "read_cells",
    "read_columns",
    "text_of",
    "with_known_names",
    "write_columns",
    "write_parquet",
    "write_rows",
]

_LOOK = 1 << 20  # characters in which the first two lines are sought
_DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}


@dataclass(frozen=True)
class TextColumns(Mapping[str, list[str]]):
    """Columns of a table by name, as texts.

    Attributes:
        columns: Name -> a text a row.
        lines: Where each row begins in its file, as editors count; empty of Parquet, where rows
            are counted from 0.
        delimiter: What stands between cells; "" of Parquet.
        cut: What is wrong with the last row, which a killed program left unfinished; "" of a whole
            file. The row is not in the columns.
    """

    columns: dict[str, list[str]]
    lines: list[int] = field(default_factory=list)
    delimiter: str = ""
    cut: str = ""

    def __getitem__(self, name: str) -> list[str]:
        return self.columns[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.columns)

    def __len__(self) -> int:
        return len(self.columns)

    def row_name(self, row: int) -> str:
        """What messages call a row."""
        return f"line {self.lines[row]}" if self.lines else f"row {row}"


def text_of(value: object) -> str:
    """A cell that reads back exactly."""
    if isinstance(value, dict | list | tuple | np.ndarray):  # nested, as Parquet can hold it
        return json_text(value)
    return repr(float(value)) if isinstance(value, float) else str(value)


def read_columns(path: str | Path, *, keep_cut: bool = False) -> TextColumns:
    """Columns of a CSV or Parquet file as texts, row by row of equal length.

    Texts are UTF-8, or what their byte-order mark says. Cells have commas, semicolons, tabs or bars
    between them, as the header has; lines without anything are left out.

    Args:
        path: The file.
        keep_cut: Whether a last row that was cut off is told in `cut` instead of by an error.

    Raises:
        StorageError: Where the file cannot be read.
        DataError: Where it is no table; names the line.
        ConfigError: For Parquet without the extra `parquet`.
    """
    kinds = (
        ("Parquet",) if Path(path).suffix.lower() == ".parquet" else ("a text", "as text", "blanks")
    )
    if found := other_kind(path, "a table (CSV, or Parquet as .parquet)", *kinds, "empty"):
        raise DataError(found)
    if Path(path).suffix.lower() == ".parquet":
        return TextColumns(_parquet_columns(path))
    cells = read_cells(path)
    if len(cells.rows) < 2 and not (cells.rows and cells.cut):
        count = len(cells.rows)
        raise DataError(f"{path}: a header and at least one row expected, got {count} lines")
    header = [name.strip() for name in cells.rows[0]]
    _check_header(path, header)
    comment = "; line 1 begins with '#', a header expected" if header[0].startswith("#") else ""
    rows, lines = cells.rows[1:], cells.lines[1:]
    cut = cells.cut
    if rows and len(rows[-1]) < len(header) and cells.unfinished:
        cut = f"line {lines[-1]} has {len(rows[-1])} of {len(header)} values and no end: cut off"
        rows, lines = rows[:-1], lines[:-1]
    for line, row in zip(lines, rows, strict=True):
        if len(row) != len(header):
            said = f"{len(row)} values, {len(header)} expected"
            name = _DELIMITERS.get(cells.delimiter, repr(cells.delimiter))
            between = f" (with a {name} between them)"
            raise DataError(f"{path}: line {line} has {said}{between}{comment}")
    if cut and not (keep_cut and rows):
        raise DataError(f"{path}: {cut}; on_bad='drop' leaves it out")
    columns = dict(zip(header, map(list, zip(*rows, strict=True)), strict=True))
    if header.count("") > 1:  # columns without a name cannot be asked for
        del columns[""]
    return TextColumns(columns, lines, cells.delimiter, cut)


def _check_header(path: str | Path, header: list[str]) -> None:
    for place, name in enumerate(header):
        if name and name in header[:place]:
            raise DataError(f"{path}: column '{name[:60]}' comes twice in the header")


@dataclass(frozen=True)
class Cells:
    """Rows of a delimited text, those without anything left out."""

    rows: list[list[str]]
    lines: list[int]  # where each begins, from 1
    delimiter: str
    cut: str  # what is wrong with a last row that is not in `rows`
    unfinished: bool  # whether the text ends without a line end


def read_cells(path: str | Path) -> Cells:
    """Rows of a delimited text file; StorageError, DataError as `read_columns`."""
    try:
        text = read_text(path)
    except ValueError as error:
        raise DataError(f"{path}: no readable CSV: {error}") from error
    written = text.rstrip("\0")  # a file may end with NUL where the machine crashed
    delimiter = _delimiter(written)
    reader = csv.reader(io.StringIO(written, newline=""), delimiter=delimiter, strict=True)
    rows: list[list[str]] = []
    lines: list[int] = []
    cut = ""
    while True:
        line = reader.line_num + 1
        try:
            row = next(reader)
        except StopIteration:
            break
        except csv.Error as error:
            cut = f"line {line}: no readable CSV: {str(error)[:80]}"
            if line < len(written.splitlines()) or not rows:  # a quote that swallows other rows
                raise DataError(f"{path}: {cut}") from error
            break
        if any(cell.strip() for cell in row) and not _says_delimiter(row, rows):
            rows.append(row)
            lines.append(line)
    unfinished = not written.endswith(("\n", "\r"))
    if written != text and not cut:
        cut = f"line {reader.line_num + (not unfinished)} ends with NUL: cut off"
        if unfinished and rows:
            rows, lines = rows[:-1], lines[:-1]
    return Cells(rows, lines, delimiter, cut, unfinished)


def _says_delimiter(row: list[str], before: list[list[str]]) -> bool:
    """Whether this is the line "sep=;" of spreadsheets."""
    return not before and row[0].startswith("sep=") and not any(row[1:])


def _delimiter(text: str) -> str:
    """What stands between the cells of the header, outside of quotes, and of the row behind it."""
    first = [line for line in text[:_LOOK].splitlines() if line.strip()][:2]
    if first and first[0].startswith("sep=") and len(first[0].rstrip("\r\n")) == 5:
        said = first[0][4]
        if not said.isalnum() and said != '"':
            return said
    counts = {one: _count(first[0], one) if first else 0 for one in _DELIMITERS}
    several = [one for one in _DELIMITERS if counts[one] > 1]
    fitting = [one for one in several if _count(first[-1], one) == counts[one]]
    return max(fitting or _DELIMITERS, key=counts.__getitem__)


def _count(line: str, delimiter: str) -> int:
    try:
        return len(next(csv.reader([line], delimiter=delimiter)))
    except (csv.Error, StopIteration):
        return 0


def _parquet_columns(path: str | Path) -> dict[str, list[str]]:
    import pandas as pd

    try:
        frame = pd.read_parquet(path)
    except ImportError as error:
        raise missing("pyarrow", "Parquet") from error
    except OSError as error:
        raise StorageError(f"cannot read {path}: {error.strerror or error}") from error
    except ValueError as error:  # pyarrow's errors of format are ValueErrors
        raise DataError(f"{path}: no readable Parquet: {error}") from error
    names = [str(name).strip() for name in frame]
    _check_header(path, names)
    return {name: [text_of(v) for v in frame.iloc[:, i]] for i, name in enumerate(names)}


def chosen_column(path: str | Path, columns: Iterable[str], known: Sequence[str]) -> str:
    """The first of the known names that the file has, if only in other letters' case.

    Raises:
        DataError: Where it has none.
    """
    found = list(columns)
    for name in known:
        if name in found:
            return name
    for name in known:
        same = [one for one in found if one.casefold() == name.casefold()]
        if len(same) == 1:
            return same[0]
    expected = " or ".join(map(repr, known))
    hint = did_you_mean(known[0], found) if len(known) == 1 else ""
    raise DataError(f"{path}: column {expected} expected, found {_few(found)}{hint}")


def with_known_names(path: str | Path, columns: TextColumns, known: Iterable[str]) -> TextColumns:
    """The same with these names in small letters, however the file writes them.

    Raises:
        DataError: Where it has one of them twice.
    """
    wanted = {name.casefold(): name for name in known}
    named: dict[str, str] = {}
    for given in columns:
        name = wanted.get(given.casefold(), given)
        if name in named:
            both = f"'{named[name][:60]}' and '{given[:60]}'"
            raise DataError(f"{path}: columns {both}, one of them expected")
        named[name] = given
    return replace(columns, columns={name: columns[given] for name, given in named.items()})


def _few(names: Sequence[str]) -> str:
    shown = ", ".join(name[:40] for name in names[:20])
    return shown if len(names) <= 20 else f"{shown} and {len(names) - 20} more"


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
