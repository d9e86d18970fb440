"""The measuring search against measuring everything, on a space small enough to measure whole."""

from __future__ import annotations

import zlib
from typing import Any

import latpred as lp
import numpy as np

from benchmarks.onboarding.world import Judged, Kept, Vector, World

JUDGE_SEED = 190_021
SMALL: dict[str, Any] = {
    "name": "small-mobile",
    "resolutions": [64, 80, 96],
    "stem": {"channels": 16, "activation": "relu6"},
    "units": [
        {"block": "mbconv", "depth": [1, 2], "channels": [24], "kernel": [3, 5], "expand": [4],
         "stride": 2, "activation": "relu6"},
        {"block": "mbconv", "depth": [1, 2], "channels": [40], "kernel": [3, 5], "expand": [3, 6],
         "stride": 2, "activation": "h_swish", "squeeze_excite": True},
    ],
    "head": {"channels": 256, "classes": 100, "activation": "h_swish"},
}  # fmt: skip


def small_space() -> lp.Space:
    """360 networks of a few ms."""
    return lp.define_space(**SMALL)


def made_up_accuracy(archs: lp.Architectures) -> Vector:
    """Grows with the size and levels off; each choice is worth something of its own besides."""
    space = archs.space
    hot = np.asarray(space.encode(archs, "one-hot"), dtype=np.float64)
    worth = [zlib.crc32(name.encode()) / 2**32 - 0.5 for name in space.feature_names("one-hot")]
    macs = np.asarray(space.count(archs)["macs"], dtype=np.float64)
    return np.asarray(80.0 - 20.0 * np.exp(-macs / 2e7) + hot @ np.asarray(worth))


def run(world: World, kept: Kept, *, seeds: int = 5, share: float = 0.1) -> dict[str, Any]:
    """Measure all, then search with each seed, measuring a tenth at most."""
    every = world.space.enumerate()
    whole = world.judge("whole", every, JUDGE_SEED)
    most = int(share * len(every))
    for seed in range(seeds):
        world.need()
        kept.once("searches", seed, lambda s=seed: _search(world, most, s))
    lines = [_line(kept["searches"][str(seed)], whole) for seed in range(seeds)]
    return {
        "networks": len(every),
        "measured_whole": len(whole.archs),
        "range_ms": [round(float(one), 3) for one in np.quantile(whole.latency_ms, (0, 0.5, 1))],
        "whole_half_width_percent": _half_width(whole),
        "most_measurements": most,
        "hypervolume_share": [line["hypervolume_share"] for line in lines],
        "measured_share": [line["measurements"] / len(every) for line in lines],
        "reached": all(line["hypervolume_share"] >= 0.99 for line in lines),
        "searches": lines,
    }


def _search(world: World, most: int, seed: int) -> dict[str, Any]:
    begin = world.seconds()
    found: Any = lp.measuring_search(
        world.space,
        objective=made_up_accuracy,
        latency=lp.GaussianProcessPredictor(),
        meter=world.meter("default", 100 + seed),
        measurements=most,
        progress=False,
        seed=seed,
    )
    return {
        "front": found.front.archs.to_strings(),
        "measured": int(np.count_nonzero(found.front.measured)),
        "measurements": int(found.measurements),
        "stopped": str(found.stopped),
        "seconds": world.seconds() - begin,
    }


def _line(search: dict[str, Any], whole: Judged) -> dict[str, Any]:
    """The front that was found, at the latencies of the table of all networks."""
    rows = {text: row for row, text in enumerate(whole.archs.to_strings())}
    there = [rows[text] for text in search["front"] if text in rows]
    accuracy = made_up_accuracy(whole.archs)
    corner = {"ms": float(whole.latency_ms.max()), "accuracy": float(accuracy.min())}

    def volume(places: Any) -> float:
        front = {"ms": whole.latency_ms[places], "accuracy": accuracy[places]}
        return lp.hypervolume(front, corner, maximise=["accuracy"])

    share = volume(there) / volume(np.arange(len(accuracy)))
    kept = {name: value for name, value in search.items() if name != "front"}
    return {**kept, "front": len(search["front"]), "hypervolume_share": round(share, 5)}


def _half_width(whole: Judged) -> float:
    """Median, in percent."""
    width = 50 * (whole.high_ms - whole.low_ms) / whole.latency_ms
    return round(float(np.nanmedian(width)), 2)
