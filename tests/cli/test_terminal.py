"""What the command line shows people: nothing is cut or taken for markup; colours on terminals."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest
from latpred.cli import terminal

ESCAPES = re.compile(r"\x1b\[[\d;]*m")
ROWS = [
    {"architecture": "[red]x[/red]:smile:" * 30, "ms": 1.5, "ok": True},
    {"architecture": "b", "ms": None, "ok": False},
]


@pytest.fixture(params=["plain", "terminal"])
def kind(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "40")
    if request.param == "terminal":
        monkeypatch.setenv("FORCE_COLOR", "1")  # rich then writes as for a terminal
    else:
        monkeypatch.delenv("FORCE_COLOR", raising=False)
    return str(request.param)


def shown(capsys: pytest.CaptureFixture[str], kind: str) -> list[str]:
    text = capsys.readouterr().out
    assert bool(ESCAPES.search(text)) == (kind == "terminal")
    return ESCAPES.sub("", text).splitlines()


def test_rows_stand_whole_in_one_line_each(kind: str, capsys: pytest.CaptureFixture[str]) -> None:
    terminal.rows(ROWS)
    lines = shown(capsys, kind)
    assert [line.split() for line in lines] == [
        ["architecture", "ms", "ok"],
        [ROWS[0]["architecture"], "1.500", "yes"],
        ["b", "–", "no"],
    ]
    assert lines[1].index("1.500") + 4 == lines[2].index("–")  # numbers stand right


def test_entries_in_order(kind: str, capsys: pytest.CaptureFixture[str]) -> None:
    found = ["[a] " * 20, "second"]
    document = {"n": 12345, "found": found, "inner": {"mae": [1.0, 0.5, 2.0], "b": None}}
    terminal.entries(document, ["found"])
    lines = [re.sub(" +", " ", line).strip() for line in shown(capsys, kind)]
    expected = ["n: 12,345", "found: 2", ("[a] " * 20).strip(), "second", "inner:"]
    assert lines == [*expected, "mae: 1 [0.5, 2]", "b: –"]


def test_no_spaces_at_ends_of_plain_lines(capsys: pytest.CaptureFixture[str]) -> None:
    terminal.entries({"a": "x", "longer": "y" * 50})
    terminal.rows(ROWS)
    assert all(line == line.rstrip() for line in capsys.readouterr().out.splitlines())


def test_errors_are_coloured_on_terminals(kind: str, capsys: pytest.CaptureFixture[str]) -> None:
    terminal.line("latpred: [bold]no[/bold] " + "x" * 200, "red", errors=True)
    found = capsys.readouterr()
    assert found.out == ""
    assert ("\x1b[31m" in found.err) == (kind == "terminal")
    assert ESCAPES.sub("", found.err) == "latpred: [bold]no[/bold] " + "x" * 200 + "\n"


def test_many_rows_are_not_drawn_one_by_one(
    kind: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(terminal, "MOST_ROWS", 1)
    del kind
    terminal.rows(ROWS)
    assert "\x1b" not in (text := capsys.readouterr().out)
    assert len(text.splitlines()) == 3


def test_three_words_are_no_interval(kind: str, capsys: pytest.CaptureFixture[str]) -> None:
    del kind
    terminal.entries({"of": {"names": ["a", "b", "c"], "slope": [1.0, 0.5, 2.0]}})
    text = ESCAPES.sub("", capsys.readouterr().out)
    assert "a, b, c" in text
    assert "1 [0.5, 2]" in text


def test_json_needs_neither_rich_nor_pandas() -> None:
    code = (
        "import sys; from latpred.cli.common import show; show({'a': 1}, True);"
        "print(sorted({'rich.table', 'pandas', 'jinja2'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ['{"a":', "1}", "[]"]
