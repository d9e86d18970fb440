"""Costs and errors of the operators that transformers need, counted by hand."""

from __future__ import annotations

from collections.abc import Callable

import latpred as lp
import pytest
from latpred.graphs import GraphBuilder, Window

from tests.networks.transformers import DIMENSION, HEADS, TOKENS, VOCABULARY, attention, encoder

GROUPED = Window((3, 5), 2, (1, 2, 1, 2), groups=2)


def test_attention_is_not_free() -> None:
    b = GraphBuilder()
    attention(b, b.input(1, TOKENS, DIMENSION), TOKENS)
    sequence, scores = TOKENS * DIMENSION, HEADS * TOKENS * TOKENS
    linear = TOKENS * DIMENSION * 3 * DIMENSION + TOKENS * DIMENSION * DIMENSION
    params = 4 * DIMENSION * DIMENSION + 4 * DIMENSION
    # A joint linear layer, three crops, each transposed (reshapes cost nothing), the scores with
    # their factor, softmax, the mix, its transpose, the last linear layer.
    written = 3 * sequence + 3 * sequence + 3 * sequence + scores + scores + 3 * sequence
    read = sequence + 3 * 3 * sequence + 3 * sequence
    read += 2 * sequence + scores + (scores + sequence) + sequence + sequence
    assert b.build().costs == {
        "macs": linear + 2 * scores * (DIMENSION // HEADS),
        "params": params,
        "bytes": 4 * (written + read + params),
        # While the last third is cut out: the joint value, two transposed thirds and this one.
        "peak_bytes": 4 * 6 * sequence,
        "kernels": 1 + 3 + 3 + 1 + 1 + 1 + 1 + 1,
    }


def test_an_encoder_reads_the_rows_of_its_tokens() -> None:
    b = GraphBuilder()
    x = b.embedding(b.input(1, TOKENS, 1), VOCABULARY, DIMENSION)
    b.layer_norm(b.add([x, b.parameter(1, TOKENS, DIMENSION)]))
    sequence, table = TOKENS * DIMENSION, VOCABULARY * DIMENSION
    assert b.build().costs == {
        "macs": 0,
        "params": table + sequence + 2 * DIMENSION,
        # Tokens, rows of the table, the embedding written and read, positions, the sum twice, norm.
        "bytes": 4
        * (TOKENS + sequence + 2 * sequence + sequence + 2 * sequence + 2 * DIMENSION + sequence),
        "peak_bytes": 4 * 2 * sequence,
        "kernels": 3,
    }
    assert encoder().costs["macs"] > 0


@pytest.mark.parametrize(
    ("build", "macs", "params", "shape"),
    [
        (lambda b, i: b.linear(i, 5), 4 * 6 * 8 * 5, 8 * 5 + 5, (4, 6, 5)),
        (lambda b, i: b.linear(b.transpose(i, (0, 2, 1)), 1), 4 * 8 * 6, 7, (4, 8, 1)),
        (lambda b, i: b.layer_norm(i, axes=2), 0, 2 * 6 * 8, (4, 6, 8)),
        (lambda b, i: b.layer_norm(i, axes="channels", bias=False), 0, 4, (4, 6, 8)),
        (lambda b, i: b.softmax(b.scale(i, 2)), 0, 0, (4, 6, 8)),
        (
            lambda b, i: b.conv_transpose(
                i, 6, Window((3, 5), 2, (1, 2, 1, 2), groups=2), bias=True
            ),
            4 * 6 * 8 * 3 * 5 * 3,
            4 * 3 * 3 * 5 + 6,
            (6, 11, 15),
        ),
        (lambda b, i: b.upsample(i, scale=1.5), 0, 0, (4, 9, 12)),
        (lambda b, i: b.pad(i, (1, 2, 3, 4)), 0, 0, (4, 10, 14)),
        (lambda b, i: b.reshape(i, (8, 3, 8)), 0, 0, (8, 3, 8)),
        (lambda b, i: b.concat([i, i], axis=2), 0, 0, (4, 6, 16)),
    ],
)
def test_counts(
    build: Callable[[GraphBuilder, int], int], macs: int, params: int, shape: tuple[int, ...]
) -> None:
    b = GraphBuilder()
    build(b, b.input(4, 6, 8))
    graph = b.build()
    assert (graph.costs["macs"], graph.costs["params"]) == (macs, params)
    assert graph.layers()[-1]["shape"] == shape
    assert sum(row["params"] for row in graph.layers()) == params


@pytest.mark.parametrize(
    ("build", "text"),
    [
        (lambda b, i: b.matmul(i, i), "'matmul': 4x6x8 times 4x6x8: 8 columns and 6 rows"),
        (
            lambda b, i: b.matmul(i, b.crop(i, 2, Window((0, 0))), transpose_b=True),
            "4 and 2 channels, equal numbers or 1 expected",
        ),
        (lambda b, i: b.softmax(i, axis=3), "'softmax': axis 3, 0 .channels. to 2"),
        (lambda b, i: b.softmax(i, axis=-4), "axis -1, 0"),
        (lambda b, i: b.concat([i], axis=3), "'concat': axis 3"),
        (lambda b, i: b.concat([i, b.transpose(i, (0, 2, 1))], axis=1), "sizes of the other axes"),
        (lambda b, i: b.layer_norm(i, axes=4), "'norm': 4 axes, 1 to 3"),
        (lambda b, i: b.layer_norm(i, axes=0), "axes '0', 1 to 3 or 'channels'"),
        (lambda b, i: b.layer_norm(i, axes="rows"), "axes 'rows', 1 to 3 or 'channels'"),
        (lambda b, i: b.layer_norm(i, eps=float("nan")), "eps nan"),
        (lambda b, i: b.embedding(i, 5, 5), "tokens of 4x6x8, 1xTx1 or Tx1x1 expected"),
        (
            lambda b, i: b.embedding(b.flatten(i), 2**24 + 1, 5),
            "vocabulary 16777217, 1 to 16777216",
        ),
        (lambda b, i: b.embedding(b.flatten(i), 5, 0), "output 1x192x0 is empty"),
        (lambda b, i: b.reshape(i, (4, 6, 9)), "4x6x8 cannot become 4x6x9: equal numbers"),
        (lambda b, i: b.reshape(i, (-4, -6, 8)), "equal numbers of elements"),
        (lambda b, i: b.transpose(i, (0, 1, 1)), r"permutation \(0, 1, 1\)"),
        (lambda b, i: b.scale(i, float("inf")), "factor inf, a finite one"),
        (lambda b, _: b.parameter(4, 0, 1), "output 4x0x1 is empty"),
        (
            lambda b, i: b.conv_transpose(i, 3, Window(groups=2)),
            "groups 2 must divide the channels 4 and 3",
        ),
        (lambda b, i: b.conv_transpose(i, 3, Window((0, 1))), "kernel 0x1, at least 1x1"),
        (
            lambda b, i: b.conv_transpose(i, 3, Window((3, 3), 2), output_padding=(0, 2)),
            r"output padding \(0, 2\), from 0 to 1",
        ),
        (lambda b, i: b.conv_transpose(i, 3, Window((1, 1), 1, (3, 3, 3, 3))), "is empty"),
        (lambda b, i: b.upsample(i), "scale or size expected, one of them"),
        (lambda b, i: b.upsample(i, scale=2, size=(3, 3)), "scale or size expected, one of them"),
        (lambda b, i: b.upsample(i, scale=-1), "factor -1, a positive one"),
        (lambda b, i: b.upsample(i, scale=0.1), "output 4x0x0 is empty"),
        (lambda b, i: b.upsample(i, size=(3, 0)), "output 4x3x0 is empty"),
        (
            lambda b, i: b.upsample(i, scale=2, mode="cubic"),
            "interpolation 'cubic', one of nearest, b",
        ),
        (lambda b, i: b.pad(i, (0, 8, 0, 0), mode="reflect"), "fewer than its pixels expected"),
        (lambda b, i: b.pad(i, (0, -1, 0, 0)), "padding 0, -1, 0, 0"),
        (lambda b, i: b.pad(i, (0, 1, 0, 0), mode="wrap"), "border 'wrap', one of constant"),
        (lambda b, i: b.pad(i, (0, 1, 0, 0), value=float("nan")), "constant NaN"),
        (lambda b, i: b.pad(i, (2**31 - 1, 1, 0, 0)), "values in a row, fewer expected"),
        (lambda b, i: b.conv(i, 3, Window((0, 0))), "kernel 0x0, at least 1x1 expected"),
        (lambda b, i: b.max_pool(i, Window((0, 1))), "kernel 0x1, at least 1x1 expected"),
    ],
)
def test_what_does_not_fit(build: Callable[[GraphBuilder, int], int], text: str) -> None:
    b = GraphBuilder()
    image = b.input(4, 6, 8)
    with pytest.raises(lp.ConfigError, match=text):
        build(b, image)
    assert len(b.build()) < 4  # what was refused is not in the graph


def test_a_parameter_comes_after_the_input() -> None:
    with pytest.raises(lp.ConfigError, match="the input must come first"):
        GraphBuilder().parameter(3, 1, 1)
