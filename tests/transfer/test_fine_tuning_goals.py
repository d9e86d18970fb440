"""Goals of fine-tuning on the original tables: Note10 -> RTX and P40, rows 7000-8499."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import latpred as lp
import numpy as np
import pytest

from tests.predictors.real_data import read_device


@cache
def note10_source(data_dir: Path) -> lp.AdditivePredictor:
    archs, values = read_device(data_dir, "note10")
    return lp.AdditivePredictor().fit(archs[:7000], values[:7000])


def error(data_dir: Path, device: str, rows: slice | np.ndarray, method: str = "auto") -> float:
    archs, values = read_device(data_dir, device)
    model = lp.FineTunedPredictor(note10_source(data_dir), method).fit(archs[rows], values[rows])
    return lp.evaluate(values[7000:], model.predict(archs[7000:])).mae_ms


@pytest.mark.parametrize(("device", "goal"), [("rtx", 0.20), ("p40", 0.18)])
def test_first_700_rows(data_dir: Path, device: str, goal: float) -> None:
    assert error(data_dir, device, slice(700)) <= goal


@pytest.mark.parametrize(
    ("device", "count", "goal"),
    [("rtx", 100, 0.25), ("p40", 100, 0.50), ("rtx", 20, 0.45), ("p40", 20, 0.90)],
)
def test_random_rows(data_dir: Path, device: str, count: int, goal: float) -> None:
    chosen = [
        100 + np.random.default_rng(seed).choice(6900, count, replace=False) for seed in range(5)
    ]
    assert np.mean([error(data_dir, device, rows) for rows in chosen]) <= goal


def test_source_as_a_feature_beats_a_line(data_dir: Path) -> None:
    rows = np.arange(700)
    assert error(data_dir, "p40", rows, "feature") < 0.5 * error(data_dir, "p40", rows, "affine")
