"""How long takes a sweep of the OFA latency network with early stopping, and does it scale?"""

from __future__ import annotations

from statistics import median
from typing import Any

import latpred as lp
import numpy as np
from latpred.tuning import Float

from benchmarks.peers.optuna_sweep import OptunaSweep
from benchmarks.question import OURS, Contestant, Question, Row, set_goal

TRIALS, EPOCHS = 16, 10
PARAMETERS = {
    "learning_rate": Float(1e-4, 1e-2, log=True),
    "weight_decay": Float(1e-4, 1e-2, log=True),
    "momentum": Float(0.4, 0.9),
}


def rows(ask: Question) -> list[Row]:
    """16 trials of at most 10 epochs of the tutorial's recipe; the figure of merit is the MAE."""
    few = ask.at_most(1 if ask.quick else 3)
    train, validation = _tables((320, 80) if ask.quick else (7000, 1500))
    shape = (2, 2) if ask.quick else (TRIALS, EPOCHS)
    return _beside_optuna(few, train, validation, shape) + _scaling(few, train, validation, shape)


def _tables(sizes: tuple[int, int]) -> tuple[lp.LatencyTable, lp.LatencyTable]:
    """Made-up latencies with noise: those of the data sets may not be here."""
    archs = lp.space("ofa-mobilenetv3").sample(sum(sizes), seed=0)
    noise = 0.4 * np.random.default_rng(0).standard_normal(len(archs))
    table = lp.LatencyTable(archs, 5 + archs.space.count(archs)["macs"] / 2e7 + noise)
    return table[: sizes[0]], table[sizes[0] :]


def _sweep(
    train: Any, validation: Any, shape: tuple[int, int], seed: int, workers: int
) -> lp.Study:
    return lp.tune(
        lp.MlpPredictor,
        train,
        validation=validation,
        preset="ofa-tutorial",
        parameters=PARAMETERS,
        sampler="random",
        trials=shape[0],
        epochs=shape[1],
        workers=workers,
        seed=seed,
        progress=False,
    )


def _beside_optuna(ask: Question, train: Any, validation: Any, shape: tuple[int, int]) -> list[Row]:
    def ours(turn: int) -> float:
        return _sweep(train, validation, shape, turn, 1).best.loss

    def optuna() -> Contestant:
        layers = lp.MlpPredictor.preset("ofa-tutorial").start(train).layers
        sweep = OptunaSweep(train, validation, layers)
        return Contestant("Optuna and PyTorch", lambda turn: sweep.run(*shape, turn), 1)

    everyone = [Contestant(OURS, ours, ask.settings.rounds), optuna]
    case = f"sweep, {shape[0]} trials x {shape[1]} epochs, {len(train):,} rows, 1 thread"
    goal = {"goal": "≤ 14 s", "reached": lambda row: median(row.cpu_s) <= 14}
    return ask.compare(case, everyone, work=shape[0], unit="trials", **goal)


def _scaling(ask: Question, train: Any, validation: Any, shape: tuple[int, int]) -> list[Row]:
    """Wall time by workers: in turns, so that others on the machine hit both alike."""

    def with_workers(workers: int) -> Contestant:
        def run(turn: int) -> float:
            return _sweep(train, validation, shape, turn, workers).best.loss

        return Contestant(OURS if workers == 2 else "latpred, 1 worker", run, ask.settings.rounds)

    case = f"sweep, {shape[0]} trials x {shape[1]} epochs, 2 workers (wall time)"
    everyone = [with_workers(2), with_workers(1)]
    found = ask.compare(case, everyone, work=shape[0], unit="trials")
    speed_up = min(found[1].wall_s) / min(found[0].wall_s)
    return set_goal(found, "1.8 x faster than 1 worker", lambda _: speed_up >= 1.8)
