"""ONNX files as they lie on disk: weights beside them, and the inputs that they declare."""

from __future__ import annotations

import mmap
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from latpred.base.extras import importable, require
from latpred.errors import ConfigError, StorageError
from latpred.runtimes.declared import DeclaredInput, matched_inputs, sizes_of_inputs
from latpred.runtimes.given import GivenInputs
from latpred.runtimes.inputs import declared_shape

if TYPE_CHECKING:
    import onnx

__all__ = [
    "constants",
    "declared_inputs",
    "external_files",
    "loaded",
    "named_inputs",
    "read",
    "self_contained",
    "with_sizes",
]


def external_files(path: Path) -> dict[str, Path]:
    """The files beside an ONNX file that hold weights of it, by the names that it has for them.

    Those of a symbolic link lie beside it, or else beside what it leads to.

    Raises:
        StorageError: For a file that cannot be read, or where one of them is missing.
        ConfigError: Where the package onnx is missing, which reads their names.
    """
    if not _may_refer(path):
        return {}
    onnx = require("onnx", "an ONNX file with weights in files beside it")
    model = loaded(onnx, path, weights=False)
    helper = require("onnx.external_data_helper", "an ONNX file with weights beside it")
    ends: dict[str, int] = {}
    for one in constants(model.graph):
        if helper.uses_external_data(one):
            info = helper.ExternalDataInfo(one)
            end = int(info.offset or 0) + int(info.length or 0)
            ends[info.location] = max(end, ends.get(info.location, 0))
    return {name: _weights(path, name, end) for name, end in sorted(ends.items())}


def _weights(path: Path, name: str, end: int) -> Path:
    """The file of that name beside an ONNX file, which needs it up to the byte `end`."""
    places = [folder / name for folder in (path.parent, path.resolve().parent)]
    found = next((one for one in places if one.is_file()), None)
    if found is None:
        raise StorageError(f"{places[0]}: no such file; {path.name} has weights in it")
    size = found.stat().st_size
    if size < end:
        raise StorageError(
            f"{found}: {size:,} bytes, but {path.name} has weights in it up to byte {end:,}; the "
            "whole file expected"
        )
    return found


def _may_refer(path: Path) -> bool:
    """Whether the file holds the word by which weights are placed elsewhere."""
    try:
        with path.open("rb") as file:
            if path.stat().st_size == 0:
                return False
            with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
                return content.find(b"location") >= 0
    except OSError as error:
        raise StorageError(f"{path}: cannot be read: {error.strerror}") from error


def constants(graph: onnx.GraphProto) -> list[onnx.TensorProto]:
    """All constants of a graph and of those inside it."""
    found = list(graph.initializer)
    for node in graph.node:
        for attribute in node.attribute:
            found += [attribute.t] if attribute.HasField("t") else []
            found += attribute.tensors
            for inner in [attribute.g] * attribute.HasField("g") + list(attribute.graphs):
                found += constants(inner)
    return found


def loaded(package: ModuleType, path: Path, *, weights: bool = True) -> onnx.ModelProto:
    """The content of a file, read by that package; with the weights that lie beside it or without.

    Raises:
        StorageError: For a file that cannot be read.
        ConfigError: For one that is no ONNX file.
    """
    try:
        found: onnx.ModelProto = package.load(str(path), load_external_data=weights)
        return found
    except OSError as error:
        raise StorageError(f"{path}: cannot be read: {error.strerror or error}") from error
    except Exception as error:  # what protobuf and onnx raise
        text = " ".join(str(error).split())[:160]
        raise ConfigError(f"{path.name}: no readable ONNX file: {text}") from error


def _written(model: Any, name: str) -> bytes:
    try:
        content: bytes = model.SerializeToString()
    except Exception as error:  # protobuf's own errors, of several classes
        raise ConfigError(
            f"{name}: more than the 2 GB that one ONNX file holds; measure it by path on the "
            "machine where it lies"
        ) from error
    return content


def self_contained(path: Path) -> bytes:
    """The file with all its weights inside.

    Raises:
        StorageError: For a file that cannot be read.
        ConfigError: Where they are more than one file holds.
    """
    if not external_files(path):
        return path.read_bytes()
    onnx = require("onnx", "an ONNX file with weights in files beside it")
    return _written(loaded(onnx, path), path.name)


def declared_inputs(model: onnx.ModelProto) -> list[DeclaredInput]:
    """The inputs that a loaded model declares, without its weights.

    Raises:
        ConfigError: For inputs that are no tensors, or without the package onnx.
    """
    onnx = require("onnx", "inputs of an ONNX file")
    weights = {one.name for one in model.graph.initializer}
    found = []
    for one in model.graph.input:
        if one.name in weights:
            continue
        if not one.type.HasField("tensor_type"):
            raise ConfigError(f"input {one.name!r} is no tensor; tensors expected")
        tensor = one.type.tensor_type
        try:
            kind = onnx.helper.tensor_dtype_to_np_dtype(tensor.elem_type).name
        except KeyError as error:
            raise ConfigError(
                f"input {one.name!r} has the type {tensor.elem_type}, which the package onnx does "
                "not know"
            ) from error
        sizes = [size.dim_value or size.dim_param or None for size in tensor.shape.dim]
        shape = declared_shape(sizes) if tensor.HasField("shape") else None
        found.append(DeclaredInput(one.name, shape, kind))
    return found


def named_inputs(model: bytes | Path) -> list[DeclaredInput]:
    """The inputs of a file with the names of their open sizes; none without the package onnx.

    Raises:
        ConfigError: For what is no ONNX file, or inputs that are no tensors.
    """
    if not importable("onnx"):
        return []
    return declared_inputs(read(model))


def read(model: bytes | Path) -> onnx.ModelProto:
    """A file or its content, without weights that lie elsewhere.

    Raises:
        ConfigError: For what is no ONNX file.
    """
    package = require("onnx", "reading an ONNX file")
    if isinstance(model, Path):
        return loaded(package, model, weights=False)
    try:
        found: onnx.ModelProto = package.load_from_string(model)
    except Exception as error:  # what protobuf raises
        raise ConfigError(f"no readable ONNX file: {' '.join(str(error).split())[:160]}") from error
    return found


def with_sizes(path: Path, given: GivenInputs, batch_size: int) -> bytes:
    """The file with all weights inside and the sizes of its inputs fixed, for a program that times
    it and knows of no inputs.

    Without the package onnx, and nothing given, it is the file as it is.

    Raises:
        ConfigError: For sizes that contradict the file, or that nothing says.
        StorageError: For a file that cannot be read.
    """
    if not given and not importable("onnx"):
        return self_contained(path)
    onnx = require("onnx", "fixing the sizes of an ONNX file")
    external_files(path)
    model = read(path)
    if not given and not all(one.type.HasField("tensor_type") for one in model.graph.input):
        return self_contained(path)  # sequences have no sizes that could be fixed
    declared = declared_inputs(model)
    found = matched_inputs(declared, given)
    shapes = sizes_of_inputs(declared, found, given.batch_axis, batch_size)
    if all(one.shape == shape for one, shape in zip(declared, shapes, strict=True)):
        return self_contained(path)
    sizes = {one.name: shape for one, shape in zip(declared, shapes, strict=True)}
    model = loaded(onnx, path)
    for one in model.graph.input:
        if one.name in sizes:
            shape = one.type.tensor_type.shape
            shape.Clear()  # also where it had none
            one.type.tensor_type.shape.SetInParent()
            for size in sizes[one.name]:
                shape.dim.add().dim_value = size
    del model.graph.value_info[:]
    for one in model.graph.output:  # their sizes follow from those of the inputs
        for size in one.type.tensor_type.shape.dim:
            if size.HasField("dim_param"):
                size.ClearField("dim_param")
    return _written(model, path.name)
