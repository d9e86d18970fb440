"""Learning curves: held-out errors against the number of training rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from latpred._core import selection as _selection
from latpred.base.names import did_you_mean
from latpred.base.shown import Shown
from latpred.errors import ConfigError
from latpred.metrics import Evaluation, of_native
from latpred.predictors.base import Predictor
from latpred.predictors.fitters import fitter_of, judged_rows
from latpred.predictors.rows import Table, Values, integer_setting, same_device

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["LearningCurve", "learning_curve"]

TEST_SHARE = 0.2


@dataclass(frozen=True)
class LearningCurve(Shown):
    """Held-out errors of one predictor, fitted to more and more rows.

    Attributes:
        name: Name of the predictor.
        sizes: S numbers of rows.
        errors: S x R errors, one per repetition. metric: Name of the error.
        test_rows: Number of rows that the errors are computed on.

    Example:
        >>> curve = lp.learning_curve(lp.FlopsPredictor(), table, sizes=(5, 10), repeats=2)
        >>> curve.name, curve.sizes, curve.errors.shape
        ('FlopsPredictor', (5, 10), (2, 2))
    """

    name: str
    sizes: tuple[int, ...]
    errors: Values
    metric: str
    test_rows: int

    @property
    def mean(self) -> Values:
        """The S means over the repetitions."""
        return _selection.over_repeats(self.errors)[0]

    def __str__(self) -> str:
        """One line per size."""
        return "\n".join(
            f"{self.name}: {size:6} rows: {self.metric} {mean:.4g} ({least:.4g} to {most:.4g})"
            for size, mean, least, most in zip(
                self.sizes, *_selection.over_repeats(self.errors), strict=True
            )
        )

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the errors against rows; see `plots.learning_curves` for several curves."""
        from latpred.plots import learning_curves

        return learning_curves([self], ax=ax)


def learning_curve(
    predictor: Predictor,
    table: Table,
    sizes: Sequence[int] = (10, 20, 50, 100, 200, 500, 1000),
    repeats: int = 5,
    seed: int = 0,
    *,
    test: Table | None = None,
    metric: str = "mae_ms",
    name: str | None = None,
) -> LearningCurve:
    """Fit a predictor to random subsets of a table, several times for each size.

    Budgets are equal: with the same table, sizes and seed, repetition r of a size takes the same
    rows for every predictor, and smaller subsets lie inside larger ones.

    Args:
        predictor: Only its settings are used; the predictor itself does not change.
        table: Rows to draw from.
        sizes: Numbers of rows.
        repeats: Number of draws for each size.
        test: Rows to judge on; where None, a fifth of the table's networks, drawn with `seed`.
        metric: A key of `evaluate`'s result, e.g. "mape_percent".

    Raises:
        DataError: Where the table has too few rows. ConfigError: For an unknown metric.

    Example:
        >>> curve = lp.learning_curve(lp.FlopsPredictor(), table, sizes=(5, 10, 20), repeats=2)
        >>> curve.sizes, curve.mean.shape
        ((5, 10, 20), (3,))
    """
    same_device("learning_curve: test", test, table)
    judged = judged_rows(None if test is None else (test.archs, test.latency_ms))
    found, _, test_rows = _selection.learning_curves(
        [fitter_of(predictor)],
        table.archs,
        table.latency_ms,
        sizes=counts("learning_curve", sizes),
        repeats=max(repeats, 0),
        seed=seed,
        test_share=TEST_SHARE,
        gaps=False,
        **judged,
    )
    errors = np.array([_metric(of_native(each), metric) for each in found])
    return LearningCurve(
        name or type(predictor).__name__,
        tuple(sizes),
        errors.reshape(len(sizes), repeats),
        metric,
        test_rows,
    )


def counts(what: str, sizes: Sequence[int]) -> list[int]:
    """The sizes as integers; ConfigError for one that is not an integer."""
    return [integer_setting(what, "sizes", size, 0) for size in sizes]


def _metric(found: Evaluation, metric: str) -> float:
    try:
        return float(found[metric])
    except KeyError:
        raise ConfigError(
            f"metric {metric!r}; known: {sorted(found)}{did_you_mean(metric, found)}"
        ) from None
