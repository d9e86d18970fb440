"""What commands are given wrongly: files they read, folders, and words that are nearly right."""

from __future__ import annotations

import json
from pathlib import Path

import latpred as lp
import numpy as np
import pytest
from latpred import cli
from typer.testing import CliRunner, Result

DESCRIPTION = {
    "name": "mine",
    "resolutions": [32, 48],
    "units": [{"channels": [8, 12, 16], "kernel": [3, 5], "depth": [1, 2]}] * 2,
}


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with blanks and umlauts in its name, in which a table and its model lie."""
    folder = tmp_path / "erste Stunde äöü"
    folder.mkdir()
    monkeypatch.chdir(folder)
    Path("mine.json").write_text(json.dumps(DESCRIPTION), encoding="utf-8")
    space = lp.space("mine.json")
    archs = space.sample(40, seed=1, unique=True)
    table = lp.LatencyTable(archs, space.count(archs)["macs"] * 1e-6 + 1)
    table.to_csv("my table.csv")
    lp.FlopsPredictor().fit(table).save("model.latpred")
    return folder


def run(*words: object) -> Result:
    return CliRunner().invoke(cli.app, [str(word) for word in words])


@pytest.mark.parametrize(
    "words",
    [
        ("fit", "my table.csv", "-o", "./my table.csv"),
        ("tune", "my table.csv", "-o", "my table.csv", "--trials", 1),
        ("measure", "mine.json", "--archs", "my table.csv", "-o", "my table.csv"),
        ("transfer", "adapt", "--sources", "my table.csv", "--measured", "my table.csv",
         "-o", "my table.csv"),
        ("transfer", "choose", "--sources", "my table.csv", "-o", "my table.csv"),
    ],
    ids=lambda words: " ".join(words[:2]),
)  # fmt: skip
def test_inputs_are_kept(files: Path, words: tuple[object, ...]) -> None:
    before = Path("my table.csv").read_bytes()
    result = run(*words)
    assert isinstance(result.exception, lp.ConfigError)
    assert "is read by this command" in str(result.exception)
    assert Path("my table.csv").read_bytes() == before
    assert sorted(path.name for path in files.iterdir()) == [
        "mine.json", "model.latpred", "my table.csv",
    ]  # fmt: skip


def test_other_files_are_written_over(files: Path) -> None:
    del files
    for _ in range(2):
        assert run("fit", "my table.csv", "-o", "model.latpred", "--held-out", 0).exit_code == 0
    assert len(lp.load_predictor("model.latpred").predict(lp.space("mine.json").sample(3))) == 3


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        (("--objectives", "latncy,macs"), "latency"),
        (("--objectives", "acuracy,latency"), "accuracy"),
        (("--objectives", "latency,parms"), "params"),
        (("--accuracy", "macs", "--limits", "latenci=9"), "latency"),
        (("--accuracy", "macs", "--limits", "latency=9,mac=1e9"), "macs"),
        (("--accuracy", "ofa-destilled", "--limit-ms", 9), "ofa-distilled"),
        (("--accuracy", "macs", "--limit-ms", 9, "--method", "evolutoin"), "evolution"),
        (("--accuracy", "macs", "--limit-ms", 9, "--space", "fbnett"), "fbnet"),
    ],
)
def test_search_guesses_what_was_meant(files: Path, words: tuple[object, ...], meant: str) -> None:
    del files
    result = run("search", "model.latpred", "--generations", 1, *words)
    assert isinstance(result.exception, lp.ConfigError), result.output
    text = str(result.exception)
    assert f"did you mean '{meant}'?" in text
    assert "[" not in text


def test_a_limit_is_a_limit_wherever_it_is_said(files: Path) -> None:
    del files
    said = [
        run("search", "model.latpred", "--accuracy", "macs", "--generations", 9, *words, "--json")
        for words in (("--limit-ms", 3), ("--limits", "latency=3"))
    ]
    assert np.all([one.exit_code == 0 for one in said]), said[0].output
    assert said[0].stdout == said[1].stdout
    json.loads(said[0].stdout)


@pytest.mark.parametrize("given", ["my table.csv", "model.latpred", "mine.json", "."])
def test_a_file_among_architectures(files: Path, given: str) -> None:
    del files
    result = run("predict", "model.latpred", given)
    assert isinstance(result.exception, lp.ConfigError)
    assert str(result.exception).startswith(f"{given}: ")
    assert "--archs FILE" in str(result.exception)
    if given != "mine.json":  # which convert reads
        converted = run("convert", "--space", "mine.json", given, "-o", "x.csv")
        assert str(converted.exception) == str(result.exception)


@pytest.mark.parametrize(
    "words",
    [
        ("onboard", "mine.json", "--budget", "9s", "-o"),
        ("demo", "--smoke", "-o"),
        ("profile", "--space", "mine.json", "--no-log", "-o"),
        ("lut", "mine.json", "--ofa-yaml"),
        ("data", "fetch", "help-fbnet", "--folder"),
        ("transfer", "suite", "F1", "--store"),
        ("transfer", "suite", "F1", "--slurm"),
    ],
    ids=" ".join,
)
def test_a_file_where_a_folder_is_written(files: Path, words: tuple[str, ...]) -> None:
    before = sorted(files.iterdir())
    for given in ("my table.csv", "my table.csv/below"):
        result = run(*words, given)
        assert isinstance(result.exception, lp.StorageError), result.output
        assert "a table as text (CSV), a folder expected" in str(result.exception)
        assert result.stderr == ""
    assert sorted(files.iterdir()) == before


def test_one_column_is_a_table(files: Path) -> None:
    del files
    Path("tables").mkdir()
    Path("my table.csv").rename("tables/a.csv")
    result = run("transfer", "choose", "--sources", "tables", "-n", 3)
    head, *rows = result.stdout.splitlines()
    assert head == "architecture"
    assert len(lp.space("mine.json").architectures(rows)) == 3


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        (("transfer", "choose", "--sources", "fbnett"), "fbnet"),
        (("transfer", "choose", "--sources", "nasbench-201"), "nas-bench-201"),
        (("profile", "--no-log", "--space", "OFAPredict"), "OFAPred"),
        (("profile-search", "--space", "Resnet50Supernet"), "ResNet50Supernet"),
        (("profile", "--no-log", "--space", "fbnet-v3"), "fbnetv3"),
        (("data", "fetch", "ofa-latencies"), "ofa-latency"),
    ],
)
def test_names_are_guessed(files: Path, words: tuple[str, ...], meant: str) -> None:
    del files
    result = run(*words)
    assert isinstance(result.exception, lp.ConfigError), result.output
    assert f"did you mean '{meant}'?" in str(result.exception)
