"""Each public class and function has an example, which holds; and the rules are able to fail."""

from __future__ import annotations

import os
import runpy
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import matplotlib.pyplot as plt
import pytest
from latpred.base.extras import has_torch, importable

from tools import example_rules as rules

# Public names that have no example, with the reason.
WITHOUT = {
    "latpred.cli.main": "the command `latpred`, whose verbs have a help text of their own",
    "latpred.demo.run": "measures for a minute at least; README and notebooks show it",
    "latpred.worker.Worker": "ends its process when the campaign is over",
    "latpred.worker.main": "ends its process when the campaign is over",
}
NAMES = rules.public_names(rules.public_modules())
EXAMPLES = {name: text for name, value in NAMES.items() if (text := rules.example_of(value))}
PACKAGES = ("torch", "onnx", "onnxruntime", "openvino", "lightgbm")


def test_each_public_name_has_an_example() -> None:
    assert not list(rules.missing_examples(NAMES, WITHOUT))
    assert all(len(reason.split()) >= 3 for reason in WITHOUT.values())


def test_the_rule_sees_the_names() -> None:
    assert len(EXAMPLES) > 150
    assert {"latpred.Space", "latpred.search", "latpred.plots.network"} <= EXAMPLES.keys()


@pytest.fixture(scope="module")
def names() -> dict[str, Any]:
    return runpy.run_path(str(rules.SETUP))


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    plt.switch_backend("Agg")
    monkeypatch.chdir(tmp_path)
    yield
    plt.close("all")


def lacks_package(error: BaseException | None) -> bool:
    """Whether an error says that something optional is not here, and it is not."""
    text = str(error).lower()
    if "libtorch" in text and not has_torch():
        return True
    return any(name in text and not importable(name) for name in PACKAGES)


@pytest.mark.parametrize("name", EXAMPLES)
def test_example(name: str, names: dict[str, Any]) -> None:
    said, error = rules.run_example(name, EXAMPLES[name], names)
    if said and lacks_package(error):
        pytest.skip(str(error))
    assert not said, said


def test_examples_are_short() -> None:
    assert not {name for name, text in EXAMPLES.items() if text.count(">>> ") > 6}


# --- the rules fail on bad examples ---------------------------------------------------------------


def test_a_public_name_without_example() -> None:
    module = ModuleType("m")

    def documented() -> None:
        """Do it.

        Example:
            >>> 1 + 1
            2
        """

    class Child(Exception):
        """No example of its own."""

    documented.__module__ = Child.__module__ = "m"
    vars(module).update(documented=documented, Child=Child, constant=3, os=os)
    found = rules.public_names([module])
    assert list(found) == ["m.documented", "m.Child"]
    assert list(rules.missing_examples(found, {})) == ["m.Child has no example"]
    assert not list(rules.missing_examples(found, {"m.Child": "why"}))
    stale = {"m.Child": "why", "m.documented": "why", "m.gone": "why"}
    assert list(rules.missing_examples(found, stale)) == [
        "m.documented has an example after all",
        "m.gone is no public class or function",
    ]


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        (">>> 1 + 1\n2\n", ""),
        (">>> len(given)\n3\n", ""),
        (">>> 1 + 1\n3\n", "Expected:\n    3\nGot:\n    2"),
        (">>> 1 / 0\n", "ZeroDivisionError"),
        (">>> not_there\n", "NameError"),
    ],
)
def test_wrong_examples(text: str, wrong: str) -> None:
    said, error = rules.run_example("m.f", text, {"given": [1, 2, 3]})
    assert bool(said) == bool(wrong)
    assert wrong in said
    assert (error is not None) == wrong.endswith("Error")


def test_what_is_not_here_is_told_from_what_is_wrong() -> None:
    assert not lacks_package(ValueError("a mistake"))
    assert lacks_package(ModuleNotFoundError("openvino")) != importable("openvino")
