"""Static checks in batches find what they find in single files."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tools import lint

CLASH = "error: redefinition of 'least' [clang-diagnostic-error]\n"
FAULT = "error: use nullptr [modernize-use-nullptr,-warnings-as-errors]\n"


def entries(*names: str) -> list[dict[str, str]]:
    command = "c++ -std=c++20 -o {0}.o -c /tree/cpp/{0}"
    return [
        {"directory": "/tree", "file": f"/tree/cpp/{name}", "command": command.format(name)}
        for name in names
    ]


def included(source: Path) -> list[str]:
    lines = source.read_text(encoding="utf-8").splitlines()
    return [line.split('"')[1].removeprefix("/tree/cpp/") for line in lines]


def test_a_room_is_a_batch() -> None:
    given = entries("b/two.cpp", "a/one.cpp", "b/one.cpp", "bindings/b.cpp")
    found = [[entry["file"] for entry in batch] for batch in lint.tidy_batches(given)]
    assert found == [["/tree/cpp/b/one.cpp", "/tree/cpp/b/two.cpp"], ["/tree/cpp/a/one.cpp"]]


@pytest.mark.parametrize("faulty", ["a/3.cpp", "none"])
@pytest.mark.parametrize("clashing", [{"a/1.cpp", "a/4.cpp"}, {"a/1.cpp", "a/2.cpp"}, set()])
def test_halves_where_names_clash(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    clashing: set[str],
    faulty: str,
) -> None:
    """A clash is no fault; a fault is one beside a clash, too."""
    alone: list[list[str]] = []

    def tidy_one(source: Path, database: Path) -> str:
        (entry,) = json.loads((database / "compile_commands.json").read_text(encoding="utf-8"))
        assert entry["file"] == str(source)
        assert entry["command"].endswith(f"-c {source}")
        names = included(source)
        if clashing and clashing <= set(names):
            return CLASH
        alone.append(names)
        return FAULT if faulty in names else ""

    monkeypatch.setattr(lint, "tidy_one", tidy_one)
    monkeypatch.setattr(lint, "TIDY_BUILD", tmp_path)
    names = [f"a/{number}.cpp" for number in range(1, 6)]
    assert lint.tidy_batch(entries(*names)) == (faulty == "none")
    assert sorted(name for batch in alone for name in batch) == names
    out, errors = capsys.readouterr()
    assert out == (FAULT if faulty != "none" else "")
    assert ("as names clash: " + CLASH.strip() in errors) == bool(clashing)


def test_what_does_not_compile_alone_is_a_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lint, "tidy_one", lambda source, _: CLASH * ("a/1" in source.read_text()))
    monkeypatch.setattr(lint, "TIDY_BUILD", tmp_path)
    assert not lint.tidy_batch(entries("a/1.cpp", "a/2.cpp", "a/3.cpp"))


@pytest.mark.parametrize("fix", [[], ["--fix"]])
@pytest.mark.parametrize("failing", [set(), {"clang-tidy"}, {"mypy"}, {"ruff", "stubs"}])
def test_all_checks_run_even_if_some_fail(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    failing: set[str],
    fix: list[str],
) -> None:
    ran: list[str] = []

    def check(name: str) -> Callable[[bool], bool]:
        def run(fixes: bool) -> bool:
            assert fixes == bool(fix)
            ran.append(name)
            return name not in failing

        return run

    names = list(lint.CHECKS)
    monkeypatch.setattr(lint, "CHECKS", {name: check(name) for name in names})
    monkeypatch.setattr("sys.argv", ["lint.py", *fix])
    assert lint.main() == int(bool(failing))
    assert sorted(ran) == sorted(names)
    said, errors = capsys.readouterr()
    assert said.count("FAILED") == len(failing)
    assert all(name in errors for name in failing)
