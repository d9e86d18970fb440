"""What a search under a device's limit is given, in the forms that the compiled core takes."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from latpred.base.arguments import shown
from latpred.base.numbers import number_or_none
from latpred.datasets.table import LatencyTable
from latpred.errors import ConfigError, SchemaError
from latpred.predictors.base import Predictor
from latpred.predictors.rows import integer_setting
from latpred.spaces import Architectures, Objective, Space
from latpred.spaces import space as space_of
from latpred.transfer.search_inputs import Valued, objective_of

__all__ = ["Budget", "Inputs", "Valued", "space_for"]

_POPULATIONS = (20, 100)  # least and largest that are usual


def _usual_population(method: str, budget: int) -> int:
    least, large = _POPULATIONS
    return max(budget // 10, 2) if method == "guided" else min(max(budget // 40, least), large)


def _even(budget: int, population: int) -> int:
    """A population that leaves little of the budget over."""
    return budget // (budget // population)


@dataclass(frozen=True)
class Budget:
    """Networks asked for together, and how often after the first time."""

    population: int
    generations: int

    @classmethod
    def of(cls, method: str, budget: object, population: object, generations: object) -> Budget:
        """At most `budget` networks, unless the generations are given."""
        most = integer_setting("search", "budget", budget, 2)
        if population is None:
            size = _even(most, min(_usual_population(method, most), most))
        else:
            size = integer_setting("search", "population", population, 2)
        if generations is not None:
            return cls(size, integer_setting("search", "generations", generations, 0))
        if size > most:
            raise ConfigError(f"search: population={size}, at most the budget of {most} expected")
        return cls(size, most // size - 1)


@dataclass(frozen=True, eq=False)
class Inputs:
    """Where to search, and what latency and accuracy are."""

    space: Space
    latency: Objective
    accuracy: Objective
    candidates: Architectures | None
    given: tuple[Valued, Valued]
    """What latency and accuracy were made of."""

    def __reduce__(self) -> tuple[Any, ...]:
        """How it is pickled and copied: what it was made of, and where."""
        return Inputs.of, (*self.given, self.space, self.candidates)

    @classmethod
    def of(
        cls,
        latency: Valued,
        accuracy: Valued,
        space: Space | str | None,
        candidates: Architectures | None,
    ) -> Inputs:
        """Of what a user gives."""
        if candidates is not None and not isinstance(candidates, Architectures):
            found = type(candidates).__name__
            raise ConfigError(f"search: Architectures as candidates expected, got {found}")
        _check_unit("latency", latency, wanted=True)
        _check_unit("accuracy", accuracy, wanted=False)
        place = space_for(space, candidates, latency, accuracy)
        for name, given in (("latency", latency), ("accuracy", accuracy)):
            if isinstance(given, Predictor) and not _fits(given, place):
                raise SchemaError(f"search: {name} of {given.space.name}, of {place.name} expected")
        return cls(
            place,
            objective_of("latency", latency, candidates, "search"),
            objective_of("accuracy", accuracy, candidates, "search"),
            candidates,
            (latency, accuracy),
        )

    @staticmethod
    def limit(given: object) -> float | None:
        """The limit in ms; ConfigError unless it is above 0 and finite."""
        if given is None:
            return None
        limit = number_or_none(given)
        if limit is None or not (math.isfinite(limit) and limit > 0):
            raise ConfigError(f"search: limit_ms={shown(given)}, a number above 0 expected")
        return limit


def _check_unit(name: str, given: Any, *, wanted: bool) -> None:
    """Latencies are predicted in ms, accuracies are not."""
    if isinstance(given, Predictor) and (given.unit == "ms") != wanted:
        expected = "ms" if wanted else "percent"
        raise ConfigError(f"search: {name} by a predictor of {given.unit}, of {expected} expected")


def space_for(
    space: Space | str | None,
    candidates: Architectures | None,
    latency: Valued,
    accuracy: Valued,
) -> Space:
    """The space asked for, or that of what is given."""
    if isinstance(space, str):
        return space_of(space)
    if space is not None:
        if not isinstance(space, Space):
            found = type(space).__name__
            raise ConfigError(f"search: {found}, a space or its name expected")
        return space
    if candidates is not None:
        return candidates.space
    for given in (latency, accuracy):
        if isinstance(given, (Predictor, LatencyTable)):
            return given.archs.space if isinstance(given, LatencyTable) else given.space
    raise ConfigError("search: space= expected, as neither latency nor accuracy has one")


def _fits(given: Predictor, place: Space) -> bool:
    try:
        given.predict(place.sample(1, seed=0))
    except SchemaError:
        return False
    return True
