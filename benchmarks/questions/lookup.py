"""How many architectures a second get their latency from a look-up table?"""

from __future__ import annotations

from functools import partial

import latpred as lp

from benchmarks.peers import data_folder
from benchmarks.peers.numpy_mbv3 import Genes, lookup_table
from benchmarks.peers.ofa_tutorial import OfaTutorial, to_specs
from benchmarks.question import OURS, Contestant, Question, Row, plain, set_goal

GOAL = 50e6
NAME = "look-up"


def rows(ask: Question) -> list[Row]:
    """Batches of 100, 10,000 and 65,536; OFA looks its string keys up for 100."""
    folder = data_folder() / "ofa" / "lut_note10"
    space = lp.space("ofa-mobilenetv3", width=1.2)
    model, peer = lp.LookupTablePredictor.from_yaml(folder), lookup_table(folder)
    table: list[Row] = []
    for count in (100, 10_000, 65_536):
        archs = space.sample(200 if ask.quick else count, seed=0)
        genes = archs.genes
        everyone = [
            plain(OURS, partial(model.predict, archs)),
            plain("NumPy gather", partial(peer.predict, genes)),
            *([partial(_tutorial, genes)] if count == 100 else []),
        ]
        found = ask.compare(f"N = {len(archs):,}", everyone, work=len(archs), unit="archs")
        if count > 100:  # a single call of 100 is mostly the call
            set_goal(found, "≥ 50 M/s", lambda row: row.rate >= GOAL)
        table += found
    return table


def _tutorial(genes: Genes) -> Contestant:
    tutorial, specs = OfaTutorial(), to_specs(genes)
    return plain("OFA tutorial", lambda: tutorial.lookup(specs))
