"""Built-in accuracy models: held-out error, ranges, and the script that makes them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import latpred as lp
import numpy as np
import pytest
from latpred.predictors import builtin_accuracy_names

ROOT = Path(__file__).resolve().parents[2]


def test_names() -> None:
    assert builtin_accuracy_names() == ["ofa-distilled", "ofa-top1"]
    with pytest.raises(lp.ConfigError, match="ofa-top1"):
        lp.load_accuracy("ofa-top2")


@pytest.mark.parametrize(
    ("name", "low", "high", "rmse"),
    [("ofa-top1", 69, 78, 0.15), ("ofa-distilled", 74, 84.5, 0.183)],
)
def test_percent_top1(name: str, low: float, high: float, rmse: float) -> None:
    model = lp.load_accuracy(name)
    assert model.unit == "%"
    assert float(model.notes["held_out_rmse_points"]) <= rmse
    for space in (lp.space("ofa-mobilenetv3", width=1.2), lp.space("compofa-elastic")):
        values = model.predict(space.sample(500, seed=0))
        assert values.min() > low
        assert values.max() < high
    with pytest.raises(lp.SchemaError):
        model.predict(lp.space("ofa-mobilenetv3", resolutions=[160]).sample(1, seed=0))


def test_only_the_distilled_model_sees_kernels() -> None:
    space = lp.space("ofa-mobilenetv3")
    genes = np.zeros((2, 46), dtype=np.int16)
    genes[1, 0] = 2
    archs = space.architectures(genes)
    top1, distilled = (lp.load_accuracy(n).predict(archs) for n in ("ofa-top1", "ofa-distilled"))
    assert top1[0] == top1[1]
    assert distilled[0] != distilled[1]


def test_larger_networks_are_better() -> None:
    space = lp.space("ofa-mobilenetv3")
    genes = np.zeros((2, 46), dtype=np.int16)
    genes[1, :45] = 2
    archs = space.architectures(genes)
    for name in builtin_accuracy_names():
        small, large = lp.load_accuracy(name).predict(archs)
        assert large > small + 1


def test_the_script_makes_the_committed_files(data_dir: Path, tmp_path: Path) -> None:
    script = ROOT / "tools" / "fit_accuracy_models.py"
    environment = {**os.environ, "LATPRED_DATA": str(data_dir)}
    command = [sys.executable, str(script), str(tmp_path)]
    subprocess.run(command, check=True, env=environment)
    archs = lp.space("ofa-mobilenetv3").sample(200, seed=3)
    for name in builtin_accuracy_names():
        made = lp.load_predictor(tmp_path / f"{name}.latpred").predict(archs)
        # Variances learnt from few rows amplify the last bits, which differ between machines.
        np.testing.assert_allclose(made, lp.load_accuracy(name).predict(archs), atol=0.03)
