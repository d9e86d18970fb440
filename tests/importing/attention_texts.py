"""Attention as ONNX and ONNX Runtime have it, counted by hand."""

from __future__ import annotations

from typing import Any

from tests.importing.onnx_texts import model

# Model, multiply-accumulates, parameters and kernels by hand.
ATTENTION: dict[str, tuple[Any, int, int, int]] = {
    "attention": (
        model(
            "float[1, 6, 8] x => float[1, 6, 8] y",
            "y = com.microsoft.Attention <num_heads = 2> (x, w, b)",
            {"w": (8, 24), "b": (24,)},
        ),
        6 * 8 * 24 + 2 * 6 * 6 * 8,
        216,
        2,
    ),
    "attention with a past": (
        model(
            "float[1, 6, 8] x, float[2, 1, 2, 5, 4] p => float[1, 6, 8] y, float[k, l, m, n, o] q",
            "y, q = com.microsoft.Attention <num_heads = 2> (x, w, b, , p)",
            {"w": (8, 24), "b": (24,)},
        ),
        6 * 8 * 24 + 2 * 6 * 11 * 8,
        216,
        5,
    ),
    "attention of several heads": (
        model(
            "float[1, 6, 8] x, float[1, 9, 8] k, float[1, 9, 8] v => float[1, 6, 8] y",
            "y = com.microsoft.MultiHeadAttention <num_heads = 2> (x, k, v, b)",
            {"b": (24,)},
        ),
        2 * 6 * 9 * 8,
        24,
        4,
    ),
    "attention of groups, with a past": (
        model(
            """float[1, 1, 32] x, float[1, 1, 16] k, float[1, 1, 16] v, float[1, 2, 7, 8] pk,
            float[1, 2, 7, 8] pv, int32[1] s, int32 t
            => float[1, 1, 32] y, float[1, 2, 8, 8] qk, float[1, 2, 8, 8] qv""",
            """y, qk, qv = com.microsoft.GroupQueryAttention <num_heads = 4, kv_num_heads = 2>
            (x, k, v, pk, pv, s, t)""",
        ),
        2 * 32 * 8,
        0,
        3,
    ),
    "attention of groups, all in one": (
        model(
            """float[1, 3, 64] x, float[1, 2, 2, 8] pk, float[1, 2, 2, 8] pv, int32[1] s, int32 t
            => float[1, 3, 32] y, float[1, 2, 5, 8] qk, float[1, 2, 5, 8] qv""",
            """y, qk, qv = com.microsoft.GroupQueryAttention <num_heads = 4, kv_num_heads = 2>
            (x, , , pk, pv, s, t)""",
        ),
        2 * 3 * 32 * 5,
        0,
        3,
    ),
    "attention of ONNX with a past": (
        model(
            """float[1, 4, 6, 8] q, float[1, 2, 6, 8] k, float[1, 2, 6, 8] v,
            float[1, 2, 5, 8] pk, float[1, 2, 5, 8] pv
            => float[1, 4, 6, 8] y, float[1, 2, 11, 8] qk, float[1, 2, 11, 8] qv""",
            "y, qk, qv = Attention(q, k, v, , pk, pv)",
            opset=23,
        ),
        2 * 4 * 6 * 8 * 11,
        0,
        3,
    ),
    "the same of three axes": (
        model(
            """float[1, 6, 32] q, float[1, 6, 16] k, float[1, 6, 16] v,
            float[1, 2, 5, 8] pk, float[1, 2, 5, 8] pv
            => float[1, 6, 32] y, float[1, 2, 11, 8] qk, float[1, 2, 11, 8] qv""",
            """y, qk, qv = Attention <q_num_heads = 4, kv_num_heads = 2, is_causal = 1>
            (q, k, v, , pk, pv)""",
            opset=24,
        ),
        2 * 6 * 32 * 11,
        0,
        3,
    ),
}
