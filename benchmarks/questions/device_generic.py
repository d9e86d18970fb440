"""How well, and how fast, do searches find an accurate network under a phone's latency?

10,000 evaluations in the space fbnetv3 (population 100), the stand-in for FBNetV3's accuracy, an
additive predictor fitted to 200 measured networks of a phone, its median latency as the limit;
seeds 0 to 9. Merit: the best accuracy within the limit. "DGL's, NumPy" is the genetic algorithm as
published, evaluated in batches.
"""

from __future__ import annotations

from functools import partial

import latpred as lp
import numpy as np

from benchmarks.harness import Contestant
from benchmarks.peers import data_folder
from benchmarks.peers.numpy_genetic import NumpyGenetic
from benchmarks.question import OURS, Question, Row, set_goal

SEEDS = 10
POPULATION = 100
METHODS = {"genetic": OURS, "nsga2": "latpred, NSGA-II", "evolution": "latpred, evolution",
           "random": "latpred, random"}  # fmt: skip


class Task:
    """A phone, its limit, and the accuracy."""

    def __init__(self) -> None:
        data = lp.device_generic.read_folder(data_folder() / "device_generic" / "fbnetv3")
        measured = data.latency_ms[max(data.latency_ms)]
        self.space = data.space
        self.latency = lp.AdditivePredictor().fit(lp.LatencyTable(data.archs, measured))
        self.accuracy = lp.device_generic.fbnetv3_accuracy(data.space)
        self.limit_ms = float(np.median(measured))

    def ours(self, method: str, evaluations: int, seed: int) -> float:
        """The best accuracy that a method of latpred finds."""
        found = lp.device_generic.search(
            self.latency, self.accuracy, self.limit_ms, method=method, budget=evaluations,
            population=POPULATION, seed=seed,
        )  # fmt: skip
        assert found.latency_ms <= self.limit_ms
        assert found.evaluations == evaluations
        return found.accuracy

    def published(self, evaluations: int, seed: int) -> float:
        """The same of DGL's algorithm."""

        def values(model: lp.predictors.Predictor, genes: object) -> object:
            return model.predict(self.space.architectures(genes))

        search = NumpyGenetic(
            [len(gene.choices) for gene in self.space.genes],
            partial(values, self.accuracy), partial(values, self.latency), self.limit_ms,
        )  # fmt: skip
        return 70 + search.run(POPULATION, evaluations // POPULATION - 1, seed)[1]


def rows(ask: Question) -> list[Row]:
    """One row a method; the genetic algorithm is expected to beat the published one and chance."""
    evaluations = 600 if ask.quick else 10000
    seeds = 2 if ask.quick else SEEDS
    task = Task()
    everyone = [
        Contestant(name, partial(task.ours, method, evaluations), seeds)
        for method, name in METHODS.items()
    ]
    everyone.append(Contestant("DGL's, NumPy", partial(task.published, evaluations), seeds))
    case = f"fbnetv3, {evaluations:,} evaluations, {seeds} seeds (merit: best accuracy)"
    found = ask.of_rounds(seeds).compare(case, everyone, work=evaluations, unit="evaluations")
    others = [row.merit for row in found if row.contestant in ("DGL's, NumPy", "latpred, random")]
    text = "≤ 1 s and above DGL's and random"
    return set_goal(found, text, lambda row: row.work / row.rate <= 1 and row.merit > max(others))
