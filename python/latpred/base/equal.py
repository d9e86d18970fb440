"""Equality of results: by their contents, arrays among them."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

import numpy as np

__all__ = ["Compared", "same"]


def same(one: object, other: object) -> bool:
    """Whether two values are alike: arrays and lists place by place, NaN as itself."""
    if one is other:
        return True
    if isinstance(one, np.ndarray) or isinstance(other, np.ndarray):
        return type(one) is type(other) and _same_arrays(one, other)
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list | tuple) and type(one) is type(other):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, float) and isinstance(other, float) and one != one:
        return other != other
    try:
        return bool(one == other)
    except (TypeError, ValueError):  # tables of pandas, and what cannot be compared
        equals = getattr(one, "equals", None)
        return bool(equals(other)) if callable(equals) else False


def _same_arrays(one: Any, other: Any) -> bool:
    numbers = one.dtype.kind in "fc" and other.dtype.kind in "fc"
    return bool(np.array_equal(one, other, equal_nan=numbers))


class Compared:
    """A dataclass that is compared by its fields, which may be arrays.

    With `eq=False`, and where a class says itself when it is equal, that holds.
    """

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        # A dataclass writes its own, which cannot compare arrays, unless the class has one already.
        if cls.__eq__ in (object.__eq__, Mapping.__eq__, _equal_fields):
            cls.__eq__ = _equal_fields  # type: ignore[method-assign]


def _equal_fields(self: Any, other: object) -> Any:
    """The `__eq__` of a dataclass whose fields may be arrays."""
    kind: Any = type(self)
    settings = getattr(kind, "__dataclass_params__", None)
    if type(other) is not kind or settings is None or not settings.eq:
        return NotImplemented
    names = [one.name for one in dataclasses.fields(self) if one.compare]
    return all(same(getattr(self, name), getattr(other, name)) for name in names)
