"""In which numbers a network computes, as its weights say."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from latpred.base.extras import importable
from latpred.runtimes.onnx_files import constants, read

if TYPE_CHECKING:
    import torch

__all__ = ["onnx_precision", "program_precision"]

_NAMES = {"float16": "fp16", "bfloat16": "bf16", "float32": "fp32", "float64": "fp64"}
_STATIC = ("QuantizeLinear", "QLinear")  # what operators of int8 activations begin with
_DYNAMIC = ("DynamicQuantizeLinear", "ConvInteger", "MatMulInteger", "DynamicQuantize")


def program_precision(program: torch.export.ExportedProgram) -> str:
    """The precision of most weights of a program, of its inputs where it has none; "" where neither
    are floats."""
    import torch

    values = [one for one in program.state_dict.values() if isinstance(one, torch.Tensor)]
    values += [one for one in program.constants.values() if isinstance(one, torch.Tensor)]
    nodes = (one.meta.get("val") for one in program.graph.nodes if one.op == "placeholder")
    inputs = [one for one in nodes if isinstance(one, torch.Tensor)]
    return _most((_type_name(one.dtype), one.numel()) for one in values) or _most(
        (_type_name(one.dtype), 1) for one in inputs
    )


def onnx_precision(model: bytes | Path) -> str:
    """The same of an ONNX file; `int8` or `int8-dynamic` where its activations are quantised, and
    "" without the package onnx."""
    if not importable("onnx"):
        return ""
    import onnx

    found = read(model)
    kinds = {one.op_type for one in found.graph.node}
    if any(one.startswith(_DYNAMIC) for one in kinds):
        return "int8-dynamic"
    if any(one.startswith(_STATIC) for one in kinds):
        return "int8"
    kind = onnx.TensorProto.DataType.Name
    weights = ((kind(one.data_type), math.prod(one.dims)) for one in constants(found.graph))
    inputs = ((kind(one.type.tensor_type.elem_type), 1) for one in found.graph.input)
    return _most(weights) or _most(inputs)


def _type_name(kind: Any) -> str:
    return str(kind).removeprefix("torch.")


def _most(types: Iterable[tuple[str, int]]) -> str:
    """The precision that most numbers have; the first of those that come as often."""
    numbers: Counter[str] = Counter()
    for kind, count in types:
        name = kind.lower().replace("double", "float64")
        name = "float32" if name == "float" else name
        if name in _NAMES:
            numbers[_NAMES[name]] += count
    return numbers.most_common(1)[0][0] if numbers else ""
