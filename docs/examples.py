"""What the examples of the interface start from: each runs in a folder of its own after this."""

from __future__ import annotations

from pathlib import Path  # noqa: F401

import latpred as lp
import numpy as np
import pandas as pd  # noqa: F401

unit = {"channels": [8], "kernel": [3, 5], "expand": [3, 6], "depth": [1, 2]}
space = lp.define_space("tiny", resolutions=[32, 48], units=[unit, {**unit, "stride": 2}])
archs = space.sample(60, seed=0, unique=True)
# A device on which a network takes 1 ms, and 1 ms more for each million multiply-accumulates.
table = lp.LatencyTable(archs, 1 + 1e-6 * space.count(archs)["macs"], device="board")
# The same networks on four devices, the slowest four times as slow, with 5 % of noise.
noise = np.random.default_rng(0).lognormal(0, 0.05, (60, 4))
devices = lp.transfer.DeviceTables(
    archs, table.latency_ms[:, None] * noise * [1, 2, 3, 4], list("pqrs")
)
