"""Operators on whole numbers that ONNX Runtime's quantisation writes, in ONNX's own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from latpred.importing.onnx_parts import Part, Skipped

__all__ = ["INTEGERS"]

_FLOAT, _UINT8 = 1, 2  # ONNX's numbers of the types
_POOL = ("auto_pad", "ceil_mode", "count_include_pad", "kernel_shape", "pads", "strides")


def _pair(kind: str) -> Callable[[Part], None]:
    """Two values, each with scale and zero; the sizes of one may be those of both."""

    def write(part: Part) -> None:
        body = _between(part, [("Add", ["f0", "f1"], {})], 2)
        part.leaf(kind, part.input(0), part.input(3), place=0, body=body)

    return write


def _one(kind: str) -> Callable[[Part], None]:
    def write(part: Part) -> None:
        part.leaf(kind, part.input(0), place=0)

    return write


def _pool(operator: str, kind: str, *attributes: str) -> Callable[[Part], None]:
    def write(part: Part) -> None:
        if part.whole("channels_last"):
            raise Skipped
        body = _between(part, [(operator, ["f0"], part.kept(*attributes))], 1)
        part.leaf(kind, part.input(0), place=0, body=body)

    return write


def _between(part: Part, nodes: list[tuple[str, list[str], dict[str, Any]]], count: int) -> Any:
    """Nodes on real numbers, between whole ones, of which only the shape is asked."""
    body = [part.node("Cast", [f"u{i}"], f"f{i}", to=_FLOAT) for i in range(count)]
    for operator, inputs, attributes in nodes:
        body.append(part.node(operator, inputs, "r", **attributes))
    return [*body, part.node("Cast", ["r"], "v", to=_UINT8)]


def _concat(part: Part) -> None:
    places = range(2, len(part.inputs()), 3)
    part.add("Concat", *(part.input(place) for place in places), place=0, **part.kept("axis"))


def _gemm(part: Part) -> None:
    if part.whole("transA"):
        raise Skipped
    weights = part.input(3)
    if part.whole("transB"):
        weights = part.add("Transpose", weights, perm=[1, 0])
    value = part.add("MatMulInteger", part.input(0), weights)
    if part.has(6):
        value = part.add("Add", value, part.input(6))
    part.cast(value, part.kind(8, _UINT8) if part.has(8) else _FLOAT, 0)


def _to_float(part: Part) -> None:
    value = part.cast(part.add("MatMulInteger", part.input(0), part.input(1)), _FLOAT)
    part.same(part.add("Add", value, part.input(6)) if part.has(6) else value, 0)


def _dynamic(part: Part) -> None:
    """Values become whole numbers by their own range, then a product with whole weights."""
    body = [part.node("Cast", ["u0"], "v", to=_UINT8)]
    whole = part.leaf("reduction", part.input(0), body=body)
    value = part.cast(part.add("MatMulInteger", whole, part.input(1)), _FLOAT)
    part.same(part.add("Add", value, part.input(4)) if part.has(4) else value, 0)


def _cast(part: Part) -> None:
    """To whole numbers and back, also of types that ONNX's own has only lately."""
    back = part.operator == "DequantizeLinear"
    kind = part.kind(1, _FLOAT) if back else part.kind(2, _UINT8)
    body = [part.node("Cast", ["u0"], "v", to=kind)]
    part.leaf("cast", part.input(0), place=0, body=body)


INTEGERS: dict[str, Callable[[Part], None]] = {
    "DequantizeLinear": _cast,
    "DynamicQuantizeMatMul": _dynamic,
    "MatMulIntegerToFloat": _to_float,
    "QGemm": _gemm,
    "QLinearAdd": _pair("arithmetic"),
    "QLinearAveragePool": _pool("AveragePool", "avg_pool", *_POOL),
    "QLinearConcat": _concat,
    "QLinearGlobalAveragePool": _pool("GlobalAveragePool", "global_pool"),
    "QLinearLeakyRelu": _one("activation"),
    "QLinearMul": _pair("multiply"),
    "QLinearSigmoid": _one("activation"),
    "QLinearSoftmax": _one("softmax"),
    "QuantizeLinear": _cast,
}
