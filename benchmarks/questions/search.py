"""How long does the tutorial's search take, and how good is what it finds?

50,100 accuracy evaluations (population 100, 500 generations), OFA-MobileNetV3 of width 1.2, Note10
look-up latency of at most 25 ms, OFA's accuracy predictor; seeds 0 to 4. Every winner is judged by
the same NumPy and PyTorch models, not by the contestant's own.
"""

from __future__ import annotations

from collections.abc import Callable

import latpred as lp

from benchmarks.peers import data_folder
from benchmarks.peers.numpy_evolution import NumpyEvolution
from benchmarks.peers.numpy_mbv3 import Genes, lookup_table
from benchmarks.peers.ofa_tutorial import OfaTutorial
from benchmarks.peers.torch_accuracy import TorchAccuracy
from benchmarks.question import OURS, Contestant, Maker, Question, Row, set_goal

LIMIT_MS = 25.0
CASE = "50,100 evaluations, 25 ms (merit: best accuracy)"
COSTS_CASE = "50,100 evaluations, 300 M MACs"
LIMIT_MACS = 3e8


class SearchTask:
    """The models of both sides and the judge."""

    def __init__(self) -> None:
        tables = data_folder() / "ofa" / "lut_note10"
        checkpoint = data_folder() / "ofa" / "checkpoints" / "acc_predictor.pth"
        self.space = lp.space("ofa-mobilenetv3", width=1.2)
        self.latency = lp.LookupTablePredictor.from_yaml(tables)
        self.accuracy = lp.load_accuracy(checkpoint)
        self.peer_latency, self.peer_accuracy = (
            lookup_table(tables),
            TorchAccuracy(checkpoint),
        )

    def judge(self, genes: Genes) -> float:
        """The accuracy of a winner; an error where it breaks the limit."""
        latency_ms = float(self.peer_latency(genes)[0])
        if latency_ms > LIMIT_MS + 1e-9:
            raise AssertionError(f"a winner takes {latency_ms} ms, over {LIMIT_MS} ms")
        return float(self.peer_accuracy(genes)[0])

    def ours(self, generations: int, seed: int) -> Genes:
        """latpred's winner (1 x 46)."""
        result = lp.search(
            self.space,
            objective=self.accuracy,
            latency=self.latency,
            limit_ms=LIMIT_MS,
            population=100,
            generations=generations,
            seed=seed,
        )
        genes: Genes = result.architecture.genes
        return genes

    def numpy(self, generations: int, seed: int, unique: bool) -> Genes:
        """The batched NumPy finder's winner (1 x 46)."""
        finder = NumpyEvolution(self.peer_accuracy, self.peer_latency, LIMIT_MS, unique)
        return finder.run(generations, seed)[0]


def contestants(task: SearchTask, generations: int) -> list[Contestant | Maker]:
    """Everybody who searches; those that may not be here as what makes them."""

    def judged(name: str, find: Callable[[int], Genes], rounds: int) -> Contestant:
        return Contestant(name, lambda seed: task.judge(find(seed)), rounds)

    def pymoo() -> Contestant:
        from benchmarks.peers.pymoo_search import search

        models = (task.peer_accuracy, task.peer_latency)
        evaluations = 100 * (generations + 1)
        return judged("pymoo GA", lambda s: search(*models, LIMIT_MS, evaluations, s)[0], 5)

    def ofa() -> Contestant:
        tutorial = OfaTutorial()
        return judged("OFA finder", lambda s: tutorial.search(LIMIT_MS, generations, s)[0], 2)

    return [
        judged(OURS, lambda s: task.ours(generations, s), 5),
        judged("NumPy + PyTorch, batched", lambda s: task.numpy(generations, s, False), 5),
        judged("the same, no duplicates", lambda s: task.numpy(generations, s, True), 5),
        pymoo,
        ofa,
    ]


def under_macs(ask: Question, task: SearchTask, generations: int) -> list[Row]:
    """The search under a limit on MACs, beside the same number of evaluations under a latency."""
    options = {"population": 100, "generations": generations, "progress": False}

    def macs(seed: int) -> None:
        limits = {"macs": LIMIT_MACS}
        lp.search(task.space, objective=task.accuracy, limits=limits, seed=seed, **options)

    def latency(seed: int) -> None:
        task.ours(generations, seed)

    found = ask.at_most(5).compare(
        COSTS_CASE,
        [
            Contestant(OURS, macs, 5),
            Contestant("the same under 25 ms", latency, 5),
        ],
        work=100 * (generations + 1),
        unit="evaluations",
    )
    return set_goal(found, "≤ 1.2 × a latency limit", lambda _: found[1].ratio >= 1 / 1.2)


def rows(ask: Question) -> list[Row]:
    """One row a contestant."""
    generations = 5 if ask.quick else 500
    task = SearchTask()
    found = ask.at_most(5).compare(
        CASE,
        contestants(task, generations),
        work=100 * (generations + 1),
        unit="evaluations",
    )
    text = "≤ 0.6 s and accuracy ≥ .8210"
    set_goal(found, text, lambda row: row.work / row.rate <= 0.6 and row.merit >= 0.8210)
    return found + under_macs(ask, task, generations)
