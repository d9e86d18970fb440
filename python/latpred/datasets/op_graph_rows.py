"""Rows of the block profiler's latency files; see `latpred.datasets.op_graph_files`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from latpred._core import datasets as _native
from latpred.base.tables import TextColumns, chosen_column
from latpred.errors import ConfigError
from latpred.spaces import Space

__all__ = ["NETWORK", "VALUE", "is_op_graph_file", "read_op_graph_rows"]

NETWORK = "net_str"
VALUE = "end-to-end lat"


def is_op_graph_file(columns: Mapping[str, Sequence[str]]) -> bool:
    """Whether these are the columns of such a file."""
    return NETWORK in columns


def read_op_graph_rows(
    path: str | Path, columns: TextColumns, space: Space, value: str | None, unit: str | None
) -> _native.TextRows:
    """Read the networks with their latencies in ms, and what is wrong with other rows.

    Raises:
        ConfigError: For a space other than OFA-MobileNetV3 and ProxylessNAS, or a unit beside the
            file's own.
        DataError: Where a column is missing.
    """
    if unit is not None:
        raise ConfigError(f"{path}: its column 'lat unit' says the units, no `unit` expected")
    names = (NETWORK, "resolution", "lat unit", value or VALUE)
    chosen = [columns[chosen_column(path, columns, (name,))] for name in names]
    networks, resolutions, units, latencies = chosen
    return _native.read_net_strings(space, networks, resolutions, units, latencies, columns.lines)
