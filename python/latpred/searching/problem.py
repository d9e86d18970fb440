"""What a search is asked, brought into one form: goals, limits, and the space they leave."""

from __future__ import annotations

import math
import reprlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from latpred._core import searching as _native
from latpred.base.arguments import shown
from latpred.base.names import did_you_mean, listed
from latpred.base.numbers import number_or_none
from latpred.errors import ArgumentError, ConfigError
from latpred.searching.learning import bound_of, model_of
from latpred.searching.limits import LATENCY, Limits, limit_number, pair, split_latency
from latpred.spaces import Gene, Space

__all__ = ["BOUND", "SearchProblem", "problem_of", "reference_values", "units_restricted"]

Maximise = bool | Collection[str] | None
UnitLimits = Mapping[str, Mapping[str, Any]]
BOUND = "upper bound of the latency"
SHARES = ("macs", "params", "kernels")
"""Costs of which a unit has its share."""


@dataclass
class SearchProblem:
    """Goals and limits as the compiled search takes them."""

    goals: list[tuple[str, Any, bool, int | None]] = field(default_factory=list)
    """Name, objective (or cost name), maximise, number of the limit that is the same quantity."""
    limits: list[tuple[str, Any, float | None]] = field(default_factory=list)
    """Name, objective (or cost name), largest value or None; the latency first."""
    latency: str | None = None
    """Name of the limit that fills `latency_ms`."""

    def add_objective(self, objective: Any, maximise: Maximise) -> None:
        """One objective; the first limit, where there is one, becomes the second goal."""
        if maximise is not None and not isinstance(maximise, bool):
            raise ConfigError("search: maximise is True or False with one objective")
        self.goals.append(("objective", objective, maximise is not False, None))
        if self.limits:
            self.latency = self.limits[0][0]
            self.goals.append((self.latency, None, False, 0))

    def add_objectives(self, objectives: Mapping[str, Any], maximise: Maximise) -> None:
        """Several objectives by name; a limit on one of them shares its values."""
        wanted = _senses(objectives, maximise)
        places = {name: place for place, (name, _, _) in enumerate(self.limits)}
        for name, objective in objectives.items():
            self.goals.append((name, objective, name in wanted, places.get(name)))
        if self.latency is not None and self.latency not in objectives:
            self.goals.append((self.latency, None, False, places[self.latency]))

    def add_latency(
        self, latency: Any, limit_ms: float | None, confidence: float | None = None
    ) -> None:
        """The latency, limited or only reported; with a confidence its upper bound is limited."""
        if confidence is not None:
            if latency is None or limit_ms is None:
                raise ConfigError("search: confidence= and verify= need latency= and limit_ms=")
            bound = bound_of(latency, confidence)
            self.latency = LATENCY
            self.limits += [(LATENCY, model_of(latency), None), (BOUND, bound, limit_ms)]
            return
        if latency is None and limit_ms is not None:
            raise ConfigError(
                "search: limit_ms, or a limit of the latency, without latency=, which is expected"
            )
        if latency is not None:
            self.latency = "latency"
            self.limits.append(("latency", model_of(latency), limit_ms))

    def add_limits(self, limits: Limits | None, objectives: Mapping[str, Any]) -> None:
        """Further limits: {name: value}, {name: (objective, value)} or (objective, value) pairs."""
        if isinstance(limits, Mapping):
            for name, given in limits.items():
                paired = isinstance(given, Sequence) and not isinstance(given, str)
                quantity, limit = pair("search", given, str(name)) if paired else (name, given)
                self._add_limit(str(name), quantity, limit, objectives)
            return
        for number, given in enumerate(limits or ()):
            quantity, limit = pair("search", given, f"limits[{number}]")
            name = quantity if isinstance(quantity, str) else f"limits[{number}]"
            self._add_limit(name, quantity, limit, objectives)

    def add_unit_limits(self, limits: UnitLimits | None) -> None:
        """Limits on the share of a unit; its genes are `units_restricted`'s."""
        for unit, wanted in (limits or {}).items():
            if not isinstance(wanted, Mapping):
                expected = "a dict of its quantities and genes expected"
                raise ArgumentError(f"search: unit_limits of {unit} is {shown(wanted)}, {expected}")
            for what, limit in wanted.items():
                if what in SHARES:
                    self._add_limit(f"{unit}.{what}", f"{unit}.{what}", limit, {})

    def _add_limit(
        self, name: str, quantity: Any, limit: Any, objectives: Mapping[str, Any]
    ) -> None:
        if isinstance(quantity, str):
            quantity = objectives.get(quantity, quantity)
            if isinstance(quantity, str):
                self._check_cost(quantity, objectives)
        if any(name == other for other, _, _ in self.limits):
            raise ConfigError(f"search: {name[:60]} has two limits, one expected")
        self.limits.append((name, quantity, limit_number("search", name, limit)))

    def _check_cost(self, name: str, objectives: Mapping[str, Any]) -> None:
        """ConfigError for a name that is no cost; one of the search's own may have been meant."""
        try:
            _native.cost_objective(name)
        except ConfigError:
            own = [*objectives, *([] if self.latency is None else [self.latency])]
            hint = did_you_mean(name, own)
            if not hint:
                raise
            raise ConfigError(f"search: no quantity {name[:60]!r} to limit{hint}") from None


def problem_of(
    objective: Any,
    objectives: Mapping[str, Any] | None,
    latency: Any,
    limit_ms: float | None,
    limits: Any,
    unit_limits: Any,
    maximise: Any,
    confidence: float | None = None,
) -> SearchProblem:
    """The problem of a search's arguments, as `lp.search` takes them.

    Raises:
        ConfigError: For what does not fit together.
    """
    if (objective is None) == (objectives is None):
        raise ConfigError("search: either objective= or objectives= expected")
    problem = SearchProblem()
    limit, others = split_latency("search", limit_ms, limits)
    if latency is None and LATENCY in (objectives or {}) and limit is not None:
        others, limit = _with_latency(others, limit), None
    problem.add_latency(latency, limit, confidence)
    problem.add_limits(others, objectives or {})
    problem.add_unit_limits(unit_limits)
    if objectives is None:
        problem.add_objective(objective, maximise)
    else:
        problem.add_objectives(objectives, maximise)
    return problem


def _with_latency(others: Any, limit: float) -> Any:
    """The limits with that of the objective "latency", which is the first again."""
    if isinstance(others, dict):
        return {LATENCY: limit, **others}
    return [(LATENCY, limit), *others]


def reference_values(given: Mapping[str, float] | None, names: list[str]) -> list[float] | None:
    """Values of the goals of those names, in their order."""
    if given is None:
        return None
    asked: Any = given
    if not isinstance(asked, Mapping) or set(asked) != set(names):
        of = reprlib.repr(list(asked) if isinstance(asked, Mapping) else asked)
        raise ConfigError(f"search: reference of {of}, of {names} expected")
    values = [number_or_none(given[name]) for name in names]
    finite = [value for value in values if value is not None and math.isfinite(value)]
    if len(finite) < len(values):
        raise ConfigError(f"search: reference: a finite number for each of {names} expected")
    return finite


def _senses(objectives: Mapping[str, Any], maximise: Any) -> set[str]:
    """Names of the objectives that are maximised."""
    names = list(objectives)
    if not names:
        raise ConfigError("search: objectives is empty, at least one expected")
    if isinstance(maximise, bool):
        return set(names) if maximise else set()
    if maximise is None or isinstance(maximise, str) or not isinstance(maximise, Collection):
        raise ConfigError(
            "search: with objectives= also maximise=, the names of those to be maximised, expected"
        )
    unknown = [name for name in maximise if name not in names]
    if unknown:
        raise ConfigError(
            f"search: maximise names {shown(unknown[0])}, of {listed(names)} expected"
            f"{did_you_mean(unknown[0], names) if isinstance(unknown[0], str) else ''}"
        )
    return set(maximise)


def units_restricted(
    space: Space,
    limits: UnitLimits | None,
    mutation_rates: Mapping[str, float] | None,
) -> Space:
    """Return `space`, narrowed by the units' own limits and with the search's mutation rates.

    Raises:
        ConfigError: For a unit or gene that the space has not, or where no choice is left.
    """
    allowed: dict[str, list[Any]] = {}
    for unit, wanted in (limits or {}).items():
        genes = _genes_of(space, unit)
        for what, limit in wanted.items():
            if what not in SHARES:
                allowed |= _allowed(genes, unit, what, limit)
    rates: dict[str, float] = {}
    for name, rate in (mutation_rates or {}).items():
        # Gene by gene, so that a later name wins over an earlier one.
        named = [g.name for g in space.genes if name in (f"u{g.unit}", g.group)]
        rates |= dict.fromkeys(named or [name], rate)
    if not allowed and not rates:
        return space
    return space.restrict(space.name, allowed=allowed, mutation_rates=rates)


def _units(space: Space) -> list[str]:
    return [f"u{unit}" for unit in sorted({gene.unit for gene in space.genes if gene.unit >= 0})]


def _genes_of(space: Space, unit: str) -> list[Gene]:
    if unit not in _units(space):
        names = _units(space)
        raise ConfigError(
            f"search: no unit {str(unit)[:60]!r} in {space.name}, one of {listed(names)} expected"
            f"{did_you_mean(unit, names)}"
        )
    return [gene for gene in space.genes if f"u{gene.unit}" == unit]


def _allowed(genes: Iterable[Gene], unit: str, group: str, limit: Any) -> dict[str, list[Any]]:
    """Choices left to the genes of one group: those listed, or up to a largest one."""
    found = [gene for gene in genes if gene.group == group]
    if not found:
        known = [*sorted({gene.group for gene in genes}), *SHARES]
        raise ConfigError(
            f"search: {unit} limits {str(group)[:60]!r}, one of {', '.join(known)} expected"
            f"{did_you_mean(group, known)}"
        )
    if isinstance(limit, Sequence) and not isinstance(limit, str):
        return {gene.name: list(limit) for gene in found}
    most = number_or_none(limit)
    if most is None:
        found_type = type(limit).__name__
        raise ConfigError(f"search: {unit}.{group}: a number or list expected, got {found_type}")
    left = {gene.name: [c for c in gene.choices if c <= most] for gene in found}
    empty = [name for name, choices in left.items() if not choices]
    if empty:
        raise ConfigError(f"search: {unit}: no choice of {empty[0]} is at most {most:g}")
    return left
