"""Files that are written at once, or not at all."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from latpred._core import base as _base
from latpred.errors import ConfigError, StorageError

__all__ = ["check_output", "read_if_there", "write"]


def read_if_there(path: str | os.PathLike[str]) -> bytes | None:
    """The content of a file, or None where there is none; StorageError where it is unreadable."""
    try:
        return Path(path).read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise StorageError(f"cannot read {path}: {error.strerror}") from error


def check_output(path: str | os.PathLike[str], endings: Sequence[str] = ()) -> None:
    """Look whether a file can be written there, before the work whose result it shall hold.

    Args:
        endings: Of the names that may be written, such as ".csv"; empty for any.

    Raises:
        ConfigError: For another ending.
        StorageError: For a folder, or a folder that is not there or cannot be written to.
    """
    file = Path(path)
    if endings and file.suffix.lower() not in endings:
        raise ConfigError(f"{file}: a name that ends in {' or '.join(endings)} expected")
    folder = file.absolute().parent
    if file.is_dir():
        raise StorageError(f"{file}: is a folder, the name of a file expected")
    if not folder.is_dir():
        raise StorageError(f"{file}: cannot be written, there is no folder {folder}")
    if not os.access(folder, os.W_OK | os.X_OK) or (file.exists() and not os.access(file, os.W_OK)):
        raise StorageError(f"{file}: cannot be written: Permission denied")


def write(path: str | os.PathLike[str], content: str | bytes) -> None:
    """Write a file beside its place, then put it there: no reader ever sees a part of it.

    Args:
        content: Bytes, or a text that is written as UTF-8 with its line ends as they are.

    Raises:
        StorageError: Where it cannot be written; what was there before stays.
    """
    data = content.encode() if isinstance(content, str) else content
    _base.write_file(os.fspath(path), data)
