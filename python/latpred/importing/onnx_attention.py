"""Attention as ONNX Runtime's operators have it, and as ONNX's own has it with keys of the past, in
ONNX's plain operators."""

from __future__ import annotations

from latpred.importing.onnx_parts import Part, Skipped

__all__ = ["fused_attention", "grouped_attention", "multi_head_attention", "past_attention"]

_FLOAT = 1  # ONNX's number of the type


def fused_attention(part: Part) -> None:
    """Queries, keys and values by one product, then attention: Attention and QAttention."""
    integer = part.operator == "QAttention"
    weights = part.input(1)
    width = part.sizes(weights)[-1]
    sizes = [int(one) for one in part.attribute("qkv_hidden_sizes", ())] or [width // 3] * 3
    if len(sizes) != 3 or sum(sizes) != width:
        raise Skipped
    if integer:
        product = part.cast(part.add("MatMulInteger", part.input(0), weights), _FLOAT)
    else:
        product = part.add("MatMul", part.input(0), weights)
    if part.has(2):
        product = part.add("Add", product, part.input(2))
    ends = [sizes[0], sizes[0] + sizes[1], width]
    parts = [part.slice(product, end - size, end, 2) for size, end in zip(sizes, ends, strict=True)]
    query, keys, values = (_heads(part, one, _number(part, "num_heads")) for one in parts)
    past = 8 if integer else 4
    if part.has(past):
        keys, values = (
            part.add("Concat", _one_of(part, past, number), value, axis=2)
            for number, value in enumerate((keys, values))
        )
    if part.wants(1):
        part.add("Concat", *(_with_axis(part, one) for one in (keys, values)), axis=0, place=1)
    _merged(part, _joined(part, query, keys, values))


def multi_head_attention(part: Part) -> None:
    """MultiHeadAttention of queries, keys and values of three axes each."""
    given = [part.input(place) for place in range(3)]
    if part.has(3):
        third = part.sizes(part.input(3))[0] // 3
        given = [
            part.add("Add", one, part.slice(part.input(3), i * third, (i + 1) * third, 0))
            for i, one in enumerate(given)
        ]
    query, keys, values = (_heads(part, one, _number(part, "num_heads")) for one in given)
    keys, values = _longer(part, keys, 6, 1), _longer(part, values, 7, 2)
    _merged(part, _joined(part, query, keys, values))


def grouped_attention(part: Part) -> None:
    """GroupQueryAttention: several heads of queries share keys and values."""
    few = _number(part, "kv_num_heads")
    query = part.input(0)
    if part.has(1):
        keys, values = part.input(1), part.input(2)
    else:  # all three in one
        width = part.sizes(part.input(3))[-1]
        ends = [width * _number(part, "num_heads"), 0, 0]
        ends[1] = ends[0] + width * few
        ends[2] = ends[1] + width * few
        query, keys, values = (
            part.slice(query, begin, end, 2) for begin, end in zip([0, *ends], ends, strict=False)
        )
    keys, values = (
        _flat(part, _longer(part, _heads(part, value, few), past, past - 2))
        for value, past in ((keys, 3), (values, 4))
    )
    part.leaf("attention", query, keys, values, place=0)


def past_attention(part: Part) -> None:
    """ONNX's own Attention, of which the keys and values of the past come first."""
    if part.wants(3):
        raise Skipped
    flat = part.attribute("kv_num_heads")
    found = []
    for place in (1, 2):
        value = part.input(place)
        if flat is not None:
            value = _heads(part, value, int(flat))
        value = _longer(part, value, place + 3, place)
        found.append(value if flat is None else _flat(part, value))
    mask = part.input(3) if part.has(3) else ""
    more = part.kept(
        "is_causal", "kv_num_heads", "q_num_heads", "scale", "softcap", "softmax_precision"
    )
    part.add("Attention", part.input(0), *found, mask, place=0, **more)


def _number(part: Part, name: str) -> int:
    found = part.attribute(name, 0)
    if not isinstance(found, int) or found < 1:
        raise Skipped
    return found


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


def _merged(part: Part, mixed: str) -> None:
    _flat(part, mixed, place=0)


def _longer(part: Part, value: str, past: int, present: int) -> str:
    """Keys or values after those of the past; the node gives them on."""
    if part.has(past):
        return part.add("Concat", part.input(past), value, axis=2, place=present)
    return part.same(value, present)


def _one_of(part: Part, past: int, number: int) -> str:
    """Keys or values of a past that holds both on its first axis."""
    return part.reshape(part.slice(part.input(past), number, number + 1, 0), -1, *_rest(part, past))


def _rest(part: Part, past: int) -> list[int]:
    return list(part.sizes(part.input(past)))[2:]


def _with_axis(part: Part, value: str) -> str:
    """The value with one axis before the others."""
    if part.opset >= 13:
        return part.add("Unsqueeze", value, part.numbers(0))
    return part.add("Unsqueeze", value, axes=[0])
