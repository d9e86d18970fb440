"""How well do predictors learn AutoBuild's NPU surrogate from 3,000 of its labels?

The labels have no noise, and are a graph network's: what is left is what a model cannot express or
does not find. Test networks are 3,000 fresh ones. Settings were chosen on other networks.
"""

from __future__ import annotations

from typing import Any

import latpred as lp
from latpred.predictors.fitters import fit_quietly

from benchmarks.question import Contestant, Maker, Question, Row, Unavailable, maker_of

TRAIN, TEST = 3000, 3000
CONVOLUTIONS: dict[str, Any] = {
    "layer": "graph-conv",
    "hidden": (16, 16, 16, 16),
    "head": 16,
    "learning_rate": 0.01,
    "weight_decay": 0.1,
    "epochs": 120,
}


def _contestants(quick: bool) -> dict[str, Any]:
    convolutions = lp.GraphPredictor(**CONVOLUTIONS)
    everyone: dict[str, Any] = {
        "latpred": lp.GraphPredictor(),
        "latpred, additive": lp.AdditivePredictor(),
        "latpred, additive, interactions": lp.AdditivePredictor(interactions="auto"),
        "latpred, graph convolutions": convolutions,
        "latpred, mean of 8 of these": lp.EnsemblePredictor(convolutions, members=8, share=1.0),
        "latpred, block sequence": lp.BlockSequencePredictor.preset(
            "small", hidden=128, epochs=30, batch_size=32
        ),
    }
    if quick:
        for model in (everyone["latpred"], convolutions, everyone["latpred, block sequence"]):
            model.set_params(epochs=1)
    return everyone


def _labels(seed: int, rows: int) -> lp.LatencyTable:
    try:
        surrogate = lp.profiling.load_surrogate("ofa-mbv3-npu")
    except lp.LatpredError as error:
        raise Unavailable(str(error)) from error
    space = lp.space("ofa-mobilenetv3", width=1.2, resolutions=[224])
    archs = space.sample(rows, seed=seed)
    return lp.LatencyTable(archs, surrogate.predict(archs))


def rows(ask: Question) -> list[Row]:
    """Fits of each, and their relative errors on fresh networks; rounds are seeds."""
    train, test = (_labels(seed, 60 if ask.quick else TRAIN) for seed in (1, 2))

    def fitting(who: str, model: Any) -> Contestant:
        def run(number: int) -> float:
            one = model._unfitted()
            if "seed" in one.get_params():
                one.set_params(seed=number)
            fitted = fit_quietly(one, train.archs, train.latency_ms)
            return lp.evaluate(test.latency_ms, fitted.predict(test.archs)).mape_percent

        return Contestant(who, run, rounds=3)

    makers: list[Maker] = [
        maker_of(fitting(who, model)) for who, model in _contestants(ask.quick).items()
    ]
    case = f"NPU surrogate, fit, {len(train):,} rows (merit: MAPE in %, {len(test):,} other rows)"
    goal: dict[str, Any] = {"goal": "MAPE ≤ 1 %", "reached": lambda row: row.merit <= 1}
    return ask.compare(case, makers, work=len(train), unit="rows", **goal)
