"""Calls of the core with arrays and numbers from outside: valid ones, then changed."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import latpred as lp
import numpy as np
from latpred import _core

from tests.fuzz import mutations
from tests.fuzz.model_files import SPACE
from tests.fuzz.mutations import Rng, bounded, pick

predictors, searching, datasets = _core.predictors, _core.searching, _core.datasets


@cache
def _archs(count: int = 12) -> Any:
    return SPACE.sample(count, seed=0)


def _table(columns: Any, values: Any) -> Any:
    model = predictors.make_table(
        SPACE, kind="lookup-table", unit="ms", any_width=False, columns=columns, values=values
    )
    return predictors.predictor_from_bytes(model.to_bytes()).evaluate(_archs())


def _trees(roots: Any, features: Any, left: Any, right: Any, thresholds: Any) -> Any:
    nodes = [np.asarray(n) for n in (roots, features, left, right)]
    names = ("roots", "features", "left", "right")
    given = dict(zip(names, nodes, strict=True))
    values = np.ones(len(_archs()))
    model = predictors.make_trees(_archs(), values, **given, thresholds=thresholds, device="")
    return model.evaluate(_archs())


def _interval(scores: Any, confidence: Any) -> Any:
    model = predictors.make_table(
        SPACE, kind="lookup-table", unit="ms", any_width=False, columns=[[0]], values=[[1, 2, 3]]
    )
    predictors.set_calibration(model, scores, "test")
    return np.concatenate(predictors.predict_interval(model, _archs(), confidence))


def _search(population: Any, generations: Any, ratios: Any, limit: Any, initial: Any) -> Any:
    result = lp.search(
        SPACE,
        objective=lambda archs: np.asarray(SPACE.count(archs)["params"], dtype=float),
        latency=lambda archs: np.asarray(SPACE.count(archs)["macs"], dtype=float) * 1e-8,
        limit_ms=limit,
        population=population if not isinstance(population, int) else min(population, 40),
        generations=generations if not isinstance(generations, int) else min(generations, 3),
        parent_ratio=ratios[0],
        mutation_ratio=ratios[1],
        initial=initial,
        seed=0,
        progress=False,
    )
    return result.latency_ms


def _fit(values: Any) -> Any:
    model = lp.AdditivePredictor().fit(_archs(), values)
    return model.predict(_archs())


def _cells(columns: dict[str, Any]) -> Any:
    table = lp.LatencyTable(_archs(), **columns)
    return table.latency_ms


V12 = [float(i + 1) for i in range(12)]
GENES = [[0] * 46, [1] * 46]
CALLS: dict[str, tuple[Callable[..., Any], list[Any]]] = {
    "table": (_table, [[[0], [1, 2]], [[1.0, 2.0, 3.0], [0.5] * 9]]),
    "trees": (_trees, [[0, 3], [0, -1, -1, -1], [1, 0, 0, 0], [2, 0, 0, 0], [0.5, 1.0, 2.0, 3.0]]),
    "interval": (_interval, [[0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.1], 0.9]),
    "search": (_search, [10, 2, [0.25, 0.5], 30.0, GENES]),
    "additive": (_fit, [V12]),
    "cells": (_cells, [{"latency_ms": V12, "low_ms": V12, "high_ms": V12}]),
    "evaluate": (lambda a, b: lp.evaluate(a, b)["mae_ms"], [V12, V12[::-1]]),
    "ranks": (searching.non_dominated_ranks, [[[1.0, 2.0], [2.0, 1.0], [3.0, 3.0]], [True, False]]),
    "crowding": (
        lambda v, s: 0 * searching.crowding_distances(v, s).size,
        [[[1.0, 2.0], [2.0, 1.0]], [True, False]],
    ),
    "hypervolume": (
        searching.hypervolume,
        [[[1.0, 2.0], [2.0, 1.0], [3.0, 3.0]], [0.0, 0.0], [True, True]],
    ),
    "attainment": (
        searching.attainment_surface,
        [[[[1.0, 2.0], [2.0, 1.0]], [[1.0, 1.0]]], [True, True], 1],
    ),
    "splits": (
        lambda f, seed: len(datasets.split_rows(_archs(), "random", f, seed, False)),
        [[0.5, 0.25, 0.25], 0],
    ),
    "audit": (lambda v: len(datasets.audit(_archs(), v)[0]), [V12]),
    "additivity": (lambda a, b: len(repr(_core.metrics.additivity(a, b))), [V12, V12[::-1]]),
    "sample": (lambda n, seed: len(SPACE.sample(n, seed=seed)), [5, 0]),
    "grid": (
        lambda low, high, points: len(
            _core.tuning.Parameter("x", kind="integer", low=low, high=high).grid(points)
        ),
        [1.0, 9.0, 3],
    ),
    "design": (
        lambda c, s, n: len(predictors.design_rows(c, s, n)),
        [np.eye(4).tolist(), [1.0] * 4, 2],
    ),
    "choose": (
        lambda x, way, n, seed: len(
            lp.sampling.choose(_archs(), n, method=way, seed=seed, features=x)
        ),
        [np.arange(24.0).reshape(12, 2).tolist(), "kmeans", 3, 0],
    ),
    "variances": (
        lambda k, y, f: predictors.variance_components([k], y, f, iterations=2, huber=0.0)["noise"],
        [np.eye(4).tolist(), [1.0] * 4, [1.0] * 4],
    ),
    "parts": (
        lambda c, b, s, y: predictors.fit_parts(c, b, s, y)["mean"],
        [np.eye(9).tolist(), np.eye(9).tolist(), V12[:9], V12[:9]],
    ),
    "ridge": (
        lambda x, c, y, p, r: predictors.structured_ridge(x, c, y, p, r)["weights"],
        [np.eye(4).tolist(), np.eye(4).tolist(), V12[:4], [1.0] * 4, 0.1],
    ),
    "bans": (lambda text: len(SPACE.architectures([text])), [_core.spaces and "ks=3"]),
    "noise": (lambda s, n: len(_core.measurement.noise("normal", s, n)), [0.1, 5]),
    "quantile": (_core.base.quantile, [V12, 0.5]),
    "decode": (lambda v: len(SPACE.decode(v)), [SPACE.encode(SPACE.sample(1, seed=0)).tolist()]),
}
BIG = {"sample": 0, "noise": 1}  # places of counts that a caller may choose as large as he likes


def call(rng: Rng) -> tuple[str, list[Any]]:
    name = pick(rng, list(CALLS))
    arguments = mutations.tree(CALLS[name][1], rng)
    place = BIG.get(name)
    if place is not None and isinstance(arguments, list) and len(arguments) > place:
        big = arguments[place]
        if isinstance(big, int | float) and abs(big) > 10**5:
            arguments[place] = 10**5
    return name, arguments


def check(given: tuple[str, list[Any]]) -> bool:
    name, arguments = given
    function, valid = CALLS[name]
    if not isinstance(arguments, list) or len(arguments) != len(valid):
        return False
    try:
        values = function(*arguments)
    except lp.LatpredError as error:
        bounded(error)
        return False
    except (TypeError, ValueError, IndexError, OverflowError, AttributeError):
        return False  # not the types that the signature names
    if name not in ("quantile", "hypervolume", "attainment", "evaluate"):
        assert np.isfinite(np.asarray(values, dtype=float)).all(), values
    return True
