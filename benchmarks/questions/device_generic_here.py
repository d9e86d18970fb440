"""How well is this machine's latency known from its description, and after ten measurements?

Networks of both spaces that nobody measured, measured here (LibTorch, one thread, one image, two
visits each): models of the published phones against them. Run it on a quiet machine.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import latpred as lp
import numpy as np
from latpred import device_generic as dg

from benchmarks.peers import data_folder
from benchmarks.question import OURS, Contestant, Question, Row

NAME = "device_generic, this machine"
SEED = 14
TEN = 10
SPEARMAN = 0.9
MAPE = {"nasbench201": 8.0, "fbnetv3": 6.0}  # percent
Make = Callable[[lp.LatencyTable], lp.predictors.Predictor]


class Task:
    """Published measurements of a space, and networks of it measured here."""

    def __init__(self, folder: str, networks: int) -> None:
        self.data = dg.read_folder(data_folder() / "device_generic" / folder)
        archs = self.data.space.sample(2 * networks, seed=SEED, unique=True)
        unseen = np.flatnonzero(~np.isin(archs.hashes, self.data.archs.hashes))[:networks]
        self.table = lp.measure(archs[unseen], lp.LatencyMeter(effort="dataset"), progress=False)
        self.machine = dg.this_machine()
        self.model = dg.DeviceGenericPredictor().fit(self.data)
        chosen = self.model.choose(self.table.archs, TEN)
        self.ten = self.table[chosen]
        self.judge = self.table[np.setdiff1d(np.arange(len(self.table)), chosen)]

    def adapted(self, description: dg.DeviceDescription | None, ten: lp.LatencyTable) -> object:
        """The model after ten measurements."""
        return self.model.adapt(description, ten)

    def transferred(self, ten: lp.LatencyTable) -> lp.TransferPredictor:
        """The model of `docs/new_device.md` with the same phones."""
        phones = np.stack(list(self.data.latency_ms.values()), axis=1)
        rows = np.sort(np.unique(self.data.archs.hashes, return_index=True)[1])
        names = list(self.data.latency_ms)
        tables = lp.transfer.DeviceTables(self.data.archs[rows], phones[rows], names)
        return lp.TransferPredictor(tables).fit(ten)


def rows(ask: Question) -> list[Row]:
    """Two comparisons a space: by the description alone, and with ten measurements."""
    found: list[Row] = []
    for folder, goal in MAPE.items():
        task = Task(folder, 16 if ask.quick else 50)
        found += _described(ask, task, folder)
        found += _measured(ask, task, folder, goal)
    return found


def _described(ask: Question, task: Task, folder: str) -> list[Row]:
    costs = task.data.space.count(task.table.archs)["macs"]
    predict = partial(task.model.for_device(task.machine).predict, task.table.archs)
    everyone = [
        Contestant(OURS, lambda _: _spearman(task.table, predict()), 1),
        Contestant("multiply-accumulates", lambda _: _spearman(task.table, costs), 1),
    ]
    case = f"{folder}, description alone (merit: Spearman of {len(task.table)} networks)"
    goal = {"goal": f"≥ {SPEARMAN}", "reached": lambda row: row.merit >= SPEARMAN}
    return ask.compare(case, everyone, work=len(task.table), unit="archs", **goal)


def _measured(ask: Question, task: Task, folder: str, most: float) -> list[Row]:
    methods: dict[str, Make] = {
        OURS: partial(task.adapted, task.machine),
        "latpred, no description": partial(task.adapted, None),
        "latpred, TransferPredictor": task.transferred,
        "the ten alone, GP": lambda ten: dg.FactorPredictor().fit(ten),
        "the ten alone, AdditivePredictor": lambda ten: lp.AdditivePredictor().fit(ten),
        "the ten alone, line through MACs": lambda ten: lp.FlopsPredictor().fit(ten),
    }
    everyone = [Contestant(name, partial(_mape, task, make), 1) for name, make in methods.items()]
    case = f"{folder}, {TEN} measured (merit: MAPE of {len(task.judge)} others, %)"
    goal = {"goal": f"≤ {most:g} %", "reached": lambda row: row.merit <= most}
    return ask.compare(case, everyone, work=TEN, unit="measurements", **goal)


def _mape(task: Task, make: Make, _: int) -> float:
    guess = make(task.ten).predict(task.judge.archs)
    return lp.evaluate(task.judge.latency_ms, guess).mape_percent


def _spearman(table: lp.LatencyTable, guess: object) -> float:
    return lp.evaluate(table.latency_ms, np.asarray(guess, dtype=np.float64)).spearman
