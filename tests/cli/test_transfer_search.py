"""`latpred transfer search` and `search-study`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import latpred as lp
import numpy as np
import pandas as pd
import pytest
from latpred.cli import app
from typer.testing import CliRunner, Result

from tests.transfer.few_shot_world import tables

SOURCES, TARGET = tables(120, seed=3)
LIMIT = float(np.quantile(TARGET.latency_ms, 0.6))


def run(*words: object) -> Result:
    return CliRunner().invoke(app, ["transfer", *map(str, words)])


@pytest.fixture
def files(tmp_path: Path) -> list[object]:
    np.savez(
        tmp_path / "sources.npz",
        devices=np.array(SOURCES.devices),
        latency_ms=SOURCES.latency_ms,
        arch_str=np.array(SOURCES.archs.to_strings()),
    )
    rows = lp.TransferPredictor(SOURCES).choose(TARGET.archs, 12)
    lp.LatencyTable(TARGET.archs[rows], TARGET.latency_ms[rows]).to_csv(tmp_path / "ten.csv")
    given = ["--sources", tmp_path / "sources.npz", "--space", "nas-bench-201"]
    return [*given, "--measured", tmp_path / "ten.csv"]


def test_the_best_network_under_a_limit(files: list[object]) -> None:
    result = run("search", *files, "--accuracy", "macs", "--limit-ms", LIMIT, "--json")
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    rows = lp.TransferPredictor(SOURCES).choose(TARGET.archs, 12)
    model = lp.TransferPredictor(SOURCES).fit(TARGET[rows])
    known = lp.transfer.search(model, LIMIT, "macs")
    assert found["architecture"] == known.architecture.to_strings()[0]
    assert found["measurements"] == 12
    assert found["limit_ms"] == LIMIT
    assert "architecture" in run("search", *files, "--accuracy", "macs", "--limit-ms", LIMIT).output


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--accuracy", "beauty", "--limit-ms", 3], "beauty"),
        (["--accuracy", "macs", "--limit-ms", 1e-6], "none of"),
        (["--accuracy", "macs", "--limit-ms", 3, "--confidence", 2], "confidence"),
        (["--accuracy", "none.csv", "--limit-ms", 3], "none.csv"),
    ],
)
def test_what_cannot_be_searched(files: list[object], words: list[object], said: str) -> None:
    result = run("search", *files, *words)
    assert isinstance(result.exception, lp.LatpredError)
    assert said in str(result.exception)


@pytest.mark.parametrize(
    "words",
    [["--limit", "pixel2"], ["--limit", "pixel2=fast"], ["--finalists", 3], ["--limit", "moon=3"]],
)
def test_studies_that_cannot_be(words: list[object], data_dir: Path) -> None:
    assert data_dir
    result = run("search-study", "ND", "--accuracy", "macs", *words)
    assert isinstance(result.exception, lp.ConfigError)


def test_a_study(data_dir: Path, tmp_path: Path) -> None:
    out = tmp_path / "rows.csv"
    table = data_dir / "nasbench201" / "nb201_accuracy.csv"
    candidates = data_dir / "transfer" / "arch_generated_by_metad2a.txt"
    words: list[Any] = ["--accuracy", table, "--column", "c100_test200", "--seeds", 1]
    words += ["--candidates", candidates, "--limit", "fpga=4,6", "--verify", 1, "--out", out]
    result = run("search-study", "ND", *words, "--json")
    assert result.exit_code == 0, result.output
    rows = json.loads(result.stdout)["rows"]
    assert [row["limit_ms"] for row in rows] == [4, 6, None]
    assert rows[-1]["device"] == "mean"
    assert 20 <= rows[-1]["measurements"] <= 21
    assert len(pd.read_csv(out)) == 2
