"""How many architectures a second get their latency from a look-up table?"""

from __future__ import annotations

import latpred as lp
from benchmarks.harness import (
    OURS,
    Contestant,
    Row,
    Settings,
    available,
    compare,
    set_goal,
    skipped,
)
from benchmarks.peers import data_folder
from benchmarks.peers.numpy_mbv3 import lookup_table
from benchmarks.peers.ofa_tutorial import OfaTutorial, to_specs

GOAL = 50e6


def rows(settings: Settings) -> list[Row]:
    """Batches of 100, 10,000 and 65,536; OFA looks its string keys up for 100."""
    folder = data_folder() / "ofa" / "lut_note10"
    space = lp.space("ofa-mobilenetv3", width=1.2)
    model, peer = lp.LookupTablePredictor.from_yaml(folder), lookup_table(folder)
    table: list[Row] = []
    for count in (100, 10_000, 65_536):
        archs = space.sample(200 if settings.quick else count, seed=0)
        genes = archs.genes

        def ours(_: int, archs: lp.Architectures = archs) -> None:
            model.predict(archs)

        def numpy(_: int, genes: object = genes) -> None:
            peer.predict(genes)

        def tutorial(genes: object = genes) -> Contestant:
            ofa, specs = OfaTutorial(), to_specs(genes)
            return Contestant("OFA tutorial", lambda _: ofa.lookup(specs) and None)

        more, reasons = available(tutorial) if count == 100 else ([], [])
        everyone = [Contestant(OURS, ours), Contestant("NumPy gather", numpy), *more]
        case = f"N = {len(archs):,}"
        found = compare("look-up", case, everyone, work=len(archs), unit="archs", settings=settings)
        if count > 100:  # a single call of 100 is mostly the call
            set_goal(found, "≥ 50 M/s", lambda row: row.rate >= GOAL)
        table += found + skipped("look-up", reasons, case)
    return table
