"""Reading latency tables from files."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from latpred._core import datasets as _native
from latpred.base.tables import TextColumns, chosen_column, read_columns, with_known_names
from latpred.datasets.fitting_spaces import cell_texts, refuse_rows
from latpred.datasets.kept_space import space_of_file
from latpred.datasets.measured_columns import device_of, named_device, statuses_of
from latpred.datasets.op_graph_rows import is_op_graph_file, read_op_graph_rows
from latpred.datasets.table import LatencyTable
from latpred.errors import ConfigError, DataError
from latpred.spaces import Space

__all__ = ["read_latency_table"]

OnBad = Literal["raise", "drop", "keep"]

# Names of the two columns in our files, then in the originals'.
_ARCHITECTURE_COLUMNS = ("architecture", "child_arch")
_VALUE_COLUMNS = ("latency_ms", "latency")
_NAMES = (*_ARCHITECTURE_COLUMNS, *_VALUE_COLUMNS, "device", "status", "space")
_UNITS = ("ns", "us", "ms", "s")


def read_latency_table(
    path: str | Path,
    space: Space | str | None = None,
    *,
    device: str | None = None,
    on_bad: OnBad = "raise",
    value: str | None = None,
    unit: str | None = None,
) -> LatencyTable:
    """Read a table from a CSV or Parquet file; nothing in it is evaluated.

    Takes latpred's own form (`LatencyTable.to_csv`) and the originals': `child_arch,latency`, the
    architecture as a Python dict literal, and the block profiler's
    (`latpred.datasets.write_op_graph_file`). Architectures may also be rows of choices, "[0, 3, …]"
    or "('none', …)", and the benchmark's numbers in NAS-Bench-201.

    Cells have commas, semicolons, tabs or bars between them, as the header has; a byte-order mark
    and empty lines do no harm. The column of latencies says its unit: `latency_us`, `latency (s)`,
    `Latency [µs]`, `latencyMs`; known are ns, us, ms and s and their words. Where its name says
    nothing, they are ms.

    Args:
        path: File to read, `.parquet` or CSV with a header.
        space: Space of the architectures, its name or its file; what the file says where None, as
            those of `to_csv` do.
        device: Name of the device; the file's where None. The full text of another device than the
            file's (`Device.id`) is a DataError.
        on_bad: "raise" on unreadable or unusable rows and on networks that come again with another
            latency; "drop" such rows and a last one that was cut off (of conflicting ones the first
            stays; `.dropped` counts them); "keep" raises too, but keeps conflicting rows.
        value: Column of the values, e.g. "top1"; where None that of the latencies, "latency_ms",
            "latency", or "latency" with another unit.
        unit: Unit of the values, "ns", "us", "ms" or "s"; what the column's name says where None.

    Raises:
        StorageError: Where the file cannot be read.
        DataError: Names the rows by their lines in the file (of Parquet from 0) and their values; a
            column that comes twice, or whose unit is unknown; and where no row is of the space,
            spaces that would fit.

    Example:
        >>> table.to_csv("board.csv")
        >>> lp.read_latency_table("board.csv")
        LatencyTable(60 rows of Space(tiny (resolutions 32 48)), device='board')
        >>> row = f"'{archs.to_strings()[0]}';1500".replace("'", '"')
        >>> _ = Path("us.csv").write_text(f"architecture;latency_us\\n{row}")
        >>> lp.read_latency_table("us.csv", space).latency_ms
        array([1.5])
    """
    if on_bad not in ("raise", "drop", "keep"):
        raise ConfigError(f"on_bad={on_bad!r:.60}: 'raise', 'drop' or 'keep' expected")
    if unit is not None and unit not in _UNITS:
        raise ConfigError(f"unit={unit!r:.60}: one of {', '.join(_UNITS)} expected")
    columns = read_columns(path, keep_cut=on_bad == "drop")
    columns = with_known_names(path, columns, _NAMES)
    space = space_of_file(path, columns, space)
    read = _rows(path, columns, space, value, unit)
    problems = read.problems
    if problems and (on_bad != "drop" or len(read.values) == 0):
        refuse_rows(path, space, _architectures(path, columns), problems)
    table = _table(path, columns, read, device, on_bad)
    table.dropped += len(problems) + bool(columns.cut)
    return table


def _architectures(path: str | Path, columns: TextColumns) -> list[str]:
    known = ("net_str",) if is_op_graph_file(columns) else _ARCHITECTURE_COLUMNS
    return columns[chosen_column(path, columns, known)]


def _rows(
    path: str | Path, columns: TextColumns, space: Space, value: str | None, unit: str | None
) -> _native.TextRows:
    if is_op_graph_file(columns):
        return read_op_graph_rows(path, columns, space, value, unit)
    texts = cell_texts(space, _architectures(path, columns))
    name = _value_column(path, columns, value)
    said = unit if unit is not None else _unit(path, name)
    return _native.read_text_rows(space, texts, columns[name], columns.lines, said)


def _value_column(path: str | Path, columns: TextColumns, value: str | None) -> str:
    """The column of the values: as asked, or that of the latencies whatever its unit."""
    if value is not None:
        return chosen_column(path, columns, (value,))
    if "latency_ms" in columns:
        return "latency_ms"
    found = [name for name in columns if _stem(name) == "latency"]
    if len(found) > 1:
        named = _native.first_few([name[:40] for name in found])
        raise DataError(f"{path}: several columns of latencies ({named}): `value` says which")
    if not found and (like := [name for name in columns if name.lower().startswith("latency")]):
        _unit(path, like[0])  # says what is wrong with its unit
    return found[0] if found else chosen_column(path, columns, _VALUE_COLUMNS)


def _stem(name: str) -> str:
    try:
        return _native.column_name(name)[0]
    except DataError:
        return ""


def _unit(path: str | Path, name: str) -> str:
    """What a column's name says, "" where it says nothing."""
    try:
        return _native.column_name(name)[1]
    except DataError as error:
        raise DataError(f"{path}: {error}") from None


def _table(
    path: str | Path,
    columns: TextColumns,
    read: _native.TextRows,
    device: str | None,
    on_bad: OnBad,
) -> LatencyTable:
    rows = read.rows.astype(np.intp)
    lines = [columns.lines[i] for i in rows] if columns.lines else []
    low, high = (_bounds(path, columns, name, rows) for name in ("low", "high"))
    try:
        if on_bad != "drop":
            _native.check(len(rows), read.values, low, high, raise_unusable=True, lines=lines)
        if on_bad == "raise":
            _native.check_consistent(read.archs, read.values, lines)
    except DataError as error:
        raise DataError(f"{path}: {error}") from None
    table = LatencyTable(
        read.archs,
        read.values,
        device=named_device(device, device_of(columns, path), path),
        low_ms=low,
        high_ms=high,
        status=statuses_of(columns, rows, low),
        on_bad="drop" if on_bad == "drop" else "raise",
    )
    return _without_conflicts(table) if on_bad == "drop" else table


def _bounds(path: str | Path, columns: TextColumns, stem: str, rows: NDArray[np.intp]) -> Any:
    """Numbers of a column that may be absent, in ms; empty cells are NaN."""
    found = [name for name in columns if _stem(name) == stem and _unit(path, name)]
    if not found:
        return None
    if len(found) > 1:
        raise DataError(f"{path}: columns {found[0][:40]} and {found[1][:40]}, one expected")
    cells = [columns[found[0]][i] for i in rows]
    numbers = _native.parse_numbers(cells, _unit(path, found[0]))
    for place in np.flatnonzero(np.isnan(numbers)):
        if not _missing(cells[place]):
            said = f"{found[0][:40]}: {_native.no_number(cells[place])}"
            raise DataError(f"{path}: {columns.row_name(rows[place])}: {said}")
    return numbers


def _missing(cell: str) -> bool:
    return cell.strip().lower() in ("", "nan", "none", "na", "null", "<na>")


def _without_conflicts(table: LatencyTable) -> LatencyTable:
    """Of the same network with different latencies the first stays."""
    conflicts = _native.conflicting_rows(table.archs, table.latency_ms)
    if len(conflicts) == 0:
        return table
    kept = table[np.delete(np.arange(len(table)), conflicts.astype(np.intp))]
    kept.dropped = table.dropped + len(conflicts)
    return kept
