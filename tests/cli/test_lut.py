"""`latpred lut` from the command line, on this machine."""

from __future__ import annotations

import json
from pathlib import Path

import latpred as lp
import pytest
from latpred.cli import app
from typer.testing import CliRunner

pytestmark = pytest.mark.libtorch


def test_table_check_and_model(tmp_path: Path) -> None:
    out, model = tmp_path / "t.csv", tmp_path / "m.latpred"
    command = ["lut", "nas-bench-201", "--by", "layer", "--effort", "dataset", "--check", "8"]
    result = CliRunner().invoke(app, [*command, "-o", str(out), "--model", str(model), "--json"])
    assert result.exit_code == 0, result.output
    document = json.loads(result.stdout)
    assert document["parts"] == 26
    assert document["missing"] == 0
    low, high = document["additivity"]["ratio"][1:]
    assert 0 < low < high
    predictor = lp.load_predictor(model)
    assert predictor.notes["mode"] == "alone"
    again = CliRunner().invoke(app, [*command[:6], "-o", str(out)])
    assert again.exit_code == 0
    assert "parts:" in again.output


def test_bad_resolutions(tmp_path: Path) -> None:
    command = ["lut", "ofa-mobilenetv3", "--resolutions", "big", "-o", str(tmp_path / "t.csv")]
    result = CliRunner().invoke(app, command)
    assert isinstance(result.exception, lp.ConfigError)
