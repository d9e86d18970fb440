"""A suite as a job array: what the script says, and that its tasks make the suite's table."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from latpred.errors import ConfigError, StorageError
from latpred.transfer.job_array import run_job, write_slurm
from latpred.transfer.suites import suite

from tests.transfer.judged_world import TASK, Scaled, tables

ROOT = Path(__file__).parents[2]
SWEEP: dict[str, Any] = {"methods": "flops", "samples": (10, 15), "seeds": 3}


def written(folder: Path, **other: Any) -> Path:
    return write_slurm(folder, TASK, **{**SWEEP, "tables": tables(), **other})


def test_the_tasks_of_the_array_make_the_table(tmp_path: Path) -> None:
    latpred = [sys.executable, "-m", "latpred.cli"]
    script = written(tmp_path / "my array", jobs_per_task=3, command=latpred)
    lines = script.read_text().splitlines()
    assert "#SBATCH --array=0-1" in lines
    moved = tmp_path / "elsewhere"  # nothing in the folder is bound to its place
    script.parent.rename(moved)
    for index in range(2):
        given = {**os.environ, "SLURM_ARRAY_TASK_ID": str(index), "SLURM_SUBMIT_DIR": str(moved)}
        command = ["bash", str(moved / "array.sh")]
        subprocess.run(command, check=True, cwd=ROOT, env=given, capture_output=True)
    found = suite(moved / "plan.json", store=moved)
    assert found.computed == 0
    whole = suite(TASK, **SWEEP, tables=tables())
    pd.testing.assert_frame_equal(found.to_frame(), whole.to_frame())
    jobs = (moved / "jobs.txt").read_text().splitlines()
    assert [line.split("\t")[2] for line in jobs][:2] == [
        "made flops 10 method 0",
        "made flops 15 method 0",
    ]


def test_options_and_quotes(tmp_path: Path) -> None:
    script = written(
        tmp_path,
        account="lab-1",
        partition="gpu",
        time="2-00:00:00",
        memory="8G",
        cpus=4,
        setup=["source 'my env/bin/activate'"],
        command=["apptainer", "run", "my image.sif", "latpred", "$(reboot)"],
    )
    text = script.read_text()
    for line in ("account=lab-1", "partition=gpu", "time=2-00:00:00", "mem=8G", "cpus-per-task=4"):
        assert f"#SBATCH --{line}\n" in text
    assert "source 'my env/bin/activate'\n" in text
    assert "exec apptainer run 'my image.sif' latpred '$(reboot)' transfer run-job" in text
    assert str(tmp_path) not in text + (tmp_path / "plan.json").read_text()
    assert os.access(script, os.X_OK)
    subprocess.run(["bash", "-n", str(script)], check=True)


def test_large_suites_stay_within_1000_tasks(tmp_path: Path) -> None:
    text = written(tmp_path, seeds=750).read_text()
    assert "--array=0-749\n" in text
    assert "--count 2 " in text


@pytest.mark.parametrize(
    "other",
    [
        {"account": "a b"},
        {"partition": "x\n#SBATCH --wrap=reboot"},
        {"time": "$(reboot)"},
        {"memory": "-1"},
        {"memory": ""},
        {"cpus": 0},
        {"jobs_per_task": 0},
        {"setup": "module load"},
        {"setup": ["a\nb"]},
        {"command": "latpred"},
        {"command": []},
        {"command": 3},
        {"command": ["latpred", 3]},
        {"setup": None},
        {"methods": {"mine": Scaled()}},
        {"methods": "magic"},
    ],
)
def test_bad_options_write_nothing(tmp_path: Path, other: dict[str, Any]) -> None:
    with pytest.raises(ConfigError):
        written(tmp_path / "new", **other)
    assert not (tmp_path / "new").exists()


def test_what_is_not_there(tmp_path: Path) -> None:
    plan = written(tmp_path).with_name("plan.json")
    with pytest.raises(ConfigError, match="no job 6"):
        run_job(plan, 6)
    with pytest.raises(ConfigError, match="index=-1"):
        run_job(plan, -1)
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match="cannot be written"):
        written(tmp_path / "file")
    (tmp_path / "tables-0.npz").unlink()
    with pytest.raises(StorageError, match="tables-0"):
        run_job(plan, 0)
