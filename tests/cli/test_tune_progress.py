"""What `latpred tune` says where nobody looks at a terminal, and how to use its result."""

from __future__ import annotations

from pathlib import Path

import latpred as lp
import numpy as np
import pytest
from latpred import cli
from typer.testing import CliRunner


@pytest.mark.libtorch
def test_progress_and_how_to_go_on(tmp_path: Path) -> None:
    space = lp.space("ofa-mobilenetv3")
    archs = space.sample(40, seed=0)
    latency = 5 + np.asarray(space.count(archs)["macs"]) / 1e8
    lp.LatencyTable(archs, latency).to_csv(tmp_path / "t.csv")
    out = tmp_path / "a model.latpred"
    words = ["tune", str(tmp_path / "t.csv"), "--out", str(out), "--trials", "2", "--epochs", "2"]
    done = CliRunner().invoke(cli.app, words)
    assert done.exit_code == 0, done.output
    assert "tune: 2 of 2 trials (100 %)" in done.stderr
    assert "least loss" in done.stderr
    last = done.stdout.splitlines()[-1]
    assert last.startswith(f"Use it: latpred predict '{out}' ARCHITECTURE")
    assert f"lp.load_predictor({str(out)!r})" in last
    quiet = CliRunner().invoke(cli.app, [*words, "--json"])
    assert quiet.stderr == ""
