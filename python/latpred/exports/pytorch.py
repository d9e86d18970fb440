"""Networks as PyTorch modules. torch is imported at the first call."""

from __future__ import annotations

import keyword
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from latpred.errors import ConfigError
from latpred.exports.pytorch_operators import Operators
from latpred.graphs import OpGraph
from latpred.networks import Parameters, graph_of, parameters_of
from latpred.spaces import Architectures

if TYPE_CHECKING:
    import torch

__all__ = ["to_torch"]


def to_torch(
    network: OpGraph | Architectures,
    seed: int = 0,
    state: Parameters | None = None,
) -> torch.nn.Module:
    """Return the network as a PyTorch module that needs latpred no more.

    It is a `torch.fx.GraphModule`: its source is `.code`, it exports, copies and pickles
    with torch alone. Submodules have the operators' names, so `state_dict()` has the keys of
    `Network.state_dict()` ("u2.l1.depthwise.weight"; the batch norm of a convolution is its
    child, "u2.l1.depthwise.bn.weight") and PyTorch's `num_batches_tracked` besides; it can be
    given to `Network` as it is. The module is in evaluation mode, on the CPU, in float32.

    Args:
        network: An op graph, or one architecture.
        seed: Seed for random weights: those of a `Network` of the same seed.
        state: Arrays by name instead of random weights, as in `Network.state_dict()`, a
            safetensors file of them, or a `Supernet`.

    Returns:
        A module from N x C x H x W images to N x classes, or N x C x H x W where the output is no
        vector; any N.

    Raises:
        ConfigError: For several architectures, a graph that cannot run, or operators whose names
            cannot name submodules.
        SchemaError: For missing, superfluous or misshaped parameters.
        DataError: For parameters that are not finite, or a negative variance.

    Example:
        >>> import torch
        >>> module = lp.to_torch(archs[0], seed=1)
        >>> module(torch.zeros(2, 3, 32, 32)).shape
        torch.Size([2, 1000])
    """
    import torch

    graph = graph_of(network)
    arrays = parameters_of(network, seed=seed, state=state)
    module = Operators(graph.layers()).module(_check_names)
    tensors = {name: torch.tensor(array, device="cpu") for name, array in arrays.items()}
    module.load_state_dict(tensors, assign=True)
    return module.eval()


def _check_names(modules: Mapping[str, Any]) -> None:
    """A submodule must not hide a method or a parameter of the module that it belongs to."""
    import torch

    for name in modules:
        *path, last = name.split(".")
        for depth, part in enumerate([*path, last]):
            holder = modules.get(".".join(path[:depth]), torch.fx.GraphModule)
            taken = hasattr(holder, part)
            if not part.isidentifier() or keyword.iskeyword(part) or taken:
                raise ConfigError(
                    f"operator '{name}': a submodule named '{part}' is impossible in PyTorch, "
                    "parts that are identifiers and no attributes of a module expected"
                )
