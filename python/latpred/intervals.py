"""Prediction intervals: calibration on rows that the model has not seen, and their coverage."""

from __future__ import annotations

import inspect
from typing import Any

import numpy as np
import numpy.typing as npt

from latpred import _core
from latpred.errors import ConfigError, DataError, NotFittedError
from latpred.predictor_base import Predictor, Table, Values, training_rows
from latpred.progress import with_bar
from latpred.spaces import Architectures

_native = _core.predictors

__all__ = ["calibrate", "calibrate_on_training", "coverage", "fit_quietly", "parts_of"]


def calibrate(
    model: Predictor,
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
        DataError: For rows that the model was fitted on, without `folds`; for unusable values.
        ConfigError: For a wrong number of folds.
        SchemaError: For rows of another space.
    """
    native = model._fitted()
    archs, known, _ = training_rows(table, values)
    if folds is None:
        if native.training_hash and _native.training_hash(archs, known) == native.training_hash:
            raise DataError(
                "calibrate: these are the rows that the model was fitted on; give others, or "
                "folds=10"
            )
        _native.set_calibration(native, _native.interval_scores(native, archs, known), "split")
        return
    parts = parts_of(archs, folds, seed)
    scores: list[Values] = []

    def run(report: Any) -> None:
        for done, (train, held_out) in enumerate(parts):
            report(done, len(parts), "")
            part = fit_quietly(model._unfitted(), archs[train], known[train])._fitted()
            part.unit = native.unit
            scores.append(_native.interval_scores(part, archs[held_out], known[held_out]))

    with_bar(True, "intervals", run, delay_s=2)
    _native.set_calibration(native, np.concatenate(scores), f"{folds} folds")


def calibrate_on_training(model: Predictor, archs: Architectures, values: Values) -> None:
    """Calibrate by cross-validation of the training rows: 10 folds below 200 rows, else 5.

    NotFittedError below 9 rows, which hold nothing of the usual confidence of 90 %.
    """
    if len(archs) < 9:
        raise NotFittedError(
            f"predict_interval: fitted to {len(archs)} rows, too few to calibrate by: call "
            "calibrate(table) with others"
        )
    calibrate(model, archs, values, folds=min(len(archs), 10) if len(archs) < 200 else 5)


def fit_quietly(model: Predictor, archs: Architectures, values: Values) -> Predictor:
    """Fit without a bar."""
    fit: Any = model.fit  # type: ignore[attr-defined]
    quiet = {"progress": False} if "progress" in inspect.signature(fit).parameters else {}
    fitted: Predictor = fit(archs, values, **quiet)
    return fitted


def parts_of(
    archs: Architectures, folds: int, seed: int
) -> list[tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]]:
    """(rows to fit, rows held out) of each fold; all rows of one network are in one fold."""
    if not 2 <= folds <= len(archs):
        raise ConfigError(f"folds={folds}: 2 to {len(archs)} (the number of rows) expected")
    shares = [1 / folds] * folds
    parts = _core.datasets.split_rows(archs, "architecture", shares, seed, False)
    everything = np.arange(len(archs))
    held_out = [np.sort(part.astype(np.intp)) for part in parts if 0 < len(part) < len(archs)]
    if not held_out:
        raise DataError("folds: the rows are all of one network")
    return [(np.setdiff1d(everything, part), part) for part in held_out]


def coverage(
    model: Predictor,
    table: Table | Architectures,
    values: npt.ArrayLike | None = None,
    *,
    confidence: float = 0.9,
) -> float:
    """Share of the rows whose value lies in its interval, 0 to 1; raises as `predict_interval`."""
    archs, known, _ = training_rows(table, values)
    low, high = model.predict_interval(archs, confidence)
    return float(np.mean((low <= known) & (known <= high)))
