"""How long does it take to read a data set of 10,000 architectures?"""

from __future__ import annotations

import ast
from statistics import median

import latpred as lp
import pandas as pd

from benchmarks.peers import data_folder
from benchmarks.peers.ofa_tutorial import to_genes
from benchmarks.question import OURS, Contestant, Question, Row


def rows(ask: Question) -> list[Row]:
    """The Note10 file, from disk to gene matrix and latencies."""
    path = data_folder() / "ofa" / "datasets" / "note10_lookuptable_ofa.csv"
    space = lp.space("ofa-mobilenetv3", width=1.2)

    def ours(_: int) -> None:
        lp.read_latency_table(path, space, device="note10")

    def python(_: int) -> None:
        table = pd.read_csv(path)
        to_genes([ast.literal_eval(text) for text in table["child_arch"]])

    everyone = [
        Contestant(OURS, ours, 5),
        Contestant("pandas + literal_eval", python, 5),
    ]
    goal = {"goal": "< 0.3 s", "reached": lambda row: median(row.cpu_s) < 0.3}
    return ask.compare("CSV, 10,000 rows", everyone, work=10_000, unit="rows", **goal)
