"""Optional packages: one wording of what is missing, and how to get it."""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path

import latpred as lp
import pytest
from latpred.base import extras

PROJECT = tomllib.loads(
    (Path(__file__).resolve().parents[2] / "pyproject.toml").read_text(encoding="utf-8")
)["project"]


@pytest.mark.parametrize(
    ("package", "extra"),
    [("lightgbm", "trees"), ("onnx.checker", "onnx"), ("onnxruntime", "onnx"), ("ray", "ray")],
)
def test_the_extra_brings_the_package(package: str, extra: str) -> None:
    assert extras.extra_of(package) == extra
    wanted = " ".join(PROJECT["optional-dependencies"][extra])
    assert package.partition(".")[0] in wanted


def test_what_is_missing_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "lightgbm", None)
    assert not extras.importable("lightgbm")
    with pytest.raises(lp.ConfigError) as caught:
        extras.require("lightgbm", "TreesPredictor.fit")
    assert str(caught.value) == (
        "TreesPredictor.fit needs lightgbm, which is not installed: pip install 'latpred[trees]'"
    )
    there = extras.missing("libtorch", "the campaign", "on the board")
    assert str(there).endswith("libtorch, which is not installed on the board: pip install latpred")


def test_what_is_there_is_imported() -> None:
    assert extras.require("json", "a test").loads("[1]") == [1]
    assert extras.importable("json")
    with pytest.raises(lp.ConfigError, match=r"needs no_such, .*\[no_such\]"):
        extras.require("no_such.module", "a test")
