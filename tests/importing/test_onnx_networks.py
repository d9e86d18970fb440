"""ONNX networks: counted by hand, and as the modules that they were exported from."""

from __future__ import annotations

import logging
import warnings
from pathlib import Path
from typing import Any

import latpred as lp
import pytest

onnx = pytest.importorskip("onnx")

from tests.importing.onnx_texts import model  # noqa: E402

HAND: dict[str, tuple[Any, int, int]] = {
    "conv, grouped, dilated, strided": (
        model(
            "float[2, 4, 9, 9] x => float[2, 6, 3, 3] y",
            "y = Conv <group = 2, dilations = [2, 2], strides = [2, 2]> (x, w, b)",
            {"w": (6, 2, 3, 3), "b": (6,)},
        ),
        2 * 6 * 9 * 2 * 9,
        6 * 18 + 6,
    ),
    "conv of lines": (
        model("float[1, 4, 9] x => float[1, 6, 5] y", "y = Conv(x, w)", {"w": (6, 4, 5)}),
        6 * 5 * 20,
        120,
    ),
    "transposed conv": (
        model(
            "float[1, 4, 3, 3] x => float[1, 6, 6, 6] y",
            "y = ConvTranspose <group = 2, strides = [2, 2]> (x, w)",
            {"w": (4, 3, 2, 2)},
        ),
        4 * 9 * 3 * 4,
        48,
    ),
    "gemm, both transposed": (
        model(
            "float[8, 3] x => float[3, 5] y",
            "y = Gemm <transA = 1, transB = 1> (x, w, b)",
            {"w": (5, 8), "b": (5,)},
        ),
        3 * 5 * 8,
        45,
    ),
    "products of many axes, broadcast": (
        model("float[2, 1, 4, 5] a, float[3, 5, 6] b => float[2, 3, 4, 6] y", "y = MatMul(a, b)"),
        2 * 3 * 4 * 6 * 5,
        0,
    ),
    "a vector": (
        model("float[5] a, float[3, 5, 6] b => float[3, 6] y", "y = MatMul(a, b)"),
        3 * 6 * 5,
        0,
    ),
    "einsum": (
        model(
            "float[2, 3, 4] a, float[2, 5, 4] b => float[2, 3, 5] y",
            'y = Einsum <equation = "bij, bkj -> bik"> (a, b)',
        ),
        2 * 3 * 5 * 4,
        0,
    ),
    "einsum with dots and a sum": (
        model(
            "float[7, 2, 3, 4] a, float[7, 2, 4, 5] b => float[7, 2, 5] y",
            'y = Einsum <equation = "...ij,...jk->...k"> (a, b)',
        ),
        7 * 2 * 5 * 4,
        0,
    ),
    "attention, fused, fewer heads of keys": (
        model(
            "float[1, 4, 6, 8] q, float[1, 2, 9, 8] k, float[1, 2, 9, 3] v => float[1, 4, 6, 3] y",
            "y = Attention(q, k, v)",
            opset=23,
        ),
        4 * 6 * 9 * (8 + 3),
        0,
    ),
    "an embedding and a norm": (
        model(
            "int64[2, 7] ids => float[2, 7, 8] y",
            "e = Gather(table, ids) y = LayerNormalization(e, scale, shift)",
            {"table": (100, 8), "scale": (8,), "shift": (8,)},
        ),
        0,
        816,
    ),
    "weights that are transposed and scaled before": (
        model(
            "float[2, 3] x => float[2, 5] y",
            "t = Transpose(w) s = Mul(t, scale) y = MatMul(x, s)",
            {"w": (5, 3), "scale": (5,)},
        ),
        30,
        20,
    ),
    "batch norm: statistics are not learnt": (
        model(
            "float[1, 4, 2, 2] x => float[1, 4, 2, 2] y",
            "y = BatchNormalization(x, s, b, m, v)",
            {"s": (4,), "b": (4,), "m": (4,), "v": (4,)},
        ),
        0,
        8,
    ),
    "one weight read twice": (
        model(
            "float[4, 4] x => float[4, 4] y, float[4, 2] z",
            "a = MatMul(x, w) y = MatMul(a, w) z = Slice(a, zero, two, one)",
            {"w": (4, 4)},
            {"zero": [0], "two": [2], "one": [1]},
        ),
        128,
        16,
    ),
    "quantised weights": (
        model(
            "float[2, 3] x => float[2, 4] y",
            "w = Cast <to = 3> (f) d = DequantizeLinear(w, scale) y = MatMul(x, d)",
            {"f": (3, 4), "scale": ()},
        ),
        24,
        12,
    ),
}


@pytest.mark.parametrize("name", HAND)
def test_counts_by_hand(name: str) -> None:
    given, macs, params = HAND[name]
    before = given.SerializeToString()
    network = lp.import_network(given)
    assert (network.costs["macs"], network.costs["params"]) == (macs, params)
    assert list(network.outputs) == [one.name for one in given.graph.output]
    assert given.SerializeToString() == before


def test_bytes_by_hand() -> None:
    made = model(
        "float[2, 6] x => float[2, 4] y, float16[2, 4] z",
        "a = MatMul(x, w) b = Add(a, c) y = Relu(b) z = Cast <to = 10> (y)",
        {"w": (6, 4), "c": (4,)},
    )
    costs = lp.import_network(made).costs
    assert costs["bytes"] == 48 + 96 + 16 + 32 + 16
    assert costs["kernels"] == 1
    assert costs["peak_bytes"] == 48 + 32 + 16


SHAPED = model(
    "float[batch, length, 8] x => float[batch, 2, rest] y",
    "s = Shape(x) n = Gather(s, zero) t = Concat <axis = 0> (n, ends) y = Reshape(x, t)",
    constants={"zero": [0], "ends": [2, -1]},
)


def test_open_axes_by_name() -> None:
    network = lp.import_network(SHAPED, open_sizes={"batch": 3, "length": 5})
    assert network.inputs == {"x": (3, 5, 8)}
    assert network.outputs == {"y": (3, 2, 20)}
    assert network.costs["kernels"] == 0
    assert network.costs["bytes"] == 0
    assert lp.import_network(SHAPED, input_shape=(1, 4, 8)).outputs == {"y": (1, 2, 16)}
    half = lp.import_network(SHAPED, example_inputs={"x": (1, 6, 8)}, open_sizes={"batch": 1})
    assert half.outputs == {"y": (1, 2, 24)}
    with pytest.raises(lp.ConfigError, match=r"axis 1 \(length\) of input 'x'"):
        lp.import_network(SHAPED, open_sizes={"batch": 3})
    with pytest.raises(lp.ConfigError, match="no open size 'width'"):
        lp.import_network(SHAPED, open_sizes={"width": 3})
    with pytest.raises(lp.ConfigError, match="at least 1 expected"):
        lp.import_network(SHAPED, open_sizes={"batch": 0, "length": 1})


def test_branches_that_sizes_decide_are_taken() -> None:
    pytest.importorskip("onnxscript")
    made = model(
        "float[n, 4] x => float[n, 4] y",
        """s = Shape(x) n = Gather(s, zero) big = Greater(n, two)
        y = If (big) <
            then_branch = yes () => (float[k, 4] a) { a = MatMul(x, w) },
            else_branch = no () => (float[k, 4] b) { b = Relu(x) }
        >""",
        {"w": (4, 4)},
    )
    for name, number in (("zero", 0), ("two", 2)):
        made.graph.initializer.append(onnx.helper.make_tensor(name, 7, [], [number]))
    assert lp.import_network(made, open_sizes={"n": 3}).costs["macs"] == 48
    assert lp.import_network(made, open_sizes={"n": 2}).costs["macs"] == 0


def test_functions_are_read_as_what_they_are_made_of() -> None:
    text = """
    <ir_version: 8, opset_import: ["" : 18, "own" : 1]>
    net (float[2, 4] x) => (float[2, 4] y) { a = own.Twice(x) y = own.Twice(a) }
    <domain: "own", opset_import: ["" : 18]>
    Twice (u) => (v) { t = Transpose(u) w = MatMul(u, t) v = MatMul(w, u) }
    """
    made = onnx.parser.parse_model(text)
    assert lp.import_network(made).costs["macs"] == 2 * (2 * 2 * 4 * 2)


@pytest.mark.parametrize("space", ["ofa-resnet50", "nas-bench-201"])
def test_networks_of_spaces_cost_what_their_graphs_do(space: str, tmp_path: Path) -> None:
    (network,) = lp.space(space).sample(1, seed=1)
    network.to_onnx(tmp_path / "net.onnx")
    costs, own = lp.import_network(tmp_path / "net.onnx").costs, network.graph().costs
    assert (costs["macs"], costs["params"]) == (own["macs"], own["params"])


@pytest.mark.parametrize(
    "name", ["convolutions", "encoder", "attention as written", "attention fused", "mixture"]
)
def test_a_module_costs_the_same_through_onnx(name: str, tmp_path: Path) -> None:
    pytest.importorskip("onnxscript")
    torch = pytest.importorskip("torch")
    from tests.importing.networks import CASES

    make, inputs = CASES[name]
    module = make().eval()
    for weight in module.parameters():  # equal ones would be one in the file
        torch.nn.init.normal_(weight)
    direct = lp.import_network(module, example_inputs=inputs).costs
    path = tmp_path / "net.onnx"
    logging.getLogger("torch.onnx").setLevel(logging.ERROR)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(module, inputs, path, dynamo=True, verbose=False)
    through = lp.import_network(path).costs
    assert through == direct
