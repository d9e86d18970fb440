"""`latpred transfer` from the command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import latpred as lp
import pandas as pd
import pytest
from latpred.cli import app
from typer.testing import CliRunner, Result

from tests.transfer.judged_world import TASK, tables


def run(*words: object) -> Result:
    return CliRunner().invoke(app, ["transfer", *map(str, words)])


def run_json(*words: object) -> Any:
    result = run(*words, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    script = lp.transfer.write_slurm(tmp_path, TASK, "flops", (10, 15), 2, tables=tables())
    return script.with_name("plan.json")


def test_tasks() -> None:
    rows = {row["task"]: row for row in run_json("tasks")}
    assert len(rows) == 12
    assert rows["FD"]["targets"] == ["fpga", "raspi4", "eyeriss"]
    assert "FD" in run("tasks").output


def test_a_suite_of_a_plan(plan: Path, tmp_path: Path) -> None:
    assert run_json("run-job", plan, "--index", 1) == [{"job": "made flops 15 method 0"}]
    out = tmp_path / "rows.csv"
    found = run_json("suite", plan, "--store", tmp_path, "--csv", out, "--workers", 1)
    assert found["computed"] == 3
    assert [row["samples"] for row in found["rows"]] == [10, 15]
    frame = pd.read_csv(out)
    assert len(frame) == 2 * 2 * 2
    assert found["rows"][0].keys() > {"spearman", "low", "high", "ceiling", "median_ape_percent"}
    assert "made" in run("suite", plan, "--store", tmp_path).output


def test_a_job_array(tmp_path: Path, plan: Path) -> None:
    found = run_json("suite", plan, "--slurm", tmp_path / "array", "--partition", "short")
    assert "#SBATCH --partition=short" in Path(found["script"]).read_text()


@pytest.mark.parametrize(
    "words",
    [
        ("evaluate", "Z9"),
        ("suite", "Z9"),
        ("suite", "none.toml"),
        ("suite", "FD", "--samples", "many"),
        ("run-job", "none.json", "--index", 0),
    ],
)
def test_bad_input(words: tuple[object, ...]) -> None:
    assert isinstance(run(*words).exception, lp.LatpredError)
