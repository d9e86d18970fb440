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
from latpred.predictors.auto import CandidateScore
from latpred.predictors.base import Predictor
from latpred.predictors.fitters import fit_quietly
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

    The models of the comparison serve the intervals and the held-out predictions, too.

    Args:
        table: The rows on one scale, with the column `chosen`.
        sources: Tables of other devices.
        noise: Deviation of ln of a label, from networks labelled twice; 0 where it is not known.
        seed: Seed of the folds and of the candidates.
    """
    if table is None or len(table) < LEAST_ROWS:
        return Learnt()
    offered = candidates(len(table), sources, seed)
    rows = table.archs, table.latency_ms
    fitters = {name: each._fitter() for name, each in offered.items()}
    found, notes, held_out = _selection.select(list(fitters.items()), *rows, folds=0, seed=seed)
    scores = {name: CandidateScore(*score) for name, score in found.items()}
    name = next(iter(scores))
    best: Predictor = fit_quietly(offered[name], *rows)
    best._fitted().device = table.device
    best.add_notes(notes)
    _calibrate(best, held_out, table, noise)
    usable = [one for one, score in scores.items() if not score.failure]
    others = [fitters[one].fit(*rows) for one in usable if one != name]
    return Learnt(
        predictor=best,
        models=(best._fitted(), *others),
        scores={one: score.mape_percent for one, score in scores.items()},
        best=name,
        mape_percent=_error(table, held_out.predicted, _drawn(table)),
        check_mape_percent=_error(table, held_out.predicted, _checks(table)),
        held_out_ms=held_out.predicted,
    )


def _checks(table: MeasuredTable) -> Flags:
    return np.asarray(table.measured["chosen"] == "check")


def _drawn(table: MeasuredTable) -> Flags:
    """Rows that were drawn at random, and not because of what they are."""
    return np.isin(table.measured["chosen"], ("random", "check"))


def _error(table: MeasuredTable, predicted: NDArray[np.float64], rows: Flags) -> float:
    if not rows.any():
        return float("nan")
    return evaluate(table.latency_ms[rows], predicted[rows]).mape_percent


def _calibrate(model: Predictor, held_out: Any, table: MeasuredTable, noise: float) -> None:
    """Intervals for readings at effort default: by the checks, else by labels less their noise."""
    checks = _checks(table)
    enough = np.count_nonzero(checks) >= LEAST_CHECKS
    counted = checks if enough else _drawn(table)
    if not counted.any():
        counted = np.ones(len(table), dtype=bool)
    _selection.calibrate_on_labels(
        model._fitted(),
        held_out,
        table.archs,
        table.latency_ms,
        counted.astype(np.uint8),
        label_noise=0.0 if enough else noise,
        reading_noise=READING_NOISE,
    )
