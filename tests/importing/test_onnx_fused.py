"""Operators that ONNX Runtime's tools write cost what those cost that they stand for."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import latpred as lp
import numpy as np
import pytest

onnx = pytest.importorskip("onnx")

from tests.importing.attention_texts import ATTENTION  # noqa: E402
from tests.importing.onnx_texts import ONNX_RUNTIME, model  # noqa: E402

# Model, multiply-accumulates, parameters and kernels by hand.
HAND: dict[str, tuple[Any, int, int, int]] = {
    "a convolution with a sum and an activation": (
        model(
            "float[1, 3, 8, 8] x, float[1, 4, 8, 8] z => float[1, 4, 8, 8] y",
            'y = com.microsoft.FusedConv <activation = "Relu", pads = [1, 1, 1, 1]> (x, w, b, z)',
            {"w": (4, 3, 3, 3), "b": (4,)},
        ),
        64 * 4 * 27,
        112,
        1,
    ),
    "one in blocks of channels": (
        model(
            "float[1, 3, 8, 8] x => float[1, 12, 4, 4] y",
            """c = com.microsoft.nchwc.Conv <activation = "Relu", pads = [1, 1, 1, 1]> (x, w, b)
            p = com.microsoft.nchwc.MaxPool <kernel_shape = [2, 2], strides = [2, 2]> (c)
            y = com.microsoft.nchwc.ReorderOutput <channels = 12> (p)""",
            {"w": (16, 3, 3, 3), "b": (16,)},
        ),
        64 * 16 * 27,
        448,
        2,
    ),
    "a product, its second factor turned": (
        model(
            "float[2, 3, 8] x => float[2, 3, 5] y",
            "y = com.microsoft.FusedMatMul <transB = 1, alpha = 0.5> (x, w)",
            {"w": (5, 8)},
        ),
        2 * 3 * 5 * 8,
        40,
        1,
    ),
    "both factors turned": (
        model(
            "float[2, 8, 3] x, float[2, 5, 8] z => float[2, 3, 5] y",
            "y = com.microsoft.FusedMatMul <transA = 1, transB = 1> (x, z)",
        ),
        2 * 3 * 5 * 8,
        0,
        1,
    ),
    "the first factor with its rows before the batch": (
        model(
            "float[3, 2, 8] x, float[2, 5, 8] z => float[2, 3, 5] y",
            "y = com.microsoft.FusedMatMul <transBatchA = 1, transB = 1> (x, z)",
        ),
        2 * 3 * 5 * 8,
        0,
        1,
    ),
    "gemm": (
        model(
            "float[3, 8] x => float[3, 5] y",
            'y = com.microsoft.FusedGemm <transB = 1, activation = "LeakyRelu"> (x, w, b)',
            {"w": (5, 8), "b": (5,)},
        ),
        3 * 5 * 8,
        45,
        1,
    ),
    "activations": (
        model(
            "float[3, 8] x => float[3, 8] y",
            """a = MatMul(x, w) c = com.microsoft.BiasGelu(a, b) d = com.microsoft.FastGelu(c)
            e = com.microsoft.QuickGelu <alpha = 1.7> (d) y = com.microsoft.Gelu(e)""",
            {"w": (8, 8), "b": (8,)},
        ),
        3 * 8 * 8,
        72,
        1,
    ),
    "a norm of a sum": (
        model(
            "float[2, 6, 8] x, float[2, 6, 8] z => float[2, 6, 8] y, float[2, 6, 8] s",
            "y, , , s = com.microsoft.SkipLayerNormalization(x, z, g, b, c)",
            {"g": (8,), "b": (8,), "c": (8,)},
        ),
        0,
        24,
        2,
    ),
    "a simplified norm of a sum": (
        model(
            "float[2, 6, 8] x, float[2, 6, 8] z => float[2, 6, 8] y",
            "y = com.microsoft.SkipSimplifiedLayerNormalization(x, z, g)",
            {"g": (8,)},
        ),
        0,
        8,
        2,
    ),
    "norms beside an old opset": (
        model(
            "float[2, 6, 8] x => float[2, 6, 8] y",
            "n = LayerNormalization <axis = -1> (x, g, b) y = SimplifiedLayerNormalization(n, g)",
            {"g": (8,), "b": (8,)},
            opset=13,
        ),
        0,
        16,
        2,
    ),
    "words, places and segments": (
        model(
            "int32[2, 7] ids, int32[2, 7] s, int32[2, 7] m => float[2, 7, 8] y, int32[2] n",
            """y, n = com.microsoft.EmbedLayerNormalization
            (ids, s, words, places, segments, g, b, m)""",
            {"words": (100, 8), "places": (30, 8), "segments": (2, 8), "g": (8,), "b": (8,)},
        ),
        0,
        132 * 8 + 16,
        5,
    ),
    **ATTENTION,
    "weights of four bits": (
        model(
            "float[1, 6, 64] x => float[1, 6, 32] y",
            "y = com.microsoft.MatMulNBits <K = 64, N = 32, bits = 4, block_size = 32> (x, w, s)",
            {"s": (64,)},
            typed={"w": (np.uint8, (32, 2, 16))},
        ),
        6 * 64 * 32,
        64 * 32,
        1,
    ),
}


@pytest.mark.parametrize("name", HAND)
def test_counts_by_hand(name: str) -> None:
    given, macs, params, kernels = HAND[name]
    network = lp.import_network(given)
    costs = network.costs
    assert (costs["macs"], costs["params"], costs["kernels"]) == (macs, params, kernels)
    assert list(network.outputs) == [one.name for one in given.graph.output]
    for one in given.graph.output:
        sizes = [dim.dim_value for dim in one.type.tensor_type.shape.dim]
        assert not all(sizes) or list(network.outputs[one.name]) == sizes


def test_inside_of_functions_and_of_branches_that_are_taken() -> None:
    text = f"""
    <ir_version: 8, opset_import: ["" : 18, "own" : 1, {ONNX_RUNTIME}]>
    net (float[2, 8] x) => (float[2, 5] y) {{
        yes = Constant <value = bool {{1}}> ()
        y = If (yes) <
            then_branch = one () => (float[2, 5] a) {{ a = own.Both(x, w) }},
            else_branch = other () => (float[2, 5] b) {{ b = own.Magic(x) }}
        >
    }}
    <domain: "own", opset_import: ["" : 18, {ONNX_RUNTIME}]>
    Both (u, m) => (v) {{ t = com.microsoft.QuickGelu(u)
        v = com.microsoft.FusedMatMul <transB = 1> (t, m) }}
    """
    made = onnx.parser.parse_model(text)
    made.graph.initializer.append(onnx.numpy_helper.from_array(np.zeros((5, 8), np.float32), "w"))
    assert lp.import_network(made).costs["macs"] == 2 * 8 * 5


def test_attention_that_gives_its_weights() -> None:
    made = model(
        """float[1, 4, 6, 8] q, float[1, 4, 9, 8] k, float[1, 4, 9, 8] v
        => float[1, 4, 6, 8] y, float[1, 4, 6, 9] s""",
        "y, , , s = Attention(q, k, v)",
        opset=23,
    )
    with pytest.raises(lp.UnknownOperatorError, match="gives its weights"):
        lp.import_network(made)


def test_attention_costs_what_its_parts_cost() -> None:
    whole = HAND["attention"][0]
    parts = model(
        "float[1, 6, 8] x => float[1, 6, 8] y",
        """m = MatMul(x, w) a = Add(m, b) q, k, v = Split <axis = 2, num_outputs = 3> (a)
        q4 = Reshape(q, heads) q5 = Transpose <perm = [0, 2, 1, 3]> (q4)
        k4 = Reshape(k, heads) k5 = Transpose <perm = [0, 2, 3, 1]> (k4)
        v4 = Reshape(v, heads) v5 = Transpose <perm = [0, 2, 1, 3]> (v4)
        s = MatMul(q5, k5) t = Softmax(s) r = MatMul(t, v5)
        r4 = Transpose <perm = [0, 2, 1, 3]> (r) y = Reshape(r4, flat)""",
        {"w": (8, 24), "b": (24,)},
        {"heads": [0, 0, 2, 4], "flat": [0, 0, 8]},
    )
    assert lp.import_network(whole).costs == lp.import_network(parts).costs


def test_weights_of_few_bits_are_read_packed() -> None:
    costs = lp.import_network(HAND["weights of four bits"][0]).costs
    assert costs["bytes"] == 6 * 64 * 4 + 64 * 32 // 2 + 6 * 32 * 4


def test_what_nobody_can_write_stays_unknown() -> None:
    made = model(
        "float[1, 6, 8] x, float[8, 24] w => float[1, 6, 8] y",
        """m = Relu(w) a = com.microsoft.Attention <num_heads = 2> (x, m)
        b = com.microsoft.Magic(a) y = com.microsoft.QGemm <transA = 1> (b, w)""",
    )
    with pytest.raises(lp.UnknownOperatorError) as caught:
        lp.import_network(made)
    assert caught.value.operators == {
        "com.microsoft.Attention": ["a"],
        "com.microsoft.Magic": ["b"],
        "com.microsoft.QGemm": ["y"],
    }


@pytest.mark.parametrize(
    "body",
    [
        "y = com.microsoft.Attention <num_heads = 5> (x, w, b)",
        "y = com.microsoft.Attention <num_heads = 2, qkv_hidden_sizes = [8, 8, 9]> (x, w, b)",
        'y = com.microsoft.Attention <num_heads = "two"> (x, w, b)',
        "y = com.microsoft.SkipLayerNormalization(x)",
        "y = com.microsoft.FusedConv(x, w, b)",
        "y = com.microsoft.BiasSplitGelu(x, b)",
        "y = com.microsoft.MatMulNBits <K = 9, N = 8> (x, w, b)",
        "y = com.microsoft.QLinearConcat <axis = 1> (x, w)",
    ],
)
def test_contradictions(body: str) -> None:
    made = model("float[1, 6, 8] x => float[1, 6, 8] y", body, {"w": (8, 24), "b": (24,)})
    with pytest.raises(lp.DataError) as caught:
        lp.import_network(made)
    assert len(str(caught.value)) < 600


@pytest.mark.parametrize("level", ["ORT_ENABLE_EXTENDED", "ORT_ENABLE_ALL"])
def test_what_onnx_runtime_makes_of_a_network(level: str, tmp_path: Path) -> None:
    runtime = pytest.importorskip("onnxruntime")
    torch = pytest.importorskip("torch")
    from tests.importing.networks import Encoder, Residual

    ids = torch.zeros(2, 12, dtype=torch.int64)
    for module, inputs in ((Encoder(), ids), (Residual(), torch.zeros(2, 3, 32, 32))):
        path, better = tmp_path / "net.onnx", tmp_path / "better.onnx"
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            torch.onnx.export(module.eval(), (inputs,), str(path), dynamo=False, opset_version=17)
        options = runtime.SessionOptions()
        options.graph_optimization_level = getattr(runtime.GraphOptimizationLevel, level)
        options.optimized_model_filepath = str(better)
        options.log_severity_level = 3
        runtime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        domains = {node.domain for node in onnx.load(better).graph.node}
        assert any(name.startswith("com.microsoft") for name in domains)
        own, found = (lp.import_network(one).costs["macs"] for one in (path, better))
        assert own <= found < 1.01 * own  # blocks of channels are filled up
