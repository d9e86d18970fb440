"""Small hand-made graphs run in every mode and compared with PyTorch."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from latpred.graphs import GraphBuilder
from latpred.networks import MODES, Network, random_parameters
from torch import Tensor

Parameters = dict[str, Tensor]
CHANNELS, HEIGHT, WIDTH = 12, 9, 7


def check(build: Callable[[GraphBuilder, int], object], expected: Callable[..., Tensor]) -> None:
    """Both agree on a batch of 2, in all modes."""
    builder = GraphBuilder()
    build(builder, builder.input(CHANNELS, HEIGHT, WIDTH))
    graph = builder.build()
    parameters = random_parameters(graph, seed=1)
    tensors = {name: torch.from_numpy(array) for name, array in parameters.items()}
    x = np.random.default_rng(2).standard_normal((2, CHANNELS, HEIGHT, WIDTH), dtype=np.float32)
    want = expected(torch.from_numpy(x), tensors).numpy()
    for mode in MODES:
        got = Network(graph, parameters, mode=mode, batch_size=2).forward(x)
        assert got.shape == want.shape, mode
        np.testing.assert_allclose(got, want, rtol=1e-4, atol=1e-5, err_msg=mode)
