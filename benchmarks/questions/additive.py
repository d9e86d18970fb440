"""How fast is the additive predictor fitted, and how many latencies a second does it give?"""

from __future__ import annotations

from functools import partial

import latpred as lp

from benchmarks.peers import data_folder
from benchmarks.peers.numpy_mbv3 import BlockTable, additive_table
from benchmarks.question import OURS, Contestant, Question, Row, plain

GOAL = 50e6
FILE = "RTX_2080_Ti_GPU_ofa_rows0-8499.csv"


def rows(ask: Question) -> list[Row]:
    """The fit on 7,000 measured rows; prediction for batches of 10,000 and 65,536."""
    space = lp.space("ofa-mobilenetv3")
    path = data_folder() / "ofa" / "datasets" / FILE
    table = lp.read_latency_table(path, space, device="rtx2080ti-b64")
    train = table[:7000]
    model = lp.AdditivePredictor().fit(train)
    known = space.sample(20_000, seed=9)
    peer = additive_table(known.genes, model.predict(known))
    return _fit_rows(ask, table) + _predict_rows(ask, space, model, peer)


def _fit_rows(ask: Question, table: lp.LatencyTable) -> list[Row]:
    train, check = table[:7000], table[7000:8500]

    def error(predicted: object) -> float:
        return float(lp.evaluate(check.latency_ms, predicted)["mae_ms"])

    def ours(_: int) -> float:
        return error(lp.AdditivePredictor().fit(train).predict(check.archs))

    def numpy(_: int) -> float:
        return error(additive_table(train.archs.genes, train.latency_ms).predict(check.archs.genes))

    everyone = [
        Contestant(OURS, ours, rounds=5),
        Contestant("NumPy least squares", numpy, rounds=5),
    ]
    case = "fit, 7,000 rows (merit: MAE in ms on rows 7000–8499)"
    return ask.compare(case, everyone, work=7000, unit="rows")


def _predict_rows(
    ask: Question, space: lp.Space, model: lp.AdditivePredictor, peer: BlockTable
) -> list[Row]:
    found: list[Row] = []
    for count in (10_000, 65_536):
        archs = space.sample(200 if ask.quick else count, seed=0)
        genes = archs.genes

        everyone = [
            plain(OURS, partial(model.predict, archs)),
            plain("NumPy gather", partial(peer.predict, genes)),
        ]
        case = f"predict, N = {len(archs):,}"
        goal = {"goal": "≥ 50 M/s", "reached": lambda row: row.rate >= GOAL}
        found += ask.compare(case, everyone, work=len(archs), unit="archs", **goal)
    return found
