"""How long takes an epoch of the OFA latency network, and how many predictions a second?"""

from __future__ import annotations

from functools import partial
from statistics import median
from typing import Any

import latpred as lp
import numpy as np

from benchmarks.harness import OURS, Contestant, Row, Settings, compare, plain, set_goal
from benchmarks.peers.torch_mlp import NumpyPrediction, TorchPrediction, TorchTraining

ROWS = 7000


def rows(settings: Settings) -> list[Row]:
    """Epochs of the tutorial's recipe and of latpred's; prediction of 1 and 4,096."""
    space = lp.space("ofa-mobilenetv3")
    archs = space.sample(640 if settings.quick else ROWS, seed=0)
    # Time does not depend on the labels; those of the data sets may not be here.
    latency = 5 + space.count(archs)["macs"] / 2e7
    return _epochs(settings, archs, latency) + _predictions(settings, archs, latency)


class _Epochs:
    """Our training; one that is at its end begins again."""

    def __init__(self, model: lp.MlpPredictor, archs: lp.Architectures, latency: Any) -> None:
        self.start = partial(model.start, archs, latency)
        self.training = self.start()

    def run(self) -> None:
        """One epoch."""
        if self.training.finished:
            self.training = self.start()
        self.training.run(1)


def _epochs(settings: Settings, archs: lp.Architectures, latency: Any) -> list[Row]:
    tutorial = lp.MlpPredictor.preset("ofa-tutorial", epochs=10**4, validation_share=0)
    default = lp.MlpPredictor(epochs=10**4, validation_share=0)
    layers = tutorial.start(archs, latency).layers
    everyone = [plain(OURS, _Epochs(tutorial, archs, latency).run)]
    for name, fused in (("PyTorch", False), ("PyTorch, fused SGD", True)):
        everyone.append(plain(name, TorchTraining(archs.genes, latency, layers, fused=fused).epoch))
    everyone.append(plain("latpred, default recipe", _Epochs(default, archs, latency).run))
    case = f"MLP epoch, {len(archs):,} rows, batch 32"
    found = compare("mlp", case, everyone, work=len(archs), unit="rows", settings=settings)
    return set_goal(found, "≤ 0.30 s", lambda row: median(row.cpu_s) <= 0.30)


def _predictions(settings: Settings, archs: lp.Architectures, latency: Any) -> list[Row]:
    model = lp.MlpPredictor(epochs=1).fit(archs, latency, progress=False)
    layers = _layers_of(model, archs, latency)
    peers = {"NumPy": NumpyPrediction(layers), "NumPy + PyTorch": TorchPrediction(layers)}
    goals = {
        1: ("≤ 30 µs", lambda row: median(row.cpu_s) <= 30e-6),
        4096: ("≥ 125 k/s", lambda row: row.rate >= 125_000),
    }
    table: list[Row] = []
    for count, (goal, reached) in goals.items():
        some = archs.space.sample(min(count, 200) if settings.quick else count, seed=1)
        genes = np.asarray(some.genes)
        everyone: list[Contestant] = [plain(OURS, partial(model.predict, some))]
        everyone += [plain(name, partial(peer.predict, genes)) for name, peer in peers.items()]
        case = f"MLP latency, N = {len(some):,}"
        found = compare("mlp", case, everyone, work=len(some), unit="archs", settings=settings)
        table += set_goal(found, goal, reached)
    return table


def _layers_of(model: lp.MlpPredictor, archs: lp.Architectures, latency: Any) -> Any:
    """The same network, before the target's scale is folded into its last layer."""
    training = model.start(archs, latency)
    training.run(1)
    return training.layers
