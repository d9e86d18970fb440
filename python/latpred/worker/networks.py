"""Networks in the form that is sent to the worker, and the runnables for them there.

A network is a dict with `kind` and `name`:
`architecture` (`space`: number in the job's spaces, `text`; `program`: what runs it, where that is
not the device's), `graph` (`rows` as of `OpGraph.layers`), `onnx` and `program` (a file as `path`
on the worker's machine, or its bytes as base64 in `data`), `factory` (`target`: "module:function"
that returns an object with `prepare()` and `run()`, for runtimes that latpred does not know).
The kinds `onnx` and `program` may have `inputs`, what the caller gives as such, and `values`, an
.npz file of tensors' values in the same two forms.
"""

from __future__ import annotations

import base64
import importlib
import json
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from latpred.base.arrays import read_arrays
from latpred.devices.device import Device
from latpred.errors import ConfigError, StorageError
from latpred.graphs import OpGraph
from latpred.runtimes.given import GivenInputs
from latpred.runtimes.openvino_runtime import OpenVinoRunnable
from latpred.runtimes.program import ProgramRunnable
from latpred.spaces import Architectures, Space, define_space, space
from latpred.worker.graphs import graph_runnable, onnx_bytes, onnx_runnable

__all__ = [
    "architecture_networks",
    "device_fields",
    "device_from",
    "onnx_bytes",
    "runnable_of",
    "space_fields",
    "space_from",
]

_DEVICE = ("runtime", "threads", "batch_size", "precision", "mode", "name", "program")
_SPACE = ("width", "resolutions", "image_size", "classes", "depth")


def device_fields(device: Device) -> dict[str, Any]:
    """A device as plain values."""
    return {name: getattr(device, name) for name in _DEVICE}


def device_from(fields: Mapping[str, Any]) -> Device:
    """The device of plain values; ConfigError for an unknown runtime, mode or number."""
    try:
        return Device(**fields)
    except TypeError as error:
        raise ConfigError(f"device: fields {dict(fields)} are not those of a device") from error


def space_fields(place: Space) -> dict[str, Any]:
    """A space as plain values; a restricted one as the whole, since the networks are the same."""
    if place.definition:
        return {"definition": json.loads(place.definition)}
    return {"name": place.family} | {name: getattr(place, name) for name in _SPACE}


def space_from(fields: Mapping[str, Any]) -> Space:
    """The space of plain values; ConfigError where they describe none."""
    if "definition" in fields:
        return define_space(**fields["definition"])
    return space(**fields)


def architecture_networks(
    archs: Architectures, space_number: int = 0, *, program: str | None = None
) -> list[dict[str, Any]]:
    """N architectures as N networks of a job; what runs them is the device's program where None."""
    shared = {"kind": "architecture", "space": space_number}
    shared |= {} if program is None else {"program": program}
    return [{**shared, "name": text, "text": text} for text in archs.to_strings()]


def runnable_of(
    network: Mapping[str, Any], spaces: Sequence[Space], device: Device, folder: Path
) -> Any:
    """The runnable of a network on the device; nothing expensive happens before its `prepare`.

    Args:
        network: A dict as described in this module.
        spaces: The spaces that `space` indexes.
        device: What to run on.
        folder: Where files that arrive as bytes are written.

    Raises:
        ConfigError: For a kind that the runtime cannot run, or missing fields.
        StorageError: For a file that cannot be read.
    """
    kinds: dict[str, Callable[..., Any]] = {
        "architecture": _architecture,
        "graph": _graph,
        "onnx": _onnx,
        "program": _program,
        "factory": _factory,
    }
    kind = str(network.get("kind"))
    if kind not in kinds:
        raise ConfigError(f"network of kind {kind!r}; expected one of {', '.join(kinds)}")
    try:
        return kinds[kind](network, spaces, device, folder)
    except (KeyError, IndexError, TypeError, AttributeError) as error:
        raise ConfigError(f"network of kind {kind!r}: wrong or missing field: {error!r}") from error


def _architecture(
    network: Mapping[str, Any], spaces: Sequence[Space], device: Device, _folder: Path
) -> Any:
    archs = spaces[network["space"]].architectures([network["text"]])
    return graph_runnable(archs, network["name"], device, program=network.get("program"))


def _graph(
    network: Mapping[str, Any], _spaces: Sequence[Space], device: Device, _folder: Path
) -> Any:
    graph = OpGraph.from_layers(network["rows"])
    return graph_runnable(graph, network["name"], device, program=network.get("program"))


def _onnx(
    network: Mapping[str, Any], _spaces: Sequence[Space], device: Device, folder: Path
) -> Any:
    given = _given(network, folder)
    return onnx_runnable(network["name"], lambda: _file(network), device, given)


def _program(
    network: Mapping[str, Any], _spaces: Sequence[Space], device: Device, folder: Path
) -> Any:
    if device.runtime not in ("libtorch", "openvino"):
        raise ConfigError(
            f"an exported program runs on libtorch or openvino, the device has {device.runtime}: "
            "export the network to ONNX for it"
        )
    path = _path_of(network, folder, "network.pt2")
    given = _given(network, folder)
    if device.runtime == "openvino":
        return OpenVinoRunnable(network["name"], lambda: path, device, given)
    return ProgramRunnable(network["name"], path, device, given)


def _given(network: Mapping[str, Any], folder: Path) -> GivenInputs | None:
    """The inputs that the caller gives."""
    if "inputs" not in network:
        return None
    values: dict[str, NDArray[Any]] = {}
    if "values" in network:
        found = {"name": network["name"], **network["values"]}
        values = read_arrays(_path_of(found, folder, "values.npz"), most_bytes=2**34)
    return GivenInputs.from_fields(network["inputs"], values)


def _factory(
    network: Mapping[str, Any], _spaces: Sequence[Space], _device: Device, _folder: Path
) -> Any:
    module, _, attribute = network["target"].partition(":")
    try:
        return getattr(importlib.import_module(module), attribute)()
    except ImportError as error:
        raise ConfigError(f"factory {network['target']!r}: {error}") from error


def _path_of(network: Mapping[str, Any], folder: Path, name: str) -> Path:
    """The path of the file; content that was sent along is written under that name."""
    content = _file(network)
    if isinstance(content, Path):
        return content
    path = Path(tempfile.mkdtemp(dir=folder), name)
    path.write_bytes(content)
    return path


def _file(network: Mapping[str, Any]) -> bytes | Path:
    """The content that was sent along, or else the path of the file on this machine."""
    if "data" in network:
        try:
            return base64.b64decode(network["data"], validate=True)
        except ValueError as error:
            raise ConfigError(f"network {network['name']!r}: data is not base64") from error
    path = Path(network["path"])
    try:
        with path.open("rb"):
            return path
    except OSError as error:
        raise StorageError(f"{path}: cannot be read: {error.strerror}") from error
