"""Operators that ONNX Runtime's tools write, in ONNX's own."""

from __future__ import annotations

from collections.abc import Callable

from latpred.importing.onnx_attention import (
    fused_attention,
    grouped_attention,
    multi_head_attention,
    past_attention,
)
from latpred.importing.onnx_integers import INTEGERS
from latpred.importing.onnx_parts import Part, Skipped

__all__ = ["Writing", "writing_of"]

Writing = Callable[[Part], None]

_FLOAT = 1  # ONNX's number of the type
_END = 2147483647  # of an axis
_WHOLE = {2: 25, 4: 21, 8: 2}  # of types without a sign, by their bits
_CONV = ("auto_pad", "dilations", "group", "kernel_shape", "pads", "strides")
_POOL = (*_CONV, "ceil_mode", "count_include_pad", "storage_order")


def _conv(part: Part) -> None:
    """A convolution, what is added to it, and an activation."""
    bias = part.input(2) if part.has(2) else ""
    value = part.add("Conv", part.input(0), part.input(1), bias, **part.kept(*_CONV))
    if part.has(3):
        value = part.add("Add", value, part.input(3))
    part.activated(value, part.text("activation"), 0)


def _causal_conv(part: Part) -> None:
    """A convolution over time that each channel has of its own, after values of the past."""
    weights = part.input(1)
    channels, width = part.sizes(weights)[0], part.sizes(weights)[-1]
    value = part.input(0)
    pads = [width - 1, 0]
    if part.has(3):
        value, pads = part.add("Concat", part.input(3), value, axis=2), [0, 0]
    elif part.wants(1):
        raise Skipped
    if part.wants(1):
        part.slice(value, 1 - width, _END, 2, place=1)
    bias = part.input(2) if part.has(2) else ""
    made = part.add("Conv", value, weights, bias, group=channels, pads=pads)
    part.activated(made, "" if part.text("activation") == "none" else part.text("activation"), 0)


def _gemm(part: Part) -> None:
    bias = part.input(2) if part.has(2) else ""
    more = part.kept("alpha", "beta", "transA", "transB")
    value = part.add("Gemm", part.input(0), part.input(1), bias, **more)
    part.activated(value, part.text("activation"), 0)


# Letters of the factors by whether the last two axes are turned, and whether the first one comes
# behind those of the batch.
_LEFT = {(0, 0): "...ij", (1, 0): "...ji", (0, 1): "i...j", (1, 1): "j...i"}
_RIGHT = {(0, 0): "...jk", (1, 0): "...kj", (0, 1): "j...k", (1, 1): "k...j"}


def _matmul(part: Part) -> None:
    factors = [part.input(0), part.input(1)]
    turned = [part.whole("transA"), part.whole("transB")]
    behind = [part.whole("transBatchA"), part.whole("transBatchB")]
    for i, factor in enumerate(factors):
        if turned[i] and not behind[i] and part.knows(factor):
            axes = list(range(len(part.sizes(factor))))
            factors[i] = part.add("Transpose", factor, perm=[*axes[:-2], *axes[:-3:-1]])
            turned[i] = 0
    if not any(turned + behind):
        part.add("MatMul", *factors, place=0)
        return
    left, right = _LEFT[turned[0], behind[0]], _RIGHT[turned[1], behind[1]]
    part.add("Einsum", *factors, place=0, equation=f"{left},{right}->...ik")


def _activation(part: Part) -> None:
    """Of one input, to which others are added before."""
    value = part.input(0)
    for place in range(1, len(part.inputs())):
        if part.has(place):
            value = part.add("Add", value, part.input(place))
    part.leaf("activation", value, place=0)


def _quick_gelu(part: Part) -> None:
    part.leaf("activation", part.input(0), place=0)


def _sum(part: Part) -> None:
    value = part.add("Add", part.input(0), part.input(1))
    part.same(part.add("Add", value, part.input(2)) if part.has(2) else value, 0)


def _bias_softmax(part: Part) -> None:
    part.leaf("softmax", part.add("Add", part.input(0), part.input(1)), place=0)


def _bias_split_gelu(part: Part) -> None:
    width = part.sizes(part.input(1))[0]
    value = part.add("Add", part.input(0), part.input(1))
    left, right = (part.slice(value, begin, begin + width // 2, 2) for begin in (0, width // 2))
    part.add("Mul", left, part.leaf("activation", right), place=0)


def _norm(part: Part) -> None:
    if part.wants(1) or part.wants(2):
        raise Skipped
    kind = "rms_norm" if "Simplified" in part.operator else "layer_norm"
    part.leaf(kind, *part.inputs(), place=0)


def _skip_norm(part: Part) -> None:
    """The sum of two values, which is also given on, and its norm."""
    simplified = "Simplified" in part.operator
    bias = 3 if simplified else 4
    if part.wants(1) or part.wants(2):
        raise Skipped
    value = part.add("Add", part.input(0), part.input(1), place=-1 if part.has(bias) else 3)
    if part.has(bias):
        value = part.add("Add", value, part.input(bias), place=3)
    learnt = [part.input(2)] + ([part.input(3)] if not simplified and part.has(3) else [])
    part.leaf("rms_norm" if simplified else "layer_norm", value, *learnt, place=0)


def _embeddings(part: Part) -> None:
    """Rows of the words, the places and the segments, their sum and its norm."""
    ids = part.input(0)
    value = part.add("Gather", part.input(2), ids)
    places = part.input(8) if part.has(8) else ids
    value = part.add("Add", value, part.add("Gather", part.input(3), places))
    if part.has(4):
        value = part.add("Add", value, part.add("Gather", part.input(4), part.input(1)))
    part.same(value, 2)
    part.leaf("layer_norm", value, part.input(5), part.input(6), place=0)
    if part.wants(1):  # how many words of each row count
        counted = part.add("ArgMax", part.input(7) if part.has(7) else ids, axis=1, keepdims=0)
        part.add("Cast", counted, place=1, to=6)


def _group_norm(part: Part) -> None:
    value = part.leaf("group_norm", part.input(0), part.input(1), part.input(2))
    part.activated(value, "silu" if part.whole("activation") else "", 0)


def _rotary(part: Part) -> None:
    part.leaf("arithmetic", part.input(0), part.input(2), part.input(3), place=0)


def _few_bits(part: Part) -> None:
    """A product with weights of few bits, which are packed in blocks."""
    columns, rows = part.whole("N"), part.whole("K")
    if columns < 1 or rows < 1 or part.has(4):
        raise Skipped
    weights = part.constant((rows, columns), _WHOLE.get(part.whole("bits", 4), _WHOLE[8]))
    kind = part.kind(2, _FLOAT)
    body = [
        part.node("Cast", ["u1"], "w", to=kind),
        part.node("MatMul", ["u0", "w"], "v"),
    ]
    value = part.leaf("matmul", part.input(0), weights, body=body)
    part.same(part.add("Add", value, part.input(5)) if part.has(5) else value, 0)


def _same(name: str, *attributes: str) -> Writing:
    """An operator of ONNX by another name."""

    def write(part: Part) -> None:
        part.add(name, *part.inputs(), place=0, **part.kept(*attributes))

    return write


def _reordered(part: Part) -> None:
    """Channels in blocks and back; those that fill the last block are cut off."""
    if part.whole("channels_last"):
        raise Skipped
    channels = part.whole("channels")
    if channels:
        part.slice(part.input(0), 0, channels, 1, place=0)
    else:
        part.add("Identity", part.input(0), place=0)


_MICROSOFT: dict[str, Writing] = {
    **dict.fromkeys(("Gelu", "FastGelu", "BiasGelu"), _activation),
    "Attention": fused_attention,
    "BiasAdd": _sum,
    "BiasSoftmax": _bias_softmax,
    "BiasSplitGelu": _bias_split_gelu,
    "EmbedLayerNormalization": _embeddings,
    "FusedConv": _conv,
    "FusedGemm": _gemm,
    "FusedMatMul": _matmul,
    "GroupNorm": _group_norm,
    "GroupQueryAttention": grouped_attention,
    "LayerNormalization": _norm,
    "MatMulNBits": _few_bits,
    "MultiHeadAttention": multi_head_attention,
    "QAttention": fused_attention,
    "QuickGelu": _quick_gelu,
    "RotaryEmbedding": _rotary,
    "SimplifiedLayerNormalization": _norm,
    "SkipLayerNormalization": _skip_norm,
    "SkipSimplifiedLayerNormalization": _skip_norm,
    **INTEGERS,
}
_BLOCKED: dict[str, Writing] = {
    "AveragePool": _same("AveragePool", *_POOL),
    "Conv": _conv,
    "GlobalAveragePool": _same("GlobalAveragePool"),
    "GlobalMaxPool": _same("GlobalMaxPool"),
    "MaxPool": _same("MaxPool", *_POOL),
    "ReorderInput": _reordered,
    "ReorderOutput": _reordered,
}
_DOMAINS = {"com.microsoft": _MICROSOFT, "com.microsoft.nchwc": _BLOCKED}


def writing_of(domain: str, operator: str, opset: int, *, past: bool) -> Writing | None:
    """What writes an operator in ONNX's own, or None where it is one, or nobody knows it.

    Args:
        domain: Of the operator.
        operator: Its name.
        opset: Of ONNX's own operators.
        past: Whether it is an Attention that reads or writes keys of the past.
    """
    if domain not in ("", "ai.onnx"):
        return _DOMAINS.get(domain, {}).get(operator)
    if operator == "Attention" and past:
        return past_attention
    if operator == "CausalConvWithState":
        return _causal_conv
    # ONNX Runtime writes these beside the operators of older opsets.
    early = operator == "LayerNormalization" and opset < 17
    return _norm if early or operator == "SimplifiedLayerNormalization" else None
