"""Files of a device each: four numbers, or more of them with names."""

from __future__ import annotations

import os
import tomllib
from contextlib import suppress
from pathlib import Path
from typing import Any

from latpred._core import device_generic as _native
from latpred.base.files import other_kind
from latpred.base.json import json_document
from latpred.base.names import did_you_mean
from latpred.base.text_files import decoded
from latpred.device_generic.descriptions import NUMBERS, DeviceDescription
from latpred.errors import ConfigError, DataError, StorageError

__all__ = ["read_device"]

_MOST_BYTES = 64 << 20
_KEYS = {*NUMBERS, "name", "extra", "sources"}


def read_device(path: str | os.PathLike[str], name: str | None = None) -> DeviceDescription:
    """Read a device: four numbers as DGL writes them, or TOML or JSON with names.

    A text file holds clock in GHz, dispatch width, cache in MB and memory speed in GB/s, on one
    line or on four. `.toml` and `.json` files hold `frequency_ghz`, `dispatch_width`, `cache_mb`,
    `memory_gbs` and, if wanted, `name`, `extra` (name -> number) and `sources` (name -> text):
    what `dataclasses.asdict` makes of a description, as JSON, reads back the same.

    Args:
        path: The file.
        name: The device's name; what the file says, or the file's name, where None.

    Raises:
        StorageError: Where the file cannot be read.
        DataError: Naming the file, for a number that is missing, none, or not above 0 and finite,
            for unknown names, and for other content.

    Example:
        >>> _ = Path("Mate 20.txt").write_text("2.2 10 4 34.1")
        >>> lp.device_generic.read_device("Mate 20.txt").dispatch_width
        10.0
    """
    place = Path(path)
    if place.suffix.lower() in (".toml", ".json"):
        return _named(place, name)
    found = _native.device_of(*read_numbers(place))
    values = {key: getattr(found, key) for key in NUMBERS}
    sources = dict.fromkeys(NUMBERS, "file")
    return DeviceDescription(**values, name=place.stem if name is None else name, sources=sources)


def read_numbers(path: Path) -> tuple[str, bytes]:
    """A file's name, for messages, and its content."""
    content = _content(path)
    with suppress(ValueError):  # what is no text holds no numbers either, and its line is named
        content = decoded(content).encode()
    return str(path).encode(errors="replace").decode(), content


def _content(path: Path) -> bytes:
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise DataError(f"{path}: more than {_MOST_BYTES >> 20} MB, a file of numbers expected")
        return path.read_bytes()
    except OSError as error:
        raise StorageError(f"{path}: cannot be read: {error.strerror}") from error


def _named(path: Path, name: str | None) -> DeviceDescription:
    found = _document(path)
    if missing := [key for key in NUMBERS if key not in found]:
        raise DataError(f"{path}: {missing[0]} is missing")
    if unknown := sorted(set(found) - _KEYS):
        known = ", ".join([*NUMBERS, "name", "extra", "sources"])
        raise DataError(
            f"{path}: unknown name {unknown[0][:60]!r}: one of {known} expected"
            f"{did_you_mean(unknown[0], _KEYS)}"
        )
    given = {"name": path.stem, "sources": dict.fromkeys(NUMBERS, "file"), **found}
    try:
        return DeviceDescription(**given | ({} if name is None else {"name": name}))
    except (ConfigError, DataError) as error:
        raise DataError(f"{path}: {error}") from None


def _document(path: Path) -> dict[str, Any]:
    content = _content(path)
    try:
        text = decoded(content)
        found = tomllib.loads(text) if path.suffix.lower() == ".toml" else json_document(text)
    except (ValueError, RecursionError) as error:
        if found_kind := other_kind(path, "numbers of a device", "text", "JSON"):
            raise DataError(found_kind) from error
        what = path.suffix[1:].upper()
        raise DataError(f"{path}: no readable {what}: {str(error)[:120]}") from None
    if not isinstance(found, dict):
        raise DataError(f"{path}: names and numbers expected, got {type(found).__name__}")
    return found
