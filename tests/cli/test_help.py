"""The help of every verb: whole sentences, nothing cut, the same letters for the same things."""

from __future__ import annotations

from typing import Any

import pytest
import typer
from latpred.cli import program
from typer.testing import CliRunner


def commands(command: Any, path: tuple[str, ...] = ()) -> dict[tuple[str, ...], Any]:
    """Verbs and groups of verbs by their words."""
    found = {path: command}
    for name, one in getattr(command, "commands", {}).items():
        found |= commands(one, (*path, name))
    return found


ALL = commands(typer.main.get_command(program.app))
VERBS = [path for path, one in ALL.items() if not hasattr(one, "commands")]


def help_of(path: tuple[str, ...]) -> str:
    result = CliRunner().invoke(program.app, [*path, "--help"], env={"COLUMNS": "80"})
    assert result.exit_code == 0
    return result.stdout


@pytest.mark.parametrize("path", ALL, ids=lambda path: " ".join(path) or "latpred")
def test_nothing_is_cut(path: tuple[str, ...]) -> None:
    text = help_of(path)
    listed = text.partition("Commands:\n")[2]
    assert "..." not in listed
    assert "[[" not in text.partition("\n\n")[0]  # the line of usage
    assert "..." not in text.partition("Arguments:\n")[2].partition("\n")[0]


@pytest.mark.parametrize("path", VERBS, ids=" ".join)
def test_every_option_says_what_it_is(path: tuple[str, ...]) -> None:
    for one in ALL[path].params:
        if getattr(one, "hidden", False):
            continue
        assert len((one.help or "").split()) > 1, one.name
        assert "--out" not in one.opts or "-o" in one.opts
        assert "--count" not in one.opts or "-n" in one.opts or path[-1] == "run-job"
    assert any("--json" in one.opts for one in ALL[path].params)


def test_verbs_are_sentences() -> None:
    for path, one in ALL.items():
        first = (one.help or "").split("\n")[0]
        assert first.endswith("."), path
        assert first[0].isupper(), path
