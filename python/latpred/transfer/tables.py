"""Latencies of the same networks on several devices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from latpred._core import transfer as _native
from latpred.base.names import did_you_mean
from latpred.base.numbers import numbers, unmasked
from latpred.base.text import html_table
from latpred.datasets.table import LatencyTable
from latpred.errors import ConfigError, DataError
from latpred.spaces import Architectures, Space

__all__ = ["DeviceTables", "known_names"]

_SHOWN = 50  # rows of the HTML form


class DeviceTables:
    """N networks of one space and their latencies on D devices.

    Immutable. `len` is the number of networks; `tables["pixel2"]` is the table of one device.

    Args:
        archs: N networks, each once.
        latency_ms: N x D latencies in ms, positive and finite.
        devices: D different names.

    Raises:
        DataError: For repeated networks or names, other counts than N and D, and latencies that
            are not positive and finite; names the first of them.
        ConfigError: For anything but architectures and texts.

    Example:
        >>> slow = 3 * table.latency_ms
        >>> tables = lp.transfer.DeviceTables(archs, np.c_[table.latency_ms, slow], ["a", "b"])
        >>> len(tables), tables.devices, tables["b"].device
        (60, ('a', 'b'), 'b')
    """

    def __init__(self, archs: Architectures, latency_ms: ArrayLike, devices: Sequence[str]) -> None:
        if not isinstance(archs, Architectures):
            found = type(archs).__name__
            raise ConfigError(f"device tables: Architectures expected, got {found}")
        names = _texts(devices)
        values = numbers(latency_ms, "device tables: latency_ms").copy()
        if values.ndim != 2:
            raise DataError(f"device tables: N x D latencies expected, got shape {values.shape}")
        _native.check_tables(archs, values, names)
        values.setflags(write=False)
        self._archs, self._values, self._devices = archs, values, tuple(names)

    @classmethod
    def from_tables(
        cls, tables: Mapping[str, LatencyTable] | Sequence[LatencyTable]
    ) -> DeviceTables:
        """Put tables of single devices together.

        Args:
            tables: Device -> table, or tables that name their devices. All hold the same networks,
                each once, in any order; the first one's order is taken.

        Raises:
            SchemaError: For tables of different spaces.
            DataError: For different networks, repeated ones, no table, or one without a device.
        """
        named = tables.items() if isinstance(tables, Mapping) else [(_own(t), t) for t in tables]
        pairs = [(_text(name), _table(table)) for name, table in named]
        if not pairs:
            raise DataError("device tables: at least one table expected")
        archs = pairs[0][1].archs
        columns = []
        for name, table in pairs:
            rows = _native.matching_rows(archs, table.archs, name)
            columns.append(table.latency_ms[rows.astype(np.intp)])
        return cls(archs, np.column_stack(columns), [name for name, _ in pairs])

    @property
    def archs(self) -> Architectures:
        """The N networks."""
        return self._archs

    @property
    def latency_ms(self) -> NDArray[np.float64]:
        """Latencies in ms, N x D; read-only."""
        return self._values

    @property
    def devices(self) -> tuple[str, ...]:
        """The D names."""
        return self._devices

    @property
    def space(self) -> Space:
        """The space of the networks."""
        return self._archs.space

    @property
    def fingerprint(self) -> str:
        """A hash (16 hexadecimal digits) of networks and latencies.

        Neither names nor the order of networks or devices are in it.
        """
        return f"{self.matrix.key:016x}"

    @cached_property
    def matrix(self) -> _native.DeviceMatrix:
        """The tables as the core takes them: networks in an order of their own."""
        return _native.DeviceMatrix(self._archs, self._values)

    def spearman(self) -> NDArray[np.float64]:
        """Spearman's correlation of each two devices over all networks, D x D; ties by mean rank.

        0 with a device on which all networks take the same time.
        """
        return _native.device_correlations(self.matrix)

    def columns(self, devices: Sequence[str]) -> list[int]:
        """Numbers of devices in `devices`; ConfigError for one that is not held."""
        return [self._column(name) for name in _texts(devices)]

    def __len__(self) -> int:
        """Number of networks, N."""
        return len(self._archs)

    def __contains__(self, device: object) -> bool:
        """Whether a device is held."""
        return device in self._devices

    def __getitem__(self, device: str) -> LatencyTable:
        """The latency table of one device; ConfigError for one that is not held."""
        return LatencyTable(self._archs, self._values[:, self._column(device)], device=device)

    def select(self, devices: Sequence[str]) -> DeviceTables:
        """The tables of some devices, in the order given.

        Raises:
            ConfigError: For a device that is not held.
        """
        return DeviceTables(self._archs, self._values[:, self.columns(devices)], devices)

    def rows(self, indices: ArrayLike | slice) -> DeviceTables:
        """Some of the networks on all devices.

        Args:
            indices: Row numbers, a mask of N, or a slice.

        Raises:
            ConfigError: For rows that are not there.
            DataError: For a row that comes twice.
        """
        try:
            every = np.arange(len(self))
            chosen = np.atleast_1d(every[indices if isinstance(indices, slice) else _rows(indices)])
        except IndexError as error:
            said = f"rows of 0 to {len(self) - 1} expected"
            raise ConfigError(f"device tables: {said}: {str(error)[:100]}") from error
        return DeviceTables(self._archs[chosen], self._values[chosen], self._devices)

    def _column(self, device: str) -> int:
        if device in self._devices:
            return self._devices.index(device)
        known = known_names(self._devices)
        raise ConfigError(
            f"device {str(device)[:60]!r} is not held: one of {known} expected"
            f"{did_you_mean(device, self._devices)}"
        )

    def __getstate__(self) -> dict[str, Any]:
        """Without what is made again."""
        return {name: value for name, value in vars(self).items() if name != "matrix"}

    def __eq__(self, other: object) -> bool:
        """Whether networks, latencies and names are the same, in the same order."""
        if not isinstance(other, DeviceTables):
            return NotImplemented
        same = self._devices == other._devices and self._archs == other._archs
        return bool(same and np.array_equal(self._values, other._values))

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        """Sizes and space."""
        return f"DeviceTables({len(self)} networks of {self.space} on {len(self._devices)} devices)"

    def _repr_html_(self) -> str:
        """The first rows as a table."""
        shown: dict[str, Any] = {"architecture": self._archs[:_SHOWN].to_strings()}
        for name, column in zip(self._devices, self._values[:_SHOWN].T, strict=True):
            shown[name] = [f"{value:.4g}" for value in column]
        return html_table(shown, repr(self))


def known_names(names: Sequence[str], most: int = 30) -> str:
    """Names for a message, cut, and how many more there are."""
    text = ", ".join(name[:40] for name in names[:most])
    return text if len(names) <= most else f"{text} and {len(names) - most} more"


def _rows(indices: ArrayLike) -> NDArray[Any]:
    rows = unmasked(indices, "device tables: row numbers")
    if rows.size == 0:
        rows = rows.astype(np.intp)
    if rows.ndim > 1 or rows.dtype.kind not in "iub":
        raise ConfigError(f"device tables: row numbers expected, got {rows.dtype} {rows.shape}")
    return rows


def _texts(devices: Sequence[str]) -> list[str]:
    if isinstance(devices, str):
        raise ConfigError(f"device tables: a list of devices expected, got {devices[:60]!r}")
    return [_text(name) for name in devices]


def _text(name: object) -> str:
    if not isinstance(name, str):
        raise ConfigError(f"device tables: names as texts expected, got {type(name).__name__}")
    return str(name)


def _table(table: object) -> LatencyTable:
    if not isinstance(table, LatencyTable):
        raise ConfigError(f"device tables: LatencyTable expected, got {type(table).__name__}")
    return table


def _own(table: object) -> str:
    device = _table(table).device
    if not device:
        raise DataError("device tables: a table without the name of its device")
    return device
