"""Calls of examples, made again with arguments that do not belong there."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Any

import pytest

from tests.fuzz.arguments import calls_of, complaint
from tools import example_rules as rules

# What is quick and covers compiled functions, classes and Python's functions of several rooms.
NAMES = (
    "latpred.Space",
    "latpred.Device",
    "latpred.space",
    "latpred.hypervolume",
    "latpred.attainment",
    "latpred.evaluate",
    "latpred.cost_objective",
    "latpred.split_by_architecture",
    "latpred.spaces.nds_outputs",
    "latpred.spaces.nas_bench_201_index",
    "latpred.metrics.safety_margin",
    "latpred.tuning.Float",
    "latpred.tuning.StudySettings",
    "latpred.transfer.make_task",
)
PUBLIC = rules.public_names(rules.public_modules())


@pytest.fixture(scope="module")
def names() -> dict[str, Any]:
    return runpy.run_path(str(rules.SETUP))


@pytest.mark.parametrize("name", NAMES)
def test_wrong_arguments(
    name: str, names: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    found = []
    for call in calls_of(name, PUBLIC[name], rules.example_of(PUBLIC[name]), names):
        for argument, args, keywords, kind in call.others(step=2):
            said = complaint(call.function, args, keywords)
            found += [f"{call.label}: {argument} {kind}: {said}"] if said else []
    assert not found
