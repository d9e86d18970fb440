"""ONNX networks in the core."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from latpred._core.graphs import TensorGraph
from latpred.base.extras import require
from latpred.errors import DataError, LatpredError
from latpred.importing.onnx_model import Weights, folded, prepared, reading, with_shapes
from latpred.importing.onnx_operators import CONTROL_FLOW, ONNX_RULES, PICKED_STATISTICS
from latpred.importing.onnx_parts import LEAVES
from latpred.importing.onnx_tensors import bits_of
from latpred.importing.rules import Rule, refuse_unknown
from latpred.runtimes.given import GivenInputs

if TYPE_CHECKING:
    import onnx

__all__ = ["graph_of_onnx"]

_STANDARD = ("", "ai.onnx")
_LEARNT = frozenset(
    [
        "conv",
        "conv_transpose",
        "matmul",
        "einsum",
        "layer_norm",
        "group_norm",
        "instance_norm",
        "rms_norm",
        "batch_norm",
        "embedding",
        "recurrent",
    ]
)


class _NoShape(Exception):
    """A value whose shape ONNX's inference does not find."""


def graph_of_onnx(
    model: onnx.ModelProto, given: GivenInputs, open_sizes: dict[str, int], folder: Path | None
) -> TensorGraph:
    """The network of a loaded model, which is changed.

    Raises:
        DataError: For what is no network, contradicts itself, or has shapes that only a run knows.
        UnknownOperatorError: For operators that nobody can count.
        ConfigError: For sizes that the network does not have, or that nothing says.
    """
    model, weights, leaves = prepared(model, given, open_sizes, folder)
    if any(node.op_type == "If" and node.domain in _STANDARD for node in model.graph.node):
        model = folded(model)
    refuse_unknown(_unknown(model, leaves), "the network")
    try:
        return _Reader(with_shapes(model), weights, leaves).graph
    except _NoShape:
        pass
    model = folded(model)
    refuse_unknown(_unknown(model, leaves), "the network")
    try:
        return _Reader(with_shapes(model), weights, leaves).graph
    except _NoShape as error:
        raise DataError(
            f"{error}: its shape follows from values that only a run knows; export the network "
            "with fixed sizes"
        ) from None


def _unknown(model: onnx.ModelProto, leaves: Mapping[str, Rule]) -> Iterator[tuple[str, str]]:
    """Operator and name of each node that has no rule."""
    for node in model.graph.node:
        name = node.name or next(iter(node.output), "")
        if node.domain == LEAVES and node.op_type in leaves:
            continue
        if node.domain not in _STANDARD:
            yield f"{node.domain:.60}.{node.op_type}", name
        elif node.op_type in CONTROL_FLOW:
            yield f"{node.op_type} (dynamic control flow)", name
        elif node.op_type == "Attention" and (any(node.input[4:6]) or any(node.output[3:])):
            yield "Attention with past keys, or that gives its weights", name
        elif node.op_type not in ONNX_RULES and node.op_type != "Constant":
            yield node.op_type, name


class _Reader:
    """Walks over the operators of a model; `graph` is what they become."""

    def __init__(
        self, model: onnx.ModelProto, weights: Weights, leaves: Mapping[str, Rule]
    ) -> None:
        self.graph = TensorGraph()
        self._leaves = leaves
        self._given_back = {one.name for one in model.graph.output}
        self._package: ModuleType = require("onnx", "an ONNX file")
        self._types = {
            one.name: one.type.tensor_type
            for values in (model.graph.input, model.graph.value_info, model.graph.output)
            for one in values
        }
        self._weights = {**self._folded(model), **weights}
        self._constants: set[str] = set()
        self._numbers: dict[str, int] = {}
        for one in model.graph.input:
            if one.name not in self._weights:
                self._numbers[one.name] = self.graph.input(*self._written(one.name))
        for node in model.graph.node:
            self._read(node)
        for one in model.graph.output:
            self.graph.output(one.name, self._number(one.name, learnt=False))

    @staticmethod
    def _folded(model: onnx.ModelProto) -> Weights:
        """Constants that folding made."""
        return {one.name: (tuple(one.dims), one.data_type) for one in model.graph.initializer}

    def _read(self, node: onnx.NodeProto) -> None:
        if node.op_type == "Constant":
            self._constants.update(node.output)
            return
        rule = self._rule(node)
        name = node.name or node.output[0]
        with reading(f"operator '{name:.60}' cannot be read"):
            attributes = {
                one.name: self._package.helper.get_attribute_value(one) for one in node.attribute
            }
        try:
            written = [self._result(node, one) for one in node.output if one]
            numbers = self.graph.add(
                rule.kind,
                name,
                node.op_type,
                list(self._inputs(rule, node)),
                written,
                groups=attributes.get("group", 1),
                transpose_a=bool(attributes.get("transA", 0)),
                transpose_b=bool(attributes.get("transB", 0)),
                equation=attributes.get("equation", b"").decode(errors="replace"),
                matrices=2 if rule.kind == "recurrent" else 0,
            )
        except _NoShape as error:
            raise _NoShape(f"operator '{name:.60}' ({node.op_type}), {error}") from None
        except LatpredError as error:
            raise DataError(str(error)) from error
        self._numbers.update(zip((one[0] for one in written), numbers, strict=True))

    def _rule(self, node: onnx.NodeProto) -> Rule:
        """Rows of a table of learnt numbers are an embedding, one part of a value is a view."""
        if node.domain == LEAVES:
            return self._leaves[node.op_type]
        if node.op_type == "Gather":
            if node.input[0] in self._weights:
                return Rule("embedding")
            index = node.input[1]
            fixed = index in self._weights or index in self._constants
            if fixed and all(size == 1 for size in self._written(index)[1]):
                return Rule("view", (0,))
        return ONNX_RULES[node.op_type]

    def _inputs(self, rule: Rule, node: onnx.NodeProto) -> Iterator[int]:
        places = range(len(node.input)) if rule.inputs is None else rule.inputs
        statistics = PICKED_STATISTICS.get(node.op_type, ())
        for place in places:
            if place < len(node.input) and node.input[place]:
                learnt = rule.kind in _LEARNT and place not in statistics
                yield self._number(node.input[place], learnt, place in statistics)

    def _number(self, name: str, learnt: bool, statistic: bool = False) -> int:
        """The number of a tensor; constants come into the graph when something reads them."""
        number = self._numbers.get(name)
        if number is not None:
            return number
        if name not in self._weights and name not in self._constants:
            raise DataError(f"nothing writes the value '{name:.60}' before it is read")
        written = self._written(name)
        several = any(size > 1 for size in written[1])
        counted = learnt or (several and name in self._weights)
        if counted and not statistic and self._may_be_learnt(name, learnt):
            number = self.graph.weight(*written)
        else:
            number = self.graph.constant(*written)
        self._numbers[name] = number
        return number

    def _may_be_learnt(self, name: str, learnt: bool) -> bool:
        """Whole numbers are learnt only where an operator's weights are expected."""
        proto: Any = self._package.TensorProto
        kind = self._weights[name][1] if name in self._weights else self._types[name].elem_type
        whole = (proto.INT64, proto.INT32, proto.BOOL, proto.UINT64, proto.UINT32)
        return kind not in whole and (learnt or kind not in (proto.INT16, proto.UINT16))

    def _result(self, node: onnx.NodeProto, name: str) -> tuple[str, list[int], int]:
        """What an operator writes; whoever reads whole numbers as real ones reads whole numbers."""
        found, sizes, bits = self._written(name)
        if node.op_type.startswith("DequantizeLinear") and name not in self._given_back:
            bits = self._written(node.input[0])[2]
        return found, sizes, bits

    def _written(self, name: str) -> tuple[str, list[int], int]:
        """Name, sizes and bits of a value; _NoShape where they are not known."""
        if name in self._weights:
            sizes, kind = self._weights[name]
            return name, list(sizes), self._bits(name, kind)
        found = self._types.get(name)
        if found is None or not found.HasField("shape"):
            raise _NoShape(f"output '{name:.60}'")
        dims = [dim.dim_value if dim.HasField("dim_value") else -1 for dim in found.shape.dim]
        if any(size < 0 for size in dims):
            raise _NoShape(f"output '{name:.60}'")
        return name, dims, self._bits(name, found.elem_type)

    def _bits(self, name: str, kind: int) -> int:
        try:
            return bits_of(self._package, kind)
        except DataError as error:
            raise DataError(f"value '{name:.60}': {error}") from error
