"""How many architectures a second become 128 one-hot values?"""

from __future__ import annotations

import latpred as lp
import numpy as np

from benchmarks.peers.numpy_mbv3 import Genes, one_hot
from benchmarks.peers.ofa_tutorial import OfaTutorial, to_specs
from benchmarks.question import OURS, Contestant, Question, Row, plain

GOAL = 10e6


def rows(ask: Question) -> list[Row]:
    """Batches of 100, 4,096 and 10,000, and 65,536 into one array."""
    space = lp.space("ofa-mobilenetv3", width=1.2)
    table: list[Row] = []
    for count, reuse in ((100, False), (4096, False), (10_000, False), (65_536, True)):
        count = min(count, 200) if ask.quick else count
        archs = space.sample(count, seed=0)
        out = np.empty((count, 128), np.float32) if reuse else None
        case = f"N = {count:,}" + (", out=" if reuse else "")
        table += _case(ask, space, archs, out, case)
    return table


def _case(
    ask: Question, space: lp.Space, archs: lp.Architectures, out: np.ndarray | None, case: str
) -> list[Row]:
    genes = archs.genes

    everyone = [
        plain(OURS, lambda: space.encode(archs, "one-hot", out=out)),
        plain("NumPy", lambda: one_hot(genes)),
        *([lambda: _tutorial(genes)] if len(genes) <= 4096 else []),
    ]
    goal = {"goal": "≥ 10 M/s", "reached": lambda row: row.rate >= GOAL}
    return ask.compare(case, everyone, work=len(genes), unit="archs", **goal)


def _tutorial(genes: Genes) -> Contestant:
    tutorial, specs = OfaTutorial(), to_specs(genes)
    return plain("OFA tutorial", lambda: tutorial.encode(specs))
