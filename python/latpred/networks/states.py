"""Parameters of networks by name: random ones, and those of files."""

from __future__ import annotations

import operator
import os
from collections.abc import Mapping
from typing import Any, Protocol, SupportsIndex, TypeAlias, cast, runtime_checkable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from latpred._core import networks as _native
from latpred.errors import ConfigError
from latpred.graphs import OpGraph
from latpred.spaces import Architectures

__all__ = [
    "ParameterGiver",
    "Parameters",
    "arrays_of",
    "given_parameters",
    "graph_of",
    "load_state",
    "random_parameters",
    "state_notes",
    "text",
    "whole_number",
]


@runtime_checkable
class ParameterGiver(Protocol):
    """What has parameters for every architecture of a space: a supernet."""

    def source(self, arch: Architectures) -> _native.ParameterSource:
        """Return what serves the parameters of the one architecture given."""


# Arrays by name, a safetensors file of them, or a supernet that has them.
Parameters: TypeAlias = Mapping[str, ArrayLike] | str | os.PathLike[str] | ParameterGiver


def graph_of(network: OpGraph | Architectures) -> OpGraph:
    """Return the op graph itself, or that of the one architecture given.

    Example:
        >>> from latpred.networks import graph_of
        >>> type(graph_of(archs[0])).__name__
        'OpGraph'
    """
    if isinstance(network, OpGraph):
        return network
    if not isinstance(network, Architectures):
        raise ConfigError(
            f"network: of type {type(network).__name__}, an op graph or an architecture expected"
        )
    if len(network) != 1:
        raise ConfigError(f"network: {len(network)} architectures given, exactly one expected")
    return network.graph(0)


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
        _native.random_parameters(
            graph_of(network),
            seed=whole_number("seed", seed),
            threads=whole_number("threads", threads),
        ),
    )


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


def given_parameters(
    network: OpGraph | Architectures, parameters: Parameters | None
) -> dict[str, Any] | _native.ParameterSource | None:
    """What a native network takes: the arrays by name, or what serves a supernet's for it."""
    if parameters is None:
        return None
    if not isinstance(parameters, ParameterGiver):
        return arrays_of(parameters)
    if isinstance(network, OpGraph):
        raise ConfigError("parameters: a supernet serves architectures, an op graph given")
    return parameters.source(network)


def arrays_of(parameters: Mapping[str, ArrayLike] | str | os.PathLike[str]) -> dict[str, Any]:
    """The arrays by name, read from the file where one is given."""
    if isinstance(parameters, Mapping):
        return dict(parameters)
    if isinstance(parameters, str | os.PathLike):
        return dict(load_state(parameters))
    raise ConfigError(
        f"parameters: of type {type(parameters).__name__}, "
        "arrays by name or a safetensors file of them expected"
    )


def whole_number(what: str, value: object) -> int:
    """The number itself; ConfigError for other things, such as a state in the place of a seed.

    The compiled functions would refuse them too, but print them whole.
    """
    try:
        return operator.index(cast("SupportsIndex", value))
    except TypeError:
        kind = type(value).__name__
        raise ConfigError(f"network: {what} of type {kind}, a whole number expected") from None


def text(what: str, value: object) -> str:
    """The text itself; ConfigError for other things, as of `whole_number`."""
    if not isinstance(value, str):
        kind = type(value).__name__
        raise ConfigError(f"network: {what} of type {kind}, a text expected")
    return value
