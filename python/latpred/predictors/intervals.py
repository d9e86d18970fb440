"""Prediction intervals: calibration on rows that the model has not seen, and their coverage."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from latpred._core import predictors as _native
from latpred._core import selection as _selection
from latpred.base.progress import with_bar
from latpred.errors import DataError, NotFittedError
from latpred.predictors.rows import Table, Values, integer_setting, same_device, training_rows
from latpred.spaces import Architectures, ArchitecturesLike

__all__ = ["calibrate", "calibrate_on_training", "coverage", "parts_of"]


class Calibrated(Protocol):
    """What calibration asks of a `Predictor`: its compiled model, and a fitter of its settings."""

    def _fitted(self) -> Any: ...
    def _fitter(self) -> Any: ...
    def predict_interval(
        self, archs: ArchitecturesLike, confidence: float = ...
    ) -> tuple[Values, Values]: ...


def calibrate(
    model: Calibrated,
    table: Table | Architectures,
    values: npt.ArrayLike | None = None,
    *,
    folds: int | None = None,
    seed: int = 0,
) -> None:
    """Learn from rows how far off the fitted `model` is, and keep that in it and its file.

    Without `folds`: split-conformal on rows that the model was not fitted on. A new row drawn like
    those lies in the interval of confidence c with probability c or more, whatever the model
    (Lei et al. 2018). Half-widths are in proportion to a latency, alike for accuracies, and follow
    the deviations of a Gaussian process and the members' spread of an ensemble.

    With `folds`: for few rows, those of the training again. The model's settings are fitted anew
    `folds` times without a part of them, and the errors on these parts are the scores (as the
    jackknife of Barber et al. 2021, around the model of all rows; no theorem, and rather wide, as
    the part models had fewer rows).

    Measured on OFA's tables, 20 random splits of rows 0-6999, additive predictor, 500 rows for
    calibration and 1,000 for the test: coverage at 80 / 90 / 95 % of .800 / .903 / .950 (RTX) and
    .801 / .896 / .946 (P40) with 200 training rows, .799 / .902 / .948 and .801 / .905 / .954 with
    2,000; deviation between splits .01 to .025. With folds=10 and nothing but 50 rows, 10 draws:
    .90 (RTX, deviation .08) and .93 (P40, .04) at 90 %.
    Rows of another session are not exchangeable: calibrated on RTX rows 7000-7999, the intervals
    of rows 7000-8499, where the device is 2 % faster from about 8100 on, held .76.

    Args:
        model: A fitted predictor.
        table: Rows as for `fit`; their values are in the unit of the model.
        values: Where `table` is architectures.
        folds: Number of parts, 2 or more.
        seed: Of the parts.

    Raises:
        NotFittedError: Before `fit`.
        DataError: For rows that the model was fitted on, without `folds`; for unusable values, or
            those of another device.
        ConfigError: For a wrong number of folds.
        SchemaError: For rows of another space.
    """
    native = model._fitted()
    archs, known, _ = training_rows(table, values)
    same_device("calibrate", table, str(native.device))
    if folds is None:
        if native.training_hash and _native.training_hash(archs, known) == native.training_hash:
            raise DataError(
                "calibrate: these are the rows that the model was fitted on; give others, or "
                "folds=10"
            )
        _native.set_calibration(native, _native.interval_scores(native, archs, known), "split")
        return
    _by_folds(model, archs, known, integer_setting("calibrate", "folds", folds, 2), seed)


def _by_folds(
    model: Calibrated, archs: Architectures, values: Values, folds: int, seed: int
) -> None:
    def run(report: Any) -> None:
        _selection.calibrate_by_folds(
            model._fitted(),
            model._fitter(),
            archs,
            values,
            folds=folds,
            seed=seed,
            progress=report,
        )

    with_bar(True, "intervals", run, delay_s=2)


def calibrate_on_training(model: Calibrated, archs: Architectures, values: Values) -> None:
    """Calibrate by cross-validation of the training rows: 10 folds below 200 rows, else 5.

    NotFittedError below 9 rows, which hold nothing of the usual confidence of 90 %.
    """
    if len(archs) < 9:
        raise NotFittedError(
            f"predict_interval: fitted to {len(archs)} rows, too few to calibrate by: call "
            "calibrate(table) with others"
        )
    _by_folds(model, archs, values, 0, 0)


def parts_of(
    archs: Architectures, folds: int, seed: int
) -> list[tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]]:
    """(rows to fit, rows held out) of each fold; all rows of one network are in one fold."""
    return [
        (train.astype(np.intp), held_out.astype(np.intp))
        for train, held_out in _selection.folds(archs, folds, seed)
    ]


def coverage(
    model: Calibrated,
    table: Table | Architectures,
    values: npt.ArrayLike | None = None,
    *,
    confidence: float = 0.9,
) -> float:
    """Share of the rows whose value lies in its interval, 0 to 1; raises as `predict_interval`."""
    archs, known, _ = training_rows(table, values)
    native = getattr(model, "_native", None)  # a class of one's own may have none
    same_device("coverage", table, "" if native is None else str(native.device))
    low, high = model.predict_interval(archs, confidence)
    return _native.coverage(low, high, known)
