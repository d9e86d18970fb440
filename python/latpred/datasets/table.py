"""Latency tables: architectures and what they took on one device."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from latpred._core import datasets as _native
from latpred.base.numbers import numbers
from latpred.base.shown import counted
from latpred.base.tables import text_of, write_columns, write_parquet
from latpred.base.text import html_table
from latpred.datasets.audit import AuditReport
from latpred.datasets.kept_space import space_cells
from latpred.errors import ConfigError, DataError
from latpred.spaces import Architectures, Space

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

__all__ = ["LatencyTable"]

Split = Literal["file", "random", "architecture"]

_SHOWN = 50  # rows of the HTML form


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
        return f"LatencyTable({counted(len(self), 'row')} of {self.space}, device={self.device!r})"

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

        A table that is wholly in seconds or microseconds is found ("unit") where its networks would
        run beyond what devices do: in the median more than 10^12 multiply-accumulates per ms; more
        than 10^9 with less than 2 us an operator, or 2 10^8 with less than 0.7 us; fewer than 10^5
        with more than 10 ms an operator.
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
        """Write the columns of `to_frame`, and the space; `read_latency_table` reads them back."""
        write_columns(path, self._columns() | space_cells(self.space, len(self)))

    def to_parquet(self, path: str | Path) -> None:
        """Write the columns of `to_csv` as Parquet (needs the extra `parquet`)."""
        write_parquet(path, self.to_frame().assign(**space_cells(self.space, len(self))))

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw it: see `latpred.plots.latency_histogram`."""
        from latpred.plots import latency_histogram

        return latency_histogram(self, ax=ax)

    def _repr_html_(self) -> str:
        """The first rows as a table."""
        columns = {n: list(map(text_of, v[:_SHOWN])) for n, v in self._columns().items()}
        return html_table(columns, repr(self))


def _vector(name: str, values: ArrayLike) -> NDArray[np.float64]:
    vector = numbers(values, f"latency table: {name}").copy()
    if vector.ndim != 1:
        raise DataError(f"latency table: {name} must be a vector, got shape {vector.shape}")
    return vector
