"""Whole numbers, recurrent layers, operators that ONNX writes in others: counted by hand."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import latpred as lp
import numpy as np
import pytest

onnx = pytest.importorskip("onnx")

from tests.importing.onnx_texts import model  # noqa: E402

BYTE = np.uint8
SCALES = {"s": (), "t": ()}
# Model, multiply-accumulates, parameters and bytes by hand.
HAND: dict[str, tuple[Any, int, int, int]] = {
    "values that become whole and real again": (
        model(
            "float[1, 3, 8, 8] x => float[1, 4, 6, 6] y",
            """a = QuantizeLinear(x, s, z) b = DequantizeLinear(a, s, z)
            v = DequantizeLinear(w, t, o) c = Conv(b, v) r = Relu(c)
            q = QuantizeLinear(r, s, z) y = DequantizeLinear(q, s, z)""",
            SCALES,
            typed={"w": (np.int8, (4, 3, 3, 3)), "z": (BYTE, ()), "o": (np.int8, ())},
        ),
        144 * 27,
        108,
        4 * 192 + 192 + 192 + 108 + 4 * 144,
    ),
    "a convolution of whole numbers": (
        model(
            "uint8[1, 3, 8, 8] x => uint8[1, 4, 6, 6] y",
            "y = QLinearConv(x, s, z, w, t, o, s, z, b)",
            SCALES,
            typed={
                "w": (np.int8, (4, 3, 3, 3)),
                "z": (BYTE, ()),
                "o": (np.int8, ()),
                "b": (np.int32, (4,)),
            },
        ),
        144 * 27,
        108,
        192 + 108 + 16 + 144,
    ),
    "one that is scaled afterwards": (
        model(
            "uint8[1, 3, 8, 8] x => int32[1, 4, 6, 6] y",
            "y = ConvInteger(x, w, z, o)",
            typed={"w": (np.int8, (4, 3, 3, 3)), "z": (BYTE, ()), "o": (np.int8, ())},
        ),
        144 * 27,
        108,
        192 + 108 + 4 * 144,
    ),
    "values quantised by their own range": (
        model(
            "float[2, 6] x => float[2, 4] y",
            """a, s, z = DynamicQuantizeLinear(x) m = MatMulInteger(a, w, z)
            c = Cast <to = 1> (m) y = Mul(c, s)""",
            typed={"w": (np.int8, (6, 4))},
        ),
        48,
        24,
        (48 + 12 + 4) + (12 + 24 + 4 + 32),
    ),
    "the same in one": (
        model(
            "float[2, 6] x => float[2, 4] y",
            "y = com.microsoft.DynamicQuantizeMatMul(x, w, s, z, b)",
            {"s": (), "b": (4,)},
            typed={"w": (np.int8, (6, 4)), "z": (np.int8, ())},
        ),
        48,
        28,
        (48 + 12) + (12 + 24 + 16 + 32),
    ),
    "a product that becomes real": (
        model(
            "uint8[2, 6] x => float[2, 4] y",
            "y = com.microsoft.MatMulIntegerToFloat(x, w, s, t, z, o, b)",
            {**SCALES, "b": (4,)},
            typed={"w": (np.int8, (6, 4)), "z": (BYTE, ()), "o": (np.int8, ())},
        ),
        48,
        28,
        12 + 24 + 16 + 32,
    ),
    "gemm, sum, mean and join of whole numbers": (
        model(
            "uint8[1, 6] x, uint8[1, 4, 3, 3] u => uint8[1, 8] y",
            """g = com.microsoft.QGemm <transB = 1> (x, s, z, w, t, o, b, s, z)
            p = com.microsoft.QLinearGlobalAveragePool(u, s, z, s, z) f = Flatten(p)
            a = com.microsoft.QLinearAdd(g, s, z, f, s, z, s, z)
            r = com.microsoft.QLinearSigmoid(a, s, z, s, z)
            y = com.microsoft.QLinearConcat <axis = 1> (s, z, r, s, z, f, s, z)""",
            SCALES,
            typed={
                "w": (np.int8, (4, 6)),
                "z": (BYTE, ()),
                "o": (np.int8, ()),
                "b": (np.int32, (4,)),
            },
        ),
        24,
        24,
        (6 + 24 + 16 + 4) + (36 + 4 + 4 + 4) + (4 + 4 + 8),
    ),
    "attention of whole numbers": (
        model(
            "uint8[1, 6, 8] x => float[1, 6, 8] y",
            "y = com.microsoft.QAttention <num_heads = 2> (x, w, b, s, t)",
            {**SCALES, "b": (24,)},
            typed={"w": (np.int8, (8, 24))},
        ),
        6 * 8 * 24 + 2 * 6 * 6 * 8,
        216,
        (48 + 192 + 96 + 576) + (576 + 192),
    ),
    "lstm, both directions": (
        model(
            "float[5, 2, 8] x => float[5, 2, 2, 6] y, float[2, 2, 6] h",
            'y, h = LSTM <hidden_size = 6, direction = "bidirectional"> (x, w, r, b)',
            {"w": (2, 24, 8), "r": (2, 24, 6), "b": (2, 48)},
        ),
        10 * 2 * 24 * 14,
        2 * 24 * 14 + 96,
        4 * (80 + 2 * 24 * 14 + 96 + 120 + 24),
    ),
    "gru, with a state to begin with": (
        model(
            "float[5, 2, 8] x, float[1, 2, 6] h => float[5, 1, 2, 6] y",
            "y = GRU <hidden_size = 6> (x, w, r, , , h)",
            {"w": (1, 18, 8), "r": (1, 18, 6)},
        ),
        10 * 18 * 14,
        18 * 14,
        4 * (80 + 12 + 18 * 14 + 60),
    ),
    "rnn, batch first": (
        model(
            "float[2, 5, 8] x => float[2, 5, 1, 6] y",
            "y = RNN <hidden_size = 6, layout = 1> (x, w, r)",
            {"w": (1, 6, 8), "r": (1, 6, 6)},
        ),
        10 * 6 * 14,
        84,
        4 * (80 + 84 + 60),
    ),
    "a convolution whose places are moved": (
        model(
            "float[1, 3, 8, 8] x, float[1, 18, 6, 6] o => float[1, 4, 6, 6] y",
            "y = DeformConv(x, w, o)",
            {"w": (4, 3, 3, 3)},
            opset=19,
        ),
        144 * 27,
        108,
        4 * (192 + 648 + 108 + 144),
    ),
}


@pytest.mark.parametrize("name", HAND)
def test_counts_by_hand(name: str) -> None:
    given, macs, params, moved = HAND[name]
    costs = lp.import_network(given).costs
    assert (costs["macs"], costs["params"], costs["bytes"]) == (macs, params, moved)


def test_operators_around_images() -> None:
    made = model(
        "float[1, 2, 3] t, float[1, 4, 6, 6] x => float[1, 4, 5, 5] y, float[1, 4, 4, 4] c",
        """g = AffineGrid(t, size) y = GridSample(x, g) c = CenterCropPad <axes = [2, 3]> (x, few)
        """,
        constants={"size": [1, 4, 5, 5], "few": [4, 4]},
        opset=20,
    )
    network = lp.import_network(made)
    assert network.outputs == {"y": (1, 4, 5, 5), "c": (1, 4, 4, 4)}
    assert [row["kind"] for row in network.layers()] == ["grid_sample", "grid_sample", "pad"]


def test_a_convolution_over_time_with_a_past() -> None:
    made = model(
        "float[1, 6, 5] x, float[1, 6, 3] p => float[1, 6, 5] y, float[1, 6, 3] q",
        'y, q = CausalConvWithState <activation = "silu"> (x, w, b, p)',
        {"w": (6, 1, 4), "b": (6,)},
        opset=27,
    )
    network = lp.import_network(made)
    assert network.costs["macs"] == 5 * 6 * 4
    assert network.costs["params"] == 30
    assert network.outputs == {"y": (1, 6, 5), "q": (1, 6, 3)}


def test_transforms_to_frequencies_are_named() -> None:
    made = model("float[1, 8, 1] x => float[1, 8, 2] y", "y = DFT(x, n)", {}, {"n": [8]})
    with pytest.raises(lp.UnknownOperatorError) as caught:
        lp.import_network(made)
    assert caught.value.operators == {"DFT": ["y"]}


def test_sizes_that_are_filled_in() -> None:
    """As PyTorch's older exporter writes a padding and an expansion."""
    made = model(
        "float[n, 4] x => float[n, k, m] y",
        """zeros = ConstantOfShape <value = int64[1] {0}> (three) p = Concat <axis = 0> (one, zeros)
        q = Pad(x, p) s = Shape(q) o = ConstantOfShape <value = int64[1] {1}> (one)
        e = Concat <axis = 0> (s, o) r = Unsqueeze(q, two) y = Expand(r, e)""",
        constants={"three": [3], "one": [1], "two": [2]},
    )
    assert lp.import_network(made, open_sizes={"n": 2}).outputs == {"y": (3, 4, 1)}
    large = model(
        "float[1] x => float[k] y",
        "z = ConstantOfShape(many) r = ReduceSum(z) s = Cast <to = 7> (r) y = Expand(x, s)",
        constants={"many": [1 << 40]},
    )
    with pytest.raises(lp.LatpredError):
        lp.import_network(large)


@pytest.mark.parametrize("name", ["lstm, both directions", "attention of whole numbers"])
def test_copies_are_the_same_network(name: str) -> None:
    network = lp.import_network(HAND[name][0])
    for other in (
        copy.copy(network),
        copy.deepcopy(network),
        pickle.loads(pickle.dumps(network)),  # noqa: S301
    ):
        assert other.costs == network.costs
        assert other.layers() == network.layers()
        assert (other.name, other.inputs, other.outputs) == (
            network.name,
            network.inputs,
            network.outputs,
        )


def test_damaged_copies() -> None:
    graph = lp.import_network(HAND["rnn, batch first"][0])._graph
    kept: Any = graph.__getstate__()
    version, tensors, operators, outputs = kept
    for state in (
        (9, tensors, operators, outputs),
        (version, tensors, operators[:-1], outputs),
        (version, [*tensors, (3, "v", [1], 32, [], 77)], operators, outputs),
        (version, tensors, operators, [("y", 99)]),
    ):
        made = type(graph).__new__(type(graph))
        with pytest.raises(lp.LatpredError):
            made.__setstate__(state)
