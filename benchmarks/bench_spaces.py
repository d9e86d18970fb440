"""How fast are architectures drawn, written as dicts and counted?"""

from __future__ import annotations

import numpy as np

import latpred as lp
from benchmarks.harness import (
    OURS,
    Contestant,
    Row,
    Settings,
    available,
    compare,
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

    def numpy_sample(seed: int) -> None:
        rng = np.random.default_rng(seed)
        canonical(rng.integers(0, CHOICES, (count, 46)).astype(np.int16))

    def ofa() -> Contestant:
        manager = OfaTutorial().finder.ArchManager()
        return Contestant("OFA tutorial", lambda _: _run(manager.random_sample, count))

    more, reasons = available(ofa)
    drawing = [
        Contestant(OURS, lambda seed: _run(lambda: space.sample(count, seed=seed), 1)),
        Contestant("NumPy", numpy_sample),
        *more,
    ]
    dicts = [
        Contestant(OURS, lambda _: _run(archs.to_dicts, 1)),
        Contestant("NumPy + Python", lambda _: _run(lambda: to_specs(genes), 1)),
    ]
    costs = [Contestant(OURS, lambda _: _run(lambda: space.count(few), 1))]
    table: list[Row] = []
    for case, everyone, work in (
        (f"sample {count:,}", drawing, count),
        (f"to dicts {count:,}", dicts, count),
        ("count MACs, bytes, kernels of 100", costs, 100),
    ):
        table += compare("spaces", case, everyone, work=work, unit="archs", settings=settings)
    return table + skipped("spaces", reasons)


def _run(work: object, times: int) -> None:
    for _ in range(times):
        work()  # type: ignore[operator]
