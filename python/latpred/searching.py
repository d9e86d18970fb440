"""Search for the best architecture under latency and other limits."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from latpred._core import searching as _native
from latpred._core.spaces import Architectures, Space
from latpred.errors import ConfigError

__all__ = ["Front", "SearchResult", "search", "search_methods"]

search_methods = _native.search_methods


@dataclass(frozen=True)
class Front:
    """Architectures of which none is both faster and better than another, fastest first."""

    archs: Architectures
    objective: NDArray[np.float64]
    """N values of the objective, ascending where it is maximised."""
    latency_ms: NDArray[np.float64]
    """N latencies, ascending; NaN where the search had no latency."""

    def __len__(self) -> int:
        """Return the number of architectures."""
        return len(self.archs)


@dataclass(frozen=True)
class SearchResult:
    """What a search found."""

    architecture: Architectures
    """The best one: a batch of one row."""
    objective: float
    latency_ms: float
    """Of the best one; NaN where the search had no latency."""
    values: dict[str, float]
    """All limited quantities of the best one, by name."""
    front: Front
    """Non-dominated among all evaluated architectures (at most 1,000 unless by "nsga2")."""
    history: dict[str, NDArray[Any]]
    """After the first population and each generation: evaluations, best, latency_ms."""
    evaluations: int
    """Objective evaluations; no architecture is evaluated twice."""
    queries: int
    """Architectures whose limits were checked."""
    stopped: str
    """Why the search ended."""

    def to_dict(self) -> dict[str, Any]:
        """Return the result without history and front, ready for JSON."""
        return {
            "architecture": self.architecture.to_strings()[0],
            "objective": self.objective,
            "latency_ms": None if math.isnan(self.latency_ms) else self.latency_ms,
            "values": dict(self.values),
            "evaluations": self.evaluations,
            "queries": self.queries,
            "stopped": self.stopped,
        }


def search(
    space: Space,
    *,
    objective: Any,
    latency: Any = None,
    limit_ms: float | None = None,
    limits: Sequence[tuple[Any, float]] | None = None,
    population: int = 100,
    generations: int = 500,
    parent_ratio: float = 0.25,
    mutation_ratio: float = 0.5,
    mutation_rate: float = 0.1,
    method: str = "evolution",
    maximise: bool = True,
    seed: int = 0,
    progress: bool = True,
) -> SearchResult:
    """Find the architecture of `space` with the best objective that keeps the limits.

    Args:
        space: Where to search; restricted spaces are searched inside their restriction.
        objective: A fitted predictor, `load_accuracy(…)`, or any callable that takes N
            `Architectures` and returns N numbers.
        latency: The same for the latency in ms; it fills `latency_ms` and the front.
        limit_ms: Largest latency allowed; None only reports it.
        limits: Further (objective, largest value) pairs. Without `latency` the first of them takes
            its place in the result.
        population: Size of the first population and of each generation.
        generations: Generations after the first population: together
            population x (generations + 1) evaluations of the objective.
        parent_ratio: Share of the population that breeds and stays; not for "nsga2".
        mutation_ratio: Share of mutants among the children; the rest are crossovers.
        mutation_rate: Chance that a block's genes, a unit's depth or the resolution is redrawn.
        method: "evolution" (Cai et al., ICLR 2020, the tutorial's finder), "nsga2" (Deb et al.,
            IEEE TEC 2002: the whole front of objective and latency; needs a latency, no limit) or
            "exhaustive".
        maximise: False to minimise the objective.
        seed: Determines the result.
        progress: Show a progress bar.

    Raises:
        InfeasibleError: If nothing keeps the limits; `minimum_ms` is the least value found.
        ConfigError: For settings out of range, `limit_ms` without `latency`, or "nsga2" without
            both `latency` and `limits`.
        DataError: If an objective returns NaN or a wrong number of values.
    """
    settings = _native.SearchSettings(
        population=population,
        generations=generations,
        parent_ratio=parent_ratio,
        mutation_ratio=mutation_ratio,
        mutation_rate=mutation_rate,
        seed=seed,
    )
    named = _named_limits(latency, limit_ms, limits)
    found = _with_bar(
        progress,
        lambda report: _native.search(
            space,
            objective=objective,
            limits=named,
            maximise=maximise,
            method=method,
            settings=settings,
            progress=report,
        ),
    )
    return _to_result(found, [name for name, _, _ in named])


def _named_limits(
    latency: Any, limit_ms: float | None, limits: Sequence[tuple[Any, float]] | None
) -> list[tuple[str, Any, float | None]]:
    if latency is None and limit_ms is not None:
        raise ConfigError("search: limit_ms given without latency, a latency objective expected")
    named: list[tuple[str, Any, float | None]] = []
    if latency is not None:
        named.append(("latency", latency, limit_ms))
    for number, pair in enumerate(limits or ()):
        try:
            quantity, limit = pair
        except (TypeError, ValueError):
            raise ConfigError(f"search: limits[{number}]: (objective, value) expected") from None
        named.append((f"limits[{number}]", quantity, float(limit)))
    return named


def _with_bar(show: bool, run: Callable[[Any], Any]) -> Any:
    if not show:
        return run(None)
    from tqdm.auto import tqdm

    with tqdm(desc="search", leave=False) as bar:

        def report(done: int, total: int, _what: str) -> None:
            bar.total = total
            bar.update(done - bar.n)

        return run(report)


def _to_result(found: Any, names: list[str]) -> SearchResult:
    values = dict(zip(names, found.values, strict=True))
    return SearchResult(
        architecture=found.architecture,
        objective=found.objective,
        latency_ms=next(iter(found.values), math.nan),
        values=values,
        front=Front(found.front, found.front_objective, found.front_latency_ms),
        history=found.history,
        evaluations=found.evaluations,
        queries=found.queries,
        stopped=found.stopped,
    )
