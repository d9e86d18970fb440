"""Running a network as LibTorch executes it on this machine."""

from __future__ import annotations

import os
from typing import cast

import numpy as np
from numpy.typing import ArrayLike, NDArray

from latpred._core import networks as _native
from latpred.graphs import OpGraph
from latpred.networks.states import Parameters, arrays_of, graph_of
from latpred.spaces import Architectures

__all__ = ["MODES", "Network"]

MODES = ("plain", "folded", "channels-last", "prepacked")


class Network:
    """A network ready for inference.

    Args:
        network: An op graph, or one architecture.
        parameters: Arrays by name ("u2.l1.depthwise.weight", as in `state_dict()`), or a
            safetensors file of them; random ones where None.
        seed: Seed for random parameters, which depend on seed and name only.
        mode: One of `MODES`, or "fastest" (prepacked, where torch has oneDNN).
        threads: Threads of LibTorch while running; 0 leaves the setting of the process.
        batch_size: Images per call that weights are packed for; others run too.
        device: A device of torch, "cpu" or e.g. "cuda:0", where weights lie and operators run.
            Written against torch's generic interface of devices, streams and events, and tested
            with its device "meta"; it has not been run on a CUDA device by us.

    Raises:
        ConfigError: For a graph that cannot run, an unknown mode, bad settings, or a device that
            this torch or this machine does not have.
        SchemaError: For missing, superfluous or misshaped parameters.
        DataError: For parameters that are not finite, or a negative variance.
        StorageError: Where the file cannot be read; CorruptionError where it is damaged.

    Example:
        >>> network = lp.Network(archs[0], seed=0)
        >>> size = network.graph.layers()[0]["shape"]
        >>> network.forward(np.zeros((2, *size), dtype=np.float32)).shape
        (2, 1000)
    """

    def __init__(
        self,
        network: OpGraph | Architectures,
        parameters: Parameters | None = None,
        *,
        seed: int = 0,
        mode: str = "fastest",
        threads: int = 0,
        batch_size: int = 1,
        device: str = "cpu",
    ) -> None:
        self._native = _native.Network(
            graph_of(network),
            parameters=None if parameters is None else arrays_of(parameters),
            seed=seed,
            mode=mode,
            threads=threads,
            batch_size=batch_size,
            device=device,
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

    def save_state(self, path: str | os.PathLike[str]) -> None:
        """Write all parameters as a safetensors file; StorageError where that fails."""
        _native.save_state(os.fspath(path), self.state_dict(), {"format": "pt"})

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
    def device(self) -> str:
        """Device of torch; "cpu" unless another was asked for."""
        return self._native.device

    @property
    def batch_size(self) -> int:
        """Images per call that weights were packed for."""
        return cast("int", self._native.batch_size)

    @property
    def steps(self) -> int:
        """Steps of one pass: fewer than operators where some were fused."""
        return cast("int", self._native.steps)

    def __repr__(self) -> str:
        """Mode and size."""
        return f"Network({len(self.graph)} operators in {self.steps} steps, {self.mode})"
