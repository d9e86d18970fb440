"""The predictor that tries the others on the rows given and takes the best."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy.typing as npt

from latpred._core import selection as _selection
from latpred.base.progress import with_bar
from latpred.base.shown import Shown
from latpred.base.text import table_text
from latpred.errors import DataError
from latpred.predictors.base import Predictor
from latpred.predictors.fitters import fit_quietly, fitter_of, seeded
from latpred.predictors.registry import available, made_by_recipe
from latpred.predictors.rows import Table, Values, integer_setting, training_rows
from latpred.spaces import Architectures

__all__ = ["AutoPredictor", "CandidateScore", "cross_validate"]

LEAST_ROWS = 4


@dataclass(frozen=True)
class CandidateScore(Shown):
    """Held-out errors of one candidate: mean absolute in the unit of the values, and relative."""

    mae: float
    mape_percent: float
    spearman: float
    folds: int
    failure: str = ""


def cross_validate(
    model: object, archs: Architectures, values: Values, *, folds: int, seed: int
) -> CandidateScore:
    """Judge a model's settings by cross-validation: each row is held out once.

    Args:
        model: A predictor, or any object with `fit(archs, values)` and `predict(archs)`.
        archs: N networks; all rows of one are in one fold.
        values: N measured values.
        folds: Number of parts. seed: Seed for the parts.

    A candidate that cannot be fitted to such rows has infinite errors and says why.
    """
    count = _fold_count(folds)
    return CandidateScore(
        *_selection.cross_validate(fitter_of(model), archs, values, folds=count, seed=seed)
    )


def _fold_count(folds: int | None) -> int:
    """For the core, where 0 stands for a number that suits the rows."""
    return 0 if folds is None else integer_setting("cross-validation", "folds", folds, 2)


EFFORTS = ("fast", "default", "thorough")


class AutoPredictor(Predictor):
    """Cross-validates candidates on the rows given and takes the one of least mean absolute error.

    The choice sees no other rows. The model is then fitted to all of them; `save` writes
    that model, and `load_predictor` gives it back as what it is.

    Args:
        seed: Seed for the folds and the candidates.
        effort: The budget, as a list of candidates, so that no clock decides. "fast": FLOPs,
            additive, additive with interactions (from 300 rows), Gaussian process (to 1,000).
            "default": also the process to 2,000 rows, and trees, where LightGBM is installed (from
            200). "thorough": these for any number of rows, the mean of the process and the additive
            one with interactions (from 300), and the MLP (from 1,000), which takes minutes.
        folds: Parts of the cross-validation; where None, 10 below 100 rows, 5 below 1,000, else 3.
        candidates: Name -> predictor, instead of the candidates of an effort.

    Attributes:
        best_: The fitted winner. best_name_: Its name.
        scores_: Name -> CandidateScore, best first. table_: The same as text.

    Example:
        >>> few = {"flops": lp.FlopsPredictor(), "additive": lp.AdditivePredictor()}
        >>> model = lp.AutoPredictor(candidates=few, folds=3).fit(table, progress=False)
        >>> model.best_name_, sorted(model.scores_)
        ('flops', ['additive', 'flops'])
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
        """Choose and fit to 4 rows or more. With `progress`, a bar shows the candidates.

        Raises:
            DataError: For fewer rows, another number of latencies, NaN or values <= 0; where no
                candidate could be fitted.
            ConfigError: For settings out of range.
        """
        archs, values, device = training_rows(table, latency_ms)
        if len(archs) < LEAST_ROWS:
            raise DataError(f"AutoPredictor: {len(archs)} rows, {LEAST_ROWS} or more expected")
        candidates = self._candidates(len(archs))
        fitters = [(name, fitter_of(model)) for name, model in candidates.items()]
        ranked, notes, _ = with_bar(
            progress,
            "candidates",
            lambda report: _selection.select(
                fitters,
                archs,
                values,
                folds=_fold_count(self.folds),
                seed=self.seed,
                progress=report,
            ),
        )
        self.scores_ = {name: CandidateScore(*score) for name, score in ranked.items()}
        self.best_name_ = next(iter(ranked))
        self.best_ = fit_quietly(candidates[self.best_name_]._unfitted(), archs, values)
        self._native = self.best_._fitted()
        self._rows = archs, values
        self._native.device = device
        self.add_notes(notes)
        return self

    def _compiled_fitter(self) -> Any:
        if self._native is not None and hasattr(self, "best_"):
            return self.best_._fitter()  # the choice is made, as in `_unfitted`
        given = [] if self.candidates is None else list(self.candidates.items())
        fitter = _selection.AutoFitter(
            effort=self.effort,
            folds=_fold_count(self.folds),
            candidates=[(name, fitter_of(model)) for name, model in given],
            offered=[(name, fitter_of(model)) for name, model in _offered(0).items()],
        )
        return seeded(fitter, self.seed)

    @property
    def table_(self) -> str:
        """The candidates and their held-out errors, best first."""
        rows = [["candidate", "MAE", "MAPE %", "rank corr."]]
        for name, score in self.scores_.items():
            errors = [f"{score.mae:.4g}", f"{score.mape_percent:.3g}", f"{score.spearman:.4f}"]
            rows.append([name, *([] if score.failure else errors)])
        failures = ["", *(score.failure for score in self.scores_.values())]
        lines = zip(table_text(rows).splitlines(), failures, strict=True)
        return "\n".join(f"{line}  {failure}".rstrip() for line, failure in lines)

    def _unfitted(self) -> Predictor:
        # The choice is made: the folds of intervals need not make it again.
        if self._native is not None and hasattr(self, "best_"):
            chosen: Predictor = self.best_._unfitted()
            return chosen
        return super()._unfitted()

    def _candidates(self, rows: int) -> dict[str, Predictor]:
        if self.candidates is not None:
            return dict(self.candidates)
        offered = [(name, fitter_of(model)) for name, model in _offered(self.seed).items()]
        names = _selection.usual_candidates(rows, self.effort, offered)
        return {name: made_by_recipe(name, self.seed) for name in names}


def _offered(seed: int) -> dict[str, Predictor]:
    """Candidates that Python has where an optional package is installed."""
    return {"trees": made_by_recipe("trees", seed)} if available("trees") else {}
