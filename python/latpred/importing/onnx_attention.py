"""Attention as ONNX Runtime's operators have it, and as ONNX's own has it with keys of the past, in
ONNX's plain operators."""

from __future__ import annotations

import itertools

from latpred.importing.onnx_parts import Part, Skipped

__all__ = ["fused_attention", "grouped_attention", "multi_head_attention", "past_attention"]

_FLOAT = 1  # ONNX's number of the type


def fused_attention(part: Part) -> None:
    """Queries, keys and values by one product, then attention: Attention and QAttention."""
    integer = part.operator == "QAttention"
    heads = _number(part, "num_heads")
    weights = part.input(1)
    ends = _ends(part.wholes("qkv_hidden_sizes"), part.sizes(weights)[-1])
    if integer:
        product = part.cast(part.add("MatMulInteger", part.input(0), weights), _FLOAT)
    else:
        product = part.add("MatMul", part.input(0), weights)
    if part.has(2):
        product = part.add("Add", product, part.input(2))
    query, keys, values = (
        _heads(part, part.slice(product, begin, end, 2), heads)
        for begin, end in itertools.pairwise([0, *ends])
    )
    past = 8 if integer else 4
    if part.has(past):
        keys, values = (
            part.add("Concat", _one_of(part, past, begin, end), value, axis=2)
            for value, begin, end in ((keys, 0, 1), (values, 1, 2))
        )
    if part.wants(1):
        part.add("Concat", *(_with_axis(part, one) for one in (keys, values)), axis=0, place=1)
    _flat(part, _joined(part, query, keys, values), place=0)


def multi_head_attention(part: Part) -> None:
    """MultiHeadAttention of queries, keys and values of three axes each."""
    given = [part.input(place) for place in range(3)]
    if part.has(3):
        ends = _ends([], part.sizes(part.input(3))[0])
        given = [
            part.add("Add", one, part.slice(part.input(3), begin, end, 0))
            for one, (begin, end) in zip(given, itertools.pairwise([0, *ends]), strict=True)
        ]
    query, keys, values = (_heads(part, one, _number(part, "num_heads")) for one in given)
    keys, values = _longer(part, keys, 6, 1), _longer(part, values, 7, 2)
    _flat(part, _joined(part, query, keys, values), place=0)


def grouped_attention(part: Part) -> None:
    """GroupQueryAttention: several heads of queries share keys and values."""
    few = _number(part, "kv_num_heads")
    query = part.input(0)
    if part.has(1):
        keys, values = part.input(1), part.input(2)
    else:  # all three in one
        width = part.sizes(part.input(3))[-1]
        ends = itertools.accumulate([_number(part, "num_heads"), few, few])
        query, keys, values = (
            part.slice(query, begin * width, end * width, 2)
            for begin, end in itertools.pairwise([0, *ends])
        )
    keys = _flat(part, _longer(part, _heads(part, keys, few), 3, 1))
    values = _flat(part, _longer(part, _heads(part, values, few), 4, 2))
    part.leaf("attention", query, keys, values, place=0)


def past_attention(part: Part) -> None:
    """ONNX's own Attention, of which the keys and values of the past come first."""
    if part.wants(3):
        raise Skipped
    heads = part.whole("kv_num_heads")
    found = []
    for value, past, present in ((part.input(1), 4, 1), (part.input(2), 5, 2)):
        if heads:
            value = _heads(part, value, heads)
        value = _longer(part, value, past, present)
        found.append(_flat(part, value) if heads else value)
    mask = part.input(3) if part.has(3) else ""
    more = part.kept(
        "is_causal", "kv_num_heads", "q_num_heads", "scale", "softcap", "softmax_precision"
    )
    part.add("Attention", part.input(0), *found, mask, place=0, **more)


def _number(part: Part, name: str) -> int:
    found = part.whole(name)
    if found < 1:
        raise Skipped
    return found


def _ends(sizes: list[int], width: int) -> list[int]:
    """Where queries, keys and values end in their product: thirds where no sizes are given."""
    ends = list(itertools.accumulate(sizes or [width // 3] * 3))
    if len(ends) != 3 or ends[-1] != width:
        raise Skipped
    return ends


def _heads(part: Part, value: str, heads: int) -> str:
    """(batch, length, channels) as (batch, heads, length, channels of one)."""
    return part.add("Transpose", part.reshape(value, 0, 0, heads, -1), perm=[0, 2, 1, 3])


def _flat(part: Part, value: str, place: int = -1) -> str:
    """(batch, heads, length, channels of one) as (batch, length, channels)."""
    turned = part.add("Transpose", value, perm=[0, 2, 1, 3])
    return part.reshape(turned, 0, 0, -1, place=place)


def _joined(part: Part, query: str, keys: str, values: str) -> str:
    """Attention as it is written."""
    turned = part.add("Transpose", keys, perm=[0, 1, 3, 2])
    weights = part.add("Softmax", part.add("MatMul", query, turned), axis=3)
    return part.add("MatMul", weights, values)


def _longer(part: Part, value: str, past: int, present: int) -> str:
    """Keys or values after those of the past; the node gives them on."""
    if part.has(past):
        return part.add("Concat", part.input(past), value, axis=2, place=present)
    return part.same(value, present)


def _one_of(part: Part, past: int, begin: int, end: int) -> str:
    """Keys or values of a past that holds both on its first axis."""
    sizes = part.sizes(part.input(past))
    return part.reshape(part.slice(part.input(past), begin, end, 0), -1, *sizes[2:])


def _with_axis(part: Part, value: str) -> str:
    """The value with one axis before the others."""
    if part.opset >= 13:
        return part.add("Unsqueeze", value, part.numbers(0))
    return part.add("Unsqueeze", value, axes=[0])
