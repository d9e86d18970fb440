"""Originals as the files that latpred reads: the layout of `$LATPRED_DATA`."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from latpred.base.files import write
from latpred.base.weights import read_weights_only
from latpred.downloads.help_files import read_latencies, read_operations
from latpred.errors import CorruptionError, DataError, StorageError

__all__ = ["convert"]

_CELL_OPERATIONS = ("none", "skip_connect", "nor_conv_1x1", "nor_conv_3x3", "avg_pool_3x3")
_OPERATION = re.compile(r"(\w+)~\d")


def convert(name: str, originals: Path, folder: Path) -> None:
    """Make the files of a data set from its originals, at once or not at all.

    Args:
        name: Of the catalogue.
        originals: Folder of the repository's files.
        folder: Folder of data.

    Raises:
        StorageError, CorruptionError: For originals that cannot be read.
        DataError: Where counts do not fit each other.
    """
    if name == "help-fbnet":
        source, target = originals / "data/fbnet", "transfer/fbnet_latency.npz"
        networks = {"arch_ops": read_operations(source / "arch.pt").astype(np.int8)}
    elif name == "help-nasbench201":
        source, target = originals / "data/nasbench201", "transfer/nasbench201_latency.npz"
        networks = _cells(source / "str_arch2idx.pt")
    else:
        return
    columns = {path.stem: read_latencies(path) for path in sorted(source.glob("latency/*.pt"))}
    count = len(networks["arch_ops"])
    for device, column in columns.items():
        if len(column) != count:
            raise DataError(f"{source}: {len(column)} latencies of {device}, {count} expected")
    arrays: dict[str, Any] = {
        "devices": np.array(list(columns)),
        "latency_ms": np.column_stack(list(columns.values())).astype(np.float32),
        **networks,
    }
    packed = io.BytesIO()
    np.savez_compressed(packed, **arrays)
    _write(folder / target, packed.getvalue())


def _cells(path: Path) -> dict[str, NDArray[Any]]:
    """Operations and texts of NAS-Bench-201's cells in the benchmark's order."""
    numbers = read_weights_only(path)
    if not isinstance(numbers, dict) or sorted(numbers.values()) != list(range(len(numbers))):
        raise CorruptionError(f"{path}: texts of cells with their numbers expected")
    texts = sorted(numbers, key=lambda text: numbers[text])
    rows = [_OPERATION.findall(text) for text in texts]
    if any(len(row) != 6 or not {*row} <= {*_CELL_OPERATIONS} for row in rows):
        raise CorruptionError(f"{path}: texts of cells of six operations expected")
    operations = [[_CELL_OPERATIONS.index(one) for one in row] for row in rows]
    return {"arch_ops": np.array(operations, dtype=np.int8), "arch_str": np.array(texts)}


def _write(path: Path, content: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(f"cannot write {path}: {error.strerror}") from error
    write(path, content)
