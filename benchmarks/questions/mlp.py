"""How long takes a training of the OFA latency network, and how many predictions a second?"""

from __future__ import annotations

from functools import partial
from statistics import median
from typing import Any

import latpred as lp
import numpy as np

from benchmarks.peers.torch_mlp import NumpyPrediction, TorchPrediction
from benchmarks.peers.whole_training import NAMES, in_own_process
from benchmarks.question import OURS, Contestant, Question, Row, plain, set_goal, set_ratios

ROWS = 7000
EPOCHS = 20


def rows(ask: Question) -> list[Row]:
    """Whole trainings as users run them; prediction of 1 and 4,096."""
    space = lp.space("ofa-mobilenetv3")
    archs = space.sample(640 if ask.quick else ROWS, seed=0)
    latency = 5 + space.count(archs)["macs"] / 2e7
    return _trainings(ask) + _predictions(ask, archs, latency)


def _trainings(ask: Question) -> list[Row]:
    """In turns, each in a process of its own: no limit on threads, from the first epoch on."""
    work, epochs = (640, 4) if ask.quick else (ROWS, EPOCHS)
    case = f"MLP training, {work:,} rows, batch 32, {epochs} epochs, default threads"
    table = [Row(ask.name, case, name, work * epochs, "rows") for name in NAMES]
    slowing = []  # the later epochs' processor time over the first one's
    for turn in range(min(ask.settings.rounds, 3)):
        for row in table if turn % 2 == 0 else reversed(table):
            seconds = in_own_process(row.contestant, work, epochs)
            row.wall_s.append(sum(wall for wall, _ in seconds))
            row.cpu_s.append(sum(cpu for _, cpu in seconds))
            if row.contestant == OURS:
                slowing.append(median(cpu for _, cpu in seconds[1:]) / seconds[0][1])
    set_ratios(table)
    best = min(median(row.wall_s) for row in table if row.contestant != OURS)
    goal = f"≤ .5 × PyTorch's wall time, epochs as the first ({median(slowing):.2f} ×)"
    return set_goal(
        table, goal, lambda row: median(row.wall_s) <= 0.5 * best and median(slowing) <= 1.1
    )


def _predictions(ask: Question, archs: lp.Architectures, latency: Any) -> list[Row]:
    model = lp.MlpPredictor(epochs=1).fit(archs, latency, progress=False)
    layers = _layers_of(model, archs, latency)
    peers = {"NumPy": NumpyPrediction(layers), "NumPy + PyTorch": TorchPrediction(layers)}
    goals = {
        1: ("≤ 30 µs", lambda row: median(row.cpu_s) <= 30e-6),
        4096: ("≥ 125 k/s", lambda row: row.rate >= 125_000),
    }
    table: list[Row] = []
    for count, (goal, reached) in goals.items():
        some = archs.space.sample(min(count, 200) if ask.quick else count, seed=1)
        genes = np.asarray(some.genes)
        everyone: list[Contestant] = [plain(OURS, partial(model.predict, some))]
        everyone += [plain(name, partial(peer.predict, genes)) for name, peer in peers.items()]
        case = f"MLP latency, N = {len(some):,}"
        task = {"work": len(some), "unit": "archs", "goal": goal, "reached": reached}
        table += ask.compare(case, everyone, **task)
    return table


def _layers_of(model: lp.MlpPredictor, archs: lp.Architectures, latency: Any) -> Any:
    """The same network, before the target's scale is folded into its last layer."""
    training = model.start(archs, latency)
    training.run(1)
    return training.layers
