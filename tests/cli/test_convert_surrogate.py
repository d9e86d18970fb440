"""`latpred convert` of AutoBuild's graph predictors to model files of ours."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import latpred as lp
import numpy as np
from latpred import cli
from typer.testing import CliRunner

from tests.profiling.surrogate_arrays import random_arrays


def call(*arguments: object) -> Any:
    return CliRunner().invoke(cli.app, ["convert", *map(str, arguments)])


def test_arrays_become_a_model_file(tmp_path: Path) -> None:
    arrays, out = tmp_path / "latency_npu.npz", tmp_path / "npu.latpred"
    np.savez(arrays, **random_arrays())  # type: ignore[arg-type]
    done = call(arrays, "--out", out, "--json")
    assert done.exit_code == 0, done.output
    assert json.loads(done.output)["space"] == "ofa-mobilenetv3"
    archs = lp.space("ofa-mobilenetv3", width=1.2, resolutions=[224]).sample(20, seed=4)
    before = lp.profiling.load_surrogate(arrays).predict(archs)
    np.testing.assert_array_equal(lp.load_predictor(out).predict(archs), before)


def test_published_checkpoint_and_its_arrays_convert_to_one_model(
    data_dir: Path, tmp_path: Path
) -> None:
    folder = data_dir / "block_profiling"
    checkpoint = next(folder.glob("minMAE_ofa_mbv3_latency_npu*.pt"))
    for place, file in enumerate((checkpoint, folder / "autobuild_ofa_mbv3_latency_npu.npz")):
        done = call(file, "--out", tmp_path / f"{place}.latpred")
        assert done.exit_code == 0, done.output
    first, second = (lp.load_predictor(tmp_path / f"{i}.latpred") for i in range(2))
    archs = lp.space("ofa-mobilenetv3", width=1.2, resolutions=[192, 224]).sample(50, seed=5)
    np.testing.assert_array_equal(first.predict(archs), second.predict(archs))


def test_arrays_of_something_else_are_refused(tmp_path: Path) -> None:
    other = tmp_path / "latency_npu.npz"
    np.savez(other, weights=np.zeros((3, 3)))
    done = call(other, "--out", tmp_path / "other.latpred")
    assert isinstance(done.exception, lp.CorruptionError)
    assert "no array" in str(done.exception)
    assert not (tmp_path / "other.latpred").exists()
