"""Folders as DGL publishes them: networks, their factors, devices, and latencies of some."""

from __future__ import annotations

import math
import os
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from latpred._core import device_generic as _native
from latpred.base.text import html_table, value_text
from latpred.device_generic.descriptions import DeviceDescription
from latpred.device_generic.device_files import read_device, read_numbers
from latpred.errors import DataError, StorageError
from latpred.spaces import Architectures, Space

__all__ = ["DeviceGenericData", "read_folder"]

StrPath = str | os.PathLike[str]
Values = NDArray[np.float64]

_DEVICE_ENDINGS = (".txt", ".toml", ".json")
_NO_DEVICES = {"net", "acc", "dataxy"}  # the other files of NAS/


@dataclass(frozen=True, eq=False)
class DeviceGenericData:
    """N networks, what they take on some devices, and what is known of these and of others.

    Attributes:
        archs: N architectures; one may come twice.
        factors: Published architecture factors (N float64), or None: `fit_factors` finds them.
        latency_ms: Device -> N latencies in ms.
        devices: Device -> description; of all in `latency_ms`, and of others.
        search_archs: Networks to choose from, or None.
        search_accuracy: Their accuracy in percent, or None.
        search_devices: Devices to search for, by name.

    Example:
        >>> data = lp.device_generic.read_folder(published)
        >>> data
        DeviceGenericData(60 networks of nas-bench-201, latencies of 3 of 4 devices, factors)
        >>> data.latency_ms["board"].shape
        (60,)
    """

    archs: Architectures
    factors: Values | None
    latency_ms: Mapping[str, Values]
    devices: Mapping[str, DeviceDescription]
    search_archs: Architectures | None = None
    search_accuracy: Values | None = None
    search_devices: Mapping[str, DeviceDescription] = field(default_factory=dict)

    @property
    def space(self) -> Space:
        """The space of the networks."""
        return self.archs.space

    def __len__(self) -> int:
        """Number of networks, N."""
        return len(self.archs)

    def __repr__(self) -> str:
        """Space and counts."""
        counts = f"latencies of {len(self.latency_ms)} of {len(self.devices)} devices"
        factors = "no factors" if self.factors is None else "factors"
        return f"DeviceGenericData({len(self)} networks of {self.space.name}, {counts}, {factors})"

    def _repr_html_(self) -> str:
        """A row a device; for notebooks."""
        medians = {name: float(np.median(ms)) for name, ms in self.latency_ms.items()}
        columns = {
            "device": list(self.devices),
            "ms per factor": [value_text(one.ms_per_factor) for one in self.devices.values()],
            "median ms": [value_text(medians.get(name)) for name in self.devices],
        }
        return html_table(columns, repr(self))


def read_folder(folder: StrPath) -> DeviceGenericData:
    """Read a folder of DGL's form; neither the names of devices nor the order of files matter.

    `net.txt` holds a network a line: six numbers from 1 to 5 are the operations of NAS-Bench-201
    (none, skip, 1x1, 3x3, pooling; here at 224 pixels with 100 classes), 28 the values of
    "fbnetv3". `a.txt` (may be missing) holds their architecture factors, `latency/<device>.txt`
    their latencies in ms, `hardware/<device>.txt` what `read_device` reads; a device with latencies
    needs a description, the other way round not. `NAS/` (may be missing) holds networks and
    accuracies in percent to choose from, `net.txt` and `acc.txt`, and devices to search for.
    Numbers have blanks between them, or stand on a line each. Source of the form:
    wangqinsi1/DGL, whose data have no licence; this package ships none of them.

    Raises:
        StorageError: Where the folder or a file cannot be read.
        DataError: Naming file and line: for a device with latencies and without description, other
            counts of rows, columns or numbers, genes outside the space, what is no number or not
            above 0 and finite, empty files, and a folder without networks, or with neither factors
            nor latencies.

    Example:
        >>> data = lp.device_generic.read_folder(published)
        >>> data.space.name, len(data), sorted(data.devices)
        ('nas-bench-201', 60, ['board', 'desk', 'lap', 'phone'])
    """
    place = Path(folder)
    if not place.is_dir():
        raise StorageError(f"{place}: cannot be read: no such folder")
    archs = read_networks(place / "net.txt")
    factors = place / "a.txt"
    latencies = _files(place / "latency", (".txt",))
    devices = _descriptions(place / "hardware")
    for name, path in latencies.items():
        if name not in devices:
            wanted = place / "hardware" / path.name
            raise DataError(f"{path}: no description of this device: {wanted} is missing")
    if not latencies and not factors.is_file():
        raise DataError(f"{place}: neither a.txt nor a file in latency/")
    return DeviceGenericData(
        archs,
        read_values(factors, len(archs), "architecture factor") if factors.is_file() else None,
        {name: read_values(path, len(archs), "latency in ms") for name, path in latencies.items()},
        devices,
        **_search_part(place / "NAS"),
    )


def read_networks(path: Path) -> Architectures:
    """The networks of a file of genes, as `read_folder` tells."""
    if not path.is_file():
        raise DataError(f"{path}: no such file: genes of a network a line expected there")
    return _native.networks_of(*read_numbers(path))


def read_values(path: Path, count: int, what: str, most: float = math.inf) -> Values:
    """A number above 0 for each of `count` networks."""
    return _native.values_of(*read_numbers(path), count, what, most)


def _search_part(place: Path) -> dict[str, Any]:
    devices = _descriptions(place, _NO_DEVICES)
    networks, accuracies = place / "net.txt", place / "acc.txt"
    if not networks.is_file() and accuracies.is_file():
        raise DataError(f"{accuracies}: no networks: {networks} is missing")
    if not networks.is_file():
        return {"search_devices": devices}
    archs = read_networks(networks)
    found: dict[str, Any] = {"search_devices": devices, "search_archs": archs}
    if not accuracies.is_file():
        return found
    percent = read_values(accuracies, len(archs), "accuracy in percent", 100.0)
    return {**found, "search_accuracy": percent}


def _descriptions(
    place: Path, without: set[str] | frozenset[str] = frozenset()
) -> dict[str, DeviceDescription]:
    files = _files(place, _DEVICE_ENDINGS, without)
    return {name: read_device(path, name) for name, path in files.items()}


def _files(
    place: Path, endings: tuple[str, ...], without: set[str] | frozenset[str] = frozenset()
) -> dict[str, Path]:
    """Device -> its file, by name: files that are hidden or of other endings are no devices'."""
    found: dict[str, Path] = {}
    try:
        paths = [p for p in place.iterdir() if p.suffix in endings] if place.is_dir() else []
    except OSError as error:
        raise StorageError(f"{place}: cannot be read: {error.strerror}") from error
    for path in sorted(paths):
        # One form of accented letters: file systems of two computers may have two.
        name = unicodedata.normalize("NFC", path.stem)
        if path.name.startswith(".") or name in without or not path.is_file():
            continue
        if name in found:
            raise DataError(f"{path}: {found[name].name} is of the same device")
        if not name.isprintable():
            raise DataError(f"{str(path)!a}: a readable file name expected, a device's name")
        found[name] = path
    return found
