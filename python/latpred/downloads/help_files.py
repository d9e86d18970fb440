"""HELP's files (HayeonLee/HELP, MIT): lists of numbers, written by `torch.save`."""

from __future__ import annotations

import os

import numpy as np
from numpy.typing import NDArray

from latpred.base.numbers import numbers
from latpred.base.weights import read_weights_only
from latpred.errors import CorruptionError, DataError

__all__ = ["read_latencies", "read_operations"]


def read_latencies(path: str | os.PathLike[str]) -> NDArray[np.float64]:
    """N latencies in ms of one device (`latency/<device>.pt`).

    Raises:
        StorageError, CorruptionError: Where the file cannot be read or is no list of numbers.
    """
    content = read_weights_only(path)
    if not isinstance(content, list) or not {type(one) for one in content} <= {int, float}:
        raise CorruptionError(f"{path}: a list of latencies expected, got {_kind(content)}")
    try:
        return numbers(content, os.fspath(path))
    except DataError as error:
        raise CorruptionError(str(error)) from error


def read_operations(path: str | os.PathLike[str], places: int = 22) -> NDArray[np.int64]:
    """The operations of N networks (`fbnet/arch.pt`), N x places whole numbers.

    Raises:
        StorageError, CorruptionError: Where the file cannot be read or is no such list.
    """
    content = read_weights_only(path)
    wanted = f"a list of networks, each of {places} numbers of operations, expected"
    if not isinstance(content, list):
        raise CorruptionError(f"{path}: {wanted}, got {_kind(content)}")
    for row, one in enumerate(content):
        fits = isinstance(one, list) and len(one) == places and {type(n) for n in one} == {int}
        if not fits or not all(0 <= number < 2**31 for number in one):
            raise CorruptionError(f"{path}: {wanted}, network {row} is none")
    return np.asarray(content, dtype=np.int64).reshape(len(content), places)


def _kind(content: object) -> str:
    if isinstance(content, list):
        kinds = sorted({type(one).__name__ for one in content})
        return f"a list of {', '.join(kinds[:4])}"
    return type(content).__name__
