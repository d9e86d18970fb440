"""How fast does latpred run a network, beside the same network as an eager PyTorch module?"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from statistics import median

import latpred as lp
import numpy as np
import torch
from latpred.networks import MODES, Network

from benchmarks.question import OURS, Contestant, Question, Row, plain, set_goal
from tests.networks.reference import MobileNetV3, load

EAGER = "PyTorch eager"


def _architectures(quick: bool) -> list[lp.Architectures]:
    """The smallest, the largest and random ones of both widths."""
    chosen: list[lp.Architectures] = []
    for width in (1.0, 1.2):
        space = lp.space("ofa-mobilenetv3", width=width)
        ends = [
            {"ks": [k] * 20, "e": [e] * 20, "d": [d] * 5, "r": [r]}
            for k, e, d, r in ((3, 3, 2, 160), (7, 6, 4, 224))
        ]
        chosen += [space.architectures([ends[len(chosen) > 0]]), *space.sample(2, seed=0)]
    return chosen[:2] if quick else chosen


def _eager(module: torch.nn.Module, image: torch.Tensor) -> Callable[[], torch.Tensor]:
    def run() -> torch.Tensor:
        with torch.inference_mode():
            return module(image)

    return run


def _contestants(arch: lp.Architectures) -> list[Contestant]:
    described = arch.to_dicts()[0]
    size = int(described["r"][0])
    image = np.random.default_rng(0).standard_normal((1, 3, size, size), dtype=np.float32)
    default = Network(arch, threads=1)
    module = load(MobileNetV3(described, arch.space.width), default.state_dict())
    others = [
        plain(f"latpred, {mode}", partial(Network(arch, mode=mode, threads=1).forward, image))
        for mode in MODES
        if mode != default.mode
    ]
    return [
        plain(OURS, partial(default.forward, image)),
        *others,
        plain(EAGER, _eager(module, torch.from_numpy(image))),
    ]


def _summary(ask: Question, table: list[Row]) -> list[Row]:
    """A row a contestant: CPU seconds and median ratio over the architectures."""
    summary: dict[str, Row] = {}
    ratios: dict[str, list[float]] = {}
    for row in table:
        whole = summary.setdefault(
            row.contestant, Row(ask.name, "median of all", row.contestant, 1, "images")
        )
        whole.cpu_s.append(median(row.cpu_s))
        whole.wall_s.append(median(row.wall_s))
        ratios.setdefault(row.contestant, []).append(row.ratio)
    for name, values in ratios.items():
        summary[name].ratio = median(values)
    least = min(ratios[EAGER])
    return set_goal(
        list(summary.values()), f"never slower than {EAGER}: {least:.2f}", lambda _: least >= 1
    )


def rows(ask: Question) -> list[Row]:
    """One image, one thread, float32; then the medians over the architectures."""
    table: list[Row] = []
    for number, arch in enumerate(_architectures(ask.quick)):
        macs = arch.graph().costs["macs"] / 1e6
        case = f"{number + 1}: width {arch.space.width}, {macs:.0f} M MACs"
        table += ask.compare(case, _contestants(arch), work=1, unit="images")
    return table + _summary(ask, table)
