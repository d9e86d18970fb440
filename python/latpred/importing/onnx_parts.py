"""Nodes that stand for one node of an ONNX network whose operator ONNX itself does not define."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import ModuleType
from typing import TYPE_CHECKING, Any

from latpred.importing.rules import Rule

if TYPE_CHECKING:
    import onnx

__all__ = ["LEAVES", "Leaves", "Part", "Skipped"]

LEAVES = "counted.whole"  # domain of operators that count as one
_MOST_INPUTS = 12  # of one of them
_Sizes = Mapping[str, tuple[tuple[int, ...], int]]  # sizes and ONNX's type, by name


class Skipped(Exception):
    """The operator cannot be written in others as this node has it."""


class Leaves:
    """Operators that count as one: ONNX sees functions, which give their shapes.

    Attributes:
        functions: Those that the network needs.
        rules: How each is counted, by its name.
    """

    def __init__(self, package: ModuleType, opset: int) -> None:
        self.functions: list[onnx.FunctionProto] = []
        self.rules: dict[str, Rule] = {}
        self._package = package
        self._opset = opset

    def named(self, name: str, rule: Rule, body: Sequence[onnx.NodeProto]) -> str:
        """The name of the operator, with a number where others of another kind have it.

        Args:
            name: As the tool calls it.
            rule: How it is counted.
            body: What gives "v" the shape of its result, from "u0", "u1" and so on.
        """
        if not body and self.rules.get(name) == rule:
            return name
        found = f"{name}_{len(self.functions)}" if body or name in self.rules else name
        helper = self._package.helper
        nodes = list(body) or [helper.make_node("Identity", ["u0"], ["v"])]
        imports = [helper.make_opsetid("", self._opset)]
        inputs = [f"u{number}" for number in range(_MOST_INPUTS)]
        self.functions.append(helper.make_function(LEAVES, found, inputs, ["v"], nodes, imports))
        self.rules[found] = rule
        return found


class Part:
    """What one node becomes.

    Args:
        package: onnx.
        node: The node.
        opset: Of ONNX's own operators.
        known: Sizes and types of the network's constants and inputs.
        leaves: Where operators that count as one are kept.
        prefix: No value of the network begins like it.

    Attributes:
        nodes: What it becomes.
        constants: Sizes and types of those that it has besides.
        opset: As given.
    """

    def __init__(
        self,
        package: ModuleType,
        node: onnx.NodeProto,
        opset: int,
        known: _Sizes,
        leaves: Leaves,
        prefix: str,
    ) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.constants: dict[str, tuple[tuple[int, ...], int]] = {}
        self.opset = opset
        self._package = package
        self._node = node
        self._known = known
        self._leaves = leaves
        self._prefix = prefix
        helper = package.helper
        self._attributes = {one.name: helper.get_attribute_value(one) for one in node.attribute}

    @property
    def operator(self) -> str:
        """As the tool calls it."""
        return str(self._node.op_type)

    def has(self, place: int) -> bool:
        """Whether the node has an input there."""
        return place < len(self._node.input) and bool(self._node.input[place])

    def input(self, place: int) -> str:
        """The name of an input; Skipped where the node has none."""
        if not self.has(place):
            raise Skipped
        return str(self._node.input[place])

    def inputs(self) -> list[str]:
        """The names of all inputs, "" for those that are left out."""
        return [str(one) for one in self._node.input]

    def wants(self, place: int) -> bool:
        """Whether the node has an output there."""
        return place < len(self._node.output) and bool(self._node.output[place])

    def whole(self, name: str, otherwise: int = 0) -> int:
        """An attribute that is a whole number; Skipped for one of another type."""
        value = self._attributes.get(name, otherwise)
        if not isinstance(value, int):
            raise Skipped
        return value

    def wholes(self, name: str) -> list[int]:
        """An attribute of several whole numbers, none where it is not there."""
        values = self._attributes.get(name, [])
        if not isinstance(values, list) or not all(isinstance(one, int) for one in values):
            raise Skipped
        return values

    def text(self, name: str) -> str:
        """An attribute that is a text; "" where it is not there."""
        value = self._attributes.get(name, b"")
        return value.decode(errors="replace") if isinstance(value, bytes) else ""

    def kept(self, *names: str) -> dict[str, Any]:
        """Attributes that an operator of ONNX takes as they are."""
        return {name: self._attributes[name] for name in names if name in self._attributes}

    def knows(self, name: str) -> bool:
        """Whether it is a constant or an input of the network."""
        return name in self._known

    def sizes(self, name: str) -> tuple[int, ...]:
        """Sizes of a constant or an input of the network; Skipped for other values."""
        if not self.knows(name):
            raise Skipped
        return self._known[name][0]

    def kind(self, place: int, otherwise: int) -> int:
        """ONNX's type of an input of the node, where it is known."""
        name = self.input(place) if self.has(place) else ""
        return self._known[name][1] if self.knows(name) else otherwise

    def add(self, operator: str, *inputs: str, place: int = -1, **attributes: Any) -> str:
        """Append a node of one output, and return its name: that of an output of the whole there.

        Args:
            operator: One of ONNX.
            inputs: Names of values, those at the end left out where they are "".
            place: Which output of the whole it is; -1: none.
            attributes: Of the operator.
        """
        return self._append(operator, inputs, place, "", attributes)

    def leaf(
        self, kind: str, *inputs: str, place: int = -1, body: Sequence[onnx.NodeProto] = ()
    ) -> str:
        """Append an operator that counts as one of that kind, of its first input's shape.

        Args:
            kind: One of the core's.
            inputs: Names of values that it reads, without those that are "".
            place: As of `add`.
            body: What gives another shape; see `Leaves.named`.
        """
        given = [one for one in inputs if one][:_MOST_INPUTS]
        name = self._leaves.named(self.operator, Rule(kind), body)
        return self._append(name, given, place, LEAVES, {})

    def constant(self, sizes: tuple[int, ...], kind: int) -> str:
        """A constant besides those of the network, of one of ONNX's types."""
        name = f"{self._prefix}constant{len(self.constants)}"
        self.constants[name] = (sizes, kind)
        return name

    def numbers(self, *values: int) -> str:
        """A constant of whole numbers on one axis."""
        proto: Any = self._package.TensorProto
        held = self._package.helper.make_tensor("", proto.INT64, [len(values)], values)
        return self.add("Constant", value=held)

    def reshape(self, value: str, *sizes: int, place: int = -1) -> str:
        """The value with other sizes."""
        return self.add("Reshape", value, self.numbers(*sizes), place=place)

    def slice(self, value: str, begin: int, end: int, axis: int, place: int = -1) -> str:
        """A part of the value along one axis."""
        limits = [self.numbers(one) for one in (begin, end, axis)]
        return self.add("Slice", value, *limits, place=place)

    def cast(self, value: str, kind: int, place: int = -1) -> str:
        """The value in another of ONNX's types."""
        return self.add("Cast", value, place=place, to=kind)

    def activated(self, value: str, name: str, place: int = -1) -> str:
        """The value after an activation, "" for none."""
        return self.leaf("activation", value, place=place) if name else self.same(value, place)

    def same(self, value: str, place: int) -> str:
        """The value by the name of an output of the whole, where the node has that one."""
        return self.add("Identity", value, place=place) if self.wants(place) else value

    def node(
        self, operator: str, inputs: Sequence[str], output: str, **attributes: object
    ) -> onnx.NodeProto:
        """A node of the body of an operator that counts as one."""
        made: onnx.NodeProto = self._package.helper.make_node(
            operator, list(inputs), [output], **attributes
        )
        return made

    def _append(
        self,
        operator: str,
        inputs: Sequence[str],
        place: int,
        domain: str,
        attributes: Mapping[str, Any],
    ) -> str:
        whole = place >= 0 and self.wants(place)
        name = str(self._node.output[place]) if whole else f"{self._prefix}{len(self.nodes)}"
        label = self._node.name or next(iter(self._node.output), "")
        given = list(inputs)
        while given and not given[-1]:
            given.pop()
        self.nodes.append(
            self._package.helper.make_node(
                operator, given, [name], f"{label}/{len(self.nodes)}", domain=domain, **attributes
            )
        )
        return name
