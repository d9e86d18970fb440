"""Parameters that are checked against the network that they are for."""

from __future__ import annotations

import os
from typing import Any

from numpy.typing import NDArray

from latpred._core import networks as _native
from latpred.graphs import OpGraph
from latpred.networks.network import Network
from latpred.networks.states import Parameters, random_parameters, state_notes
from latpred.spaces import Architectures

__all__ = ["parameters_of", "save_state"]


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
        state: Arrays by name, a file of them, or a `Supernet`.

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
