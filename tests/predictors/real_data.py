"""The originals' latency files, read without the room `datasets`: an independent oracle."""

from __future__ import annotations

import ast
import csv
from functools import cache
from pathlib import Path

import latpred as lp
import numpy as np
import pytest
from latpred.base.extras import has_torch
from latpred.predictors.trees import trees_available

FILES = {
    "note10": ("note10_lookuptable_ofa.csv", 1.2),
    "rtx": ("RTX_2080_Ti_GPU_ofa_rows0-8499.csv", 1.0),
    "p40": ("Tesla_P40_GPU_ofa_rows0-8499.csv", 1.0),
}


WITH_TORCH = has_torch()


def skip_if_unavailable(kind: str) -> None:
    """For kinds of predictors that this build or environment may lack."""
    if kind == "trees" and not trees_available():
        pytest.skip("LightGBM is not installed")
    if kind == "mlp" and not WITH_TORCH:
        pytest.skip("a build without LibTorch")


@cache
def read(path: Path, width: float) -> tuple[lp.Architectures, np.ndarray]:
    """Architectures and the last column of a file."""
    with path.open(newline="") as stream:
        rows = list(csv.reader(stream))[1:]
    space = lp.space("ofa-mobilenetv3", width=width)
    archs = space.architectures([ast.literal_eval(row[0]) for row in rows])
    return archs, np.array([float(row[1]) for row in rows])


def read_device(data_dir: Path, device: str) -> tuple[lp.Architectures, np.ndarray]:
    """At most the first 8,500 rows of one of the three tables."""
    name, width = FILES[device]
    archs, values = read(data_dir / "ofa" / "datasets" / name, width)
    return archs[:8500], values[:8500]
