"""`latpred profile-search`."""

from __future__ import annotations

import json
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import latpred as lp
import pytest
from latpred.cli import app
from typer.testing import CliRunner

SMALL = ["--goals", "params,macs", "--initial", "10", "--iterations", "2", "--children", "8"]
MOBILE = ["--space", "ofa-mobilenetv3", *SMALL, "--resolution", "224"]


def run(*arguments: str) -> Any:
    done = CliRunner().invoke(app, ["profile-search", *arguments, "--json"])
    if done.exit_code:
        raise done.exception or AssertionError(done.output)
    return json.loads(done.stdout)


def test_the_front_of_a_full_and_a_reduced_space(tmp_path: Path) -> None:
    full = run(*MOBILE)
    assert full["evaluations"] == 26
    assert full["space"] == "full"
    out = tmp_path / "front.csv"
    narrow = run(*MOBILE, "--insight", "npu", "--out", str(out))
    archs = [row["architecture"] for row in narrow["rows"]]
    space = lp.space("ofa-mobilenetv3", resolutions=[224])
    lp.profiling.insight_space(space, "npu").space.architectures(archs)
    assert "npu" in narrow["space"]
    assert out.read_text().count("\n") == len(archs) + 1


@pytest.mark.skipif(find_spec("latpred.profiling.pooled") is None, reason="no pooled profiles")
def test_a_derived_space_and_its_control() -> None:
    derived = run(*MOBILE, "--derived", "250")
    assert derived["profile_evaluations"] == 250
    assert derived["left_out"] > 0
    control = run(*MOBILE, "--derived", "250", "--control")
    assert control["profile_evaluations"] == 0
    assert "random" in control["space"]


def test_the_best_within_a_limit(tmp_path: Path) -> None:
    store = str(tmp_path / "kept.db")
    arguments = ["--method", "max-accuracy", "--limit", "3e8", "--store", store]
    found = run(*MOBILE, *arguments)
    space = lp.space("ofa-mobilenetv3", resolutions=[224])
    assert space.count(space.architectures([found["best"]]))["macs"][0] <= 3e8
    assert run(*MOBILE, *arguments) == found


@pytest.mark.parametrize(
    "wrong",
    [
        ["--insight", "npu", "--derived", "100"],
        ["--control"],
        ["--insight", "tpu"],
        ["--method", "best"],
        ["--goals", "speed"],
        ["--goals", "macs", "--limit", "1"],
        ["--out", "front.txt"],
    ],
)
def test_wrong_questions_are_refused(wrong: list[str]) -> None:
    with pytest.raises(lp.ConfigError):
        run(*MOBILE, *wrong)
