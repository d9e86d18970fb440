"""Latency files of the block profiler: `net_id,net_str,device,resolution,lat unit,end-to-end lat`.

The form and the split are those of Mills et al.'s code (CIKM 2021).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from latpred._core import datasets as _native
from latpred.base.counts import integer_setting
from latpred.base.names import did_you_mean
from latpred.base.tables import write_columns
from latpred.datasets.op_graph_rows import NETWORK, VALUE
from latpred.datasets.table import LatencyTable
from latpred.errors import ConfigError, DataError

__all__ = ["op_graph_split", "write_op_graph_file"]

_PER_MS = {"us": 1e3, "ms": 1.0, "s": 1e-3}


def write_op_graph_file(
    table: LatencyTable, path: str | Path, *, unit: str = "ms", device: str | None = None
) -> None:
    """Write a table in the form of the block profiler; `lp.read_latency_table` reads it back.

    Args:
        table: Rows of OFA-MobileNetV3 or ProxylessNAS.
        path: File to write.
        unit: "us", "ms" or "s", in which the latencies are written.
        device: Name of the device; the table's where None.

    Raises:
        ConfigError: For another space or unit.
        StorageError: Where the file cannot be written.

    Example:
        >>> mobile = lp.space("ofa-proxyless")
        >>> table = lp.LatencyTable(mobile.sample(3, seed=0), [2.5, 3.5, 3.0], device="npu")
        >>> lp.datasets.write_op_graph_file(table, "ofa_pn_npu_lat_data.csv", unit="us")
        >>> lp.read_latency_table("ofa_pn_npu_lat_data.csv", mobile).latency_ms
        array([2.5, 3.5, 3. ])
    """
    if unit not in _PER_MS:
        raise ConfigError(
            f"write_op_graph_file: unit {unit!r:.60}; known: {sorted(_PER_MS)}"
            f"{did_you_mean(unit, _PER_MS)}"
        )
    count = len(table)
    name = device if device is not None else table.device
    columns: dict[str, Sequence[object]] = {
        "net_id": list(range(count)),
        NETWORK: _native.net_strings(table.archs),
        "device": [name or ""] * count,
        "resolution": _native.net_resolutions(table.archs),
        "lat unit": [unit] * count,
        VALUE: list(table.latency_ms * _PER_MS[unit]),
    }
    write_columns(path, columns)


def op_graph_split(
    table: LatencyTable, *, train_dev: int = 14_500, dev: int = 500, test: int = 500, seed: int = 0
) -> tuple[LatencyTable, LatencyTable, LatencyTable]:
    """Split as the block profiler's latency predictor does: (train, dev, test).

    The first `train_dev` rows are shuffled, and the first `dev` of those judge epochs; the `test`
    rows after them, in the order of the file, are for judging the result.

    Args:
        table: Rows in the order of the file.
        train_dev: Rows for fitting and judging epochs together.
        dev: Of them, those that judge epochs.
        test: Rows behind.
        seed: Seed of the shuffle (NumPy's; the original shuffles by Python's generator).

    Raises:
        DataError: Where the table has too few rows, or a part would be empty.

    Example:
        >>> train, dev, test = lp.datasets.op_graph_split(table, train_dev=50, dev=10, test=10)
        >>> len(train), len(dev), len(test)
        (40, 10, 10)
    """
    integer_setting("op_graph_split", "seed", seed, 0)
    end = train_dev + test
    if not 0 < dev < train_dev < end <= len(table):
        raise DataError(
            f"op_graph_split: {train_dev} rows with {dev} of them for judging and {test} behind, "
            f"of {len(table)}: each part needs rows"
        )
    order: npt.NDArray[np.intp] = np.random.default_rng(seed).permutation(train_dev)
    return table[order[dev:]], table[order[:dev]], table[train_dev:end]
