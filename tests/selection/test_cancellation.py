"""Ctrl-C ends every call that fits repeatedly, at once and with nothing changed."""

from __future__ import annotations

import signal
from collections.abc import Callable
from typing import Any

import latpred as lp
import numpy as np
import pytest
from latpred.predictors.auto import cross_validate

SPACE = lp.space("ofa-mobilenetv3")
ARCHS = SPACE.sample(60, seed=0, unique=True)
VALUES = 2 + np.asarray(SPACE.count(ARCHS)["macs"], dtype=float) * 1e-8
TABLE = lp.LatencyTable(ARCHS, VALUES)
FITS: list[int] = []


class Interrupted(lp.FlopsPredictor):
    """The second of its fits is interrupted."""

    def fit(self, table: Any, latency_ms: Any = None) -> Interrupted:
        FITS.append(len(table))
        if len(FITS) == 2:
            signal.raise_signal(signal.SIGINT)
        return super().fit(table, latency_ms)


def calibrated() -> None:
    model = Interrupted().fit(ARCHS, VALUES)
    model.calibrate(ARCHS, VALUES, folds=5)


CALLS: dict[str, Callable[[], Any]] = {
    "cross-validation": lambda: cross_validate(Interrupted(), ARCHS, VALUES, folds=5, seed=0),
    "choice": lambda: lp.AutoPredictor(candidates={"a": Interrupted()}).fit(ARCHS, VALUES),
    "bagging": lambda: lp.EnsemblePredictor(Interrupted()).fit(ARCHS, VALUES),
    "learning curve": lambda: lp.learning_curve(Interrupted(), TABLE, sizes=(10, 20)),
    "calibration": calibrated,
}


@pytest.mark.parametrize("name", CALLS)
def test_an_interrupted_fit_is_the_last_one(name: str) -> None:
    FITS.clear()
    with pytest.raises(KeyboardInterrupt):
        CALLS[name]()
    assert len(FITS) == 2


def test_an_interrupted_calibration_leaves_the_model_as_it_was() -> None:
    FITS.clear()
    FITS.extend([0, 0])
    model = Interrupted().fit(ARCHS, VALUES)
    model.calibrate(ARCHS[:30], VALUES[:30] * 1.01)
    FITS.clear()
    with pytest.raises(KeyboardInterrupt):
        model.calibrate(ARCHS, VALUES, folds=5)
    assert model.calibration_rows == 30
