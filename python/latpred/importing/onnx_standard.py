"""ONNX networks in operators that are known: ONNX Runtime's are written in those."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from types import ModuleType
from typing import TYPE_CHECKING

from latpred.errors import DataError
from latpred.importing.onnx_fused import writing_of
from latpred.importing.onnx_parts import LEAVES, Leaves, Part, Skipped
from latpred.importing.rules import Rule

if TYPE_CHECKING:
    import onnx

__all__ = ["standard"]

_Known = dict[str, tuple[tuple[int, ...], int]]


def standard(package: ModuleType, model: onnx.ModelProto, weights: _Known) -> dict[str, Rule]:
    """Writes the operators of ONNX Runtime in ONNX's own, and those that count as one.

    Args:
        package: onnx.
        model: It is changed.
        weights: Sizes and types of its constants; those that operators hold packed come in.

    Returns:
        Rules of the operators that count as one.

    Raises:
        DataError: For an operator that contradicts itself.
    """
    opset = next(one.version for one in model.opset_import if one.domain in ("", "ai.onnx"))
    leaves = Leaves(package, opset)
    inputs = {one.name: _declared(one) for one in model.graph.input}
    names = (name for node in model.graph.node for name in (*node.input, *node.output))
    prefix = _unused([*names, *inputs])
    writer = _Writer(package, opset, leaves, {**inputs, **weights}, prefix)
    writer.rewrite(model.graph)
    for name, (sizes, kind) in writer.constants.items():
        weights[name] = (sizes, kind)
        whole = package.TensorProto.UINT8  # older opsets have none of fewer bits
        model.graph.input.append(package.helper.make_tensor_value_info(name, whole, sizes))
    if leaves.functions:
        model.functions.extend(leaves.functions)
        model.opset_import.append(package.helper.make_opsetid(LEAVES, 1))
    return leaves.rules


def _declared(value: onnx.ValueInfoProto) -> tuple[tuple[int, ...], int]:
    tensor = value.type.tensor_type
    return tuple(dim.dim_value for dim in tensor.shape.dim), tensor.elem_type


def _unused(names: list[str]) -> str:
    """How the name of no value begins."""
    return next(
        prefix
        for number in itertools.count()
        if not any(name.startswith(prefix := f"part{number}.") for name in names)
    )


class _Writer:
    """Writes the operators of a graph in ONNX's own."""

    def __init__(
        self, package: ModuleType, opset: int, leaves: Leaves, known: _Known, prefix: str
    ) -> None:
        self.constants: _Known = {}
        self._package = package
        self._opset = opset
        self._leaves = leaves
        self._known = known
        self._prefix = prefix
        self._number = itertools.count()

    def rewrite(self, graph: onnx.GraphProto) -> None:
        """Changes the graph, and those inside it."""
        nodes = list(self._nodes(graph))
        if len(nodes) != len(graph.node) or any(
            new is not old for new, old in zip(nodes, graph.node, strict=True)
        ):
            held = [self._copy(node) for node in nodes]
            del graph.node[:]
            graph.node.extend(held)

    def _copy(self, node: onnx.NodeProto) -> onnx.NodeProto:
        made: onnx.NodeProto = self._package.NodeProto()
        made.CopyFrom(node)
        return made

    def _nodes(self, graph: onnx.GraphProto) -> Iterator[onnx.NodeProto]:
        for node in graph.node:
            for attribute in node.attribute:
                for inner in [attribute.g] * attribute.HasField("g") + list(attribute.graphs):
                    self.rewrite(inner)
            yield from self._written(node)

    def _written(self, node: onnx.NodeProto) -> list[onnx.NodeProto]:
        past = any(node.input[4:6]) or any(node.output[1:])
        writing = writing_of(node.domain, node.op_type, self._opset, past=past)
        if writing is None:
            return [node]
        name = node.name or next(iter(node.output), "")
        prefix = f"{self._prefix}{next(self._number)}."
        try:
            part = Part(self._package, node, self._opset, self._known, self._leaves, prefix)
            writing(part)
        except Skipped:
            return [node]
        except (ValueError, TypeError, IndexError, KeyError, OverflowError) as error:
            text = " ".join(str(error).split()) or type(error).__name__
            raise DataError(
                f"operator '{name:.60}' ({node.op_type:.60}) contradicts itself: {text[:160]}"
            ) from error
        self.constants.update(part.constants)
        return part.nodes
