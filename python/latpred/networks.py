"""Running architectures as real networks on this machine."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any, TypeAlias, cast

import numpy as np
from numpy.typing import ArrayLike, NDArray

from latpred._core import networks as _native
from latpred.errors import ConfigError
from latpred.graphs import OpGraph
from latpred.spaces import Architectures

__all__ = [
    "MODES",
    "Network",
    "NetworkRunnable",
    "Parameters",
    "graph_of",
    "load_state",
    "parameters_of",
    "random_parameters",
    "save_state",
    "state_notes",
]

# Arrays by name, or a safetensors file of them.
Parameters: TypeAlias = Mapping[str, ArrayLike] | str | os.PathLike[str]

NetworkRunnable = _native.NetworkRunnable

MODES = ("plain", "folded", "channels-last", "prepacked")


def graph_of(network: OpGraph | Architectures) -> OpGraph:
    """Return the op graph itself, or that of the one architecture given.

    Example:
        >>> from latpred.networks import graph_of
        >>> type(graph_of(archs[0])).__name__
        'OpGraph'
    """
    if isinstance(network, OpGraph):
        return network
    if len(network) != 1:
        raise ConfigError(f"network: {len(network)} architectures given, exactly one expected")
    return network.graph(0)


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
            parameters=None if parameters is None else _arrays(parameters),
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


def random_parameters(
    network: OpGraph | Architectures, *, seed: int = 0, threads: int = 1
) -> dict[str, NDArray[Any]]:
    """Return the parameters that a `Network` of that seed has, as float32 arrays by name.

    Example:
        >>> from latpred.networks import random_parameters
        >>> {str(array.dtype) for array in random_parameters(archs[0], seed=1).values()}
        {'float32'}
    """
    return cast(
        "dict[str, NDArray[Any]]",
        _native.random_parameters(graph_of(network), seed=seed, threads=threads),
    )


def parameters_of(
    network: OpGraph | Architectures, *, seed: int = 0, state: Parameters | None = None
) -> dict[str, NDArray[Any]]:
    """Return the parameters given, checked against the network, or random ones.

    Raises:
        SchemaError: For missing, superfluous or misshaped parameters.
        DataError: For parameters that are not finite, or a negative variance.

    Example:
        >>> from latpred.networks import parameters_of
        >>> arrays = parameters_of(archs[0], seed=1)
        >>> sorted(arrays) == sorted(lp.Network(archs[0]).state_dict())
        True
    """
    if state is None:
        return random_parameters(network, seed=seed)
    return Network(network, state, mode="plain").state_dict()


def save_state(
    network: OpGraph | Architectures | Network,
    path: str | os.PathLike[str],
    *,
    seed: int = 0,
    state: Parameters | None = None,
) -> None:
    """Write a network's parameters as a safetensors file.

    Args:
        network: A `Network`, whose parameters are written; or an op graph or one architecture
            with `seed` or `state`, as for `Network`.
        path: File to write. Its metadata name the architecture, where one was given.
        seed: Seed for random parameters.
        state: Arrays by name, or a file of them.

    Raises:
        StorageError: Where the file cannot be written.

    Example:
        >>> lp.save_state(archs[0], "tiny.safetensors", seed=1)
        >>> len(lp.load_state("tiny.safetensors")) > 0
        True
    """
    if isinstance(network, Network):
        network.save_state(path)
        return
    arrays = parameters_of(network, seed=seed, state=state)
    notes = {"format": "pt"} | state_notes(network)
    _native.save_state(os.fspath(path), arrays, notes)


def load_state(path: str | os.PathLike[str]) -> dict[str, NDArray[np.float32]]:
    """Return the float32 arrays by name of a safetensors file.

    F64, F16 and BF16 tensors are converted; the batch counters that PyTorch's batch norms keep
    are left out.

    Raises:
        StorageError: Where the file cannot be read.
        CorruptionError: Where it is damaged.
        DataError: For tensors of another type.

    Example:
        >>> lp.save_state(archs[0], "tiny.safetensors", seed=1)
        >>> state = lp.load_state("tiny.safetensors")
        >>> network = lp.Network(archs[0], state)
        >>> sorted(network.state_dict()) == sorted(state)
        True
    """
    arrays, _ = _native.load_state(os.fspath(path))
    return cast("dict[str, NDArray[np.float32]]", arrays)


def state_notes(network: OpGraph | Architectures) -> dict[str, str]:
    """What a file says about the network in it: space and architecture, where they are known.

    Example:
        >>> from latpred.networks import state_notes
        >>> sorted(state_notes(archs[0]))
        ['architecture', 'space']
    """
    if isinstance(network, OpGraph):
        return {}
    space = network.space
    notes = {"space": space.name, "architecture": network.to_strings()[0]}
    return notes if space.width is None else notes | {"width": str(space.width)}


def _arrays(parameters: Parameters) -> dict[str, Any]:
    if isinstance(parameters, Mapping):
        return dict(parameters)
    return dict(load_state(parameters))
