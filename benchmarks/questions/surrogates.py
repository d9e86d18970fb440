"""How many latencies a second does a graph predictor of AutoBuild give?"""

from __future__ import annotations

from functools import partial

import latpred as lp
import numpy as np

from benchmarks.peers import data_folder
from benchmarks.peers.torch_surrogate import TorchSurrogate
from benchmarks.question import OURS, Question, Row, plain

LEAST = 1_000_000 / 60  # a second: a million evaluations a minute, on two cores


def rows(ask: Question) -> list[Row]:
    """From genes to milliseconds at 224 pixels: one architecture, 500, 100,000."""
    path = data_folder() / "block_profiling" / "autobuild_ofa_mbv3_latency_npu.npz"
    space = lp.space("ofa-mobilenetv3", width=1.2, resolutions=[224])
    model, peer = lp.profiling.load_surrogate(path), TorchSurrogate(path, 224)
    table: list[Row] = []
    for count in (1, 500, 100_000):
        archs = space.sample(min(count, 200) if ask.quick else count, seed=0)
        genes = np.asarray(archs.genes)
        everyone = [
            plain(OURS, partial(model.predict, archs)),
            *([] if count > 500 and not ask.quick else [plain("PyTorch", partial(peer, genes))]),
        ]
        goal = {} if count < 100_000 else {"goal": "≥ 16.7 k/s", "reached": _fast}
        table += ask.compare(
            f"graph predictor, N = {len(archs):,}", everyone, work=len(archs), unit="archs", **goal
        )
    return table


def _fast(row: Row) -> bool:
    return row.rate >= LEAST
