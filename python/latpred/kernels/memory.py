"""Peak memory of a network, measured in a process of its own."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from latpred.base.extras import require
from latpred.devices.device import Device
from latpred.errors import ConfigError, MeasurementError
from latpred.exports import to_onnx, to_torch
from latpred.graphs import OpGraph
from latpred.measurement.elsewhere import MOST_SECONDS
from latpred.measurement.network_source import OwnNetwork, Sources, own_networks
from latpred.measurement.own_network import inputs_of
from latpred.runtimes.given import given_inputs
from latpred.runtimes.int8 import quantised
from latpred.spaces import Architectures
from latpred.worker.graphs import graph_network
from latpred.worker.networks import device_fields
from latpred.worker.process import WorkerEnded, WorkerProcess, worker_command
from latpred.worker.protocol import error_from

if TYPE_CHECKING:
    import torch

__all__ = ["NetworkMemory", "measure_memory", "require_measurable"]

_START_SECONDS = 120.0
_GRACE_SECONDS = 10.0


@dataclass(frozen=True)
class NetworkMemory:
    """What a process holds that loads a network and runs it, in bytes; see `measure_memory`.

    Attributes:
        base_bytes: Of the runtime alone, before a network is loaded.
        load_bytes: The most beyond it while the network is loaded.
        run_bytes: The most beyond it while it runs. None where the system cannot tell: then it is
            at most `load_bytes`.
    """

    base_bytes: int
    load_bytes: int
    run_bytes: int | None

    @property
    def peak_bytes(self) -> int:
        """The most that the process holds at any time."""
        return self.base_bytes + max(self.load_bytes, self.run_bytes or 0)

    def __repr__(self) -> str:
        run = "unknown" if self.run_bytes is None else _megabytes(self.run_bytes)
        return (
            f"NetworkMemory({_megabytes(self.peak_bytes)} at most: the runtime "
            f"{_megabytes(self.base_bytes)} and, beyond it, {_megabytes(self.load_bytes)} while "
            f"loading, {run} while running)"
        )


def _megabytes(count: int) -> str:
    return f"{count / 2**20:.1f} MB"


def measure_memory(
    network: str
    | os.PathLike[str]
    | Architectures
    | OpGraph
    | torch.nn.Module
    | torch.export.ExportedProgram,
    device: Device | str,
    *,
    input_shape: Sequence[int] | None = None,
    example_inputs: object = None,
    weights_beside: bool = False,
    runs: int = 3,
    base_bytes: int | None = None,
    worker: str | Sequence[str] | bool | None = None,
    limit_seconds: float = 120.0,
    memory_mb: float | None = None,
) -> NetworkMemory:
    """Measure the peak memory of a network in a new process that loads it and runs it.

    It is what the system counts as resident for the process (peak RSS). What latpred itself holds
    in that process is taken off, so it is what a program holds that has the runtime and nothing
    else.

    Args:
        network: An ONNX file, an exported program or the file of one (`.pt2`), a
            `torch.nn.Module`, one architecture, or an op graph.
        device: Device or name of a runtime: onnxruntime, openvino, or libtorch with any program
            but "compiled".
        input_shape: As of `latpred.measure_network`.
        example_inputs: As of `latpred.measure_network`.
        weights_beside: Whether an architecture or op graph has its weights in a file beside the
            ONNX file, as PyTorch's exporter writes them, and not in the file itself, which a
            runtime then parses with them.
        runs: How often it runs; runtimes plan their memory in the first runs.
        base_bytes: The `base_bytes` of an earlier measurement on that device, which saves
            measuring it anew.
        worker: As of `latpred.LatencyMeter`; files are sent along.
        limit_seconds: Longest time of one step (loading, one run), after which the process is
            killed.
        memory_mb: Address space of the process in MB; None sets no limit.

    Raises:
        ConfigError: For what cannot run there, and inputs that do not fit.
        MeasurementError: For a network that fails, crashes or takes too long.
        StorageError: For a file that cannot be read.

    Example:
        >>> lp.to_onnx(archs[0], "tiny.onnx")
        >>> found = lp.measure_memory("tiny.onnx", "onnxruntime")
        >>> found.peak_bytes > found.base_bytes > 0
        True
    """
    where = Device(runtime=device) if isinstance(device, str) else device
    require_measurable(where)
    _require_limits(runs, limit_seconds)
    with tempfile.TemporaryDirectory(prefix="latpred-") as folder:
        given = inputs_of(example_inputs, input_shape)
        sources = Sources(Path(folder), far=not isinstance(worker, bool | None))
        source, running = _source(network, given, where, sources, weights_beside)
        request: dict[str, Any] = {"runs": runs, "base": base_bytes is None, "memory_mb": memory_mb}
        request |= {"type": "memory", "device": device_fields(running), "network": source}
        found = _answer(request, worker_command(worker), limit_seconds)
    return _memory(found, base_bytes)


def _require_limits(runs: int, limit_seconds: float) -> None:
    if runs < 1 or not 0 < limit_seconds <= MOST_SECONDS:
        raise ConfigError(
            f"measure_memory: {runs} runs of {limit_seconds:g} s at most; at least one run, and "
            f"more than 0 and at most {MOST_SECONDS:,} s expected"
        )


def require_measurable(device: Device) -> None:
    """ConfigError for a device on which memory is not measured."""
    known = device.runtime in ("onnxruntime", "openvino", "libtorch")
    if not known or device.program == "compiled":
        raise ConfigError(
            f"measure_memory: device {device.id} given; onnxruntime, openvino, or libtorch that "
            "runs without torch.compile expected"
        )


def _memory(found: Mapping[str, Any], base_bytes: int | None) -> NetworkMemory:
    """The measurement of a worker's message."""
    if found.get("reason"):
        raise MeasurementError(f"the network does not run: {found['reason']!s:.300}")
    try:
        held, load, run = found["held"], found["load_peak"], found["run_peak"]
        base = found["base"] if base_bytes is None else base_bytes
        beyond = None if run is None else max(int(run) - int(held), 0)
        return NetworkMemory(int(base), max(int(load) - int(held), 0), beyond)
    except (KeyError, TypeError, ValueError) as error:
        raise MeasurementError(
            f"the worker sent a 'remembered' message with a wrong or missing field: {error!r}"
        ) from error


def _source(
    network: Any, given: object, device: Device, sources: Sources, beside: bool
) -> tuple[dict[str, Any], Device]:
    """The network as the worker takes it, and the device that it then is for."""
    own = network
    if isinstance(network, Architectures | OpGraph):
        if given is not None:
            raise ConfigError("an architecture makes its own inputs, no example_inputs expected")
        graph = _graph(network)
        if device.runtime == "libtorch" and device.program == "runner":
            return graph_network(graph, "network"), device
        own, given = _written(graph, device, sources.folder, beside)
    elif device.program == "runner":
        raise ConfigError("the runner runs architectures and op graphs; exported or eager expected")
    elif isinstance(network, list | tuple | Mapping):
        raise ConfigError("measure_memory: one network expected")
    one = own_networks(own, given, 0)[0]
    if device.precision.startswith("int8"):  # quantising takes more memory than running
        return _quantised(one, device, sources)
    if one.path is None and device.runtime == "openvino":  # a program would bring PyTorch along
        files = Device("onnxruntime", batch_size=device.batch_size)
        return sources.source(one, files), device
    return sources.source(one, device), device


def _graph(network: Architectures | OpGraph) -> OpGraph:
    if isinstance(network, OpGraph):
        return network
    if len(network) != 1:
        raise ConfigError(f"measure_memory: {len(network)} architectures, one expected")
    return network.graph(0)


def _written(graph: OpGraph, device: Device, folder: Path, beside: bool) -> tuple[Any, object]:
    """A network that the device's runtime takes, and its inputs."""
    shape = (device.batch_size, *graph.layers()[0]["shape"])
    if device.runtime == "libtorch":
        return to_torch(graph), [shape]
    path = folder / "network.onnx"
    to_onnx(graph, path, batch_size=device.batch_size)
    if beside:
        onnx = require("onnx", "weights beside the file")
        onnx.save(onnx.load(path), path, save_as_external_data=True, location="weights")
    return path, None


def _quantised(own: OwnNetwork, device: Device, sources: Sources) -> tuple[dict[str, Any], Device]:
    found = sources.source(own, device)
    path = sources.folder / "quantised.onnx"
    path.write_bytes(quantised(Path(found["path"]), device, own.given or given_inputs(None, 0)))
    one = own_networks(path, None, 0)[0]
    plain = Device(**(device_fields(device) | {"precision": "fp32"}))
    return sources.source(one, plain) | {"inputs": found["inputs"]}, plain


def _answer(
    request: Mapping[str, Any], command: Sequence[str], limit_seconds: float
) -> dict[str, Any]:
    with WorkerProcess(command, _START_SECONDS) as process:
        process.send({**request, "limit_seconds": limit_seconds})
        while True:
            try:
                message = process.receive(max(limit_seconds, _START_SECONDS) + _GRACE_SECONDS)
            except WorkerEnded as end:
                text = str(end)
                if "SIGALRM" in text or text.startswith("silent"):
                    text = f"no end after {limit_seconds:g} s, killed"
                raise MeasurementError(f"the network does not run: {text}") from end
            if message["type"] == "error":
                raise error_from(message)
            if message["type"] == "remembered":
                return message
