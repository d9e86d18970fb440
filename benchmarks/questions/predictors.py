"""How far off is each kind of predictor on the OFA tables, and what do fit and prediction cost?

`lp.compare_predictors` prints the same table without peers; here they run in turns.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import latpred as lp
import numpy as np
from latpred.predictors.fitters import fit_quietly

from benchmarks.peers import data_folder
from benchmarks.peers.numpy_mbv3 import Floats, additive_table, one_hot
from benchmarks.question import OURS, Contestant, Question, Row, Unavailable

# Name -> (file, width, goal for the MAE in ms).
TABLES = {
    "RTX 2080 Ti": ("RTX_2080_Ti_GPU_ofa_rows0-8499.csv", 1.0, 0.165),
    "Tesla P40": ("Tesla_P40_GPU_ofa_rows0-8499.csv", 1.0, 0.115),
    "Note10": ("note10_lookuptable_ofa.csv", 1.2, 1e-3),
}
OURS_IS = "additive, interactions"

Table = lp.LatencyTable
Fit = Callable[[Table], Callable[[Table], Floats]]


def rows(ask: Question) -> list[Row]:
    """Rows 0-6999 for fitting, 7000-8499 to judge by; every contestant once."""
    found: list[Row] = []
    for name, (file, width, goal) in TABLES.items():
        space = lp.space("ofa-mobilenetv3", width=width)
        table = lp.read_latency_table(data_folder() / "ofa" / "datasets" / file, space)
        train, test = (table[:300], table[7000:7100]) if ask.quick else _parts(table)
        found += _rows_of(ask, name, train, test, goal)
    return found


def _parts(table: Table) -> tuple[Table, Table]:
    return table[:7000], table[7000:8500]


def _rows_of(ask: Question, name: str, train: Table, test: Table, goal: float) -> list[Row]:
    fits: dict[str, Fit] = {
        _title(kind): partial(_ours, p) for kind, p in _suite(ask.quick).items()
    }
    fits["NumPy, additive least squares"] = _numpy_additive
    fits |= _PEERS
    predicts: dict[str, Callable[[Table], Floats]] = {}

    def fitting(who: str) -> Contestant:
        _require(who)

        def run(_: int) -> float:
            predicts[who] = fits[who](train)
            return float(lp.evaluate(test.latency_ms, predicts[who](test))["mae_ms"])

        return Contestant(who, run, rounds=1)

    def predicting(who: str) -> Contestant:
        def run(_: int) -> float:
            return float(lp.evaluate(test.latency_ms, predicts[who](test))["mape_percent"])

        return Contestant(who, run)

    case = f"{name}, fit, {len(train):,} rows (merit: MAE in ms, {len(test):,} other rows)"
    goal_of = {"goal": f"MAE ≤ {goal:g} ms", "reached": lambda row: row.merit <= goal}
    makers = [partial(fitting, who) for who in fits]
    found = ask.compare(case, makers, work=len(train), unit="rows", **goal_of)
    case = f"{name}, predict, {len(test):,} at once (merit: MAPE in %)"
    return found + ask.at_most(3).compare(
        case, map(predicting, predicts), work=len(test), unit="archs"
    )


def _title(kind: str) -> str:
    return OURS if kind == OURS_IS else f"{OURS}, {kind}"


def _suite(quick: bool) -> dict[str, Any]:
    suite: dict[str, Any] = {OURS_IS: None, **lp.predictor_suite()}
    if quick:
        for model in suite.values():
            if model.kind == "mlp":
                model.set_params(epochs=1)
    return suite


def _ours(predictor: Any, train: Table) -> Callable[[Table], Floats]:
    model = fit_quietly(predictor._unfitted(), train.archs, train.latency_ms)
    return lambda test: model.predict(test.archs)


def _numpy_additive(train: Table) -> Callable[[Table], Floats]:
    model = additive_table(train.archs.genes, train.latency_ms)
    return lambda test: model.predict(test.archs.genes)


def _fit_ridge(train: Table) -> Callable[[Table], Floats]:
    from sklearn.linear_model import RidgeCV

    model = RidgeCV(np.logspace(-3, 3, 13)).fit(one_hot(train.archs.genes), train.latency_ms)
    return lambda test: np.asarray(model.predict(one_hot(test.archs.genes)))


def _fit_lightgbm(train: Table) -> Callable[[Table], Floats]:
    import lightgbm

    model = lightgbm.LGBMRegressor(n_estimators=600, n_jobs=1, verbosity=-1)
    model.fit(one_hot(train.archs.genes), train.latency_ms)
    booster = model.booster_
    return lambda test: np.asarray(booster.predict(one_hot(test.archs.genes), num_threads=1))


_PEERS: dict[str, Fit] = {
    "scikit-learn, ridge over the one-hot": _fit_ridge,
    "LightGBM over the one-hot": _fit_lightgbm,
}


# What a peer needs.
_PACKAGES = {
    "scikit-learn, ridge over the one-hot": "sklearn",
    "LightGBM over the one-hot": "lightgbm",
}


def _require(who: str) -> None:
    from importlib.util import find_spec

    package = _PACKAGES.get(who)
    if package is not None and find_spec(package) is None:
        raise Unavailable(f"{package} is not installed")
