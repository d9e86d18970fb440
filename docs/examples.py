"""What the examples of the interface start from: each runs in a folder of its own after this."""

from __future__ import annotations

import atexit
import shutil
from pathlib import Path
from tempfile import mkdtemp

import latpred as lp
import numpy as np
import pandas as pd

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
# Sixty cells, what they take on three of four described devices, as DGL's folders hold that.
published = Path(mkdtemp())
atexit.register(shutil.rmtree, published)
cells = lp.space("nas-bench-201").sample(60, seed=0, unique=True)
_factors = 1000 + 1e-4 * cells.space.count(cells)["macs"]
_files = {"net.txt": cells.genes + 1, "a.txt": _factors}
_hardware = {"board": (1.5, 3, 1, 4), "phone": (2.2, 10, 4, 34.1), "lap": (4, 6, 8, 40)}
for _name, _numbers in {**_hardware, "desk": (4.5, 8, 32, 60)}.items():
    _files[f"hardware/{_name}.txt"] = np.array([_numbers])
    if _name in _hardware:
        _device = lp.device_generic.DeviceDescription(*_numbers)
        _noise = np.random.default_rng(len(_files)).lognormal(0, 0.05, len(cells))
        _files[f"latency/{_name}.txt"] = lp.device_generic.latency_ms(_factors * _noise, _device)
for _name, _values in _files.items():
    (published / _name).parent.mkdir(exist_ok=True)
    np.savetxt(published / _name, _values, fmt="%.7g")
# The frames of a block profile: 2 units x 2 layers x 2 blocks, two metrics.
effects = pd.DataFrame(
    [
        {"metric": metric, "unit": u, "layer": layer, "place": f"u{u}.l{layer}", "block": block}
        | {"effect": scale * ((u + 1) * (layer + 1) + 0.5 * (block == "e6k3"))}
        for metric, scale in (("latency", 1.0), ("accuracy", 0.1))
        for u in (0, 1)
        for layer in (0, 1)
        for block in ("e3k3", "e6k3")
    ]
)
for _name, _off in {"low": -0.1, "high": 0.1, "family_low": -0.2, "family_high": 0.2}.items():
    effects[_name] = effects["effect"] + _off
random = pd.DataFrame({"metric": ["latency", "accuracy"], "sd": [2.0, 0.5]})
