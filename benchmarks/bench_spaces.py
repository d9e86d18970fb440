"""How fast are architectures drawn, written as dicts and counted?"""

from __future__ import annotations

import latpred as lp
import numpy as np

from benchmarks.harness import (
    OURS,
    Contestant,
    Row,
    Settings,
    available,
    compare,
    plain,
    skipped,
)
from benchmarks.peers.numpy_mbv3 import CHOICES, canonical
from benchmarks.peers.ofa_tutorial import OfaTutorial, to_specs


def rows(settings: Settings) -> list[Row]:
    """Drawing 10,000, their dicts, and the costs of 100."""
    space = lp.space("ofa-mobilenetv3", width=1.2)
    count = 200 if settings.quick else 10_000
    archs = space.sample(count, seed=0)
    genes, few = archs.genes, archs[:100]

    rng = np.random.default_rng(0)

    def numpy_sample() -> object:
        return canonical(rng.integers(0, CHOICES, (count, 46)).astype(np.int16))

    def ofa() -> Contestant:
        draw = OfaTutorial().finder.ArchManager().random_sample
        return plain("OFA tutorial", lambda: [draw() for _ in range(count)])

    more, reasons = available(ofa)
    drawing = [
        plain(OURS, lambda: space.sample(count, seed=0)),
        plain("NumPy", numpy_sample),
        *more,
    ]
    dicts = [plain(OURS, archs.to_dicts), plain("NumPy + Python", lambda: to_specs(genes))]
    costs = [plain(OURS, lambda: space.count(few))]
    table: list[Row] = []
    for case, everyone, work in (
        (f"sample {count:,}", drawing, count),
        (f"to dicts {count:,}", dicts, count),
        ("count MACs, bytes, kernels of 100", costs, 100),
    ):
        table += compare("spaces", case, everyone, work=work, unit="archs", settings=settings)
    return table + skipped("spaces", reasons)
