"""`latpred profile`: the original's flags and rows, on a space of one's own."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path
from typing import Any

import latpred as lp
import pytest
from latpred.cli import app
from latpred.cli.profile_inputs import blocks_of, chosen_design, picked
from typer.testing import CliRunner, Result

UNIT = {"channels": [8], "kernel": [3, 5], "expand": [3, 6], "depth": [1, 2]}
DESCRIPTION = {"name": "mine", "resolutions": [32], "units": [UNIT, {**UNIT, "stride": 2}]}


def run(*words: object) -> Result:
    return CliRunner().invoke(app, ["profile", *map(str, words)])


@pytest.fixture(autouse=True)
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A description of a space, and a predictor of 1 ms and 1 ms a million operations."""
    monkeypatch.chdir(tmp_path)
    Path("mine.json").write_text(json.dumps(DESCRIPTION))
    space = lp.define_space(**DESCRIPTION)
    archs = space.sample(60, seed=0)
    table = lp.LatencyTable(archs, 1 + 1e-6 * space.count(archs)["macs"], device="board")
    lp.AdditivePredictor().fit(table).save("board.latpred")


MINE = ("--space", "mine.json")


def rows_of(lines: list[str]) -> list[list[str]]:
    """Rows of numbers among the lines of a log, without their times."""
    rows = csv.reader(lines, skipinitialspace=True)
    return [row for row in rows if len(row) > 8]


def test_all_placements_as_the_original_writes_them() -> None:
    result = run(*MINE, "--all", "-n", 20, "-m", "macs", "--save", "first")
    assert result.exit_code == 0, result.output
    lines = Path("logs/mine/first/log.txt").read_text().splitlines()
    assert all(re.match(r"\d\d/\d\d \d\d:\d\d:\d\d [AP]M, ", line) for line in lines)
    assert [line for line in result.stdout.splitlines() if line in lines] == lines
    rows = rows_of(lines)
    assert rows[0][1:] == ["Fixed block", *(f"macs {name}" for name in names()), ""]
    assert rows[1][1] == "Random Architectures"
    assert len(rows) == 2 + 16
    assert rows[2][1] == "Unit 0 Layer 0 as MBConv3_3x3"
    assert all(float(cell) > 0 for row in rows[1:] for cell in row[2:-1])
    networks = Path("logs/mine/first/archs.txt").read_text().splitlines()
    assert networks[0] == "Random Architectures, "
    assert networks[1].startswith("Highest macs arch: ")
    assert len(networks) == 3 * 17


def names() -> tuple[str, ...]:
    return ("mu", "sig", "1%", "5%", "95%", "99%", "min", "max")


def test_nothing_is_logged_where_that_is_asked_for() -> None:
    result = run(*MINE, "--no-log", "-n", 20)
    assert result.exit_code == 0, result.output
    assert not Path("logs").exists()
    lines = result.output.splitlines()
    assert "Sampling 20 random architectures" in lines
    assert [row[0] for row in rows_of(lines)] == ["Random Architectures"]


def test_some_blocks_with_a_model_of_one_s_own() -> None:
    given = ("--no-log", "-n", 20, "--model", "board=board.latpred", "-m", "board", "macs")
    result = run(*MINE, *given, "--blocks", "[[1,0,5,6]]")
    assert result.exit_code == 0, result.output
    lines = result.output.splitlines()
    assert lines[lines.index("Specification:") + 1].startswith("Unit 1 Layer 0 as MBConv6_5x5, ")
    both = run(*MINE, *given, "--blocks", "[[1,0,5,6],[0,0,3,3]]")
    (row,) = rows_of(both.output.splitlines())
    assert row[0] == "Unit 1 Layer 0 as MBConv6_5x5, Unit 0 Layer 0 as MBConv3_3x3"
    assert len(row) == 1 + 16 + 1


def test_the_legacy_estimand_and_the_right_one_differ_where_layers_may_be_missing() -> None:
    base = (*MINE, "--json", "--all", "-m", "macs", "-n", 50, "--no-log")
    right, legacy = (json.loads(run(*base, *more).output) for more in ((), ("--legacy",)))
    assert (right["estimand"], right["design"]) == ("conditional", "paired")
    assert (legacy["estimand"], legacy["design"]) == ("legacy", "independent")


def test_files_are_written() -> None:
    result = run(
        *(*MINE, "--all", "-n", 10, "-m", "macs,params", "--no-log"),
        *("--report", "page.html", "--out", "tables", "--store", "kept.db"),
    )
    assert result.exit_code == 0, result.output
    assert "What was found" in Path("page.html").read_text()
    again = lp.BlockProfile.load("tables/profile.json")
    assert again.metrics == ("macs", "params")
    assert Path("tables/effects.csv").stat().st_size > 1000
    assert "written: page.html" in result.output
    more = (*MINE, "--all", "-n", 10, "-m", "macs,params", "--no-log", "--store", "kept.db")
    document = json.loads(run(*more, "--json").output)
    assert document["evaluations"] == 0  # all of it is kept
    assert document["sources"].keys() == {"macs", "params"}


def test_pictures_without_weights_are_said_to_be_unused() -> None:
    result = run(*MINE, "--data", "pictures", "-n", 5, "--no-log")
    assert result.exit_code == 0, result.output
    assert "serve a supernet" in result.stderr


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("-m", "power"), "no metric 'power'; known: 0 macs, 1 params"),
        (("-m", "7"), "no metric '7'"),
        (("-m", "macs", "-m", "0"), "'macs' comes twice"),
        (("macs",), "'macs' is no option; metrics follow -m"),
        (("-b", "[[1,0,7,6]]"), "7"),
        (("-b", "__import__('os')"), "__import__"),
        (("-b", "[__import__('os')]"), "a list such as [[1,0,7,6]] expected"),
        (("-b", "[[9,0,3,3]]"), "9"),
        (("-b", "[[0,9,3,3]]"), "9"),
        (("-b", "u0.l0=e9k9"), "e9k9"),
        (("-n", "5", "--samples", "5"), "got both"),
        (("--model", "board.latpred"), "NAME=FILE expected"),
        (("--model", "a=b.latpred"), "b.latpred"),
        (("--device", "tpu"), "cpu, cuda or cuda:0 expected"),
        (("--space", "OFA"), "OFA"),
        (("--space", "none.json"), "none.json"),
        (("--design", "guess"), "guess"),
        (("--resolution", "224"), "224"),
        (("--confidence", "2"), "confidence"),
    ],
)
def test_bad_input_is_one_sentence(words: tuple[str, ...], message: str) -> None:
    result = run(*MINE, "--no-log", *words)
    assert result.exit_code != 0
    assert isinstance(result.exception, lp.LatpredError), result.output
    said = str(result.exception)
    assert message in said
    assert len(said) < 500


@pytest.mark.parametrize("text", ["{}", "[1]", '{"name": "x", "size": 1}', "\x00", "[" * 9999])
def test_a_space_s_file_that_is_none(text: str) -> None:
    Path("bad.json").write_text(text)
    result = run("--space", "bad.json")
    assert isinstance(result.exception, lp.ConfigError), result.output
    assert len(str(result.exception)) < 300


@pytest.mark.parametrize(
    ("text", "blocks"),
    [
        (None, []),
        ("[[1,0,7,6]]", [[1, 0, 7, 6]]),
        ("[1, 0, 7, 6]", [[1, 0, 7, 6]]),
        ("((1, 0, 7, 6), [2, 0, 3, 3])", [[(1, 0, 7, 6), [2, 0, 3, 3]]]),
        ("[[[1,0,7,6]],[[2,0,3,3]]]", [[[1, 0, 7, 6]], [[2, 0, 3, 3]]]),
        ("[[2,0,1,0.35,2]]", [[2, 0, 1, 0.35, 2]]),
        ("u1.l0=e6k7, u1.l0=e3k3", ["u1.l0=e6k7", "u1.l0=e3k3"]),
        ('["u1.l0=e6k7+u2.l0=e3k3"]', ["u1.l0=e6k7+u2.l0=e3k3"]),
    ],
)
def test_blocks_as_texts(text: str | None, blocks: list[Any]) -> None:
    assert blocks_of(text) == blocks


@pytest.mark.parametrize(
    "text",
    [
        *("[]", ",", "[[]]", "[[1,0],[[2]]]", "[True]", "[[1, 'a']]", "[{}]", "[None]", "[1, 'a']"),
        *("[1" + ",1" * 99_999, "[" * 5000, "[[[[1]]]]"),
    ],
)
def test_blocks_that_are_none(text: str) -> None:
    with pytest.raises(lp.ConfigError) as error:
        blocks_of(text)
    assert len(str(error.value)) < 300


def test_designs() -> None:
    made = chosen_design(None, False, None, None, True)
    assert made == {"design": "pooled", "estimand": "conditional", "samples": 500}
    assert chosen_design(None, False, 20, None, True)["design"] == "paired"
    assert chosen_design(None, False, None, None, False)["samples"] == 100
    assert chosen_design(None, True, None, None, True)["design"] == "independent"
    assert chosen_design("exact", True, None, 7, True)["samples"] == 7


def test_metrics_by_name_and_number() -> None:
    known = ("accuracy", "FLOPS", "NPU_latency")
    assert picked(["0", "2"], known) == ["accuracy", "NPU_latency"]
    assert picked(["FLOPS", "0"], known) == ["FLOPS", "accuracy"]
    assert picked([], known) == list(known)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [(("--all", "-b", "u0.l0=e3k3"), "--blocks"), (("--save", "../there"), "--save")],
)
def test_flags_that_do_not_go_together(wrong: tuple[str, ...], said: str) -> None:
    result = run(*MINE, "-n", 10, "-m", "macs", *wrong)
    assert isinstance(result.exception, lp.ConfigError)
    assert said in str(result.exception)
