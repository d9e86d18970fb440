"""Spaces of one's own on the command line: by their file, or as a table and a model keep them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import latpred as lp
import numpy as np
import pytest
from latpred import cli
from latpred.cli.program import PREDICTORS
from latpred.predictors import fitted_kinds
from typer.testing import CliRunner, Result

OWN = {
    "name": "corridor",
    "resolutions": [24, 40],
    "units": [{"channels": [8, 16], "kernel": [3, 5], "depth": [1, 2]}, {"channels": [24, 32]}],
}
PLACE = lp.define_space(**OWN)  # type: ignore[arg-type]


def run(*words: object) -> Result:
    return CliRunner().invoke(cli.app, [str(word) for word in words])


def document(*words: object) -> Any:
    done = run(*words, "--json")
    assert done.exit_code == 0, (done.output, done.exception)
    return json.loads(done.stdout)


@pytest.fixture
def own(tmp_path: Path) -> Path:
    path = tmp_path / "own.json"
    path.write_text(json.dumps(OWN), encoding="utf-8-sig")
    return path


@pytest.fixture
def table(tmp_path: Path) -> Path:
    archs = PLACE.sample(40, seed=2, unique=True)
    path = tmp_path / "table.csv"
    lp.LatencyTable(archs, PLACE.count(archs)["macs"] * 1e-6 + 0.5, device="d").to_csv(path)
    return path


def test_sampled_and_converted(own: Path, tmp_path: Path) -> None:
    rows = document("sample", own, "-n", 3)
    assert PLACE.architectures([row["architecture"] for row in rows]).space.name == "corridor"
    out = tmp_path / "net.csv"
    document("convert", rows[0]["architecture"], "--space", own, "--out", out)
    assert out.exists()


def test_the_table_says_its_space(table: Path, tmp_path: Path) -> None:
    model = tmp_path / "m.latpred"
    assert document("fit", table, "--out", model, "--predictor", "flops")["saved_fitted_on"] == 40
    assert lp.load_predictor(model).space.same_family(PLACE)
    assert document("evaluate", model, table)["judged_on"] == 40


def test_a_table_that_does_not_say_its_space(own: Path, table: Path, tmp_path: Path) -> None:
    import pandas as pd

    bare = tmp_path / "bare.csv"
    pd.read_csv(table).drop(columns="space").to_csv(bare, index=False)
    model = tmp_path / "m.latpred"
    done = run("fit", bare, "--out", model)
    assert isinstance(done.exception, lp.ConfigError)
    assert "--space" in str(done.exception)
    document("fit", bare, "--out", model, "--space", own, "--predictor", "flops")
    with pytest.raises(lp.ConfigError, match="space="):
        lp.read_latency_table(bare)
    assert lp.read_latency_table(bare, str(own)).space.same_family(PLACE)


def test_tables_keep_built_in_spaces_with_their_settings(tmp_path: Path) -> None:
    for place in (
        lp.space("ofa-mobilenetv3", width=1.2, resolutions=[160, 192]),
        lp.space("nas-bench-201", classes=100),
    ):
        archs = place.sample(4, seed=1, unique=True)
        lp.LatencyTable(archs, [1.0, 2.0, 3.0, 4.0]).to_csv(tmp_path / "t.csv")
        read = lp.read_latency_table(tmp_path / "t.csv")
        assert read.space.same_family(place)
        assert read.archs == archs


def test_no_accuracy_of_an_unknown_space(table: Path, tmp_path: Path) -> None:
    model, front = tmp_path / "m.latpred", tmp_path / "front.csv"
    document("fit", table, "--out", model, "--predictor", "flops")
    done = run("search", model, "--limit-ms", 50, "--generations", 2)
    assert isinstance(done.exception, lp.ConfigError)
    assert "--accuracy" in str(done.exception)
    small = ("--population", 40, "--generations", 3)
    found = document("search", model, "--limit-ms", 50, "--accuracy", "params", *small)
    limited = document("search", model, "--limits", "latency=50", "--accuracy", "params", *small)
    assert found == limited
    goals = ("--objectives", "params,latency,macs", "--maximise", "params", "--out", front)
    done = run("search", model, *goals, *small)
    assert done.exit_code == 0, done.output
    kept = front.read_text(encoding="utf-8").splitlines()
    shown = [line for line in done.stdout.splitlines() if "r=" in line]
    assert len(shown) == min(10, len(kept) - 1)
    if len(kept) > 11:
        assert "front.csv" in done.stdout
    done = run("search", model, "--limit-ms", 5, "--limits", "latency=6", "--accuracy", "params")
    assert isinstance(done.exception, lp.ConfigError)


def test_files_that_describe_no_space(tmp_path: Path) -> None:
    for text in ("{", "[1]", '{"name": 3}', '{"space": "ofa", "wdth": 1}', '{"units": []}'):
        path = tmp_path / "bad.json"
        path.write_text(text, encoding="utf-8")
        with pytest.raises(lp.ConfigError):
            lp.space(str(path))
    with pytest.raises(lp.ConfigError, match="says its own"):
        lp.space(str(path), width=1.0)
    with pytest.raises(lp.StorageError):
        lp.space(str(tmp_path / "missing.json"))
    (tmp_path / "image.json").write_bytes(b"\x89PNG\r\n\x1a\n\xff\xfe")
    with pytest.raises(lp.StorageError, match="a PNG image"):
        lp.space(str(tmp_path / "image.json"))


def test_the_help_lists_all_predictors() -> None:
    assert sorted(PREDICTORS) == sorted(fitted_kinds())
    assert "gaussian-process" in run("fit", "--help").stdout


def test_version_and_help() -> None:
    assert run("--version").stdout.strip() == f"latpred {lp.__version__}"
    assert "measure" in run("--help").stdout


def test_help_needs_no_core() -> None:
    import subprocess
    import sys

    code = (
        "import sys\nfrom latpred.cli import main\nsys.argv = ['latpred', '--help']\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "heavy = {'numpy', 'pandas', 'matplotlib', 'torch', 'latpred._core'} & set(sys.modules)\n"
        "print(sorted(heavy), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"


def test_a_table_of_the_original_form(tmp_path: Path) -> None:
    """Files without a column of the space go on being read."""
    place = lp.space("fbnet")
    archs = place.sample(3, seed=0, unique=True)
    path = tmp_path / "old.csv"
    lines = [f'"{text}",{ms}' for text, ms in zip(archs.to_strings(), (1, 2, 3), strict=True)]
    path.write_text("architecture,latency_ms\n" + "\n".join(lines) + "\n", encoding="utf-8")
    assert np.array_equal(lp.read_latency_table(path, place).latency_ms, [1.0, 2.0, 3.0])
    assert lp.read_latency_table(path, "fbnet").archs == archs
