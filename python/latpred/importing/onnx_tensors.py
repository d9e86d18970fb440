"""Constants of ONNX files: their sizes, and where their values lie."""

from __future__ import annotations

import math
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from latpred.base.extras import require
from latpred.errors import DataError
from latpred.runtimes.onnx_files import constants

if TYPE_CHECKING:
    import onnx

__all__ = ["bits_of", "large", "require_sound", "require_texts", "require_types"]

KEPT_VALUES = 1024  # of a constant that shapes may follow from
_SUB_BYTE = {"UINT4": 4, "INT4": 4, "FLOAT4E2M1": 4, "UINT2": 2, "INT2": 2}
_FIELDS = {"FLOAT": "float_data", "DOUBLE": "double_data", "INT64": "int64_data"}


def bits_of(package: ModuleType, kind: int) -> int:
    """Bits of a value of one of ONNX's types.

    Raises:
        DataError: For a type that is none, and for texts.
    """
    if kind == package.TensorProto.STRING:
        raise DataError("values are texts; numbers expected")
    try:
        name = package.TensorProto.DataType.Name(kind)
        bits = _SUB_BYTE.get(name)
        whole: int = package.helper.tensor_dtype_to_np_dtype(kind).itemsize
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        raise DataError(f"values are of type {kind}, which ONNX does not have") from error
    return bits or whole * 8


def large(package: ModuleType, tensor: onnx.TensorProto) -> bool:
    """Whether no shape follows from it: weights, and what lies outside of the file."""
    if tensor.data_location == package.TensorProto.EXTERNAL:
        return True
    values: int = math.prod(tensor.dims)
    return values > KEPT_VALUES


def require_sound(package: ModuleType, model: onnx.ModelProto, folder: Path | None) -> None:
    """What the constants say of themselves is true, and none lies outside of the file's folder.

    Raises:
        DataError: Which names the constant.
    """
    held = constants(model.graph)
    for function in model.functions:
        for node in function.node:
            for attribute in node.attribute:
                held += [attribute.t] if attribute.HasField("t") else []
                for inner in [attribute.g] * attribute.HasField("g") + list(attribute.graphs):
                    held += constants(inner)
    if model.graph.sparse_initializer:
        raise DataError("weights of the graph are sparse; dense ones expected")
    for tensor in held:
        try:
            _require_sizes(package, tensor)
            _require_inside(tensor, package, folder)
        except DataError as error:
            raise DataError(f"constant '{tensor.name:.60}': {error}") from error


def require_texts(model: onnx.ModelProto) -> None:
    """DataError for a name that is no text: protobuf gives its bytes where they are no UTF-8."""
    waiting: list[Any] = [model]
    while waiting:
        for field, value in waiting.pop().ListFields():
            if field.cpp_type not in (field.CPPTYPE_MESSAGE, field.CPPTYPE_STRING):
                continue
            held = (
                [value] if isinstance(value, bytes | str) or hasattr(value, "ListFields") else value
            )
            if field.cpp_type == field.CPPTYPE_MESSAGE:
                waiting.extend(held)
            elif field.type == field.TYPE_STRING and any(isinstance(one, bytes) for one in held):
                raise DataError(f"a {field.name} in it is no text: its bytes are no UTF-8")


def require_types(package: ModuleType, model: onnx.ModelProto) -> None:
    """DataError for an input of numbers that ONNX does not have."""
    for one in model.graph.input:
        if one.type.HasField("tensor_type"):
            try:
                bits_of(package, one.type.tensor_type.elem_type)
            except DataError as error:
                raise DataError(f"input '{one.name:.60}': {error}") from error


def _require_sizes(package: ModuleType, tensor: onnx.TensorProto) -> None:
    if any(size < 0 for size in tensor.dims):
        raise DataError(f"sizes {list(tensor.dims)[:8]}, at least 0 expected")
    values = math.prod(tensor.dims)
    if tensor.data_type == package.TensorProto.STRING:
        return
    bits = bits_of(package, tensor.data_type)
    name = package.TensorProto.DataType.Name(tensor.data_type)
    if tensor.data_location == package.TensorProto.EXTERNAL:
        return
    if tensor.HasField("raw_data"):
        held, expected = len(tensor.raw_data), math.ceil(values * bits / 8)
    elif name in _FIELDS:
        held, expected = len(getattr(tensor, _FIELDS[name])), values
    else:
        return
    if held != expected:
        unit = "bytes" if tensor.HasField("raw_data") else "values"
        raise DataError(f"it holds {held} {unit}, its sizes say {expected}")


def _require_inside(tensor: onnx.TensorProto, package: ModuleType, folder: Path | None) -> None:
    if tensor.data_location != package.TensorProto.EXTERNAL:
        return
    helper = require("onnx.external_data_helper", "an ONNX file with weights beside it")
    try:
        place = Path(helper.ExternalDataInfo(tensor).location)
        inside = (
            bool(place.parts)
            and not place.is_absolute()
            and ".." not in place.parts
            and "\\" not in str(place)
            and "\0" not in str(place)
        )
        if inside and folder is not None:
            inside = (folder / place).resolve().is_relative_to(folder.resolve())
    except (ValueError, OSError, RuntimeError, AttributeError) as error:
        raise DataError("its values lie in a file that cannot be named") from error
    if not inside:
        raise DataError(
            f"its values lie in '{place!s:.60}', a file in the folder of the network expected"
        )
