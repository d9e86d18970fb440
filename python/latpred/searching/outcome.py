"""What the compiled search found, as results."""

from __future__ import annotations

import math

import numpy as np

from latpred._core import searching as _native
from latpred.searching.problem import BOUND, SearchProblem
from latpred.searching.results import Front, SearchResult

__all__ = ["result_of"]


def result_of(found: _native.SearchResult, problem: SearchProblem) -> SearchResult:
    """What the compiled search of a problem found."""
    goals = [name for name, *_ in problem.goals]
    limited = dict(zip((name for name, *_ in problem.limits), found.values, strict=True))
    upper_ms = limited.pop(BOUND, math.nan)
    columns = {name: found.front_values[:, place].copy() for place, name in enumerate(goals)}
    no_latency = np.full(len(found.front), math.nan)
    latency = problem.latency
    front = Front(
        archs=found.front,
        objective=columns[goals[0]],
        latency_ms=no_latency if latency is None else columns[latency],
        values=columns,
        maximise={name: up for name, _, up, _ in problem.goals},
    )
    return SearchResult(
        architecture=found.architecture,
        objective=found.objective[0],
        latency_ms=math.nan if latency is None else limited[latency],
        values=_without_objective(dict(zip(goals, found.objective, strict=True))) | limited,
        front=front,
        history=found.history,
        evaluations=found.evaluations,
        queries=found.queries,
        stopped=found.stopped,
        reference=dict(zip(goals, found.reference, strict=False)),
        hints=tuple(found.hints),
        upper_ms=upper_ms,
    )


def _without_objective(goals: dict[str, float]) -> dict[str, float]:
    """The goals that have names of their own."""
    return {name: value for name, value in goals.items() if name != "objective"}
