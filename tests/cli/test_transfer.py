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
    words = ["--partition", "short", "--time", "0:10:00", "--mem", "2G", "--cpus", 2]
    found = run_json("suite", plan, "--slurm", tmp_path / "array", *words)
    text = Path(found["script"]).read_text()
    for option in ("partition=short", "time=0:10:00", "mem=2G", "cpus-per-task=2"):
        assert f"#SBATCH --{option}\n" in text


@pytest.mark.parametrize(
    "words",
    [
        ("evaluate", "Z9"),
        ("suite", "Z9"),
        ("suite", "none.toml"),
        ("suite", "FD", "--samples", "many"),
        ("suite", "FD", "--slurm", "x", "--time", "$(reboot)"),
        ("run-job", "none.json", "--index", 0),
    ],
)
def test_bad_input(words: tuple[object, ...]) -> None:
    assert isinstance(run(*words).exception, lp.LatpredError)


def test_a_task_of_the_named_tables(data_dir: Path) -> None:
    del data_dir
    found = run_json("evaluate", "FD", "--method", "flops", "--repeats", 1)
    assert found["judged_on"] == 4980
    assert [row["device"] for row in found["rows"]] == ["fpga", "raspi4", "eyeriss", "mean"]


def test_a_new_device_from_the_command_line(tmp_path: Path) -> None:
    held = tables(200)
    for name in held.devices:
        held[name].to_csv(tmp_path / f"{name}.csv")
    (tmp_path / "d4.csv").rename(tmp_path / "new.txt")
    given = ["--sources", tmp_path, "--space", "nas-bench-201"]
    chosen, out = tmp_path / "chosen.txt", tmp_path / "new.latpred"
    found = run_json("choose", *given, "-n", 12, "--out", chosen)
    assert found["networks"] == 12
    texts = chosen.read_text().splitlines()[1:]
    listed = run_json("choose", *given, "-n", 12)
    assert [row["architecture"] for row in listed] == texts
    rows = [held.archs.to_strings().index(text) for text in texts]
    lp.LatencyTable(held.archs[rows], held["d4"].latency_ms[rows], device="new").to_csv(
        tmp_path / "measured.table"
    )
    found = run_json("adapt", *given, "--measured", tmp_path / "measured.table", "--out", out)
    assert found["measured"] == 12
    model = lp.load_predictor(out)
    assert lp.evaluate(held["d4"].latency_ms, model.predict(held.archs))["spearman"] > 0.9
    low, high = model.predict_interval(held.archs)
    assert (low < high).all()
    drawn = run_json("choose", *given, "-n", 5, "--sampler", "random", "--devices", "d0,d1")
    assert len(drawn) == 5
    for words in (["--devices", "d0,phone"], ["-n", 201], ["--method", "magic"]):
        assert isinstance(run("choose", *given, *words).exception, lp.LatpredError)
