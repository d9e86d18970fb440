"""NumPy's `.npz` files, read without trust."""

from __future__ import annotations

import os
import zipfile
from typing import Any

import numpy as np
from numpy.typing import NDArray

from latpred.base.files import other_kind
from latpred.errors import CorruptionError, StorageError

__all__ = ["read_arrays"]


def read_arrays(path: str | os.PathLike[str], most_bytes: int = 2**30) -> dict[str, NDArray[Any]]:
    """The arrays of a file by name; objects in it are not unpickled.

    Args:
        path: The file.
        most_bytes: Of the file when it is unpacked.

    Raises:
        StorageError: Where it cannot be read.
        CorruptionError: Where it is no such file, is damaged, too large or holds objects.
    """
    try:
        with zipfile.ZipFile(path) as packed:
            if sum(entry.file_size for entry in packed.infolist()) > most_bytes:
                raise CorruptionError(f"{path}: unpacks to more than {most_bytes:,} bytes")
        with np.load(path, allow_pickle=False) as file:
            return {str(name): np.asarray(file[name]) for name in file.files}
    except StorageError:
        raise
    except OSError as error:
        raise StorageError(f"{path}: cannot be read: {error.strerror or error}") from error
    except Exception as error:  # NumPy and zipfile raise what their readers raise
        said = " ".join(str(error).split())[:160]
        other = other_kind(path, "an .npz file", "NumPy", "zip")
        raise CorruptionError(other or f"{path}: no readable .npz file: {said}") from error
