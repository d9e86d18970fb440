"""The most accurate network under a latency limit of a described device."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from numpy.typing import NDArray

from latpred._core import guided as _guided
from latpred._core import searching as _native
from latpred.base.names import did_you_mean
from latpred.base.progress import with_bar
from latpred.base.shown import Shown
from latpred.base.text import html_table
from latpred.device_generic.search_inputs import Budget, Inputs, Valued
from latpred.errors import ConfigError
from latpred.predictors.base import Predictor
from latpred.predictors.rows import integer_setting
from latpred.searching.engine import Front, SearchResult
from latpred.searching.engine import search as _search
from latpred.searching.limits import latency_limit
from latpred.searching.outcome import result_of
from latpred.searching.problem import SearchProblem
from latpred.spaces import Architectures, Space

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["METHODS", "LimitSearch", "search"]

METHODS = ("evolution", "exhaustive", "genetic", "guided", "nsga2", "random")
_MUTATION_RATES = {"genetic": 0.5, "guided": 0.3}


@dataclass(frozen=True, eq=False)
class LimitSearch(Shown):
    """What `device_generic.search` found.

    Attributes:
        architecture: The network, a batch of one row.
        accuracy: Its accuracy, in the units of the accuracy given.
        latency_ms: Its predicted latency.
        limit_ms: What was asked for; None for no limit.
        method: How it was searched.
        evaluations: Networks whose accuracy was asked for, each once.
        queries: Networks whose latency was predicted.
        front: The most accurate networks at each latency, fastest first.
        history: After each generation: evaluations, best, latency_ms.
        stopped: Why the search ended.

    Example:
        >>> model = lp.FlopsPredictor().fit(table)
        >>> found = lp.device_generic.search(model, "params", 2.0, budget=200)
        >>> found.latency_ms <= 2.0, found.evaluations <= 200
        (True, True)
    """

    architecture: Architectures
    accuracy: float
    latency_ms: float
    limit_ms: float | None
    method: str
    evaluations: int
    queries: int
    front: Front
    history: dict[str, NDArray[Any]]
    stopped: str
    _inputs: Inputs | None = field(repr=False)

    def __getstate__(self) -> dict[str, Any]:
        """What was found, without latency and accuracy, which may be anything that computes."""
        return {**self.__dict__, "_inputs": None}

    def regret(self) -> float:
        """Return how much more accurate the best network under the same limit is.

        Raises:
            ConfigError: For a space that is too large to look at every network, and for a pickled
                or copied result.

        Example:
            >>> cells = lp.space("nas-bench-201")
            >>> def ms(archs):
            ...     return cells.count(archs)["macs"] / 1e6
            >>> lp.device_generic.search(ms, "params", 50.0, space=cells).regret()
            0.0
        """
        if self._inputs is None:
            raise ConfigError("regret: a pickled or copied result has no latency, search again")
        best = _exhaustive(self._inputs, self.limit_ms, progress=False)
        return best.objective - self.accuracy

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw it: see `latpred.plots.pareto`."""
        from latpred.plots import pareto

        return pareto(self, ax=ax)

    def _shown(self) -> dict[str, object]:
        return {**self.to_dict(), "architecture": self.architecture}

    def to_dict(self) -> dict[str, Any]:
        """Return what was found, ready for JSON.

        Example:
            >>> found = lp.device_generic.search(lp.FlopsPredictor().fit(table), "params", 2.0,
            ...                                  budget=100)
            >>> sorted(found.to_dict())[:3]
            ['accuracy', 'architecture', 'evaluations']
        """
        return {
            "architecture": self.architecture.to_strings()[0],
            "accuracy": self.accuracy,
            "latency_ms": self.latency_ms,
            "limit_ms": self.limit_ms,
            "method": self.method,
            "evaluations": self.evaluations,
            "queries": self.queries,
            "stopped": self.stopped,
        }

    def _repr_html_(self) -> str:
        shown = {name: [str(value)] for name, value in self.to_dict().items()}
        return html_table(shown, f"{self.accuracy:.4g} at {self.latency_ms:.4g} ms")


def search(
    latency: Valued,
    accuracy: Valued,
    limit_ms: float | None = None,
    *,
    limits: Mapping[str, float] | Sequence[tuple[Any, float]] | None = None,
    method: str | None = None,
    budget: int = 2000,
    population: int | None = None,
    generations: int | None = None,
    mutation_rate: float | None = None,
    crossover_rate: float = 1.0,
    gene_length: int | None = None,
    model: Predictor | None = None,
    space: Space | str | None = None,
    candidates: Architectures | None = None,
    seed: int = 0,
    progress: bool = False,
) -> LimitSearch:
    """Find the most accurate network that a device runs within a latency limit.

    Args:
        latency: A fitted predictor in ms, e.g. that of a device from its description; or a
            callable, a table of every network, or with `candidates` their N latencies in ms.
        accuracy: What to maximise: a predictor such as `load_accuracy(table, column=…)`, a
            callable, the name of a cost, or with `candidates` their N accuracies.
        limit_ms: Largest latency in ms; None for none.
        limits: Instead, {"latency": 20}, as `lp.search` takes it.
        method: "evolution"; "genetic" (roulette wheel, one-point crossover, single mutations, as
            FBNetV3 networks were searched with); "nsga2" (the whole front of accuracy and
            latency); "guided" (asks for the accuracy where a model of it, fitted after each
            generation, promises most, for accuracies that are dear); "random"; "exhaustive"
            (every network of a space of up to 20 million; takes no budget). The default is
            "evolution", for `candidates` "exhaustive", their only one.
        budget: Most networks whose accuracy is asked for.
        population: Networks asked for together; by default a fortieth of the budget, from 20 to
            100, for "guided" a tenth.
        generations: Instead of the budget: population x (generations + 1) networks.
        mutation_rate: Of `lp.search`, .1 by default, for "guided" .3; for "genetic" the chance that
            a child changes in one gene, .5 by default.
        crossover_rate: With "genetic" the chance that a child has two parents.
        gene_length: Number of genes of a network, only to be compared with that of the space.
        model: A predictor to be fitted as the model of the accuracy; a ridge regression on pairs
            of genes by default. For "guided".
        space: Where to search, where neither latency, accuracy nor candidates say it.
        candidates: Instead of a space: the networks to choose from.
        seed: Seed for the search; the same seed gives the same result.
        progress: Whether to show a progress bar.

    Raises:
        InfeasibleError: Where no network keeps the limit; it has the least latency found.
        ConfigError: For settings out of range, a limit that is not above 0 and finite, an unknown
            method, another `gene_length` than the space has, or an unknown space.
        SchemaError: Where latency and accuracy are of different spaces.
        DataError: Where values are not N finite numbers.

    Example:
        >>> phone = lp.FlopsPredictor().fit(table)
        >>> found = lp.device_generic.search(phone, "macs", 2.0, method="genetic", budget=300)
        >>> found.method, found.latency_ms <= 2.0
        ('genetic', True)
    """
    inputs = Inputs.of(latency, accuracy, space, candidates)
    limit = inputs.limit(latency_limit("search", limit_ms, limits))
    chosen = _method(method, inputs)
    if gene_length is not None and gene_length != len(inputs.space.genes):
        raise ConfigError(
            f"search: gene_length={gene_length!r:.40}, {len(inputs.space.genes)} genes of "
            f"{inputs.space.name} expected"
        )
    if chosen == "exhaustive":
        return _result(_exhaustive(inputs, limit, progress=progress), chosen, limit, inputs)
    size = Budget.of(chosen, budget, population, generations)
    rate = _MUTATION_RATES.get(chosen, 0.1) if mutation_rate is None else mutation_rate
    if chosen == "guided":
        found = _guided_search(inputs, limit, size, rate, model, seed, progress)
    else:
        found = _search(
            inputs.space, objective=inputs.accuracy, latency=inputs.latency, limit_ms=limit,
            method=chosen, population=size.population, generations=size.generations,
            mutation_rate=rate, crossover_rate=crossover_rate, seed=seed, progress=progress,
        )  # fmt: skip
    return _result(found, chosen, limit, inputs)


def _method(method: str | None, inputs: Inputs) -> str:
    """The method asked for, if it fits."""
    chosen = method or ("evolution" if inputs.candidates is None else "exhaustive")
    if chosen not in METHODS:
        names, hint = ", ".join(METHODS), did_you_mean(chosen, METHODS)
        raise ConfigError(f"search: method {chosen!r:.60}, one of {names} expected{hint}")
    if inputs.candidates is not None and chosen != "exhaustive":
        raise ConfigError(f'search: method "{chosen}" with candidates, "exhaustive" expected')
    return chosen


def _problem(inputs: Inputs, limit_ms: float | None) -> SearchProblem:
    problem = SearchProblem()
    problem.add_latency(inputs.latency, limit_ms)
    problem.add_objective(inputs.accuracy, True)
    return problem


def _exhaustive(inputs: Inputs, limit_ms: float | None, *, progress: bool) -> SearchResult:
    if inputs.candidates is None:
        return _search(
            inputs.space, objective=inputs.accuracy, latency=inputs.latency, limit_ms=limit_ms,
            method="exhaustive", progress=progress,
        )  # fmt: skip
    problem = _problem(inputs, limit_ms)
    options: dict[str, Any] = {
        "goals": problem.goals,
        "limits": problem.limits,
        "candidates": inputs.candidates,
    }
    found = with_bar(
        progress,
        "search",
        lambda show: _native.search_listed(inputs.space, **options, progress=show),
    )
    return result_of(found, problem)


def _guided_search(
    inputs: Inputs,
    limit_ms: float | None,
    size: Budget,
    mutation_rate: float,
    model: Predictor | None,
    seed: int,
    progress: bool,
) -> SearchResult:
    problem = _problem(inputs, limit_ms)
    settings = _native.SearchSettings(
        population=size.population,
        generations=size.generations,
        parent_ratio=0.25,
        mutation_ratio=0.5,
        mutation_rate=mutation_rate,
        seed=integer_setting("search", "seed", seed, 0),
    )
    options: dict[str, Any] = {
        "goals": problem.goals,
        "limits": problem.limits,
        "settings": settings,
    }
    fitter = None if model is None else model._fitter()
    found = with_bar(
        progress,
        "search",
        lambda show: _guided.search_by_model(inputs.space, **options, model=fitter, progress=show),
    )
    return result_of(found, problem)


def _result(
    found: SearchResult, method: str, limit_ms: float | None, inputs: Inputs
) -> LimitSearch:
    return LimitSearch(
        architecture=found.architecture,
        accuracy=found.objective,
        latency_ms=found.latency_ms,
        limit_ms=limit_ms,
        method=method,
        evaluations=found.evaluations,
        queries=found.queries,
        front=found.front,
        history=found.history,
        stopped=found.stopped,
        _inputs=inputs,
    )
