"""Error against rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from latpred import _core
from latpred.errors import ConfigError, DataError
from latpred.intervals import fit_quietly
from latpred.metrics import Evaluation, evaluate
from latpred.predictor_base import Predictor, Table, Values

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["LearningCurve", "learning_curve"]


@dataclass(frozen=True)
class LearningCurve:
    """Held-out errors of one predictor fitted to ever more rows.

    Attributes:
        name: Of the predictor.
        sizes: S numbers of rows.
        errors: S x R errors, one a repetition. metric: Which.
        test_rows: Rows that the errors are of.
    """

    name: str
    sizes: tuple[int, ...]
    errors: Values
    metric: str
    test_rows: int

    @property
    def mean(self) -> Values:
        """S means over the repetitions."""
        return np.asarray(self.errors.mean(axis=1))

    def __str__(self) -> str:
        """One line a size."""
        return "\n".join(
            f"{self.name}: {size:6} rows: {self.metric} {row.mean():.4g} "
            f"({row.min():.4g} to {row.max():.4g})"
            for size, row in zip(self.sizes, self.errors, strict=True)
        )

    def plot(self, ax: Axes | None = None) -> Axes:
        """Errors against rows; see `plots.learning_curves` for several."""
        from latpred.plot_predictors import learning_curves

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
    """Fit a predictor's settings to random parts of a table, again and again.

    Budgets are equal: repetition r of a size takes the same rows for every predictor (with the
    same table, sizes and seed), and the smaller part is inside the larger.

    Args:
        predictor: Its settings are taken; it stays as it is.
        table: Rows to draw from.
        sizes: Numbers of rows.
        repeats: Draws for each size.
        test: Rows to judge by; a fifth of the table's networks, drawn by `seed`, where None.
        metric: A key of `evaluate`'s result, e.g. "mape_percent".

    Raises:
        DataError: Where the table has too few rows. ConfigError: For an unknown metric.
    """
    rows = np.arange(len(table.latency_ms))
    archs, values = table.archs, table.latency_ms
    if test is None:
        shares = [0.8, 0.2]
        kept, held = _core.datasets.split_rows(archs, "architecture", shares, seed, False)
        rows, held_out = kept.astype(np.intp), held.astype(np.intp)
        known, truth = archs[held_out], values[held_out]
    else:
        known, truth = test.archs, test.latency_ms
    if not sizes or min(sizes) < 1 or max(sizes) > len(rows) or repeats < 1:
        raise DataError(
            f"learning_curve: sizes {list(sizes)}, {repeats} repeats; 1 to {len(rows)} rows and "
            "1 repeat or more expected"
        )
    errors = np.empty((len(sizes), repeats))
    for repeat in range(repeats):
        order = _order(table, rows, 1000 * seed + repeat)
        for place, size in enumerate(sizes):
            chosen = np.sort(order[:size])
            model = fit_quietly(predictor._unfitted(), archs[chosen], values[chosen])
            errors[place, repeat] = _metric(evaluate(truth, model.predict(known)), metric)
    title = name or type(predictor).__name__
    return LearningCurve(title, tuple(sizes), errors, metric, len(truth))


def _order(table: Table, rows: np.ndarray, seed: int) -> np.ndarray:
    """The rows in an order drawn by the seed: those of the first parts of a split come first."""
    parts = 64 if len(rows) >= 640 else len(rows)
    shares = [1 / parts] * parts
    found = _core.datasets.split_rows(table.archs[rows], "random", shares, seed, False)
    return rows[np.concatenate(found).astype(np.intp)]


def _metric(found: Evaluation, metric: str) -> float:
    try:
        return float(found[metric])
    except KeyError:
        raise ConfigError(f"metric {metric!r}; known: {sorted(found)}") from None
