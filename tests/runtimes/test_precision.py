"""The device's text says in which numbers a network of one's own computes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import latpred as lp
import numpy as np
import pytest
from latpred.measurement.network_campaign import DeviceRun
from latpred.measurement.network_comparison import comparison_of
from latpred.runtimes.precision import onnx_precision, program_precision

from tests.measurement.test_network_comparison import row

torch = pytest.importorskip("torch", reason="needs torch")
Module: Any = torch.nn.Module


class Mixed(Module):
    """Most weights in one precision, its norm in another, one table of integers."""

    def __init__(self, kind: Any, norm: Any) -> None:
        super().__init__()
        self.first = torch.nn.Linear(32, 32).to(kind)
        self.norm = torch.nn.LayerNorm(32).to(norm)
        self.register_buffer("places", torch.arange(5000))

    def forward(self, x: Any) -> Any:
        return self.norm(self.first(x).to(self.norm.weight.dtype)) + self.places[:32]


@pytest.mark.parametrize(
    ("kind", "norm", "name"),
    [
        (torch.float16, torch.float32, "fp16"),
        (torch.bfloat16, torch.bfloat16, "bf16"),
        (torch.float64, torch.float64, "fp64"),
        (torch.float32, torch.float16, "fp32"),
    ],
)
def test_most_weights_decide(kind: Any, norm: Any, name: str) -> None:
    program = torch.export.export(Mixed(kind, norm).eval(), (torch.zeros(1, 32, dtype=kind),))
    assert program_precision(program) == name


def test_without_weights_the_inputs_decide() -> None:
    class Sum(Module):
        def forward(self, x: Any, number: Any) -> Any:
            return x.sum() + number

    for kind, name in ((torch.bfloat16, "bf16"), (torch.int64, "")):
        inputs = torch.zeros(3, dtype=kind), torch.zeros((), dtype=torch.int32)
        assert program_precision(torch.export.export(Sum(), inputs)) == name


def model(kind: Any, *operators: str, weights: bool = True) -> bytes:
    onnx = pytest.importorskip("onnx", reason="needs the extra onnx")
    number = onnx.helper.np_dtype_to_tensor_dtype(np.dtype(kind))
    helper, array = onnx.helper, onnx.numpy_helper.from_array
    nodes = [helper.make_node("MatMul", ["x", "w"], ["y0"])]
    nodes += [helper.make_node(one, [f"y{i}"], [f"y{i + 1}"]) for i, one in enumerate(operators)]
    inputs = [helper.make_tensor_value_info("x", number, [1, 8])]
    held = [array(np.ones((8, 8), kind), "w")]
    if not weights:
        inputs, held = [*inputs, helper.make_tensor_value_info("w", number, [8, 8])], []
    held.append(array(np.zeros(900, np.int64), "unused"))
    outputs = [helper.make_tensor_value_info(f"y{len(operators)}", number, None)]
    graph = helper.make_graph(nodes, "g", inputs, outputs, held)
    opset = [helper.make_opsetid("", 17)]
    content: bytes = helper.make_model(graph, opset_imports=opset, ir_version=8).SerializeToString()
    return content


def test_onnx_files(tmp_path: Path) -> None:
    for kind, name in (("float16", "fp16"), ("float32", "fp32"), ("float64", "fp64")):
        for weights in (True, False):
            content = model(kind, "Relu", weights=weights)
            assert onnx_precision(content) == name
            path = tmp_path / "with a space.onnx"
            path.write_bytes(content)
            assert onnx_precision(path) == name
    assert onnx_precision(model("float32", "QuantizeLinear", "DequantizeLinear")) == "int8"
    assert onnx_precision(model("float32", "DequantizeLinear")) == "fp32"  # weights only
    assert onnx_precision(model("float32", "DynamicQuantizeLinear")) == "int8-dynamic"


@pytest.mark.libtorch
def test_a_half_module_is_measured_as_such() -> None:
    module = torch.nn.Conv2d(3, 4, 3).bfloat16()
    found = lp.measure_network(module, input_shape=(1, 3, 16, 16), effort="dataset")
    assert found.device == "libtorch-exported-plain-t1-b1-bf16"


def test_a_half_file_is_measured_as_such(tmp_path: Path) -> None:
    pytest.importorskip("onnxruntime", reason="needs the extra onnx")
    paths = [tmp_path / "a.onnx", tmp_path / "b.onnx"]
    paths[0].write_bytes(model("float16", "Relu"))
    paths[1].write_bytes(model("float32", "Relu"))
    found = lp.measure_network(paths, effort="dataset")
    texts = ["onnxruntime-all-t1-b1-fp16", "onnxruntime-all-t1-b1-fp32"]
    assert [one.device for one in found.rows] == texts


def test_two_precisions_are_named_in_words() -> None:
    run = DeviceRun(lp.Device(name="here"), ["a", "b"], precisions={1: "bf16"})
    run.rows = {0: row(1.0, 0.01), 1: row(2.0, 0.01)}
    run.latencies = dict.fromkeys((0, 1), lp.NetworkLatency("x", "y", 1.0, 1.0, 1.0, "converged"))
    (said,) = comparison_of([run]).sentences()
    text = "here:libtorch-runner-fastest-t1-b1"
    words = "is 2 (1.97\u20132.03) times as fast as"
    assert said == f"a on {text}-fp32 {words} b on {text}-bf16"
    run.fail(1, "too\nlong")
    assert run.latencies[1].device == f"{text}-bf16"
