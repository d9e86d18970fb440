"""A few examples of each fuzz target; `make fuzz` runs more of them."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import latpred as lp
import numpy as np
import pytest

from tests.fuzz import mutations
from tests.fuzz.targets import EXAMPLES, TARGETS
from tools import fuzz

ROOT = Path(__file__).parents[2]
FEW = 12


@pytest.mark.parametrize("target", sorted(TARGETS))
def test_examples_end_in_errors_of_ours_or_in_numbers(target: str) -> None:
    make, check = TARGETS[target]
    seen = 0
    for example in range(FEW):
        with contextlib.suppress(lp.LatpredError):
            check(make(np.random.default_rng([1, example])))
        seen += 1
    assert seen == FEW
    assert EXAMPLES[target] >= FEW


def test_what_ends_the_process_has_a_name(tmp_path: Path) -> None:
    """The driver goes on behind it, and fails."""
    code = (
        "import os, tests.fuzz.targets as t, tests.fuzz.worker as w, sys;"
        "t.TARGETS['numbers'] = (lambda rng: 0, lambda _: os.abort());"
        "sys.exit(w.main('numbers', '0', '3', '9', sys.argv[1], '0'))"
    )
    status = tmp_path / "status"
    done = subprocess.run([sys.executable, "-c", code, str(status)], cwd=ROOT, check=False)
    assert done.returncode < 0
    assert status.read_text(encoding="utf-8") == "3 0 0"


def test_what_a_process_says_is_in_its_file(tmp_path: Path) -> None:
    code = (
        "import tests.fuzz.targets as t, tests.fuzz.worker as w, sys;"
        "t.TARGETS['numbers'] = (lambda rng: 0, lambda _: 1 / 0);"
        "w.work(sys.argv[1], 'numbers', '0', '3', '9', sys.argv[2], '0')"
    )
    said, status = tmp_path / "said", tmp_path / "status"
    command = [sys.executable, "-c", code, str(said), str(status)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (1, b"", b"")
    assert "example 3: Traceback" in said.read_text(encoding="utf-8")
    assert status.read_text(encoding="utf-8") == "9 6 0"


class Ended:
    """In the place of a process: it has ended already, and left its notes."""

    def __init__(self, folder: Path, target: str, code: int, status: str) -> None:
        (folder / f"{target}.status").write_text(status, encoding="utf-8")
        (folder / f"{target}.text").write_text(f"{target} says\n", encoding="utf-8")
        self.exitcode = code
        self.sentinel, writer = os.pipe()
        os.close(writer)

    def join(self) -> None:
        os.close(self.sentinel)


def ran(monkeypatch: pytest.MonkeyPatch, codes: dict[str, list[int]], *words: str) -> Any:
    """Exit status of the driver, and the ranges of examples that it began, each target's in turn.
    A process ends with the next of the codes; one that is killed, at its second example."""
    begun: dict[str, list[tuple[int, int]]] = {}

    def begin(run: fuzz.Run, folder: Path) -> Ended:
        assert run.seed == 0
        begun.setdefault(run.target, []).append((run.first, run.last))
        run.status, run.text = folder / f"{run.target}.status", folder / f"{run.target}.text"
        code = codes.get(run.target, []).pop(0) if codes.get(run.target) else 0
        done = (run.first + 1, 1) if code < 0 else (run.last, run.last - run.first)
        return Ended(folder, run.target, code, f"{done[0]} {done[1]} 1")

    monkeypatch.setattr(fuzz.Run, "begin", begin)
    monkeypatch.setattr("sys.argv", ["fuzz.py", *words])
    monkeypatch.setenv("PYTHONPATH", "")
    return fuzz.main(), begun


@pytest.mark.parametrize("faulty", [[], ["numbers"], ["numbers", "table"]])
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_fault_of_any_target_fails(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    faulty: list[str],
    jobs: str,
) -> None:
    """Whatever runs beside it; and each target has its number of examples."""
    code, begun = ran(monkeypatch, {name: [1] for name in faulty}, "--jobs", jobs)
    assert code == int(bool(faulty))
    assert begun == {name: [(0, count)] for name, count in EXAMPLES.items()}
    said = capsys.readouterr().out.splitlines()
    assert sorted(line for line in said if line.endswith(" says")) == [
        f"{name} says" for name in sorted(EXAMPLES)
    ]
    assert sum(line.endswith(" 1 faults") for line in said) == len(faulty)


def test_it_goes_on_behind_what_ended_the_process(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["--target", "numbers", "--target", "table", "--examples", "9"]
    code, begun = ran(monkeypatch, {"numbers": [-6, -9, 0], "table": [-6] * 9}, *words)
    assert code == 1
    assert begun["numbers"] == [(0, 9), (2, 9), (4, 9)]
    assert begun["table"] == [(0, 9), (2, 9), (4, 9), (6, 9), (8, 9)]
    said = capsys.readouterr().out
    assert "numbers: example 1 ended the process (-6)\n" in said
    assert "numbers: 7 examples, 3 accepted, 2 faults" in said
    assert "table: 5 examples, 5 accepted, 5 faults" in said


def test_changes_are_the_same_each_time() -> None:
    value = {"a": [1, 2, {"b": "text"}], "c": 0.5}
    first = [repr(mutations.tree(value, np.random.default_rng(i))) for i in range(50)]
    again = [repr(mutations.tree(value, np.random.default_rng(i))) for i in range(50)]
    assert first == again
    assert len(set(first)) > 30
    assert value == {"a": [1, 2, {"b": "text"}], "c": 0.5}
