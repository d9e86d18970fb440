"""Files that are written at once, or not at all."""

from __future__ import annotations

import os
from pathlib import Path

from latpred._core import base as _base
from latpred.errors import StorageError

__all__ = ["read_if_there", "write"]


def read_if_there(path: str | os.PathLike[str]) -> bytes | None:
    """The content of a file, or None where there is none; StorageError where it is unreadable."""
    try:
        return Path(path).read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise StorageError(f"cannot read {path}: {error.strerror}") from error


def write(path: str | os.PathLike[str], content: str | bytes) -> None:
    """Write a file beside its place, then put it there: no reader ever sees a part of it.

    Args:
        content: Bytes, or a text that is written as UTF-8 with its line ends as they are.

    Raises:
        StorageError: Where it cannot be written; what was there before stays.
    """
    data = content.encode() if isinstance(content, str) else content
    _base.write_file(os.fspath(path), data)
