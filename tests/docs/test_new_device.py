"""The page on new devices: its code runs, and it names all methods and commands."""

from __future__ import annotations

import re
from pathlib import Path

import latpred as lp
from latpred.cli import app
from typer.testing import CliRunner

PAGE = Path(__file__).resolve().parents[2] / "docs/new_device.md"
TEXT = PAGE.read_text(encoding="utf-8")
SPACE = lp.space("nas-bench-201")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)


def test_the_table_names_all_methods() -> None:
    assert set(re.findall(r"^\| `([\w-]+)` \|", TEXT, re.MULTILINE)) == {*lp.transfer.methods()}


def test_the_commands_exist() -> None:
    lines = [line.partition("#")[0].split() for line in "\n".join(blocks("sh")).splitlines()]
    for line in [words for words in lines if words]:
        verbs = line[1:3] if line[1] in ("transfer", "data") else line[1:2]
        result = CliRunner().invoke(app, [*verbs, "--help"], env={"COLUMNS": "200"})
        assert result.exit_code == 0, line
        assert all(word in result.output for word in line if word.startswith("--")), line


def test_the_index_has_the_page() -> None:
    index = PAGE.with_name("index.md").read_text(encoding="utf-8")
    assert re.search(r"^new_device$", index, re.MULTILINE)
