"""What ONNX files declare: ranks and sizes that are open, sequences, and what a command gets."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import latpred as lp
import pytest
from latpred.runtimes import OnnxRuntimeRunnable, given_inputs
from latpred.runtimes.onnx_files import declared_inputs, named_inputs, read, with_sizes
from latpred.runtimes.precision import onnx_precision

onnx = pytest.importorskip("onnx", reason="needs the extra onnx")
from onnx import TensorProto, helper, numpy_helper  # noqa: E402


def same(folder: Path, shape: Any, kind: int = TensorProto.FLOAT) -> Path:
    """A network that gives back its input."""
    made = helper.make_tensor_value_info
    return write(folder, made("x", kind, shape), made("y", kind, None), "Identity")


def write(folder: Path, given: Any, found: Any, kind: str, *more: Any) -> Path:
    nodes = [helper.make_node(kind, ["x", *(one.name for one in more)], ["y"])]
    graph = helper.make_graph(nodes, "g", [given], [found], list(more))
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.save(model, folder / "net.onnx")
    return folder / "net.onnx"


def fixed(path: Path, given: Any, batch: int = 1, axis: int | None = 0) -> Any:
    model = read(with_sizes(path, given_inputs(given, axis), batch))
    (one,) = declared_inputs(model)
    return one.shape


@pytest.mark.parametrize(
    ("shape", "given", "batch", "axis", "expected"),
    [
        (["batch size", 3], None, 4, 0, (4, 3)),
        ([None, 3], None, 2, 0, (2, 3)),
        (["N/2", "N/2"], None, 3, 0, (3, 3)),
        (["time", "clips"], [(7, 2)], 2, 1, (7, 2)),
        (None, {"x": (1, 5)}, 1, 0, (1, 5)),
        (None, {"x": ()}, 1, 0, ()),
        ([], None, 1, 0, ()),
        ([16000], None, 1, None, (16000,)),
    ],
)
def test_a_command_gets_sizes(
    shape: Any, given: Any, batch: int, axis: int | None, expected: Any, tmp_path: Path
) -> None:
    assert fixed(same(tmp_path, shape), given, batch, axis) == expected


@pytest.mark.parametrize(
    ("shape", "given", "batch", "text"),
    [
        (["n", "length"], None, 1, r"axis 1 \(length\) of input 'x'"),
        ([1, 3], None, 8, "holds 1 images a call, the device says 8"),
        ([16000], None, 1, "holds 16000 images a call, the device says 1"),
        (None, None, 1, "the shape of input 'x'"),
        (["n", 3], [(2, 3)], 1, "holds 2 images"),
    ],
)
def test_sizes_that_nothing_says(
    shape: Any, given: Any, batch: int, text: str, tmp_path: Path
) -> None:
    path = same(tmp_path, shape)
    with pytest.raises(lp.ConfigError, match=text):
        with_sizes(path, given_inputs(given), batch)


def test_a_file_that_is_fixed_is_as_it_is(tmp_path: Path) -> None:
    path = same(tmp_path, [2, 3])
    assert with_sizes(path, given_inputs(None), 2) == path.read_bytes()
    assert with_sizes(path, given_inputs([(2, 3)]), 2) == path.read_bytes()


def test_sequences(tmp_path: Path) -> None:
    """A command may run them; the other runtimes get tensors."""
    given = helper.make_tensor_sequence_value_info("x", TensorProto.FLOAT, None)
    found = helper.make_tensor_value_info("y", TensorProto.FLOAT, None)
    at = numpy_helper.from_array(onnx.numpy_helper.np.array(0), "at")
    path = write(tmp_path, given, found, "SequenceAt", at)
    assert with_sizes(path, given_inputs(None), 1) == path.read_bytes()
    with pytest.raises(lp.ConfigError, match="input 'x' is no tensor"):
        named_inputs(path)
    pytest.importorskip("onnxruntime", reason="needs the extra onnx")
    with pytest.raises(lp.ConfigError, match=r"type seq\(tensor\(float\)\); tensors expected"):
        OnnxRuntimeRunnable("s", lambda: path, lp.Device("onnxruntime")).prepare()


def test_any_rank_is_no_number(tmp_path: Path) -> None:
    pytest.importorskip("onnxruntime", reason="needs the extra onnx")
    path = same(tmp_path, None)
    with pytest.raises(lp.ConfigError, match="the shape of input 'x'; give them"):
        OnnxRuntimeRunnable("any", lambda: path, lp.Device("onnxruntime")).prepare()
    runnable = OnnxRuntimeRunnable(
        "any", lambda: path, lp.Device("onnxruntime"), given_inputs({"x": (1, 2, 3)})
    )
    runnable.prepare()
    runnable.run()
    assert runnable.inputs[0]["shape"] == [1, 2, 3]


@pytest.mark.parametrize("content", [b"hello", b"\x0a\xff\xff", b"<html>"])
def test_content_that_is_no_network(content: bytes) -> None:
    with pytest.raises(lp.ConfigError, match="no readable ONNX file"):
        onnx_precision(content)
