"""Networks that are exported, and images for them."""

from __future__ import annotations

from typing import Any

import latpred as lp
import numpy as np
from latpred.graphs import GraphBuilder, OpGraph

from tests.networks.operator_cases import CONVOLUTIONS, POOLS, REST
from tests.networks.wider_cases import WIDER
from tests.spaces.described_spaces import MOBILE, RESNET

OPERATORS = CONVOLUTIONS | POOLS | REST | WIDER


OWN = {"my-mobile": MOBILE, "my-resnet": RESNET}


def space_of(name: str) -> lp.Space:
    if name in OWN:
        return lp.define_space(**OWN[name])
    if name in ("nas-bench-201", "fbnet"):
        return lp.space(name, classes=120)
    if name in lp.spaces.nds_space_names():
        return lp.space(name, width=8, depth=4)
    if name == "fbnetv3":
        return lp.space(name, image_size=96, classes=120)
    return lp.space(name, resolutions=[112, 128])


def images(graph: OpGraph, batch: int = 2) -> np.ndarray:
    shape = graph.layers()[0]["shape"]
    return np.random.default_rng(5).standard_normal((batch, *shape), dtype=np.float32)


def small(build: Any) -> OpGraph:
    builder = GraphBuilder()
    build(builder, builder.input(12, 9, 7))
    return builder.build()
