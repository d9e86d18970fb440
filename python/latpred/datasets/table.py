"""Latency tables: architectures and what they took on one device."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from latpred._core import datasets as _native
from latpred.base.numbers import numbers
from latpred.base.tables import chosen_column, read_columns, text_of, write_columns, write_parquet
from latpred.base.text import html_table
from latpred.datasets.audit import AuditReport
from latpred.datasets.measured_columns import device_of, named_device, statuses_of
from latpred.datasets.op_graph_rows import is_op_graph_file, read_op_graph_rows
from latpred.errors import ConfigError, DataError
from latpred.spaces import Architectures, Space

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["LatencyTable", "read_latency_table"]

OnBad = Literal["raise", "drop", "keep"]
Split = Literal["file", "random", "architecture"]

_SHOWN = 50  # rows of the HTML form
# Names of the two columns in our files, then in the originals'.
_ARCHITECTURE_COLUMNS = ("architecture", "child_arch")
_VALUE_COLUMNS = ("latency_ms", "latency")


class LatencyTable:
    """N architectures of one space and their latencies on one device.

    Attributes:
        archs: N architectures.
        latency_ms: N float64, positive and finite.
        device: Name of hardware, runtime, batch size, threads and precision, e.g. "note10".
        low_ms: Lower bounds of the intervals (N float64, NaN where unknown) or None.
        high_ms: Upper bounds, likewise.
        status: How each measurement ended (N texts) or None.
        meta: What else is known of the measurement.
        dropped: Number of rows left out.

    Example:
        >>> table = lp.LatencyTable(archs[:3], [1.2, 3.4, 2.2], device="board")
        >>> len(table), table.device, table[:2].latency_ms
        (3, 'board', array([1.2, 3.4]))
    """

    def __init__(
        self,
        archs: Architectures,
        latency_ms: ArrayLike,
        device: str | None = None,
        low_ms: ArrayLike | None = None,
        high_ms: ArrayLike | None = None,
        status: Sequence[str] | None = None,
        meta: Mapping[str, Any] | None = None,
        *,
        on_bad: Literal["raise", "drop"] = "raise",
    ) -> None:
        """Copy and check the columns.

        Args:
            archs, latency_ms, device, low_ms, high_ms, status, meta: See the attributes.
            on_bad: "raise" a DataError that names unusable rows (NaN, infinite, not positive,
                outside their interval), or "drop" them.
        """
        if not isinstance(archs, Architectures):
            found = type(archs).__name__
            raise ConfigError(f"latency table: Architectures expected, got {found}")
        if on_bad not in ("raise", "drop"):
            raise ConfigError(f"on_bad={on_bad!r}: 'raise' or 'drop' expected")
        self.archs = archs
        self.latency_ms = _vector("latency_ms", latency_ms)
        self.device = device
        self.low_ms = None if low_ms is None else _vector("low_ms", low_ms)
        self.high_ms = None if high_ms is None else _vector("high_ms", high_ms)
        self.status = None if status is None else tuple(map(str, status))
        self.meta = meta
        self.dropped = 0
        self._check(raise_unusable=on_bad == "raise")

    def _check(self, *, raise_unusable: bool) -> None:
        if self.status is not None and len(self.status) != len(self.archs):
            count = len(self.status)
            raise DataError(f"latency table: {len(self.archs)} rows but {count} of status")
        columns = (self.latency_ms, self.low_ms, self.high_ms)
        _native.check(len(self.archs), *columns, raise_unusable=raise_unusable)
        bad = _native.unusable_rows(*columns).astype(np.intp)
        if len(bad) == len(self):
            raise DataError(f"latency table: all {len(self)} rows are unusable")
        if len(bad):
            for name, value in self._rows(np.delete(np.arange(len(self)), bad)).items():
                setattr(self, name, value)
            self.dropped = len(bad)

    def _rows(self, rows: NDArray[np.intp]) -> dict[str, Any]:
        return {
            "archs": self.archs[rows],
            "latency_ms": self.latency_ms[rows],
            "low_ms": None if self.low_ms is None else self.low_ms[rows],
            "high_ms": None if self.high_ms is None else self.high_ms[rows],
            "status": None if self.status is None else tuple(self.status[i] for i in rows),
        }

    @property
    def space(self) -> Space:
        """The space of the architectures."""
        return self.archs.space

    def __len__(self) -> int:
        """Number of rows, N."""
        return len(self.archs)

    def __getitem__(self, index: Any) -> LatencyTable:
        """Rows by integer, slice, mask or integer array; always a table."""
        rows = np.atleast_1d(np.arange(len(self))[index])
        return LatencyTable(**self._rows(rows), device=self.device, meta=self.meta)

    def __repr__(self) -> str:
        """Size, space, device."""
        return f"LatencyTable({len(self)} rows of {self.space}, device={self.device!r})"

    def split(
        self,
        method: Split = "file",
        fractions: Sequence[float] = (0.7, 0.15, 0.15),
        *,
        seed: int = 0,
        ignore_resolution: bool = False,
    ) -> tuple[LatencyTable, ...]:
        """Split into one table for each fraction.

        Args:
            method: "file" in the order of the rows, "random", or "architecture": all rows of one
                network in one part, so that nothing leaks from training to test.
            fractions: Shares of the rows; at most 1 together.
            seed: Seed for "random" and "architecture".
            ignore_resolution: Whether "architecture" counts networks that differ only in their
                resolution as one.

        Raises:
            ConfigError: For an unknown method or wrong fractions.
            DataError: Where a part would be empty.
        """
        parts = _native.split_rows(self.archs, method, list(fractions), seed, ignore_resolution)
        for number, rows in enumerate(parts):
            if len(rows) == 0:
                raise DataError(f"split: part {number} of {len(self)} rows would be empty")
        return tuple(self[rows.astype(np.intp)] for rows in parts)

    def audit(self) -> AuditReport:
        """Look for repeats, ignored genes, wrong units, outliers and shifts in file order.

        Each row is compared with a robust fit of the others on costs and genes. In simulations with
        1 % noise, on 600 rows of five spaces: a step of 2 % over 100 rows was found in 50 of 50
        tables, to within 30 rows; clean tables of 60 to 3,000 rows had findings in 0 of 190.
        """
        findings, residuals = _native.audit(self.archs, self.latency_ms)
        return AuditReport(findings, len(self), residuals, self)

    def _columns(self) -> dict[str, Any]:
        columns: dict[str, Any] = {
            "architecture": self.archs.to_strings(),
            "latency_ms": self.latency_ms,
            "low_ms": self.low_ms,
            "high_ms": self.high_ms,
            "status": self.status,
            "device": None if self.device is None else [self.device] * len(self),
        }
        return {name: values for name, values in columns.items() if values is not None}

    def to_frame(self) -> pd.DataFrame:
        """A pandas frame: architecture (canonical text), latency_ms and what else is known."""
        import pandas as pd

        return pd.DataFrame(self._columns())

    def to_csv(self, path: str | Path) -> None:
        """Write the columns of `to_frame`; `read_latency_table` reads them back exactly."""
        write_columns(path, self._columns())

    def to_parquet(self, path: str | Path) -> None:
        """Write the columns of `to_frame` as Parquet (needs the extra `parquet`)."""
        write_parquet(path, self.to_frame())

    def _repr_html_(self) -> str:
        """The first rows as a table."""
        columns = {n: list(map(text_of, v[:_SHOWN])) for n, v in self._columns().items()}
        return html_table(columns, repr(self))


def _vector(name: str, values: ArrayLike) -> NDArray[np.float64]:
    vector = numbers(values, f"latency table: {name}").copy()
    if vector.ndim != 1:
        raise DataError(f"latency table: {name} must be a vector, got shape {vector.shape}")
    return vector


def _optional(columns: Mapping[str, list[str]], name: str, rows: NDArray[np.intp]) -> Any:
    """Numbers of a column that may be absent; empty cells are NaN."""
    if name not in columns:
        return None
    return _native.parse_numbers([columns[name][i] for i in rows])


def _without_conflicts(table: LatencyTable, on_bad: OnBad, path: str | Path) -> LatencyTable:
    """The same network with different latencies is an error, not a guess."""
    if on_bad == "keep":
        return table
    if on_bad == "raise":
        try:
            _native.check_consistent(table.archs, table.latency_ms)
        except DataError as error:
            raise DataError(f"{path}: {error}") from None
        return table
    conflicts = _native.conflicting_rows(table.archs, table.latency_ms)
    if len(conflicts) == 0:
        return table
    kept = table[np.delete(np.arange(len(table)), conflicts.astype(np.intp))]
    kept.dropped = table.dropped + len(conflicts)
    return kept


def read_latency_table(
    path: str | Path,
    space: Space,
    *,
    device: str | None = None,
    on_bad: OnBad = "raise",
    value: str | None = None,
) -> LatencyTable:
    """Read a table from a CSV or Parquet file; nothing in it is evaluated.

    Takes latpred's own form (`LatencyTable.to_csv`) and the originals': `child_arch,latency`, the
    architecture as a Python dict literal, and the block profiler's
    (`latpred.datasets.write_op_graph_file`).

    Args:
        path: File to read, `.parquet` or CSV with a header.
        space: Space of the architectures.
        device: Name of the device; the file's where None. The full text of another device than the
            file's (`Device.id`) is a DataError.
        on_bad: "raise" on unreadable or unusable rows and on networks that come again with another
            latency; "drop" such rows (of conflicting ones the first stays; `.dropped` counts
            them); "keep" raises too, but keeps conflicting rows.
        value: Column of the values, e.g. "top1"; "latency_ms" or "latency" where None.

    Raises:
        StorageError: Where the file cannot be read.
        DataError: Names the rows (counted from 0 after the header) and their values.

    Example:
        >>> table.to_csv("board.csv")
        >>> lp.read_latency_table("board.csv", space)
        LatencyTable(60 rows of Space(tiny (resolutions 32 48)), device='board')
    """
    if on_bad not in ("raise", "drop", "keep"):
        raise ConfigError(f"on_bad={on_bad!r}: 'raise', 'drop' or 'keep' expected")
    columns = read_columns(path)
    if is_op_graph_file(columns):
        read = read_op_graph_rows(path, columns, space, value)
    else:
        texts = columns[chosen_column(path, columns, _ARCHITECTURE_COLUMNS)]
        values = columns[chosen_column(path, columns, (value,) if value else _VALUE_COLUMNS)]
        read = _native.read_text_rows(space, texts, values)
    problems = read.problems
    if problems and (on_bad != "drop" or len(read.values) == 0):
        raise DataError(f"{path}: {_native.first_few(problems)}")
    rows = read.rows.astype(np.intp)
    table = LatencyTable(
        read.archs,
        read.values,
        device=named_device(device, device_of(columns, path), path),
        low_ms=_optional(columns, "low_ms", rows),
        high_ms=_optional(columns, "high_ms", rows),
        status=statuses_of(columns, rows),
        on_bad="drop" if on_bad == "drop" else "raise",
    )
    table.dropped += len(problems)
    return _without_conflicts(table, on_bad, path)
