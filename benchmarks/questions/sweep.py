"""How long does a predictor's own sweep take to reach the error of the tutorial's networks?"""

from __future__ import annotations

from statistics import median

import latpred as lp

from benchmarks.peers import data_folder
from benchmarks.question import OURS, Contestant, Question, Row

GOAL_S = 60
# File, width, and the error in ms of the OFA tutorial's checkpoint on rows 7000-8499.
TABLES = {
    "RTX 2080 Ti": ("RTX_2080_Ti_GPU_ofa_rows0-8499.csv", 1.0, 0.312),
    "Note10": ("note10_lookuptable_ofa.csv", 1.2, 0.361),
}


def rows(ask: Question) -> list[Row]:
    """`lp.tune(lp.MlpPredictor, table)` as it comes, on all processors; merit: MAE in ms.

    A trial's loss is its error on 15 % of rows 0–6999; rows 7000–8499 only judge the best.
    """
    found: list[Row] = []
    few = ask.at_most(1 if ask.quick else 3)
    for device, (file, width, theirs) in TABLES.items():
        space = lp.space("ofa-mobilenetv3", width=width)
        table = lp.read_latency_table(data_folder() / "ofa" / "datasets" / file, space)
        train, judge = table[: 400 if ask.quick else 7000], table[7000:8500]

        def ours(
            seed: int, train: lp.LatencyTable = train, judge: lp.LatencyTable = judge
        ) -> float:
            plan = {"trials": 2, "epochs": 2} if ask.quick else {}
            study = lp.tune(lp.MlpPredictor, train, seed=seed, progress=False, **plan)
            guess = study.best_predictor.predict(judge.archs)
            return float(lp.evaluate(judge.latency_ms, guess)["mae_ms"])

        def reached(row: Row, theirs: float = theirs) -> bool:
            return median(row.wall_s) <= GOAL_S and row.merit <= theirs

        case = f"MLP, 16 trials, {len(train):,} rows of {device} (merit: MAE in ms, 7000–8499)"
        who = [Contestant(OURS, ours, few.settings.rounds)]
        goal = f"≤ {GOAL_S} s wall and MAE ≤ {theirs} ms"
        found += few.compare(case, who, work=16, unit="trials", goal=goal, reached=reached)
    return found
