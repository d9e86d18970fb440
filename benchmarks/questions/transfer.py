"""How far off is another device's model after a few rows of this one, and one model of both?"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial

import latpred as lp
import numpy as np

from benchmarks.peers import data_folder
from benchmarks.question import OURS, Contestant, Question, Row

FILES = {
    "RTX": ("RTX_2080_Ti_GPU_ofa_rows0-8499.csv", 1.0),
    "P40": ("Tesla_P40_GPU_ofa_rows0-8499.csv", 1.0),
    "Note10": ("note10_lookuptable_ofa.csv", 1.2),
}
SEEDS = range(5)
# Rows of the target -> goals for the MAE in ms on rows 7000-8499 of RTX and P40.
GOALS = {
    "rows 0–699": (0.20, 0.18),
    "100 random rows of 100–6999": (0.25, 0.50),
    "20 random rows of 100–6999": (0.45, 0.90),
}
HARDWARE = {
    "RTX": lp.DeviceParameters(cores=4352, memory_gb=11, bandwidth_gbs=616),
    "P40": lp.DeviceParameters(cores=3840, memory_gb=24, bandwidth_gbs=347),
}
Make = Callable[[], lp.GaussianProcessPredictor | lp.FineTunedPredictor]


@cache
def table(device: str) -> lp.LatencyTable:
    """The published table of a device."""
    file, width = FILES[device]
    path = data_folder() / "ofa" / "datasets" / file
    return lp.read_latency_table(path, lp.space("ofa-mobilenetv3", width=width))


def rows(ask: Question) -> list[Row]:
    """Fits to the target's rows only; the source was fitted to Note10 rows 0–6999 before."""
    source = lp.AdditivePredictor().fit(table("Note10")[: 700 if ask.quick else 7000])
    found: list[Row] = []
    for case, goals in GOALS.items():
        for device, goal in zip(("RTX", "P40"), goals, strict=True):
            found += _few_rows(ask, source, device, case, goal)
    return found + _generalised(ask)


def _samples(device: str, case: str) -> list[lp.LatencyTable]:
    if case.startswith("rows"):
        return [table(device)[:700]]
    count = int(case.split(maxsplit=1)[0])
    draws = (np.random.default_rng(seed).permutation(6900)[:count] for seed in SEEDS)
    return [table(device)[np.sort(100 + draw)] for draw in draws]


def _few_rows(
    ask: Question, source: lp.AdditivePredictor, device: str, case: str, goal: float
) -> list[Row]:
    judge, samples = table(device)[7000:8500], _samples(device, case)

    def by(make: Make) -> Callable[[int], float]:
        def run(_: int) -> float:
            guesses = (make().fit(sample).predict(judge.archs) for sample in samples)
            errors = [lp.evaluate(judge.latency_ms, guess).mae_ms for guess in guesses]
            return float(np.mean(errors))

        return run

    everyone = [
        Contestant(OURS, by(lambda: lp.GaussianProcessPredictor(source=source)), 1),
        Contestant("latpred, FineTunedPredictor", by(lambda: lp.FineTunedPredictor(source)), 1),
        Contestant("latpred, no source", by(lp.GaussianProcessPredictor), 1),
    ]
    text = f"Note10 → {device}, {case}, {len(samples)} draws (merit: mean MAE, ms, 7000–8499)"
    goal_of = {"goal": f"≤ {goal:.2f} ms", "reached": partial(_reached, goal)}
    return ask.compare(text, everyone, work=len(samples), unit="fits", **goal_of)


def _generalised(ask: Question) -> list[Row]:
    tables = {device: table(device)[: 700 if ask.quick else 7000] for device in HARDWARE}
    forms = {OURS: "additive"} if ask.quick else {OURS: "additive", "latpred, MLP": "mlp"}

    def by(form: str, device: str) -> Callable[[int], float]:
        def run(_: int) -> float:
            judge = table(device)[7000:8500]
            model = lp.HardwareAwarePredictor(form, HARDWARE).fit(tables)
            guess = model.for_device(device).predict(judge.archs)
            return lp.evaluate(judge.latency_ms, guess).mae_ms

        return run

    found: list[Row] = []
    for device, goal in zip(HARDWARE, (0.20, 0.15), strict=True):
        everyone = [Contestant(name, by(form, device), 1) for name, form in forms.items()]
        case = f"one model of RTX and P40, rows 0–6999 (merit: MAE, ms, {device} 7000–8499)"
        goal_of = {"goal": f"≤ {goal:.2f} ms", "reached": partial(_reached, goal)}
        found += ask.compare(case, everyone, work=1, unit="fits", **goal_of)
    return found


def _reached(goal: float, row: Row) -> bool:
    return row.merit <= goal
