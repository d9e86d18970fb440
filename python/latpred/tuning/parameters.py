"""What the hyper-parameters of a study may be."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from latpred._core import tuning as _native
from latpred.base.arguments import shown
from latpred.errors import ArgumentError, ConfigError

__all__ = [
    "Choice",
    "Distribution",
    "Fixed",
    "Float",
    "Integer",
    "Parameters",
    "choices_of",
    "same_description",
]


@dataclass(frozen=True)
class Float:
    """A real number in [low, high]; with `log` uniform in its logarithm.

    Example:
        >>> from latpred.tuning import Float
        >>> Float(1e-4, 1e-1, log=True)
        Float(low=0.0001, high=0.1, log=True)
    """

    low: float
    high: float
    log: bool = False


@dataclass(frozen=True)
class Integer:
    """A whole number in [low, high], both included; with `log` uniform in its logarithm.

    Example:
        >>> from latpred.tuning import Integer
        >>> Integer(16, 256, log=True)
        Integer(low=16, high=256, log=True)
    """

    low: float
    high: float
    log: bool = False


@dataclass(frozen=True, init=False)
class Choice:
    """One of some values, which must be representable in JSON.

    Example:
        >>> from latpred.tuning import Choice
        >>> Choice(["sgd", "adamw"]).values
        ('sgd', 'adamw')
    """

    values: tuple[Any, ...]

    def __init__(self, values: Iterable[Any]) -> None:
        if isinstance(values, str | bytes) or not isinstance(values, Iterable):
            raise ArgumentError(f"Choice: values is {shown(values)}, a list expected")
        object.__setattr__(self, "values", tuple(_plain(value) for value in values))


@dataclass(frozen=True)
class Fixed:
    """Always this value.

    Example:
        >>> from latpred.tuning import Fixed
        >>> Fixed(0.9).value
        0.9
    """

    value: Any

    def __post_init__(self) -> None:
        """NumPy's numbers become Python's."""
        object.__setattr__(self, "value", _plain(self.value))


Distribution = Float | Integer | Choice | Fixed


class Parameters:
    """The hyper-parameters of a study: name → distribution.

    A list stands for `Choice`, any other plain value for `Fixed`.
    """

    def __init__(self, given: object) -> None:
        if not isinstance(given, Mapping) or not all(isinstance(name, str) for name in given):
            expected = "a dict of names and distributions expected"
            raise ArgumentError(f"study: parameters is {shown(given)}, {expected}")
        self.distributions = {name: _distribution(value) for name, value in given.items()}
        self.native = [_to_native(name, d) for name, d in self.distributions.items()]
        _native.check_parameters(self.native)

    def values(self, configuration: Sequence[float]) -> dict[str, Any]:
        """Return the values of a configuration of the core, by name."""
        items = zip(self.distributions.items(), configuration, strict=True)
        return {name: _value(d, number) for (name, d), number in items}

    def configuration(self, values: Mapping[str, Any]) -> list[float]:
        """Return the numbers that stand for these values.

        Raises:
            ConfigError: For a value outside its distribution.
        """
        numbers = []
        for (name, d), parameter in zip(self.distributions.items(), self.native, strict=True):
            number = _number(d, values.get(name, d.value if isinstance(d, Fixed) else None))
            if number is None or not parameter.contains(number):
                raise ConfigError(
                    f"hyper-parameter {name}: {shown(values.get(name))} is not of {d}"[:400]
                )
            numbers.append(number)
        return numbers

    def to_dict(self) -> dict[str, Any]:
        """Return a description that JSON can hold."""
        return {name: _describe(d) for name, d in self.distributions.items()}


def _distribution(value: Any) -> Distribution:
    if isinstance(value, Float | Integer | Choice | Fixed):
        return value
    several = isinstance(value, list | tuple | range) or getattr(value, "ndim", 0) == 1
    return Choice(value) if several else Fixed(value)


def _plain(value: Any) -> Any:
    """NumPy's numbers and arrays as Python's numbers and lists, within lists and dicts too."""
    if isinstance(value, np.ndarray | np.generic):
        return value.tolist()
    if isinstance(value, list | tuple):
        return type(value)(map(_plain, value)) if type(value) in (list, tuple) else value
    if type(value) is dict:
        return {key: _plain(item) for key, item in value.items()}
    return value


def choices_of(distribution: Choice | Fixed) -> tuple[Any, ...]:
    """Return what may come out."""
    return distribution.values if isinstance(distribution, Choice) else (distribution.value,)


def _to_native(name: str, distribution: Distribution) -> Any:
    if isinstance(distribution, Float | Integer):
        kind = "real" if isinstance(distribution, Float) else "integer"
        bounds: dict[str, Any] = {"low": distribution.low, "high": distribution.high}
        try:
            return _native.Parameter(name, kind=kind, log=bool(distribution.log), **bounds)
        except ArgumentError as error:
            said = str(error).removeprefix("Parameter: ")
            raise ArgumentError(f"hyper-parameter {name[:60]}: {said}") from None
    choices = choices_of(distribution)
    if not choices:
        raise ConfigError(f"hyper-parameter {name}: no choices, at least one expected")
    try:
        json.dumps(choices)
    except (TypeError, ValueError, RecursionError) as error:
        said = str(error)[:120]
        raise ConfigError(f"hyper-parameter {name[:60]}: {said}; JSON values expected") from None
    return _native.Parameter(name, kind="choice", low=0, high=len(choices) - 1)


def _value(distribution: Distribution, number: float) -> Any:
    if isinstance(distribution, Float):
        return number
    if isinstance(distribution, Integer):
        return int(number)
    return choices_of(distribution)[int(number)]


def _number(distribution: Distribution, value: Any) -> float | None:
    if isinstance(distribution, Float | Integer):
        return float(value) if isinstance(value, int | float | np.number) else None
    same = [i for i, choice in enumerate(choices_of(distribution)) if choice == value]
    return float(same[0]) if same else None


def _describe(distribution: Distribution) -> Any:
    if isinstance(distribution, Float | Integer):
        kind = "float" if isinstance(distribution, Float) else "integer"
        bounds = [float(distribution.low), float(distribution.high)]
        return [kind, *bounds, "log" if distribution.log else "uniform"]
    return ["choice", *choices_of(distribution)]


def same_description(one: object, other: object) -> bool:
    """Whether two descriptions out of JSON mean the same: 1 is 1.0, but not true."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(
            same_description(one[key], other[key]) for key in one
        )
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return len(one) == len(other) and all(map(same_description, one, other))
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, float) and isinstance(other, float) and math.isnan(one):
        return math.isnan(other)
    return bool(one == other)
