"""The measuring verbs: what they hand on, what they write, and their exit codes."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import latpred as lp
import pytest
from latpred import cli
from latpred.measurement.stored import measure_with_store
from latpred.store.reader import read_store
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


def counting_board(tmp_path: Path) -> tuple[str, Path]:
    """A board that notes each call."""
    path, calls = tmp_path / "board.py", tmp_path / "calls"
    path.write_text(f"open({str(calls)!r}, 'a').write('.')\n{BOARD}")
    return f"{sys.executable} {path} {{onnx}}", calls


def test_the_campaign_is_kept_beside_the_table(tmp_path: Path) -> None:
    pytest.importorskip("onnx", reason="needs the extra onnx")
    command, calls = counting_board(tmp_path)
    out = tmp_path / "t.csv"
    done = run(*SPACE, "--out", out, "--command", command)
    assert done.exit_code == 0, done.output
    kept = tmp_path / "t.csv.campaign.db"
    assert kept.exists()
    assert f"Each visit is kept in {kept}" in done.stdout.splitlines()[-1]
    first, made = out.read_text(), calls.stat().st_size
    again = run(*SPACE, "--out", out, "--command", command)
    assert again.exit_code == 0, again.output
    assert "Nothing was measured now" in again.stdout.splitlines()[-1]
    assert (out.read_text(), calls.stat().st_size) == (first, made)
    other = run(*SPACE, "--out", out, "--command", command, "--seed", 5)
    assert isinstance(other.exception, lp.ConfigMismatchError)
    assert "seed: stored 0, given 5" in str(other.exception)
    assert "give another --out or --store, or remove that file" in str(other.exception)


def test_a_store_of_ones_own(board: str, tmp_path: Path) -> None:
    kept = tmp_path / "mine.db"
    out = tmp_path / "t.CSV"
    done = run(*SPACE, "--out", out, "--command", board, "--store", kept, "--json")
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["campaign"] == str(kept)
    assert sorted(path.name for path in tmp_path.glob("*.db")) == ["mine.db"]


def test_an_interrupt_says_how_to_go_on(
    board: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The table of before stays, the campaign is kept, the same command ends it."""
    out = tmp_path / "t.csv"
    out.write_text("of before")
    real = lp.measure

    def measure(archs: lp.Architectures, meter: lp.LatencyMeter, **options: Any) -> None:
        def stop(*_: object) -> None:
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt) as caught:
            measure_with_store(archs, meter, options["store"], progress=stop)
        raise caught.value

    monkeypatch.setattr(lp, "measure", measure)
    done = run(*SPACE, "--out", out, "--command", board)
    assert done.exit_code == 130
    kept = tmp_path / "t.csv.campaign.db"
    assert f"is kept in {kept}; the same command goes on from there" in done.stderr
    assert out.read_text() == "of before"
    monkeypatch.setattr(lp, "measure", real)
    assert run(*SPACE, "--out", out, "--command", board).exit_code == 0
    assert len(lp.read_latency_table(out, lp.space("ofa-mobilenetv3"))) == 2
    assert len(read_store(kept).tables["sessions"]) == 2


@pytest.mark.parametrize(
    ("out", "match"),
    [
        ("missing/t.csv", "there is no folder"),
        ("folder.csv", "is a folder"),
        ("t.xlsx", "a name that ends in .csv or .parquet expected"),
        ("t", "a name that ends in .csv or .parquet expected"),
        ("file/t.csv", "there is no folder"),
    ],
)
def test_outputs_are_looked_at_first(out: str, match: str, tmp_path: Path) -> None:
    (tmp_path / "folder.csv").mkdir()
    (tmp_path / "file").write_text("")
    command, calls = counting_board(tmp_path)
    done = run(*SPACE, "--out", tmp_path / out, "--command", command)
    assert isinstance(done.exception, lp.LatpredError)
    assert match in str(done.exception)
    assert not calls.exists()
    assert not list(tmp_path.rglob("*.db"))


def test_the_store_is_another_file_than_the_table(tmp_path: Path) -> None:
    command, calls = counting_board(tmp_path)
    out = tmp_path / "t.csv"
    for store in (out, tmp_path / "sub" / ".." / "t.csv"):
        (tmp_path / "sub").mkdir(exist_ok=True)
        done = run(*SPACE, "--out", out, "--store", store, "--command", command)
        assert isinstance(done.exception, lp.ConfigError)
        assert "two files expected" in str(done.exception)
    assert not calls.exists()
    assert not out.exists()


def test_parquet_is_written(board: str, tmp_path: Path) -> None:
    pytest.importorskip("pyarrow", reason="needs the extra parquet")
    out = tmp_path / "t.parquet"
    assert run(*SPACE, "--out", out, "--command", board).exit_code == 0
    assert len(lp.read_latency_table(out, lp.space("ofa-mobilenetv3"))) == 2


def test_devices_are_looked_at_first(tmp_path: Path) -> None:
    done = run(*SPACE, "--out", tmp_path / "t.csv", "--command", "no-such-board {onnx}")
    assert isinstance(done.exception, lp.ConfigError)
    assert "command 'no-such-board': No such file" in str(done.exception)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "verb",
    [
        ("fit", "t.csv"),
        ("tune", "t.csv"),
        ("lut", "ofa-mobilenetv3"),
        ("transfer", "suite", "F1", "--csv"),
        ("transfer", "published", "--html"),
        ("search", "m.latpred"),
        ("profile-search",),
        ("profile", "--report"),
        ("device-generic", "train", "."),
    ],
    ids=" ".join,
)
def test_other_verbs_look_at_their_outputs_first(verb: tuple[str, ...], tmp_path: Path) -> None:
    words = verb if verb[-1].startswith("--") else (*verb, "--out")
    done = run(*words, tmp_path / "no" / "file.csv")
    assert isinstance(done.exception, lp.StorageError), done.output
    assert "there is no folder" in str(done.exception)
