"""`latpred onboard`: what it hands on, what it announces, and what its last lines say."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import latpred as lp
import pytest
from latpred import cli
from latpred.cli.onboard import minutes_of
from typer.testing import CliRunner

from tests.docs import pages
from tests.onboarding import made_pack

Asked = dict[str, Any]


def run(*arguments: object) -> Any:
    return CliRunner().invoke(cli.app, ["onboard", *map(str, arguments)])


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch) -> Callable[[lp.DevicePack], Asked]:
    """Has onboarding return a pack; what it was asked for stands in the dict."""

    def fake(pack: lp.DevicePack) -> Asked:
        asked: Asked = {}

        def onboard(space: lp.Space, meter: lp.LatencyMeter, **settings: Any) -> lp.DevicePack:
            asked.update(settings, space=space, meter=meter)
            return pack

        monkeypatch.setattr(lp, "onboard", onboard)
        return asked

    return fake


def test_what_is_handed_on(given: Callable[[lp.DevicePack], Asked], tmp_path: Path) -> None:
    asked = given(made_pack.pack())
    options = ("--budget", "90s", "--target", 3, "--seed", 7, "--threads", 2, "--verify", 30)
    done = run("ofa-mobilenetv3", "--width", 1.2, "--out", tmp_path / "p", *options)
    assert done.exit_code == 0, done.output
    assert (asked["space"].name, asked["space"].width) == ("ofa-mobilenetv3", 1.2)
    assert asked["meter"].device == lp.Device(threads=2)
    assert asked["meter"].seed == asked["seed"] == 7
    assert (asked["budget_minutes"], asked["target_percent"]) == (1.5, 3.0)
    assert (asked["out"], asked["verify"], asked["source"]) == (tmp_path / "p", 30, None)


def test_what_is_usual(given: Callable[[lp.DevicePack], Asked], tmp_path: Path) -> None:
    asked = given(made_pack.pack())
    assert run("nas-bench-201", "--out", tmp_path / "p").exit_code == 0
    assert (asked["budget_minutes"], asked["target_percent"], asked["verify"]) == (10.0, None, True)


def test_commands_and_sources(given: Callable[[lp.DevicePack], Asked]) -> None:
    pytest.importorskip("onnx", reason="needs the extra onnx")
    asked = given(made_pack.pack())
    device = ("--command", f"{sys.executable} {{onnx}}", "--name", "board", "--limit-seconds", 9)
    done = run(
        "nas-bench-201", "--out", "p", *device, "--source", "a", "--source", "b.csv", "--no-verify"
    )
    assert done.exit_code == 0, done.output
    assert asked["meter"].device.id == "board:command-program-t1-b1-fp32"
    assert asked["meter"].elsewhere.command == f"{sys.executable} {{onnx}}"
    assert asked["source"] == {"a": Path("a"), "b.csv": Path("b.csv")}
    assert asked["verify"] is False


def test_a_space_of_ones_own(given: Callable[[lp.DevicePack], Asked], tmp_path: Path) -> None:
    asked = given(made_pack.pack())
    file = tmp_path / "mine.json"
    units = [made_pack.UNIT, made_pack.UNIT]
    file.write_text(json.dumps({"name": "mine", "resolutions": [32], "units": units}))
    done = run(file, "--out", tmp_path / "p")
    assert done.exit_code == 0, done.output
    assert asked["space"].name == "mine"


def test_it_announces_what_it_does(given: Callable[[lp.DevicePack], Asked], tmp_path: Path) -> None:
    given(made_pack.pack())
    done = run("nas-bench-201", "--out", tmp_path / "p", "--budget", "1h", "--verify", 60)
    assert "takes 60 minutes" in done.stderr
    assert "Then 60 fresh networks" in done.stderr
    assert "about 5 minutes, where a network takes 20 ms on an idle processor" in done.stderr
    done = run("nas-bench-201", "--out", tmp_path / "p", "--budget", "150s")
    assert "Then 50 fresh networks" in done.stderr
    assert "about 2.5 minutes" in done.stderr
    assert "2.5 minutes at the most" in done.stderr
    done = run("nas-bench-201", "--out", tmp_path / "p", "--no-verify")
    assert "fresh" not in done.stderr


def test_the_pack_that_is_there_says_how_long(
    given: Callable[[lp.DevicePack], Asked], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pack = made_pack.pack(tmp_path)  # whose checks took 50 s for 20 networks
    given(pack)
    (tmp_path / "pack.json").write_text("{}")
    monkeypatch.setattr(lp, "load_pack", lambda _: pack)
    done = run("nas-bench-201", "--out", tmp_path, "--verify", 40)
    assert "There is a pack already, which grows." in done.stderr
    assert "about 100 s, as those of this pack took" in done.stderr


def test_the_last_lines(given: Callable[[lp.DevicePack], Asked], tmp_path: Path) -> None:
    pack = made_pack.pack("my pack", verification=made_pack.verification())
    given(pack)
    done = run("nas-bench-201", "--out", tmp_path)
    lines = done.stdout.splitlines()[-6:]
    assert lines[0].startswith("On 12 fresh networks the predictions are off by 2.0 % on average")
    assert lines[1].startswith("Intervals of 90 % hold 92 % of them, which agrees")
    assert lines[2] == "Page: my pack/report.html"
    assert lines[3] == "In Python: lp.load_pack('my pack').predict(archs)"
    assert lines[4].startswith("Terminal: latpred predict 'my pack' ")
    assert lines[5].strip().startswith("latpred search 'my pack' --limit-ms ")


def test_findings_are_listed(
    given: Callable[[lp.DevicePack], Asked], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lp.DevicePack, "findings", ("the device drifted", "2 networks failed"))
    given(made_pack.pack())
    done = run("nas-bench-201", "--out", tmp_path)
    assert "the device drifted\n" in done.stdout
    assert "2 networks failed\n" in done.stdout


def test_json_is_one_document(given: Callable[[lp.DevicePack], Asked], tmp_path: Path) -> None:
    asked = given(made_pack.pack(verification=made_pack.verification()))
    done = run("nas-bench-201", "--out", tmp_path, "--json")
    document = json.loads(done.stdout)
    assert document["verification"]["networks"] == 12
    assert document["complete"] is True
    assert not done.stderr
    assert asked["progress"] is False


def test_without_a_predictor_the_code_is_one(
    given: Callable[[lp.DevicePack], Asked], tmp_path: Path
) -> None:
    given(made_pack.empty())
    done = run("nas-bench-201", "--out", tmp_path)
    assert done.exit_code == 1
    assert "There is no predictor: too few networks could be measured." in done.stdout


def test_an_interruption_says_where_it_goes_on(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def stop(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(lp, "onboard", stop)
    done = run("nas-bench-201", "--out", tmp_path / "p")
    assert done.exit_code == 130
    assert f"kept in {tmp_path / 'p'}; the same command goes on from there" in done.stderr


@pytest.mark.parametrize(
    ("text", "minutes"),
    [("90s", 1.5), ("10m", 10), ("1h", 60), ("10", 10), ("0.5", 0.5), ("1h30m", 90), ("2 H", 120)],
)
def test_budgets(text: str, minutes: float) -> None:
    assert minutes_of(text) == pytest.approx(minutes)


@pytest.mark.parametrize("text", ["", "soon", "0", "-3m", "nan", "inf", "10x", "1e999", "nat"])
def test_what_is_no_budget(text: str) -> None:
    with pytest.raises(lp.ConfigError, match="a time as 90s, 10m or 1h expected"):
        minutes_of(text)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--verify", 5, "--no-verify"), "both given; one expected"),
        (("--budget", "soon"), "90s, 10m or 1h"),
        (("--runtime", "command"), "command"),
    ],
)
def test_bad_input_is_said_before_anything_begins(
    arguments: tuple[object, ...], message: str, tmp_path: Path
) -> None:
    out = tmp_path / "p"
    done = run("nas-bench-201", "--out", out, *arguments)
    assert isinstance(done.exception, lp.ConfigError)
    assert message in str(done.exception)
    assert not out.exists()


def test_other_verbs_take_a_pack(tmp_path: Path) -> None:
    pack = made_pack.pack(tmp_path)
    assert pack.predictor is not None
    assert pack.table is not None
    pack.predictor.save(tmp_path / "predictor.latpred")
    arch = pack.table.archs[0].to_strings()[0]
    done = CliRunner().invoke(cli.app, ["predict", str(tmp_path), arch, "--json"])
    assert done.exit_code == 0, done.output
    (row,) = json.loads(done.stdout)
    assert row["latency_ms"] == pytest.approx(pack.predict(pack.table.archs[:1])[0])


PAGES = [
    words[1:]
    for page in pages.pages()
    for block in pages.blocks(page)
    if block.language == "sh"
    for words in pages.commands(block.text)
    if words[:2] == ["latpred", "onboard"]
]


@pytest.mark.parametrize("words", PAGES, ids=" ".join)
def test_commands_of_pages_are_understood(
    words: list[str],
    given: Callable[[lp.DevicePack], Asked],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    """They take too long to be run as they stand."""
    asked = given(made_pack.pack())
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(lp.LatencyMeter, "check", lambda _: None)
    mine = {"name": "mine", "resolutions": [32], "units": [made_pack.UNIT]}
    Path("my_space.json").write_text(json.dumps(mine))
    done = CliRunner().invoke(cli.app, words)
    assert done.exit_code == 0, done.output + str(done.exception)
    assert asked["budget_minutes"] >= 10
