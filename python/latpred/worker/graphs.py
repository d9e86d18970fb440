"""Op graphs as each runtime runs them."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from latpred.devices.device import Device
from latpred.errors import ConfigError
from latpred.graphs import OpGraph
from latpred.networks import NetworkRunnable, graph_of
from latpred.runtimes.given import GivenInputs, given_inputs
from latpred.runtimes.modules import ModuleRunnable
from latpred.runtimes.onnx_runtime import OnnxRuntimeRunnable
from latpred.runtimes.openvino_runtime import OpenVinoRunnable
from latpred.spaces import Architectures

__all__ = ["graph_network", "graph_runnable", "onnx_bytes", "onnx_runnable"]

_COUNTED = ("flat", "kernel_group", "macs", "params")  # found anew from the rest


def graph_network(graph: OpGraph, name: str) -> dict[str, Any]:
    """An op graph as a network of a job."""
    rows = [{key: row[key] for key in row if key not in _COUNTED} for row in graph.layers()]
    return {"kind": "graph", "name": name, "rows": rows}


def onnx_bytes(network: OpGraph | Architectures, batch_size: int) -> bytes:
    """The ONNX file of a graph or one architecture, with random weights."""
    from latpred.exports.onnx import to_onnx

    with tempfile.TemporaryDirectory(prefix="latpred-") as folder:
        path = Path(folder, "network.onnx")
        to_onnx(network, path, batch_size=batch_size)
        return path.read_bytes()


def graph_runnable(
    network: OpGraph | Architectures,
    name: str,
    device: Device,
    *,
    program: str | None = None,
    staged: bool = False,
) -> NetworkRunnable | ModuleRunnable | OnnxRuntimeRunnable | OpenVinoRunnable:
    """The runnable of a graph or one architecture; nothing expensive happens before its `prepare`.

    Args:
        network: With random weights.
        name: Shown in rows.
        device: What to run on.
        program: What runs it on LibTorch; the device's where None.
        staged: Whether latpred's runner finds its input in the layout of its first step, and leaves
            its output in place.

    Raises:
        ConfigError: For a runtime that runs no graphs.
    """
    program = device.program if program is None else program
    if program == "runner":
        return NetworkRunnable(
            graph_of(network),
            name,
            mode="plain" if device.runtime == "python" else device.mode,
            threads=device.threads,
            batch_size=device.batch_size,
            device="cuda" if device.runtime == "libtorch-cuda" else "cpu",
            staged=staged,
        )
    given = _words(graph_of(network), device.batch_size)
    if device.runtime in ("libtorch", "libtorch-cuda"):
        return _module(network, name, device, given)
    return onnx_runnable(name, lambda: onnx_bytes(network, device.batch_size), device, given)


def _module(
    network: OpGraph | Architectures, name: str, device: Device, given: GivenInputs | None
) -> ModuleRunnable:
    """As a PyTorch module."""
    from latpred.exports.pytorch import to_torch

    shape = graph_of(network).layers()[0]["shape"]
    return ModuleRunnable(name, lambda: (to_torch(network), shape), device, given)


def onnx_runnable(
    name: str, model: Callable[[], bytes | Path], device: Device, given: GivenInputs | None
) -> OnnxRuntimeRunnable | OpenVinoRunnable:
    """The runnable of an ONNX file; ConfigError where the device's runtime reads none."""
    if device.runtime == "onnxruntime":
        return OnnxRuntimeRunnable(name, model, device, given)
    if device.runtime == "openvino":
        return OpenVinoRunnable(name, model, device, given)
    raise ConfigError(
        f"an ONNX file runs on onnxruntime, openvino or a command, the device has {device.runtime}"
    )


def _words(graph: OpGraph, batch_size: int) -> GivenInputs | None:
    """Numbers of words for a graph that looks them up; None for one of images."""
    rows = graph.layers()
    sizes = [
        int(row["vocabulary"])
        for row in rows
        if row["kind"] == "embedding" and list(row["inputs"]) == [0]
    ]
    if not sizes:
        return None
    numbers = np.random.default_rng(0).integers(0, min(sizes), (batch_size, *rows[0]["shape"]))
    return given_inputs([numbers.astype(np.float32)])
