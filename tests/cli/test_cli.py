"""The command line: what it prints, as JSON too, and its exit codes."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import latpred as lp
import numpy as np
import pytest
from latpred import cli
from latpred.cli.program import PREDICTORS
from typer.testing import CliRunner, Result


def run(*arguments: object) -> Result:
    return CliRunner().invoke(cli.app, [str(argument) for argument in arguments])


def run_json(*arguments: object) -> Any:
    result = run(*arguments, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def command(*arguments: object) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own, for exit codes and streams."""
    words = [sys.executable, "-m", "latpred.cli", *map(str, arguments)]
    return subprocess.run(words, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A latency table of 60 architectures whose latency follows their operations."""
    space = lp.space("ofa-mobilenetv3", width=1.2)
    archs = space.sample(60, seed=3, unique=True)
    counts = space.count(archs)
    latency = counts["macs"] / 2e7 + counts["kernels"] / 50
    path = tmp_path_factory.mktemp("table") / "table.csv"
    lp.LatencyTable(archs, latency, device="made up").to_csv(path)
    return path


@pytest.fixture(scope="module")
def model(table: Path) -> Path:
    path = table.with_name("model.latpred")
    assert run("fit", table, "--width", 1.2, "--out", path, "--held-out", 0).exit_code == 0
    return path


def test_spaces() -> None:
    rows = run_json("spaces")
    assert [row["space"] for row in rows] == lp.space_names()
    sizes = {row["space"]: row["networks"] for row in rows}
    assert sizes["compofa-fixed"] == 1215
    assert sizes["ofa-mobilenetv3"] == 7371**5 * 5


def test_sample_is_what_the_library_draws() -> None:
    rows = run_json("sample", "ofa-mobilenetv3", "-n", 4, "--seed", 9, "--width", 1.2)
    space = lp.space("ofa-mobilenetv3", width=1.2)
    archs = space.sample(4, seed=9, unique=True)
    assert [row["architecture"] for row in rows] == archs.to_strings()
    assert [row["macs"] for row in rows] == space.count(archs)["macs"].tolist()


def test_text_shows_whole_architectures() -> None:
    text = run("sample", "compofa-fixed", "-n", 2).stdout
    rows = run_json("sample", "compofa-fixed", "-n", 2)
    assert all(row["architecture"] in text for row in rows)


def test_fit_reports_held_out_figures(table: Path, tmp_path: Path) -> None:
    path = tmp_path / "m.latpred"
    report = run_json("fit", table, "--width", 1.2, "--out", path, "--held-out", 0.25)
    assert report["judged_on"] == 15
    assert report["fitted_on"] == 45
    assert report["saved_fitted_on"] == 60
    assert 0 < report["mape_percent"] < 10
    assert path.is_file()


@pytest.mark.parametrize("name", sorted(set(PREDICTORS) - {"mlp", "additive"}))
def test_fit_makes_every_kind(name: str, table: Path, tmp_path: Path) -> None:
    if name == "trees":
        pytest.importorskip("lightgbm", reason="needs the extra trees")
    path = tmp_path / "m.latpred"
    few = tmp_path / "few.csv"  # some kinds take a quarter of a second a row
    few.write_text("".join(table.read_text().splitlines(keepends=True)[:16]))
    options = ("--width", 1.2, "--out", path, "--held-out", 0, "--predictor", name)
    report = run_json("fit", few, *options)
    assert report["predictor"] == name
    assert ("chosen" in report) == (name == "auto")
    space = lp.space("ofa-mobilenetv3", width=1.2)
    assert (lp.load_predictor(path).predict(space.sample(3, seed=0)) > 0).all()


def test_evaluate_agrees_with_the_library(table: Path, model: Path) -> None:
    report = run_json("evaluate", model, table)
    predictor = lp.load_predictor(model)
    rows = lp.read_latency_table(table, predictor.space)
    expected = lp.evaluate(rows.latency_ms, predictor.predict(rows.archs))
    assert report["judged_on"] == 60
    assert report["mae_ms"] == pytest.approx(expected["mae_ms"])


def test_predict_from_words_and_files(model: Path, tmp_path: Path) -> None:
    space = lp.space("ofa-mobilenetv3", width=1.2)
    archs = space.sample(3, seed=5)
    texts = archs.to_strings()
    file = tmp_path / "archs.txt"
    file.write_text("\n".join(texts[1:]) + "\n\n", encoding="utf-8")
    rows = run_json("predict", model, texts[0], "--archs", file)
    expected = lp.load_predictor(model).predict(archs)
    assert [row["architecture"] for row in rows] == texts
    assert np.allclose([row["latency_ms"] for row in rows], expected)


def test_predict_reads_the_csv_that_fit_reads(model: Path, table: Path) -> None:
    assert len(run_json("predict", model, "--archs", table)) == 60


def test_search_keeps_each_limit(model: Path) -> None:
    limits = [12.0, 14.0]
    flags = [word for limit in limits for word in ("--limit-ms", limit)]
    rows = run_json("search", model, *flags, "--population", 20, "--generations", 3)
    assert [row["limit_ms"] for row in rows] == limits
    assert all(row["latency_ms"] <= row["limit_ms"] for row in rows)
    space = lp.space("ofa-mobilenetv3", width=1.2)
    archs = space.architectures([row["architecture"] for row in rows])
    assert np.allclose(lp.load_predictor(model).predict(archs), [r["latency_ms"] for r in rows])


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("sample", "no-such-space"), "no-such-space"),
        (("sample", "ofa-mobilenetv3", "--width", 3), "3"),
        (("predict", "missing.latpred", "x"), "missing.latpred"),
        (("fit", "missing.csv", "--out", "m.latpred"), "missing.csv"),
    ],
)
def test_bad_input_is_one_line_and_code_2(words: tuple[object, ...], complaint: str) -> None:
    done = command(*words)
    assert done.returncode == 2
    assert done.stdout == ""
    lines = done.stderr.splitlines()
    assert len(lines) == 1
    assert lines[0].startswith("latpred: ")
    assert complaint in lines[0]


def test_impossible_limit_names_the_least_latency(model: Path) -> None:
    done = command("search", model, "--limit-ms", 0.001, "--generations", 2)
    assert done.returncode == 2
    last = done.stderr.splitlines()[-1]
    assert last.startswith("latpred: ")
    assert "0.001" in last


def test_nothing_to_predict(model: Path) -> None:
    done = command("predict", model)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)


def test_unknown_predictor(table: Path, tmp_path: Path) -> None:
    done = command("fit", table, "--out", tmp_path / "m.latpred", "--predictor", "oracle")
    assert done.returncode == 2
    assert "additive" in done.stderr


@pytest.mark.parametrize("words", [("fly",), ("sample",), ("sample", "compofa-fixed", "-n", "0")])
def test_wrong_usage_is_code_2(words: tuple[str, ...]) -> None:
    assert command(*words).returncode == 2


def test_unreadable_architecture_file(model: Path, tmp_path: Path) -> None:
    file = tmp_path / "archs.txt"
    file.write_bytes(b"\xff\xfe\x00")
    result = run("predict", model, "--archs", file)
    assert isinstance(result.exception, lp.DataError)
    assert f"{file}: text in UTF-16 expected: byte 0x00 in line 1" in str(result.exception)
    missing = run("predict", model, "--archs", tmp_path / "none.txt")
    assert isinstance(missing.exception, lp.StorageError)


def test_help_names_every_verb() -> None:
    text = run("--help").stdout
    verbs = ["spaces", "sample", "measure", "measure-network", "fit", "evaluate", "predict"]
    verbs += ["search", "convert", "demo"]
    assert [verb for verb in verbs if verb not in text] == []


def test_ctrl_c_is_code_130(tmp_path: Path) -> None:
    words = [sys.executable, "-m", "latpred.cli", "demo", "--out", str(tmp_path / "demo")]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as work:
        assert work.stdout is not None
        while "[1/" not in work.stdout.readline():
            assert work.poll() is None
        time.sleep(0.5)
        work.send_signal(signal.SIGINT)
        assert work.wait(timeout=600) == 130
