"""The glossary has the words of the measuring room, and each entry names something that exists."""

from __future__ import annotations

import importlib
import inspect
import re
from pathlib import Path
from typing import Any

import latpred as lp
import pytest
from latpred._core import measurement as core

from tools import example_rules

PAGE = Path(__file__).resolve().parents[2] / "docs/glossary.md"
ENTRY = re.compile(r"^(\*\*.*\*\*.*) \(`([\w.]+)`\)\n: (.+(?:\n  .+)*)", re.MULTILINE)
ENTRIES = ENTRY.findall(PAGE.read_text(encoding="utf-8"))
WORDS = {word for heads, *_ in ENTRIES for word in re.findall(r"\*\*([\w ]+)\*\*", heads)}
NAMES = {
    name.rpartition(".")[2]: value
    for name, value in example_rules.public_names(example_rules.public_modules()).items()
}
OWN = {"visit", "leg", "sweep", "calm", "step"}


def docstrings() -> str:
    """What the measuring room says to users: its classes, functions and their members."""
    room = importlib.import_module("latpred.measurement")
    values = [getattr(room, name) for name in room.__all__] + [core.ReferenceResult]
    members = [member for value in values for _, member in inspect.getmembers(value)]
    return " ".join(inspect.getdoc(one) or "" for one in [*values, *members])


def test_own_words_have_entries() -> None:
    used = {word for word in OWN if re.search(rf"\b{word}s?\b", docstrings(), re.IGNORECASE)}
    assert used == OWN
    assert used <= WORDS


def test_each_entry_has_about_two_lines() -> None:
    assert len(ENTRIES) == PAGE.read_text(encoding="utf-8").count("\n: ")
    assert all(1 <= len(text.splitlines()) <= 3 for *_, text in ENTRIES)


@pytest.mark.parametrize("name", [name for _, name, _ in ENTRIES])
def test_what_an_entry_names_exists(name: str) -> None:
    first, _, member = name.partition(".")
    found: Any = NAMES.get(first) or getattr(core, first, None)
    assert found is not None, f"{first} is no public name"
    assert not member or hasattr(found, member)


def test_efforts_are_those_of_the_meter() -> None:
    (text,) = (text for head, _, text in ENTRIES if "effort" in head)
    for name in ("fast", "default", "gold", "dataset"):
        assert f"`{name}`" in text
        lp.LatencyMeter(effort=name)


def test_the_index_has_the_page() -> None:
    index = PAGE.with_name("index.md").read_text(encoding="utf-8")
    assert re.search(r"^glossary$", index, re.MULTILINE)
