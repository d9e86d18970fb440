"""Pixels of prepared pictures in files that are mapped into memory."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from latpred.errors import CorruptionError, StorageError

__all__ = ["stored_pixels"]

Pixels = NDArray[np.uint8]


def stored_pixels(
    folder: Path, name: str, shape: tuple[int, ...], make: Callable[[], Iterator[Pixels]]
) -> Pixels:
    """The pixels of a file, mapped; where it is not there, it is written first, at once or not.

    Args:
        folder: Where the file lies or will lie; it is made where it is not there.
        name: Of the file, without ending. It says everything that the pixels depend on.
        shape: N x 3 x r x r.
        make: Gives them in batches.

    Raises:
        CorruptionError: For a file of other content.
        StorageError: Where it cannot be read or written.
    """
    path = folder / f"{name}.npy"
    try:
        if not path.exists():
            folder.mkdir(parents=True, exist_ok=True)
            _write(path, shape, make())
        found: Pixels = np.load(path, mmap_mode="r", allow_pickle=False)
    except OSError as error:
        said = error.strerror or str(error)[:120]
        raise StorageError(f"{path}: prepared pictures cannot be kept there: {said}") from error
    except (ValueError, EOFError) as error:
        raise CorruptionError(f"{path}: no prepared pictures: {str(error)[:120]}") from error
    if found.shape != shape or found.dtype != np.uint8:
        raise CorruptionError(
            f"{path}: {found.dtype} numbers of shape {found.shape}, bytes of {shape} expected"
        )
    return found


def _write(path: Path, shape: tuple[int, ...], batches: Iterator[Pixels]) -> None:
    """Written batch by batch: a full disk is an error, not the end of the process as in a map."""
    begun = path.with_suffix(f".{os.getpid()}.part")
    head = {"descr": "|u1", "fortran_order": False, "shape": shape}
    try:
        with begun.open("wb") as file:
            np.lib.format.write_array_header_1_0(file, head)
            for batch in batches:
                file.write(np.ascontiguousarray(batch).data)
            file.flush()
            os.fsync(file.fileno())
        begun.replace(path)
    finally:
        with contextlib.suppress(OSError):
            begun.unlink(missing_ok=True)
