"""What a pack learns from its rows: the best of the candidates, its errors and its intervals."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from latpred._core import selection as _selection
from latpred.datasets.table import LatencyTable
from latpred.measurement.table import MeasuredTable
from latpred.metrics import evaluate
from latpred.predictors.auto import AutoPredictor
from latpred.predictors.base import Predictor
from latpred.predictors.registry import made_by_recipe
from latpred.transfer.few_shot import TransferPredictor

__all__ = ["LEAST_ROWS", "Learnt", "learn"]

LEAST_ROWS = 10
MANY_ROWS = 150  # from which on pairs of choices are worth a look
LEAST_CHECKS = 19  # support intervals of 95 %
READING_NOISE = 0.01  # deviation of ln of a reading at effort default: 2 % half width at 95 %
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Learnt:
    """What the rows of a pack teach.

    Attributes:
        predictor: The best candidate, fitted to all rows and calibrated; None for too few rows.
        models: Every candidate fitted to all rows, for the choice of what to measure next.
        scores: Candidate -> mean relative error in percent by cross-validation.
        best: Its name.
        mape_percent: Error of the best on held-out rows that were drawn at random.
        check_mape_percent: The same on the checks.
        held_out_ms: Prediction of each row by a model of the best kind that did not see it.
    """

    predictor: Predictor | None = None
    models: tuple[Any, ...] = ()
    scores: Mapping[str, float] = field(default_factory=dict)
    best: str = ""
    mape_percent: float = float("nan")
    check_mape_percent: float = float("nan")
    held_out_ms: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))

    @property
    def error_percent(self) -> float:
        """The error on the checks; without any that on labels, noise included."""
        unknown = math.isnan(self.check_mape_percent)
        return self.mape_percent if unknown else self.check_mape_percent


def candidates(rows: int, sources: Mapping[str, LatencyTable], seed: int) -> dict[str, Predictor]:
    """What is compared on so many rows."""
    names = ["additive", "gaussian-process"]
    if rows >= MANY_ROWS:
        names += ["additive, interactions", "ensemble"]
    found = {name: made_by_recipe(name, seed) for name in names}
    if sources:
        found["transfer"] = TransferPredictor(dict(sources))
    return found


def learn(
    table: MeasuredTable | None, sources: Mapping[str, LatencyTable], noise: float, seed: int
) -> Learnt:
    """Compare the candidates, fit the best to all rows and calibrate its intervals.

    Args:
        table: The rows on one scale, with the column `chosen`.
        sources: Tables of other devices.
        noise: Deviation of ln of a label, from networks labelled twice; 0 where it is not known.
        seed: Seed of the folds and of the candidates.
    """
    if table is None or len(table) < LEAST_ROWS:
        return Learnt()
    offered = candidates(len(table), sources, seed)
    auto = AutoPredictor(candidates=offered, seed=seed).fit(table, progress=False)
    best: Predictor = auto.best_
    fitter = best._fitter()
    held_out = _selection.held_out_predictions(
        fitter, table.archs, table.latency_ms, folds=0, seed=seed
    )
    _calibrate(best, fitter, table, noise, seed)
    usable = {name for name, score in auto.scores_.items() if not score.failure}
    models = [_model(name, each, auto, table) for name, each in offered.items() if name in usable]
    return Learnt(
        predictor=best,
        models=tuple(models),
        scores={name: score.mape_percent for name, score in auto.scores_.items()},
        best=auto.best_name_,
        mape_percent=_error(table, held_out, _drawn(table)),
        check_mape_percent=_error(table, held_out, _checks(table)),
        held_out_ms=held_out,
    )


def _model(name: str, each: Predictor, auto: AutoPredictor, table: MeasuredTable) -> Any:
    """The compiled model of a candidate on all rows."""
    if name == auto.best_name_:
        return auto.best_._fitted()
    return each._fitter().fit(table.archs, table.latency_ms)


def _checks(table: MeasuredTable) -> Flags:
    return np.asarray(table.measured["chosen"] == "check")


def _drawn(table: MeasuredTable) -> Flags:
    """Rows that were drawn at random, and not because of what they are."""
    return np.isin(table.measured["chosen"], ("random", "check"))


def _error(table: MeasuredTable, predicted: NDArray[np.float64], rows: Flags) -> float:
    if not rows.any():
        return float("nan")
    return evaluate(table.latency_ms[rows], predicted[rows]).mape_percent


def _calibrate(
    model: Predictor, fitter: Any, table: MeasuredTable, noise: float, seed: int
) -> None:
    """Intervals for readings at effort default: by the checks, else by labels less their noise."""
    checks = _checks(table)
    enough = np.count_nonzero(checks) >= LEAST_CHECKS
    counted = checks if enough else _drawn(table)
    if not counted.any():
        counted = np.ones(len(table), dtype=bool)
    _selection.calibrate_on_labels(
        model._fitted(),
        fitter,
        table.archs,
        table.latency_ms,
        counted.astype(np.uint8),
        label_noise=0.0 if enough else noise,
        reading_noise=READING_NOISE,
        seed=seed,
    )
