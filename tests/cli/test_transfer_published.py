"""`latpred transfer published`: the table, and a run that is killed and goes on."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import latpred as lp
import numpy as np
import pandas as pd
import pytest
from latpred.cli import app
from typer.testing import CliRunner, Result

from tests.transfer.few_shot_world import FBNET, latencies

WORDS = ("--quick", "--task", "FD", "--method", "best", "--method", "flops", "--workers", "1")


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Made latencies under the names of the devices of FD, where named data are sought."""
    task = lp.transfer.task("FD")
    devices = [*task.sources, *task.targets]
    archs = FBNET.sample(150, seed=0, unique=True)
    folder = tmp_path / "data" / "transfer"
    folder.mkdir(parents=True)
    np.savez(
        folder / "fbnet_latency.npz",
        devices=np.array(devices),
        latency_ms=latencies(archs, len(devices)),
        arch_str=np.array(archs.to_strings()),
    )
    monkeypatch.setenv("LATPRED_DATA", str(tmp_path / "data"))
    return tmp_path


def run(*words: object) -> Result:
    return CliRunner().invoke(app, ["transfer", *map(str, words)])


def run_json(*words: object) -> Any:
    result = run(*words, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_the_table(data: Path) -> None:
    store, out, page = data / "store", data / "table.csv", data / "table.html"
    found = run_json("published", *WORDS, "--store", store, "--out", out, "--html", page)
    assert found["computed"] == 2 * 3 * 2
    assert [row["method"] for row in found["rows"]] == ["best", "flops"]
    assert found["rows"][1]["simple"] == found["rows"][0]["honest"]
    frame = pd.read_csv(out)
    assert {"published", "legacy", "honest", "simple", "combined", "ceiling"} <= set(frame)
    assert "<td>flops</td>" in page.read_text()
    printed = run("published", *WORDS, "--store", store, "--markdown").output
    assert printed.startswith("| task | method |")


def test_a_killed_run_goes_on(data: Path) -> None:
    store = data / "store"
    command = [sys.executable, "-m", "latpred.cli", "transfer", "published", *WORDS]
    command += ["--store", str(store)]
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, env={**os.environ})
    while len(list(store.glob("results/*.json"))) < 2 and child.poll() is None:
        time.sleep(0.005)
    child.send_signal(signal.SIGKILL)
    child.wait()
    kept = len(list(store.glob("results/[0-9a-f]*.json")))
    found = run_json("published", *WORDS, "--store", store)
    assert found["computed"] == 12 - kept < 12
    assert found["rows"] == run_json("published", *WORDS)["rows"]


def test_figures_only(tmp_path: Path) -> None:
    out = tmp_path / "figures.csv"
    rows = run_json("published", "--figures", "--out", out)
    assert len(pd.read_csv(out)) == len(rows) > 150


def test_protocols(data: Path) -> None:
    del data
    words = ("evaluate", "FD", "--method", "flops", "--repeats", 1, "--samples", 10)
    honest, legacy = run_json(*words), run_json(*words, "--protocol", "legacy")
    assert (honest["judged_on"], legacy["judged_on"]) == (140, 128)
    assert "not tuned by epochs" in legacy["remark"]
    assert legacy["rows"][0]["parameters"] == 2
    both = ("--protocol", "honest", "--protocol", "legacy")
    found = run_json("suite", "FD", "--method", "flops", "--seeds", 1, "--samples", 10, *both)
    assert [row["protocol"] for row in found["rows"]] == ["honest", "legacy"]


@pytest.mark.parametrize(
    "words",
    [
        ("published", "--task", "Z9"),
        ("published", "--method", "magic", "--task", "FD"),
        ("evaluate", "FD", "--protocol", "fair"),
        ("suite", "FD", "--protocol", "fair"),
    ],
)
def test_bad_input(words: tuple[object, ...], data: Path) -> None:
    del data
    assert isinstance(run(*words).exception, lp.ConfigError)
