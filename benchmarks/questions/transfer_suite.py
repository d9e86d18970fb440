"""How long does a suite of transfer experiments take, and how does that grow?"""

from __future__ import annotations

from statistics import median
from typing import Any

import latpred as lp
import numpy as np

from benchmarks.question import OURS, Contestant, Question, Row

GOAL_S = 300
WORKERS = 2
# Simple methods, and the tasks whose devices are all at hand, N-seed* in place of N1-N4.
TASKS = ("ND", "FD", "F1", "F2", "F3", "F4", "FA", "N-seed0", "N-seed1")
SEEDS = 5


def rows(ask: Question) -> list[Row]:
    """The simple methods on all tasks; then FBNet with more devices, networks and samples."""
    return _whole(ask.at_most(1)) + _growth(ask.at_most(1 if ask.quick else 3))


def _whole(ask: Question) -> list[Row]:
    methods = [name for name in lp.transfer.methods() if name != "best"]
    tasks = TASKS[1:2] if ask.quick else TASKS
    seeds = 1 if ask.quick else SEEDS

    def ours(_: int) -> float:
        found = lp.transfer.suite(tasks, methods, 20, seeds, workers=WORKERS)
        assert not found.failures
        return float(np.nanmax(found.summary()["spearman"]))

    jobs = len(tasks) * len(methods) * seeds
    return ask.compare(
        f"{len(methods)} simple methods x {len(tasks)} tasks x {seeds} seeds, {WORKERS} workers",
        [Contestant(OURS, ours, ask.settings.rounds)],
        work=jobs,
        unit="jobs",
        goal=f"< {GOAL_S} s wall",
        reached=lambda row: median(row.wall_s) < GOAL_S,
    )


def _growth(ask: Question) -> list[Row]:
    """`best` with one seed, from 5 source devices, 5,000 networks and 20 samples on."""
    tables = lp.transfer.load_tables("fbnet")
    found: list[Row] = []
    usual = {"sources": 5, "networks": 5000, "samples": 20}
    changes = [
        {},
        {"sources": 10},
        {"sources": 20},
        {"networks": 1250},
        {"networks": 2500},
        {"samples": 5},
        {"samples": 10},
    ]
    for change in changes[:2] if ask.quick else changes:
        found += _one(ask, tables, **{**usual, **change})
    return found


def _one(
    ask: Question, tables: lp.transfer.DeviceTables, sources: int, networks: int, samples: int
) -> list[Row]:
    part = tables.rows(np.arange(networks))
    task = lp.transfer.make_task(part, sources=sources, targets=2, seed=0)
    given: dict[str, Any] = {"tables": part, "workers": 1}

    def ours(_: int) -> float:
        found = lp.transfer.suite(task, "best", samples, 1, **given)
        return float(found.summary()["spearman"].iloc[0])

    ours(0)  # the ceilings, once
    case = f"best: {sources} sources, 2 targets, {networks:,} networks, {samples} samples"
    who = [Contestant(OURS, ours, ask.settings.rounds)]
    return ask.compare(case, who, work=1, unit="jobs")
