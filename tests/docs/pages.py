"""Pages as a reader pastes them: their blocks in order, in one folder, with one set of names.

A line `<!-- not run: why -->` before a block takes it out; each such reason is in a test's list.
`<!-- here: OLD => NEW -->` lines replace text of the block below by a smaller number.
"""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from latpred.cli import app
from typer.testing import CliRunner

ROOT = Path(__file__).resolve().parents[2]
BLOCK = re.compile(
    r"((?:^<!-- (?:here|not run): [^\n]* -->\n)*)^```([\w{}]*)[^\n]*\n(.*?)^```",
    re.MULTILINE | re.DOTALL,
)
OTHERS = ("pip ", "uv ", "conda ", "make ", "make", "sbatch ", "python -m ")  # no commands of ours


@dataclass(frozen=True)
class Block:
    """A fenced block: its language, its text as it runs in tests, and why it does not."""

    language: str
    text: str
    left_out: str
    smaller: tuple[tuple[str, str], ...]


def pages() -> list[Path]:
    """README and the pages of docs."""
    return [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def blocks(page: Path) -> list[Block]:
    """The blocks of a page, in their order."""
    found = []
    for marks, language, text in BLOCK.findall(page.read_text(encoding="utf-8")):
        reasons = re.findall(r"^<!-- not run: (.*) -->$", marks, re.MULTILINE)
        pairs = re.findall(r"^<!-- here: (.*) => (.*) -->$", marks, re.MULTILINE)
        for old, new in pairs:
            assert old in text, f"{page.name}: {old!r} is not in the block that it is to change"
            text = text.replace(old, new)
        found.append(Block(language, text, "; ".join(reasons), tuple(pairs)))
    return found


def paste(page: Path) -> dict[str, Any]:
    """Run a page in the current folder; the names that its code leaves."""
    names: dict[str, Any] = {"__name__": "__main__"}
    for number, block in enumerate(blocks(page)):
        if block.left_out:
            continue
        if block.language == "python":
            place = f"{page.name}, block {number}"
            exec(compile(block.text, place, "exec"), names)  # noqa: S102  as if typed in
        elif block.language == "sh":
            run_lines(block.text)
    return names


def commands(text: str) -> list[list[str]]:
    """The words of each line of a terminal, without remarks; long lines go on after a backslash."""
    lines = text.replace("\\\n", " ").splitlines()
    return [words for line in lines if (words := shlex.split(line, comments=True))]


def run_lines(text: str) -> None:
    """Run what calls latpred; what installs and builds is what runs the tests."""
    for words in commands(text):
        if words[0] == "latpred":
            given = {"COLUMNS": "200"}
            result = CliRunner().invoke(app, words[1:], env=given, catch_exceptions=False)
            assert result.exit_code == 0, (words, result.output)
        else:
            assert f"{' '.join(words)} ".startswith(OTHERS), words
