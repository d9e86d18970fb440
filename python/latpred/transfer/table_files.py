"""Files of the latencies of several devices: HELP's, ours, and folders of latency tables."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from latpred.base.arrays import read_arrays
from latpred.base.names import did_you_mean
from latpred.datasets.table_files import read_latency_table
from latpred.downloads.help_files import read_latencies, read_operations
from latpred.downloads.places import data_file
from latpred.errors import ConfigError, DataError, StorageError
from latpred.spaces import Architectures, Space, nas_bench_201_architectures
from latpred.spaces import space as space_of
from latpred.transfer.tables import DeviceTables

__all__ = ["load_tables", "read_tables"]

StrPath = str | os.PathLike[str]

# Space -> file of the named data, what `latpred data fetch` calls it, HELP's folder.
NAMED = {
    "fbnet": ("transfer/fbnet_latency.npz", "help-fbnet", "fbnet"),
    "nas-bench-201": ("transfer/nasbench201_latency.npz", "help-nasbench201", "nasbench201"),
}
_WIDTHS = {22: "fbnet", 6: "nas-bench-201"}  # genes of the spaces that need no name
_TABLES = (".csv", ".tsv", ".parquet")
_CELLS = 15625
# What lies in HELP's folders besides latencies.
_COMPANIONS = {"arch", "architecture", "metainfo", "nasbench201", "str_arch2idx"}
_COMPANIONS |= {"hardware_embedding_index"}


def read_tables(
    path: StrPath, space: str | Space | None = None, *, archs: StrPath | None = None
) -> DeviceTables:
    """Read latencies of the same networks on several devices; nothing in a file is evaluated.

    Args:
        path: A folder of HELP's as downloaded ("data/fbnet", "data/nasbench201", or "data" with
            `space`), or one of its `latency/<device>.pt`; an `.npz` with the arrays `devices` (D
            texts), `latency_ms` (N x D) and `arch_ops` (N x G genes) or `arch_str` (N texts); or a
            folder of latency tables (CSV, Parquet), a file a device.
        space: Space of the networks or its name. Latency tables that do not say it need it; else it
            is "fbnet" or "nas-bench-201", as the files say.
        archs: HELP's file of FBNet's networks, where it is not `arch.pt` in its folder.

    Raises:
        StorageError: Where a file cannot be read.
        CorruptionError: Where a file is damaged or is none of these.
        DataError: For counts that do not fit, repeated devices or networks, latencies that are
            not positive and finite, and folders without tables.
        SchemaError: For latency tables of different spaces.

    Example:
        >>> Path("tables").mkdir()
        >>> table.to_csv("tables/board.csv")
        >>> lp.transfer.read_tables("tables", space).devices
        ('board',)
    """
    place = Path(path)
    known = space_of(space) if isinstance(space, str) else space
    if known is not None and not isinstance(known, Space):
        found = type(known).__name__
        raise ConfigError(f"read_tables: a space or its name expected as `space`, got {found}")
    ending = place.suffix.lower()
    if ending == ".npz":
        return _checked(place, *_npz(place, known))
    if ending == ".pt":
        return _help_tables(place, [place], known, archs)
    if ending in _TABLES:
        return _latency_tables([place], known)
    folder = _help_folder(place, known)
    if files := _in(folder / "latency", ".pt") or _in(folder, ".pt"):
        return _help_tables(folder, files, known, archs)
    if files := sorted(file for ending in _TABLES for file in _in(folder, ending)):
        return _latency_tables(files, known)
    if not place.exists():
        raise StorageError(f"{place}: cannot be read: no such file or folder")
    raise DataError(f"{place}: no tables: latency/*.pt, *.pt, *.csv or an .npz file expected")


def load_tables(name: str) -> DeviceTables:
    """Named data: HELP's latencies of 27 devices in "fbnet" (5,000 networks) or "nas-bench-201".

    Sought below `$LATPRED_DATA`, then in the cache of `latpred data fetch`.

    Raises:
        ConfigError: For another name.
        DataError: Where the data are not there; names the command that fetches them.
        StorageError, CorruptionError: For a file that is unreadable or damaged.

    Example:
        >>> try:
        ...     lp.transfer.load_tables("mnist")
        ... except lp.ConfigError as error:
        ...     print(error)
        tables 'mnist': one of fbnet, nas-bench-201 expected
    """
    if name not in NAMED:
        raise ConfigError(
            f"tables {str(name)[:60]!r}: one of {', '.join(NAMED)} expected"
            f"{did_you_mean(name, NAMED)}"
        )
    place, fetched, _ = NAMED[name]
    return read_tables(data_file(place, fetched), name)


def _in(folder: Path, ending: str) -> list[Path]:
    """Files of an ending, without HELP's that hold no latencies."""
    found = [path for path in folder.glob("*.*") if path.suffix.lower() == ending]
    return sorted(path for path in found if path.stem not in _COMPANIONS and path.is_file())


def _help_folder(folder: Path, known: Space | None) -> Path:
    """Where HELP keeps the files of a space, below the folder that holds all of them."""
    inside = NAMED[known.name][2] if known is not None and known.name in NAMED else None
    below = [folder / inside, folder / "data" / inside] if inside else []
    return next((one for one in below if one.is_dir()), folder)


def _checked(
    path: Path, archs: Architectures, latency_ms: NDArray[Any], devices: list[str]
) -> DeviceTables:
    try:
        return DeviceTables(archs, latency_ms, devices)
    except DataError as error:
        raise DataError(f"{path}: {error}") from None


def _networks(path: Path, given: NDArray[Any] | list[str], known: Space | None) -> Architectures:
    """Networks as a file holds them; a wrong one is the file's fault."""
    width = given.shape[1] if isinstance(given, np.ndarray) and given.ndim == 2 else 0
    if known is None and width not in _WIDTHS:
        raise ConfigError(f"{path}: the space of its networks expected as `space`")
    of_space = known if known is not None else space_of(_WIDTHS[width])
    try:
        return of_space.architectures(given)
    except ConfigError as error:
        raise DataError(f"{path}: {error}") from None


def _npz(path: Path, known: Space | None) -> tuple[Architectures, NDArray[Any], list[str]]:
    arrays = read_arrays(path)
    for name, kinds in (("devices", "US"), ("latency_ms", "fiu")):
        if name not in arrays or arrays[name].dtype.kind not in kinds:
            raise DataError(f"{path}: an array {name} of {_KINDS[kinds]} expected")
    operations = arrays.get("arch_ops")
    if operations is not None and operations.ndim == 2 and operations.dtype.kind in "iu":
        archs = _networks(path, operations.astype(np.int64), known)
    elif "arch_str" in arrays:
        archs = _networks(path, [str(one) for one in arrays["arch_str"].ravel()], known)
    else:
        raise DataError(f"{path}: an array arch_ops of N x G whole numbers expected")
    return archs, arrays["latency_ms"], [str(name) for name in arrays["devices"].ravel()]


_KINDS = {"US": "texts", "fiu": "numbers"}


def _help_tables(
    path: Path, files: list[Path], known: Space | None, given: StrPath | None
) -> DeviceTables:
    columns = {file.stem: read_latencies(file) for file in files}
    folders = (path, path.parent, path.parent.parent) if path in files else (path, path.parent)
    beside = [folder / "arch.pt" for folder in folders if (folder / "arch.pt").is_file()]
    cells = known is not None and known.name == "nas-bench-201"
    cells |= known is None and all(len(column) == _CELLS for column in columns.values())
    if given is not None or (beside and not cells):
        source = Path(given) if given is not None else beside[0]
        archs = _networks(source, read_operations(source), known or space_of("fbnet"))
    elif cells:
        archs = nas_bench_201_architectures(np.arange(_CELLS), known)
    else:
        raise DataError(f"{path}: no arch.pt with the networks; `archs` may name it")
    for name, column in columns.items():
        if len(column) != len(archs):
            said = f"{len(column)} latencies of {name[:40]}, {len(archs)} expected"
            raise DataError(f"{path}: {said}")
    return _checked(path, archs, np.column_stack(list(columns.values())), list(columns))


def _latency_tables(files: list[Path], known: Space | None) -> DeviceTables:
    known = read_latency_table(files[0]).space if known is None else known
    tables = [read_latency_table(file, known) for file in files]
    for file, table in zip(files, tables, strict=True):
        table.device = table.device or file.stem
    return DeviceTables.from_tables(tables)
