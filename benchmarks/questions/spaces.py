"""How fast are architectures drawn, written as dicts and counted?"""

from __future__ import annotations

import latpred as lp
import numpy as np

from benchmarks.peers.numpy_mbv3 import CHOICES, canonical
from benchmarks.peers.ofa_tutorial import OfaTutorial, to_specs
from benchmarks.question import OURS, Contestant, Question, Row, plain, set_goal


def counting(ask: Question, space: lp.Space, archs: lp.Architectures) -> list[Row]:
    """Costs from tables, beside one-hot encoding and beside lowering to op graphs (of 100)."""
    few, peak = archs[:100], lp.cost_objective("peak_bytes")
    beside = "one-hot encoding the same"

    def lower() -> None:
        for row in range(len(few)):
            few.graph(row)

    all_five = ask.compare(
        f"count MACs, params, bytes, peak, kernels of {len(archs):,}",
        [
            plain(OURS, lambda: space.count(archs)),
            plain(beside, lambda: space.encode(archs, "one-hot")),
        ],
        work=len(archs),
        unit="archs",
    )
    set_goal(all_five, "≤ 2 × one-hot encoding", lambda _: all_five[1].ratio >= 0.5)
    peaks = ask.compare(
        f"peak bytes of {len(archs):,}",
        [plain(OURS, lambda: peak.evaluate(archs))],
        work=len(archs),
        unit="archs",
    )
    set_goal(peaks, "≤ 1 µs each", lambda row: row.rate >= 1e6)
    graphs = ask.compare(
        f"count {len(few)}",
        [plain(OURS, lambda: space.count(few)), plain("lowering them", lower)],
        work=len(few),
        unit="archs",
    )
    return all_five + peaks + graphs


def rows(ask: Question) -> list[Row]:
    """Drawing 10,000, their dicts, and their costs."""
    space = lp.space("ofa-mobilenetv3", width=1.2)
    count = 200 if ask.quick else 10_000
    archs = space.sample(count, seed=0)
    genes = archs.genes

    rng = np.random.default_rng(0)

    def numpy_sample() -> object:
        return canonical(rng.integers(0, CHOICES, (count, 46)).astype(np.int16))

    def ofa() -> Contestant:
        draw = OfaTutorial().finder.ArchManager().random_sample
        return plain("OFA tutorial", lambda: [draw() for _ in range(count)])

    drawing = [
        plain(OURS, lambda: space.sample(count, seed=0)),
        plain("NumPy", numpy_sample),
        ofa,
    ]
    dicts = [plain(OURS, archs.to_dicts), plain("NumPy + Python", lambda: to_specs(genes))]
    table: list[Row] = []
    for case, everyone, work in (
        (f"sample {count:,}", drawing, count),
        (f"to dicts {count:,}", dicts, count),
    ):
        table += ask.compare(case, everyone, work=work, unit="archs")
    return table + counting(ask, space, archs)
