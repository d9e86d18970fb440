"""The predictor that tries the others on the rows given and takes the best."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from latpred import _core
from latpred.ensemble import EnsemblePredictor
from latpred.errors import ConfigError, DataError, LatpredError
from latpred.gaussian_process import GaussianProcessPredictor
from latpred.intervals import fit_quietly, parts_of
from latpred.metrics import evaluate
from latpred.predictor_base import Predictor, Table, Values, training_rows
from latpred.predictors import AdditivePredictor, FlopsPredictor
from latpred.progress import with_bar
from latpred.spaces import Architectures
from latpred.trees import TreesPredictor, trees_available

__all__ = ["AutoPredictor", "CandidateScore", "cross_validate"]

LEAST_ROWS = 4


@dataclass(frozen=True)
class CandidateScore:
    """Held-out errors of one candidate: mean absolute in the unit of the values, and relative."""

    mae: float
    mape_percent: float
    spearman: float
    folds: int
    failure: str = ""


def cross_validate(
    model: Predictor, archs: Architectures, values: Values, *, folds: int, seed: int
) -> CandidateScore:
    """Errors on rows that the model's settings were not fitted on, each row once.

    A candidate that cannot be fitted to such rows has infinite errors and says why.
    """
    predicted = np.full(len(values), np.nan)
    try:
        for train, held_out in parts_of(archs, folds, seed):
            part = fit_quietly(model._unfitted(), archs[train], values[train])
            predicted[held_out] = part.predict(archs[held_out])
        found = evaluate(values, predicted)
    except LatpredError as error:
        return CandidateScore(np.inf, np.inf, np.nan, folds, str(error))
    return CandidateScore(found["mae_ms"], found["mape_percent"], found["spearman"], folds)


def _mlp(seed: int) -> Predictor:
    from latpred.mlp import MlpPredictor

    return MlpPredictor(encoding="one-hot+cost-features", seed=seed)


def _available(name: str) -> bool:
    """Whether this environment and build have what the candidate needs."""
    if name == "trees":
        return trees_available()
    return name != "mlp" or hasattr(_core, "neural")


def _both() -> Predictor:
    return EnsemblePredictor([AdditivePredictor(interactions="auto"), GaussianProcessPredictor()])


# Name -> (least rows, most rows for each effort, maker). Limits: below, a candidate has never won;
# above, its cost is out of proportion. A process costs its rows' cube, the MLP minutes.
_ALWAYS = (np.inf, np.inf, np.inf)
_CANDIDATES: dict[str, tuple[int, tuple[float, float, float], Callable[[int], Predictor]]] = {
    "flops": (0, _ALWAYS, lambda _: FlopsPredictor()),
    "additive": (0, _ALWAYS, lambda _: AdditivePredictor()),
    "gaussian-process": (0, (1000, 2000, np.inf), lambda _: GaussianProcessPredictor()),
    "additive, interactions": (300, _ALWAYS, lambda _: AdditivePredictor(interactions="auto")),
    "trees": (200, (0, np.inf, np.inf), lambda seed: TreesPredictor(seed=seed)),
    "ensemble": (300, (0, 0, np.inf), lambda _: _both()),
    "mlp": (1000, (0, 0, np.inf), _mlp),
}
EFFORTS = ("fast", "default", "thorough")


class AutoPredictor(Predictor):
    """Cross-validates candidates on the rows given, takes the one of least mean absolute error.

    The choice sees nothing but those rows. The model is then fitted to all of them; `save` writes
    that model, and `load_predictor` gives it back as what it is.

    Args:
        seed: Of the folds and the candidates.
        effort: The budget, as a list of candidates, so that no clock decides. "fast": FLOPs,
            additive, additive with interactions (from 300 rows), Gaussian process (to 1,000).
            "default": also the process to 2,000 rows, and trees, where LightGBM is installed (from
            200). "thorough": these for any number of rows, the mean of the process and the additive
            one with interactions (from 300), and the MLP (from 1,000), which takes minutes.
        folds: Parts of the cross-validation; None: 10 below 100 rows, 5 below 1,000, else 3.
        candidates: Name -> predictor, in place of those.

    Attributes:
        best_: The fitted winner. best_name_: Its name.
        scores_: Name -> CandidateScore, best first. table_: The same as text.
    """

    def __init__(
        self,
        *,
        seed: int = 0,
        effort: str = "default",
        folds: int | None = None,
        candidates: Mapping[str, Predictor] | None = None,
    ) -> None:
        self.seed = seed
        self.effort = effort
        self.folds = folds
        self.candidates = candidates

    def fit(
        self,
        table: Table | Architectures,
        latency_ms: npt.ArrayLike | None = None,
        *,
        progress: bool = True,
    ) -> Self:
        """Choose and fit; 4 rows or more. With `progress`, a bar shows the candidates.

        Raises:
            DataError: For fewer rows, another number of latencies, NaN or values <= 0; where no
                candidate could be fitted.
            ConfigError: For settings out of range.
        """
        archs, values, device = training_rows(table, latency_ms)
        if len(archs) < LEAST_ROWS:
            raise DataError(f"AutoPredictor: {len(archs)} rows, {LEAST_ROWS} or more expected")
        folds = self._folds(len(archs))
        candidates = self._candidates(len(archs))
        scores = self._scores(candidates, archs, values, folds, progress)
        ranked = sorted(scores, key=lambda name: scores[name].mae)
        self.scores_ = {name: scores[name] for name in ranked}
        if not ranked or not np.isfinite(scores[ranked[0]].mae):
            reasons = "; ".join(f"{name}: {score.failure}" for name, score in scores.items())
            raise DataError(f"AutoPredictor: no candidate could be fitted: {reasons}")
        self.best_name_ = ranked[0]
        best = candidates[self.best_name_]._unfitted()
        self.best_ = fit_quietly(best, archs, values)
        self._native = self.best_._fitted()
        self._rows = archs, values
        self._native.device = device
        mae, percent = scores[ranked[0]].mae, scores[ranked[0]].mape_percent
        self.add_notes(
            {
                "chosen_by": f"{folds}-fold cross-validation among {', '.join(ranked)}",
                "cross_validated_mae": f"{mae:.6g}",
                "cross_validated_mape_percent": f"{percent:.4g}",
            }
        )
        return self

    def _scores(
        self,
        candidates: Mapping[str, Predictor],
        archs: Architectures,
        values: Values,
        folds: int,
        progress: bool,
    ) -> dict[str, CandidateScore]:
        scores: dict[str, CandidateScore] = {}

        def run(report: Any) -> None:
            for done, (name, model) in enumerate(candidates.items()):
                if report is not None:
                    report(done, len(candidates), name)
                scores[name] = cross_validate(model, archs, values, folds=folds, seed=self.seed)

        with_bar(progress, "candidates", run)
        return scores

    @property
    def table_(self) -> str:
        """The candidates and their held-out errors, best first."""
        lines = [f"{'candidate':24}{'MAE':>10}{'MAPE %':>9}{'rank corr.':>12}"]
        for name, score in self.scores_.items():
            errors = f"{score.mae:10.4g}{score.mape_percent:9.3g}{score.spearman:12.4f}"
            lines.append(f"{name:24}" + (score.failure or errors))
        return "\n".join(lines)

    def _unfitted(self) -> Predictor:
        # The choice is made: the folds of intervals need not make it again.
        if self._native is not None and hasattr(self, "best_"):
            return self.best_._unfitted()
        return super()._unfitted()

    def _folds(self, rows: int) -> int:
        if self.folds is not None:
            return self.folds
        return min(rows, 10) if rows < 100 else 5 if rows < 1000 else 3

    def _candidates(self, rows: int) -> dict[str, Predictor]:
        if self.candidates is not None:
            return dict(self.candidates)
        if self.effort not in EFFORTS:
            raise ConfigError(f"AutoPredictor: effort {self.effort!r}; known: {EFFORTS}")
        effort = EFFORTS.index(self.effort)
        return {
            name: make(self.seed)
            for name, (least, most, make) in _CANDIDATES.items()
            if least <= rows <= most[effort] and _available(name)
        }
