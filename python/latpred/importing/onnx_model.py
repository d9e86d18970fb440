"""ONNX files made ready to be counted: checked, with fixed sizes, and a shape for each value."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from latpred.base.extras import require
from latpred.errors import DataError, LatpredError
from latpred.importing.onnx_operators import OLDEST_OPSET
from latpred.importing.onnx_standard import standard
from latpred.importing.onnx_tensors import large, require_sound, require_texts, require_types
from latpred.importing.rules import MOST_OPERATORS, Rule, require_open_sizes
from latpred.runtimes.declared import DeclaredInput, matched_inputs, sizes_of_inputs
from latpred.runtimes.given import GivenInputs
from latpred.runtimes.onnx_files import declared_inputs

if TYPE_CHECKING:
    import onnx

__all__ = ["Weights", "folded", "prepared", "reading", "with_shapes"]

Weights = dict[str, tuple[tuple[int, ...], int]]  # sizes and ONNX's type, by name

KEPT_BY_FOLDING = 1024  # values of a constant
MOST_SHAPE_VALUES = 2_000_000  # of all shapes that are computed

# Operators that compute shapes, and are cheap on few values.
_OF_SHAPES = (
    "Shape Size Gather Concat Slice Squeeze Unsqueeze Cast Add Sub Mul Div Mod Neg Abs Floor "
    "Ceil Sqrt Min Max Equal Greater Less GreaterOrEqual LessOrEqual Not And Or Where "
    "ReduceProd ReduceSum ReduceMax ReduceMin Reshape Transpose Identity"
)
_FOLDED = frozenset(_OF_SHAPES.split())
_GROWING = ("ConstantOfShape", "Expand", "Range")  # of sizes that they are given, if those are few


@contextlib.contextmanager
def reading(what: str) -> Iterator[None]:
    """What ONNX's own checks raise, of whatever class, as one DataError."""
    try:
        yield
    except (LatpredError, MemoryError, KeyboardInterrupt):
        raise
    except Exception as error:
        text = " ".join(str(error).split()) or type(error).__name__
        raise DataError(f"{what}: {text[:240]}") from error


def prepared(
    model: onnx.ModelProto,
    given: GivenInputs,
    open_sizes: Mapping[str, int],
    folder: Path | None,
) -> tuple[onnx.ModelProto, Weights, dict[str, Rule]]:
    """The model with fixed sizes, in ONNX's own operators, without the values of its weights.

    Args:
        model: It is changed.
        given: What the caller gives as inputs.
        open_sizes: Sizes by the names that the file has for them.
        folder: Where the file lies; None where it lies nowhere.

    Returns:
        The model, whose weights are inputs now, what weights there are, and rules of the operators
        that count as one.

    Raises:
        DataError: For what is no network, or contradicts itself.
        ConfigError: For sizes that the network does not have, or that nothing says.
    """
    package = require("onnx", "an ONNX file")
    if not model.graph.output:
        raise DataError("it holds no network: a graph without outputs")
    _require_few(len(model.graph.node))
    require_texts(model)
    _require_opset(package, model)
    _require_few(_expanded(model))
    require_sound(package, model, folder)
    require_types(package, model)
    with reading("its inputs cannot be read"):
        declared = declared_inputs(model)
    weights = _without_values(package, model)
    _fix_sizes(model, declared, given, open_sizes)
    if model.functions:
        with reading("its functions cannot be inlined"):
            inliner = require("onnx.inliner", "an ONNX file with functions")
            model = inliner.inline_local_functions(model)
    leaves = standard(package, model, weights)
    _require_few(len(model.graph.node))
    with reading("it is no valid ONNX network"):
        package.checker.check_model(model)
    return model, weights, leaves


def _require_opset(package: ModuleType, model: onnx.ModelProto) -> None:
    newest = package.defs.onnx_opset_version()
    found = [one.version for one in model.opset_import if one.domain in ("", "ai.onnx")]
    if not found or not all(OLDEST_OPSET <= version <= newest for version in found):
        shown = ", ".join(map(str, found[:4])) or "none"
        raise DataError(f"its opset is {shown}, {OLDEST_OPSET} to {newest} expected")


def _require_few(count: int) -> None:
    if count > MOST_OPERATORS:
        raise DataError(f"it has {count:,} operators, at most {MOST_OPERATORS:,} expected")


def _expanded(model: onnx.ModelProto) -> int:
    """Operators once functions are inlined; DataError where one calls itself."""
    functions = {(one.domain, one.name): one.node for one in model.functions}
    sizes: dict[tuple[str, str], int] = {}

    def count(nodes: object, calling: tuple[tuple[str, str], ...]) -> int:
        total = 0
        for node in nodes:  # type: ignore[attr-defined]
            key = (node.domain, node.op_type)
            if key in calling or len(calling) > 50:
                raise DataError(f"its function '{key[1]:.60}' calls itself, or calls are too deep")
            if key in functions and key not in sizes:
                sizes[key] = count(functions[key], (*calling, key))
            total += sizes.get(key, 1)
            for attribute in node.attribute:
                for inner in [attribute.g] * attribute.HasField("g") + list(attribute.graphs):
                    total += count(inner.node, calling)
        return total

    return count(model.graph.node, ())


def _without_values(package: ModuleType, model: onnx.ModelProto) -> Weights:
    """Takes large constants out, for which inputs stand; sizes and types of all."""
    graph = model.graph
    weights = {
        one.name: (tuple(int(size) for size in one.dims), int(one.data_type))
        for one in graph.initializer
    }
    kept = [one for one in graph.initializer if not large(package, one)]
    names = {one.name for one in kept}
    inputs = {one.name for one in graph.input}
    del graph.initializer[:]
    graph.initializer.extend(kept)
    for name, (sizes, kind) in weights.items():
        if name not in names and name not in inputs:
            graph.input.append(package.helper.make_tensor_value_info(name, kind, sizes))
    return weights


def _fix_sizes(
    model: onnx.ModelProto,
    declared: list[DeclaredInput],
    given: GivenInputs,
    open_sizes: Mapping[str, int],
) -> None:
    names = {size for one in declared for size in one.shape or () if isinstance(size, str)}
    require_open_sizes(open_sizes, names)
    sized = [
        replace(one, shape=one.shape and tuple(open_sizes.get(str(s), s) for s in one.shape))
        for one in declared
    ]
    found = matched_inputs(sized, given)
    shapes = sizes_of_inputs(sized, found, None, 1)
    by_name = {one.name: shape for one, shape in zip(sized, shapes, strict=True)}
    for one in model.graph.input:
        if one.name in by_name:
            shape = one.type.tensor_type.shape
            del shape.dim[:]
            shape.SetInParent()
            for size in by_name[one.name]:
                shape.dim.add().dim_value = size
    del model.graph.value_info[:]
    for one in model.graph.output:  # their sizes follow from those of the inputs
        for dim in one.type.tensor_type.shape.dim:
            if dim.HasField("dim_param"):
                dim.ClearField("dim_param")


def with_shapes(model: onnx.ModelProto) -> onnx.ModelProto:
    """The model with the shapes that ONNX's own inference finds; DataError for a contradiction."""
    package = require("onnx", "an ONNX file")
    with reading("its shapes contradict each other"):
        found: onnx.ModelProto = package.shape_inference.infer_shapes(
            model, check_type=True, strict_mode=True, data_prop=not _grow(model)
        )
    return found


def _grow(model: onnx.ModelProto) -> bool:
    """Whether values that ONNX computes with as shapes may become long, joined over and over."""
    lengths: dict[str, int] = {}
    total = 0
    for node in model.graph.node:
        held = [lengths.get(name, 1) for name in node.input]
        length = sum(held) if node.op_type == "Concat" else max(held, default=1)
        total += length
        if total > MOST_SHAPE_VALUES:
            return True
        lengths.update(dict.fromkeys(node.output, length))
    return False


def _few(node: Any) -> bool:
    """Whether an operator whose result has the sizes that it is given makes few values."""
    sizes = [one.const_value.numpy() for one in node.inputs if one and one.const_value is not None]
    if len(sizes) != len(node.inputs) or any(one.size > KEPT_BY_FOLDING for one in sizes):
        return False
    numbers = sizes[-1].ravel().tolist()
    if node.op_type == "Range":
        limits = [one.ravel().tolist()[0] for one in sizes]
        whole = all(isinstance(one, int) for one in limits) and limits[-1] != 0
        return whole and len(range(*limits)) <= KEPT_BY_FOLDING
    few = all(0 <= one <= KEPT_BY_FOLDING for one in numbers)
    return few and math.prod(map(int, numbers)) <= KEPT_BY_FOLDING


def folded(model: onnx.ModelProto) -> onnx.ModelProto:
    """The model with what follows from known sizes computed, and branches that depend on it taken.

    Raises:
        ConfigError: Where the package onnxscript is missing.
        DataError: For a network that it cannot read.
    """
    optimizer = require("onnxscript.optimizer", "a network whose shapes are computed in it")
    ir = require("onnxscript.ir", "a network whose shapes are computed in it")

    def cheap(node: Any) -> bool | None:
        """None: by the limits on sizes; those of `_GROWING` are not folded unless it is asked."""
        known = node.domain in ("", "ai.onnx")
        if known and node.op_type in _FOLDED:
            return None
        return known and node.op_type in _GROWING and _few(node)

    with reading("its constants cannot be folded"):
        inside = ir.serde.deserialize_model(model)
        optimizer.fold_constants(
            inside,
            onnx_shape_inference=True,
            input_size_limit=KEPT_BY_FOLDING,
            output_size_limit=KEPT_BY_FOLDING,
            should_fold=cheap,
        )
        done: onnx.ModelProto = ir.serde.serialize_model(inside)
    return done
