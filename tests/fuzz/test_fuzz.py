"""A few examples of each fuzz target; `make fuzz` runs more of them."""

from __future__ import annotations

import contextlib
import subprocess
import sys
from pathlib import Path

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


@pytest.mark.parametrize("faulty", [[], ["numbers"], ["numbers", "table"]])
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_fault_of_any_target_fails(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    faulty: list[str],
    jobs: str,
) -> None:
    """Whatever runs beside it; and each target has its number of examples."""
    seen: dict[str, int] = {}

    def run_target(
        target: str, first: int, count: int, seed: int, seconds: float
    ) -> tuple[int, str]:
        assert (first, seed, seconds) == (0, 0, 0)
        seen[target] = count
        return int(target in faulty), f"{target} ran"

    monkeypatch.setattr(fuzz, "run_target", run_target)
    monkeypatch.setattr("sys.argv", ["fuzz.py", "--jobs", jobs])
    monkeypatch.setenv("PYTHONPATH", "")
    assert fuzz.main() == int(bool(faulty))
    assert seen == EXAMPLES
    assert sorted(capsys.readouterr().out.splitlines()) == [f"{name} ran" for name in sorted(seen)]


def test_changes_are_the_same_each_time() -> None:
    value = {"a": [1, 2, {"b": "text"}], "c": 0.5}
    first = [repr(mutations.tree(value, np.random.default_rng(i))) for i in range(50)]
    again = [repr(mutations.tree(value, np.random.default_rng(i))) for i in range(50)]
    assert first == again
    assert len(set(first)) > 30
    assert value == {"a": [1, 2, {"b": "text"}], "c": 0.5}
