"""Numbers that users give, as arrays; nothing that is none is cast to one."""

from __future__ import annotations

from array import array as plain_array
from collections.abc import Iterable, Mapping
from itertools import islice
from numbers import Real
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from latpred.errors import DataError

__all__ = ["number", "number_or_none", "numbers", "unmasked", "whole_numbers"]

_MOST = 120  # letters of what NumPy says, which may repeat the whole value
_KINDS = {
    "b": "truth values",
    "c": "complex numbers",
    "m": "spans of time",
    "M": "points in time",
    "S": "bytes",
    "T": "texts",
    "U": "texts",
    "V": "records",
}


# What NumPy reads at once, and knows the kind of.
_OWN = (np.ndarray, np.generic, str, bytes, range, memoryview, plain_array)


def number(value: object, what: str) -> float:
    """One number of any kind, a 0-dimensional array or tensor too; raises as `numbers`."""
    given: Any = [value]
    array = numbers(given, what)
    if array.shape != (1,):
        raise DataError(f"{what} must be a number, not an array of shape {array.shape[1:]}")
    return float(array[0])


def number_or_none(value: object) -> float | None:
    """The same, None where it is no number."""
    try:
        return number(value, "")
    except DataError:
        return None


def numbers(values: ArrayLike, what: str) -> NDArray[np.float64]:
    """Return a contiguous array of doubles.

    Raises:
        DataError: Beginning with `what` (for example "fit: latencies"), for anything but real
            numbers: truth values, texts, times, complex numbers, and values that are missing
            (masked, None, pandas' NA).
    """
    array = _real(values, what)
    try:
        return np.ascontiguousarray(array, dtype=np.float64)
    except MemoryError:
        raise
    except Exception as error:  # what a user's class raises where it is made a number
        raise DataError(f"{what} must be numbers: {_short(error)}") from error


def whole_numbers(values: ArrayLike, what: str) -> NDArray[np.int64]:
    """Return a contiguous array of integers; raises as `numbers`, and for fractions."""
    array = _real(values, what)
    if array.size == 0:
        return np.zeros(array.shape, np.int64)
    if array.dtype.kind not in "iu":
        wrong = array[array != np.trunc(array)] if array.dtype.kind == "f" else array
        shown = f"{wrong.flat[0]!s:.40}" if wrong.size else str(array.dtype)
        raise DataError(f"{what}: whole numbers expected, got {shown}")
    if array.dtype == np.uint64 and int(array.max()) > np.iinfo(np.int64).max:
        raise DataError(f"{what}: {array.max()} is beyond 64 bits")
    return np.ascontiguousarray(array, dtype=np.int64)


def unmasked(values: object, what: str) -> NDArray[Any]:
    """The array of which nothing is masked; DataError, beginning with `what`, for another."""
    if isinstance(values, np.ma.MaskedArray):
        masked = np.flatnonzero(np.ma.getmaskarray(values))
        if len(masked):
            raise DataError(f"{what}: value {masked[0]} is missing (masked), numbers expected")
        return np.asarray(values.data)
    kind: Any = getattr(values, "dtype", None)
    if _is_missing(getattr(kind, "na_value", 0)):  # pandas' nullable kinds
        series: Any = values
        lacking = np.flatnonzero(series.isna())
        if len(lacking):
            raise DataError(f"{what}: value {lacking[0]} is missing, numbers expected")
    return np.asarray(values)


def _real(values: ArrayLike, what: str) -> NDArray[Any]:
    """An array of integers, floating-point numbers, or objects that are such."""
    try:
        listed = _as_list(values)
        _check_items(listed, what)
        array = unmasked(listed, what)
        _check_kind(array, what)
        if array.dtype.kind == "O":
            return _of_objects(array, what)
    except (DataError, MemoryError):
        raise
    except Exception as error:  # NumPy's, torch's, and what a user's class raises
        raise DataError(f"{what} must be numbers: {_short(error)}") from error
    return array


def _as_list(values: Any) -> Any:
    """Sequences that NumPy does not know, as lists of the length that they say they have."""
    if isinstance(values, bytearray):
        return bytes(values)
    if isinstance(values, (list, tuple, Mapping, *_OWN)) or hasattr(values, "__array__"):
        return values
    if hasattr(type(values), "__len__") and hasattr(type(values), "__getitem__"):
        return list(islice(iter(values), len(values)))
    return values


def _check_kind(array: NDArray[Any], what: str) -> None:
    kind = array.dtype.kind
    if kind in _KINDS:
        raise DataError(f"{what} must be numbers: {_KINDS[kind]} ({array.dtype}) given")


def _check_items(values: Any, what: str) -> None:
    """Lists may hold what NumPy would cast together with the numbers beside it."""
    if isinstance(values, np.ndarray):
        _check_kind(unmasked(values, what), what)
    if not isinstance(values, list | tuple):
        return
    if {type(value) for value in values} <= {float, int, np.float64}:
        return
    for place, value in enumerate(values):
        if isinstance(value, list | tuple | np.ndarray) and value is not np.ma.masked:
            _check_items(value, what)
        else:
            _check_object(place, value, what)


def _check_object(place: int, value: Any, what: str) -> None:
    if value is None or value is np.ma.masked or _is_missing(value):
        raise DataError(f"{what}: value {place} is missing, a number expected")
    real = isinstance(value, Real | np.floating | np.integer) or (
        hasattr(value, "__float__") and not str(getattr(value, "dtype", "")).endswith("bool")
    )
    if not real or isinstance(value, bool | np.bool_ | str | bytes | np.timedelta64):
        shown = f"{type(value).__name__} {_repr(value)}".rstrip()
        raise DataError(f"{what} must be numbers: value {place} is {shown}")


def _repr(value: object) -> str:
    """Forty letters of one line at most; none of an object that cannot say itself."""
    try:
        return " ".join(repr(value).split())[:40]
    except Exception:  # noqa: BLE001 - whatever a user's class raises
        return ""


def _is_missing(value: object) -> bool:
    """Whether this is one of pandas' NA and NaT; they are told without importing pandas."""
    return type(value).__name__ in ("NAType", "NaTType")


def _of_objects(array: NDArray[Any], what: str) -> NDArray[Any]:
    values = array.ravel().tolist()
    if array.ndim == 0 and isinstance(values[0], Iterable):
        found = type(values[0]).__name__
        raise DataError(f"{what} must be numbers: {found} given, a list or an array expected")
    for place, value in enumerate(values):
        _check_object(place, value, what)
    whole = all(isinstance(value, int | np.integer) for value in values)
    try:
        return array.astype(np.int64 if whole and array.size else np.float64)
    except OverflowError:
        return array


def _short(error: Exception) -> str:
    said = " ".join(str(error).split())
    return said if len(said) <= _MOST else said[:_MOST] + "…"
