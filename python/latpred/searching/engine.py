"""Search for the best architectures under latency and other limits."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from latpred._core import searching as _native
from latpred.errors import ConfigError
from latpred.searching.outcome import result_of
from latpred.searching.problem import (
    SearchProblem,
    problem_of,
    reference_values,
    units_restricted,
)
from latpred.searching.results import Front, SearchResult
from latpred.searching.verification import Verification
from latpred.spaces import Space

__all__ = ["Front", "SearchResult", "cost_objective", "search", "search_methods"]

search_methods = _native.search_methods
cost_objective = _native.cost_objective


def search(
    space: Space,
    *,
    objective: Any = None,
    objectives: Mapping[str, Any] | None = None,
    latency: Any = None,
    limit_ms: float | None = None,
    limits: Mapping[str, Any] | Sequence[tuple[Any, float]] | None = None,
    confidence: float | None = None,
    verify: bool | int = False,
    meter: Any = None,
    unit_limits: Mapping[str, Mapping[str, Any]] | None = None,
    initial: Any = None,
    population: int = 100,
    generations: int = 500,
    parent_ratio: float = 0.25,
    mutation_ratio: float = 0.5,
    mutation_rate: float = 0.1,
    crossover_rate: float = 1.0,
    mutation_rates: Mapping[str, float] | None = None,
    method: str | None = None,
    maximise: bool | Collection[str] | None = None,
    reference: Mapping[str, float] | None = None,
    seed: int = 0,
    progress: bool = True,
) -> SearchResult:
    """Find the architectures of `space` with the best objectives that keep the limits.

    An objective is a fitted predictor, `load_accuracy(…)`, any callable that takes N
    `Architectures` and returns N numbers, or the name of a counted cost: "macs", "params",
    "bytes", "peak_bytes", "kernels", or of unit 2 "u2.macs", "u2.params", "u2.kernels".
    Objectives may be noisy, as measurements are: each architecture is asked for once, and that
    answer counts.

    Args:
        space: Where to search; restricted spaces are searched inside their restriction.
        objective: What to maximise, or with `maximise=False` to minimise.
        objectives: Instead, several by name: the result's front is theirs.
        latency: The objective for the latency in ms; it fills `latency_ms` and is a further goal
            of the front, minimised.
        limit_ms: Largest latency allowed; None only reports it.
        limits: Largest values of further quantities: {name: value} for costs and `objectives`,
            {name: (objective, value)}, or pairs (objective, value). {"latency": 20} means the same
            as limit_ms=20. Without `latency` the first takes its place beside `objective`.
        confidence: Limits the upper bound of the latency, which a measurement exceeds with
            probability 1 - `confidence`, from .5 to below 1: `latency` is then something with
            `upper_bound(confidence)`, a predictor or a device pack. What is reported is still the
            prediction, with the bound of the best one in `upper_ms`.
        verify: Measure candidates, the best objective first, and return only one that holds: the
            whole interval of its measured latency lies within the limit (for a meter without
            intervals, its latency). Those that do not are left out, and what was measured corrects
            the latencies of the others; a predictor that is fitted in this process learns from
            them. A number is the most candidates to measure; True means 20. The `front` is then
            the one network. `confidence` is .95 where `latency` has a bound and none is given.
        meter: What measures with `verify`: a `LatencyMeter`, a callable that takes N architectures
            and returns N latencies in ms or a latency table, or a table that has them; that of
            `latency` where it has one. A network that cannot be measured does not hold.
        unit_limits: The same for units: {"u2": {"macs": 5e7, "d": 3, "ks": [3, 5]}} limits the MACs
            of unit 2 (also params, kernels), its depth to at most 3 and its kernels to 3 and 5.
        initial: Architectures (or a SearchResult, of which the front is taken) for the first
            population. All that keep the limits are evaluated, even more than `population`.
        population: Size of the first population and of each generation.
        generations: Generations after the first population: together
            population x (generations + 1) evaluated architectures.
        parent_ratio: Share of the population that breeds and stays; for "evolution".
        mutation_ratio: Share of mutants among the children; the rest are crossovers. For
            "evolution" and "nsga2".
        mutation_rate: Chance that a block's genes, a unit's depth or the resolution is redrawn;
            with "genetic" the chance that one gene of a child changes.
        crossover_rate: With "genetic" the chance that a child has two parents.
        mutation_rates: Factors on it by unit, group or gene, e.g. {"u2": 3, "ks": 0.5, "r[0]": 0};
            later ones win.
        method: "evolution" (Cai et al., ICLR 2020, the tutorial's finder; the default with
            `objective`), "nsga2" (Deb et al., IEEE TEC 2002: the whole front; needs two goals; the
            default with `objectives`), "genetic" (roulette wheel, one-point crossover, single
            mutations, as FBNetV3 networks were searched with), "random" or "exhaustive".
        maximise: False to minimise the objective. With `objectives` the names of those that are
            maximised; the others are minimised.
        reference: Values of all goals that the history's hypervolumes count from; the worst of the
            first population by default.
        seed: Seed for the search; the same seed gives the same result.
        progress: Whether to show a progress bar.

    Raises:
        InfeasibleError: If nothing keeps the limits. It names those that cannot be kept, with the
            least value found of each, or says that they fail only together. With `verify`, also
            where no measured candidate holds; its attribute `verified` has them, `measurements`
            their number.
        ConfigError: For settings out of range, a limit of the latency without `latency`, two
            different ones, unknown names, or a method that does not fit the number of goals.
        ArchitectureError: If `initial` is not in the space.
        SchemaError: If `initial` is of another family.
        DataError: If an objective returns NaN, an infinite goal (a limited quantity may be
            infinite: it is outside its limit), or something else than N numbers.

    Example:
        >>> model = lp.FlopsPredictor().fit(table)
        >>> found = lp.search(space, objective="macs", latency=model, limit_ms=2.0,
        ...                   maximise=True, population=20, generations=5, progress=False)
        >>> found.latency_ms <= 2.0
        True
    """
    plan = Verification.of(verify, meter, latency, objectives, confidence)
    given = (objective, objectives, latency, limit_ms, limits, unit_limits, maximise)
    problem = problem_of(*given, plan.confidence)
    rates = (parent_ratio, mutation_ratio, mutation_rate, crossover_rate)
    options = {
        "goals": problem.goals,
        "limits": problem.limits,
        "method": _method(method, objectives),
        "settings": _settings(population, generations, rates, seed, _point(reference, problem)),
        "initial": initial.front.archs if isinstance(initial, SearchResult) else initial,
    }
    searched = units_restricted(space, unit_limits, mutation_rates)
    found, verified = plan.run(searched, options, latency, progress)
    return replace(result_of(found, problem), verified=verified)


def _point(reference: Mapping[str, float] | None, problem: SearchProblem) -> list[float] | None:
    return reference_values(reference, [name for name, *_ in problem.goals])


def _method(method: str | None, objectives: Any) -> str:
    if objectives is None:
        return method or "evolution"
    if method in ("evolution", "genetic"):
        raise ConfigError(f'search: "{method}" pushes one objective=, "nsga2" several objectives=')
    return method or "nsga2"


def _settings(
    population: int,
    generations: int,
    rates: tuple[float, float, float, float],
    seed: int,
    reference: list[float] | None,
) -> Any:
    parent_ratio, mutation_ratio, mutation_rate, crossover_rate = rates
    return _native.SearchSettings(
        population=population,
        generations=generations,
        parent_ratio=parent_ratio,
        mutation_ratio=mutation_ratio,
        mutation_rate=mutation_rate,
        crossover_rate=crossover_rate,
        seed=seed,
        reference=reference,
    )
