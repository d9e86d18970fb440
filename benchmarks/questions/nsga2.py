"""How long does the whole front of accuracy and latency take, and how good is it?

50,000 evaluated architectures (population 100), OFA-MobileNetV3 of width 1.2, Note10 look-up
latency, OFA's accuracy predictor; seeds 0 to 9. Merit: the hypervolume over 70 % and 60 ms of all
that a contestant evaluated, judged by the same NumPy and PyTorch models and by pymoo's hypervolume.
The judging counts in everybody's time.
"""

from __future__ import annotations

from collections.abc import Callable

import latpred as lp
import numpy as np

from benchmarks.peers.numpy_mbv3 import Floats
from benchmarks.question import OURS, Contestant, Maker, Question, Row, set_goal
from benchmarks.questions.search import SearchTask

REFERENCE = (70.0, 60.0)  # accuracy in percent, ms
SEEDS = 10


def our_points(task: SearchTask, evaluations: int, seed: int) -> Floats:
    """latpred's front as accuracy and ms, valued by the peers' models."""
    result = lp.search(
        task.space,
        objectives={"accuracy": task.accuracy, "ms": task.latency},
        maximise=["accuracy"],
        population=100,
        generations=evaluations // 100 - 1,
        seed=seed,
        progress=False,
    )
    genes = result.front.archs.genes
    points: Floats = np.column_stack([task.peer_accuracy(genes), task.peer_latency(genes)])
    return points


def contestants(task: SearchTask, evaluations: int, seeds: int) -> list[Maker]:
    """latpred, and pymoo with two crossovers; pymoo judges, so nobody runs without it."""

    def judged(name: str, find: Callable[[int], Floats]) -> Contestant:
        from benchmarks.peers.pymoo_nsga2 import hypervolume

        return Contestant(name, lambda seed: hypervolume(find(seed) * (100, 1), REFERENCE), seeds)

    def ours() -> Contestant:
        return judged(OURS, lambda seed: our_points(task, evaluations, seed))

    def pymoo(operator: str) -> Contestant:
        from benchmarks.peers.pymoo_nsga2 import search

        models = (task.peer_accuracy, task.peer_latency)
        name = f"pymoo NSGA-II, {operator}"
        return judged(name, lambda seed: search(*models, evaluations, seed, operator))

    return [ours, lambda: pymoo("SBX"), lambda: pymoo("UX")]


def rows(ask: Question, seeds: int = SEEDS) -> list[Row]:
    """One row a contestant; `seeds` rounds, or two for a quick look."""
    evaluations = 600 if ask.quick else 50000
    seeds = 2 if ask.quick else seeds
    case = f"{evaluations:,} evaluations, {seeds} seeds (merit: hypervolume over 70 %, 60 ms)"
    everyone = contestants(SearchTask(), evaluations, seeds)
    found = ask.of_rounds(seeds).compare(case, everyone, work=evaluations, unit="evaluations")
    best = max((row.merit for row in found if row.contestant != OURS), default=0.0)
    text = "≤ 1 s and hypervolume ≥ pymoo's"
    set_goal(found, text, lambda row: row.work / row.rate <= 1 and row.merit >= best)
    return found
