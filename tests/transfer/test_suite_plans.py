"""Plans of suites: from files, from arguments, and what is none."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from latpred.errors import ConfigError, StorageError
from latpred.transfer.suite_jobs import jobs_of
from latpred.transfer.suite_plan import plan_of, read_plan
from latpred.transfer.suites import suite

from tests.transfer.judged_world import TASK, tables


def test_plans_of_files(tmp_path: Path) -> None:
    entries = {"name": "made", "space": "nas-bench-201", "sources": ["d0", "d1"]}
    document = {"tasks": [{**entries, "targets": ["d2"]}], "methods": ["flops"], "samples": [5, 10]}
    (tmp_path / "plan.json").write_text(json.dumps(document))
    (tmp_path / "plan.toml").write_text(
        'methods = "flops"\nsamples = [5, 10]\nseeds = 5\n[[tasks]]\nname = "made"\n'
        'space = "nas-bench-201"\nsources = ["d0", "d1"]\ntargets = ["d2"]\n'
    )
    plans = [read_plan(tmp_path / "plan.json"), read_plan(tmp_path / "plan.toml")]
    plans += [read_plan(document), read_plan(plans[0].to_dict())]
    assert all(plan == plans[0] for plan in plans)
    names = [[job.name for job, _ in jobs_of(plan, tables())] for plan in plans]
    assert all(each == names[0] for each in names)
    assert len(set(names[0])) == 10


def test_lists_of_every_kind_are_one_plan() -> None:
    first = plan_of(TASK, "flops", [5, 10], 3, tables=tables())
    assert first == plan_of((TASK,), ["flops"], np.array([5, 10]), range(3), tables=tables())
    assert first == plan_of([TASK], {"flops": "flops"}, (5, 10), np.arange(3), tables=tables())


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ({"methods": "best"}, "no entry 'tasks'"),
        ({"tasks": [], "methods": "flops"}, "no tasks"),
        ({"tasks": [{"name": "x"}]}, "a task without 'space'"),
        ({"tasks": [asdict(TASK)], "spede": 3}, "unknown entry 'spede'"),
        ({"tasks": [asdict(TASK), asdict(TASK)]}, "an entry twice"),
        ({"tasks": [asdict(TASK)], "samples": [5, 5]}, "an entry twice"),
        ({"tasks": [asdict(TASK)], "samples": "many"}, "samples='many'"),
        ({"tasks": [asdict(TASK)], "seeds": 0}, "seeds=0"),
        ({"tasks": [asdict(TASK)], "methods": ["a", "a"]}, "the same name"),
        ({"tasks": [asdict(TASK)], "samplers": [1]}, "got int"),
        ({"tasks": [asdict(TASK)], "samples": "A" * 10**5}, r"samples='A{1,60}…', an integer"),
    ],
)
def test_bad_plans(document: dict[str, Any], said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        read_plan(document)


def test_bad_files(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="cannot be read"):
        suite(tmp_path / "none.toml")
    for name, text in (("a.toml", "= 3"), ("a.json", "[1]"), ("b.json", "[" * 9999)):
        (tmp_path / name).write_text(text)
        with pytest.raises(ConfigError, match="no plan of a suite"):
            suite(str(tmp_path / name))
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match="cannot be written"):
        suite(TASK, "flops", tables=tables(), store=tmp_path / "file")


@pytest.mark.parametrize(
    "other",
    [
        {"executor": "cloud"},
        {"workers": 0},
        {"workers": 1.5},
        {"tasks": "Z9"},
        {"methods": "magic"},
        {"confidence": "high"},
        {"confidence": [0.9]},
        {"confidence": True},
        {"source_samples": "all"},
    ],
)
def test_bad_arguments(other: dict[str, Any]) -> None:
    with pytest.raises(ConfigError):
        suite(**{"tasks": TASK, "methods": "flops", "tables": tables(), **other})
