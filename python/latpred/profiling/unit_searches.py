"""Search by mutations of whole units, in full and in reduced spaces."""

from __future__ import annotations

import os
import reprlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from latpred._core import profiling as _native
from latpred.base.counts import integer_setting
from latpred.base.names import did_you_mean
from latpred.base.numbers import number, number_or_none
from latpred.base.progress import with_bar
from latpred.errors import ConfigError, DataError
from latpred.profiling.kept_values import KeptValues
from latpred.profiling.objectives import Metric, metrics_of
from latpred.profiling.reduction import Reduction
from latpred.searching.engine import SearchResult
from latpred.searching.outcome import result_of
from latpred.searching.problem import (
    SearchProblem,
    problem_of,
    reference_values,
    units_restricted,
)
from latpred.spaces import Space

__all__ = ["mutation_probabilities_of", "unit_search"]

Probabilities = float | Mapping[str, float] | Sequence[float] | None

METHODS = {
    "pareto": {"initial": 100, "iterations": 10, "children": 200},
    "max-accuracy": {"initial": 20, "iterations": 4, "children": 50},
}
"""Numbers of the original's scripts, by method."""
LIKELY = 0.5
"""Probability of every unit in the original's full space."""


def unit_search(
    space: Space | Reduction,
    *,
    objective: Any = None,
    objectives: Mapping[str, Any] | None = None,
    latency: Any = None,
    limit_ms: float | None = None,
    limits: Mapping[str, Any] | Sequence[tuple[Any, float]] | None = None,
    unit_limits: Mapping[str, Mapping[str, Any]] | None = None,
    method: str = "pareto",
    maximise: bool | Collection[str] | None = None,
    mutation_probabilities: Probabilities = None,
    mutation_depth: int = 1,
    initial: int | None = None,
    iterations: int | None = None,
    children: int | None = None,
    top: int = 10,
    fronts: int = 1,
    tolerance: float = 1e-5,
    first: Any = None,
    reference: Mapping[str, float] | None = None,
    store: str | os.PathLike[str] | None = None,
    seed: int = 0,
    progress: bool = True,
) -> SearchResult:
    """Search by mutations that add, remove or swap blocks of whole units.

    Each child comes of a non-empty random subset of its parent's units, of which each gets one
    layer more, one less, or another block (Mills et al., CIKM 2021, `rm_search`). Objectives and
    limits are given as to `lp.search`.

    Args:
        space: Where to search, or a `Reduction`, which brings its probabilities.
        objective: What to maximise, e.g. the accuracy.
        objectives: Instead, several by name.
        latency: In ms: reported, limited by `limit_ms`, and a goal of the front.
        limit_ms: Largest latency allowed.
        limits: Largest values of further quantities.
        unit_limits: Limits of units.
        method: "pareto": all members of the fronts seen so far are parents, in turn.
            "max-accuracy": the `top` best in the (first) objective are.
        maximise: As of `lp.search`.
        mutation_probabilities: Of each unit: one number for all, {"u0": 0.25, …} (others 0.5), or
            one of each of `mutation_units(space)`, where "network" stands for stem and input size;
            0.5 where None.
        mutation_depth: Mutations from a parent to its child.
        initial: Random networks to begin with; 100 for "pareto", 20 for "max-accuracy".
        iterations: Rounds of children; 10 and 4.
        children: New networks a round; 200 and 50. Those outside the limits are not replaced.
        top: Parents of "max-accuracy".
        fronts: Successive fronts whose members are parents of "pareto".
        tolerance: By how much limits may be exceeded.
        first: Architectures, or a SearchResult, to begin with, before random ones.
        reference: Values of all goals that the history's hypervolumes count from; the worst of the
            first networks by default.
        store: File of values (see `KeptValues`): a stopped search goes on with it, as the same
            seed asks for the same networks.
        seed: Of the search; the same seed gives the same result.
        progress: Whether to show a bar.

    Returns:
        What was found. Without limits, `evaluations` is initial + iterations x children unless the
        space holds fewer networks; none is evaluated twice.

    Raises:
        InfeasibleError: If nothing keeps the limits.
        ConfigError: For settings out of range, "pareto" with one goal, unknown units.
        DataError: If an objective returns NaN, an infinite goal, or something else than N numbers.
        ConfigMismatchError: If `store` keeps values of other objectives by these names.

    Example:
        >>> found = lp.profiling.unit_search(space, objectives={"macs": "macs", "params": "params"},
        ...     maximise=["params"], initial=20, iterations=3, children=10, progress=False)
        >>> found.evaluations
        50
    """
    problem = problem_of(objective, objectives, latency, limit_ms, limits, unit_limits, maximise)
    _widen(problem, tolerance)
    inside = units_restricted(_space_of(space), unit_limits, None)
    if mutation_probabilities is None and isinstance(space, Reduction):
        mutation_probabilities = space.mutation_probabilities
    likely = mutation_probabilities_of(inside, mutation_probabilities)
    counts = _sizes(method, initial, iterations, children)
    counts |= {"fronts": fronts, "top": top, "mutation_depth": mutation_depth}
    point = reference_values(reference, [name for name, *_ in problem.goals])
    settings = _settings(method, counts, likely, point, seed)
    return _searched(problem, inside, settings, first, store, progress)


def mutation_probabilities_of(space: Space, given: Probabilities) -> list[float]:
    """A probability for each of `mutation_units(space)`.

    Raises:
        ConfigError: For units that the space has not, other numbers of them, and what are no
            numbers.
    """
    units = _native.mutation_units(space)
    try:
        if given is None or isinstance(given, int | float):
            return [LIKELY if given is None else number(given, "")] * len(units)
        if not isinstance(given, Mapping):
            return [number(value, "") for value in given]
        named = {str(unit): number(value, "") for unit, value in given.items()}
    except (TypeError, DataError):
        found = reprlib.repr(given)[:80]
        raise ConfigError(f"mutation_probabilities: numbers expected, got {found}") from None
    unknown = sorted(set(named) - set(units))
    if unknown:
        raise ConfigError(
            f"mutation_probabilities: no unit {unknown[0][:60]!r} in {space.name}, of "
            f"{', '.join(units)} expected"
            f"{did_you_mean(unknown[0], units)}"
        )
    return [named.get(unit, LIKELY) for unit in units]


def _settings(
    method: str,
    counts: Mapping[str, Any],
    probabilities: list[float],
    reference: list[float] | None,
    seed: int,
) -> _native.UnitSearchSettings:
    return _native.UnitSearchSettings(
        pareto=method == "pareto",
        **{name: _count(name, value) for name, value in counts.items()},
        probabilities=probabilities,
        seed=seed,
        reference=reference,
    )


def _searched(
    problem: SearchProblem, space: Space, settings: Any, first: Any, store: Any, progress: bool
) -> SearchResult:
    rows = first.front.archs if isinstance(first, SearchResult) else first
    with _kept(problem, store, space) as asked:
        options: dict[str, Any] = {"goals": asked.goals, "limits": asked.limits}
        found = with_bar(
            progress,
            "search",
            lambda show: _native.unit_search(
                space, settings=settings, first=rows, progress=show, **options
            ),
        )
    return result_of(found, problem)


def _widen(problem: SearchProblem, tolerance: Any) -> None:
    """Adds the tolerance to all limits."""
    over = _tolerance(tolerance)
    problem.limits = [
        (name, quantity, None if limit is None else limit + over)
        for name, quantity, limit in problem.limits
    ]


def _space_of(given: Space | Reduction) -> Space:
    inside = given.space if isinstance(given, Reduction) else given
    if not isinstance(inside, Space):
        raise ConfigError(f"search: a space or Reduction expected, got {type(given).__name__}")
    return inside


def _sizes(
    method: str, initial: int | None, iterations: int | None, children: int | None
) -> dict[str, int]:
    if method not in METHODS:
        raise ConfigError(
            f"search: method {str(method)[:40]!r}, one of {', '.join(METHODS)} expected"
            f"{did_you_mean(method, METHODS)}"
        )
    given = {"initial": initial, "iterations": iterations, "children": children}
    return METHODS[method] | {name: value for name, value in given.items() if value is not None}


def _count(name: str, value: Any) -> int:
    return integer_setting("search", name, value, 0)


def _tolerance(value: Any) -> float:
    most = number_or_none(value)
    if most is None or not 0 <= most < 1e300:
        found = reprlib.repr(value)[:60]
        raise ConfigError(f"search: tolerance: a number of at least 0 expected, got {found}")
    return most


@contextmanager
def _kept(problem: SearchProblem, store: Any, space: Space) -> Iterator[SearchProblem]:
    """The problem with objectives that remember in a file, where one is given."""
    if store is None:
        yield SearchProblem(
            [(name, _plain(what), up, at) for name, what, up, at in problem.goals],
            [(name, _plain(what), limit) for name, what, limit in problem.limits],
            problem.latency,
        )
        return
    with KeptValues(store, space) as kept:

        def remembering(name: str, quantity: Any) -> Any:
            counted = quantity is None or isinstance(quantity, str)
            return quantity if counted else kept.wrap(metrics_of({name: quantity})[0])

        yield SearchProblem(
            [(name, remembering(name, what), up, at) for name, what, up, at in problem.goals],
            [(name, remembering(name, what), limit) for name, what, limit in problem.limits],
            problem.latency,
        )


def _plain(quantity: Any) -> Any:
    """What stands behind a metric: the compiled search calls it without Python."""
    return quantity.objective if isinstance(quantity, Metric) else quantity
