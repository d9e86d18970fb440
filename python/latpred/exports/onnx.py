"""Networks as ONNX files, written operator by operator; needs the extra `onnx`."""

from __future__ import annotations

import os

from latpred.base.extras import require
from latpred.base.files import write
from latpred.errors import ConfigError
from latpred.exports.onnx_operators import Writer
from latpred.graphs import OpGraph
from latpred.networks import Parameters, graph_of, parameters_of, state_notes
from latpred.spaces import Architectures

__all__ = ["to_onnx"]


def to_onnx(
    network: OpGraph | Architectures,
    path: str | os.PathLike[str],
    *,
    seed: int = 0,
    state: Parameters | None = None,
    batch_size: int = 1,
    dynamic_batch: bool = False,
) -> None:
    """Write the network as an ONNX file (opset 17) that any runtime reads.

    Nodes have the operators' names and initialisers those of `Network.state_dict()`; the input is
    `images` (N x C x H x W float32), the output `output` (N x classes, or N x C x H x W where it
    is no vector). Metadata hold space and architecture.

    Args:
        network: An op graph, or one architecture.
        path: File to write.
        seed: Seed for random weights: those of a `Network` of the same seed.
        state: Arrays by name instead of random weights, a safetensors file of them, or a
            `Supernet`.
        batch_size: Images per call.
        dynamic_batch: Leave the number of images open instead.

    Raises:
        ConfigError: Without the package onnx, for several architectures, a batch size below 1, or
            an operator that the file cannot hold, which the message names.
        SchemaError: For missing, superfluous or misshaped parameters.
        DataError: For parameters that are not finite, or a negative variance.
        StorageError: Where the file cannot be written.

    Example:
        >>> lp.to_onnx(archs[0], "tiny.onnx", dynamic_batch=True)
        >>> Path("tiny.onnx").exists()
        True
    """
    onnx = require("onnx", "to_onnx")
    require("onnx.checker", "to_onnx")
    if batch_size < 1:
        raise ConfigError(f"to_onnx: batch size {batch_size}, at least 1 expected")
    graph = graph_of(network)
    arrays = parameters_of(network, seed=seed, state=state)
    model = Writer(onnx, graph.layers(), arrays).network("N" if dynamic_batch else batch_size)
    notes = state_notes(network) | ({"seed": str(seed)} if state is None else {})
    onnx.helper.set_model_props(model, notes)
    onnx.checker.check_model(model, full_check=True)
    write(path, model.SerializeToString(deterministic=True))
