"""Errors of fine-tuning against the number of rows of the target device."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from latpred._core import selection as _selection
from latpred.base.equal import Compared
from latpred.base.progress import with_bar
from latpred.base.text import table_text
from latpred.errors import ConfigError
from latpred.predictors.base import Predictor
from latpred.predictors.fitters import judged_rows
from latpred.predictors.rows import Table, Values, integer_setting, same_device, training_rows
from latpred.transfer.fine_tuned import FineTunedPredictor, fine_tuning_methods

if TYPE_CHECKING:
    from matplotlib.axes import Axes


__all__ = ["FineTuningCurve", "fine_tuning_curve"]


@dataclass(frozen=True)
class FineTuningCurve(Compared):
    """Errors of M methods fitted to S numbers of target rows, R times each.

    Attributes:
        methods: M names. sizes: S numbers of rows.
        mae_ms: M x S x R errors on rows that no method saw; NaN where training diverged.
        seconds: M x S x R durations of the fits.

    Example:
        >>> source = lp.FlopsPredictor().fit(table)
        >>> target = lp.LatencyTable(archs, 2 * table.latency_ms, device="phone")
        >>> curve = lp.fine_tuning_curve(source, target, (10, 20), repeats=2, methods=["affine"])
        >>> curve.methods, curve.sizes, curve.mae_ms.shape
        (('affine',), (10, 20), (1, 2, 2))
    """

    methods: tuple[str, ...]
    sizes: tuple[int, ...]
    mae_ms: Values
    seconds: Values

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the error against rows; see `latpred.plots.fine_tuning_curves`."""
        from latpred.plots import fine_tuning_curves as draw

        return draw(self, ax=ax)

    def __repr__(self) -> str:
        """Mean errors, one line per method."""
        rows = [["MAE, ms", *map(str, self.sizes)]]
        means, _, _ = _selection.over_repeats(self.mae_ms)
        shape = len(self.methods), len(self.sizes)
        for name, errors in zip(self.methods, means.reshape(shape), strict=True):
            rows.append([name, *(f"{error:.3f}" for error in errors)])
        return table_text(rows)


def fine_tuning_curve(
    source: Predictor,
    table: Table,
    sizes: Sequence[int] = (10, 20, 50, 100, 200, 400, 700),
    *,
    repeats: int = 5,
    seed: int = 0,
    methods: Sequence[str] | None = None,
    test: Table | None = None,
    progress: bool = False,
    **settings: Any,
) -> FineTuningCurve:
    """Fine-tune on more and more random rows of `table`; all methods see the same rows.

    Args:
        source: A fitted predictor of another device.
        table: Rows of the target; repeat r takes the first rows of its r-th random order.
        sizes: Numbers of rows to fit to.
        repeats: R, the number of random orders.
        methods: Where None, all that the source allows.
        test: Rows to judge on; where None, those of `table` whose networks no fit of that
            repeat sees.
        settings: Further settings of `FineTunedPredictor`.

    Raises:
        ConfigError: For sizes that leave no row to judge on, or an unknown method.

    Example:
        >>> source = lp.FlopsPredictor().fit(table)
        >>> target = lp.LatencyTable(archs, 2 * table.latency_ms, device="phone")
        >>> curve = lp.fine_tuning_curve(source, target, (10, 20), repeats=2, methods=["affine"])
        >>> bool(curve.mae_ms.max() < 0.1)
        True
    """
    archs, values, _ = training_rows(table, None)
    same_device("fine_tuning_curve: test", test, table)
    chosen = tuple(fine_tuning_methods(source) if methods is None else methods)
    numbers = tuple(integer_setting("fine_tuning_curve", "sizes", size, 5) for size in sizes)
    rounds = integer_setting("fine_tuning_curve", "repeats", repeats, 1)
    if not numbers or not chosen or max(numbers) > len(values) - (test is None):
        raise ConfigError(
            f"fine_tuning_curve: sizes {numbers} of {len(values)} rows, methods {chosen}"
        )
    fitters = [FineTunedPredictor(source, method, **settings)._fitter() for method in chosen]
    run = partial(_selection.learning_curves, fitters, archs, values)
    found, seconds, _ = with_bar(
        progress,
        "fine-tuning curves",
        lambda report: run(
            sizes=numbers,
            repeats=rounds,
            seed=seed,
            fit_seed=seed,
            test_share=0.0,
            gaps=True,
            progress=report,
            **judged_rows(None if test is None else training_rows(test, None)[:2]),
        ),
    )
    errors = np.array([np.nan if each is None else each.mae_ms for each in found])
    shape = (len(chosen), len(numbers), rounds)
    return FineTuningCurve(chosen, numbers, errors.reshape(shape), seconds.reshape(shape))
