"""The measuring verbs: what they hand on, what they write, and their exit codes."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import latpred as lp
import pytest
from latpred import cli
from typer.testing import CliRunner

SPACE = ("measure", "ofa-mobilenetv3", "-n", 2, "--effort", "dataset")
BOARD = "import os, sys; print(os.path.getsize(sys.argv[1]) / 1e4)"


def run(*arguments: object) -> Any:
    return CliRunner().invoke(cli.app, [str(argument) for argument in arguments])


@pytest.fixture
def board(tmp_path: Path) -> str:
    pytest.importorskip("onnx", reason="needs the extra onnx")
    path = tmp_path / "board.py"
    path.write_text(BOARD)
    return f"{sys.executable} {path} {{onnx}}"


def test_a_command_is_a_device(board: str, tmp_path: Path) -> None:
    out = tmp_path / "t.csv"
    done = run(*SPACE, "--out", out, "--command", board, "--name", "board", "--json")
    assert done.exit_code == 0, done.output
    document = json.loads(done.stdout)
    assert document["device"] == "board:command-program-t1-b1-fp32"
    table = lp.read_latency_table(out, lp.space("ofa-mobilenetv3"))
    assert table.latency_ms == pytest.approx([row["latency_ms"] for row in document["rows"]])


@pytest.mark.parametrize("seed", [0, 7])
def test_the_seed_reaches_the_meter(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    used: list[lp.LatencyMeter] = []

    def measure(archs: lp.Architectures, meter: lp.LatencyMeter, **_: Any) -> lp.LatencyTable:
        used.append(meter)
        return lp.LatencyTable(archs, [1.0] * len(archs))

    monkeypatch.setattr(lp, "measure", measure)
    done = run(*SPACE, "--out", tmp_path / "t.csv", "--seed", seed)
    assert done.exit_code == 0, done.output
    assert [meter.settings().seed for meter in used] == [seed]


def test_a_worker_command_is_used(tmp_path: Path) -> None:
    done = run(*SPACE, "--out", tmp_path / "t.csv", "--worker", f"{sys.executable} -c 'exit(9)'")
    assert isinstance(done.exception, lp.MeasurementError)
    assert "did not start: worker process ended, exit code 9" in str(done.exception)


@pytest.mark.parametrize(
    ("options", "text"),
    [
        (("--runtime", "abacus"), "unknown runtime 'abacus'"),
        (("--runtime", "onnxruntime", "--precision", "bf16"), "precision 'bf16' is not known"),
        (("--mode", "magic"), "mode 'magic' is not known"),
        (("--runtime", "command"), "go together"),
        (("--limit-seconds", 0), "limit_seconds is 0"),
    ],
)
def test_wrong_devices_are_named(options: tuple[object, ...], text: str, tmp_path: Path) -> None:
    done = run(*SPACE, "--out", tmp_path / "t.csv", *options)
    assert isinstance(done.exception, lp.ConfigError)
    assert text in str(done.exception)


def test_own_networks(board: str, tmp_path: Path) -> None:
    from latpred.measurement.own_network import built_in_references

    path = tmp_path / "own.onnx"
    lp.to_onnx(built_in_references()[3], path)
    done = run("measure-network", path, "--command", board, "--effort", "dataset", "--json")
    assert done.exit_code == 0, done.output
    document = json.loads(done.stdout)
    assert document["name"] == "own.onnx"
    assert document["latency_ms"] == pytest.approx(path.stat().st_size / 1e4)


def test_failed_networks_have_their_exit_code() -> None:
    done = run("measure-network", "tests.worker.broken_networks:Aborting", "--effort", "dataset")
    assert done.exit_code == 1
    assert "killed by SIGABRT" in done.stdout
