"""Running architectures as real networks on this machine."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import numpy as np
from numpy.typing import ArrayLike, NDArray

from latpred._core import networks as _native
from latpred.errors import ConfigError
from latpred.graphs import OpGraph
from latpred.spaces import Architectures

__all__ = ["MODES", "Network", "NetworkRunnable", "graph_of", "random_parameters"]

NetworkRunnable = _native.NetworkRunnable

MODES = ("plain", "folded", "channels-last", "prepacked")


def graph_of(network: OpGraph | Architectures) -> OpGraph:
    """Return the op graph itself, or that of the one architecture given."""
    if isinstance(network, OpGraph):
        return network
    if len(network) != 1:
        raise ConfigError(f"network: {len(network)} architectures given, exactly one expected")
    return network.graph(0)


class Network:
    """A network ready for inference.

    Args:
        network: An op graph, or one architecture.
        parameters: Arrays by name ("u2.l1.depthwise.weight", as in `state_dict()`); random ones
            where None.
        seed: Of random parameters; they depend on seed and name only.
        mode: One of `MODES`, or "fastest" (prepacked, where torch has oneDNN).
        threads: Of LibTorch while running; 0 leaves the setting of the process.
        batch_size: Images a call that weights are packed for; others run too.

    Raises:
        ConfigError: For a graph that cannot run, an unknown mode or bad settings.
        SchemaError: For missing, superfluous or misshaped parameters.
        DataError: For parameters that are not finite, or a negative variance.
    """

    def __init__(
        self,
        network: OpGraph | Architectures,
        parameters: Mapping[str, ArrayLike] | None = None,
        *,
        seed: int = 0,
        mode: str = "fastest",
        threads: int = 0,
        batch_size: int = 1,
    ) -> None:
        self._native = _native.Network(
            graph_of(network),
            parameters=None if parameters is None else dict(parameters),
            seed=seed,
            mode=mode,
            threads=threads,
            batch_size=batch_size,
        )

    def forward(self, images: ArrayLike) -> NDArray[np.float32]:
        """Outputs for N x 3 x H x W images, N x classes float32.

        Networks whose output is no vector return N x C x H x W. Other number types are converted
        to float32. ConfigError where the shape is not that of the graph's input.
        """
        return cast("NDArray[np.float32]", self._native.forward(images))

    __call__ = forward

    def state_dict(self) -> dict[str, NDArray[np.float32]]:
        """All parameters by name, batch norms not folded."""
        return cast("dict[str, NDArray[np.float32]]", self._native.state_dict())

    @property
    def graph(self) -> OpGraph:
        """The op graph."""
        return self._native.graph

    @property
    def mode(self) -> str:
        """Execution mode in use, one of `MODES`."""
        return cast("str", self._native.mode)

    @property
    def threads(self) -> int:
        """LibTorch threads while running; 0 is the setting of the process."""
        return cast("int", self._native.threads)

    @property
    def batch_size(self) -> int:
        """Images a call that weights were packed for."""
        return cast("int", self._native.batch_size)

    @property
    def steps(self) -> int:
        """Steps of one pass: fewer than operators where some were fused."""
        return cast("int", self._native.steps)

    def __repr__(self) -> str:
        """Mode and size."""
        return f"Network({len(self.graph)} operators in {self.steps} steps, {self.mode})"


def random_parameters(
    network: OpGraph | Architectures, *, seed: int = 0, threads: int = 1
) -> dict[str, NDArray[Any]]:
    """Return the parameters that a `Network` of that seed has, as float32 arrays by name."""
    return cast(
        "dict[str, NDArray[Any]]",
        _native.random_parameters(graph_of(network), seed=seed, threads=threads),
    )
