"""A small ONNX network of two convolutions."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

onnx = pytest.importorskip("onnx", reason="needs the extra onnx")
from onnx import TensorProto, helper, numpy_helper  # noqa: E402


def convolutions(batch: int | str = 1, size: int | str = 16, kind: str = "FLOAT") -> bytes:
    rng = np.random.default_rng(0)
    shapes = {"w": (8, 3, 3, 3), "v": (8, 8, 3, 3)}
    weights = [
        numpy_helper.from_array(rng.normal(size=shape).astype(np.float32), name)
        for name, shape in shapes.items()
    ]
    nodes = [
        helper.make_node("Conv", ["x", "w"], ["a"], pads=[1, 1, 1, 1]),
        helper.make_node("Relu", ["a"], ["b"]),
        helper.make_node("Conv", ["b", "v"], ["c"], pads=[1, 1, 1, 1]),
        helper.make_node("GlobalAveragePool", ["c"], ["y"]),
    ]
    number = getattr(TensorProto, kind)
    images = helper.make_tensor_value_info("x", number, [batch, 3, size, size])
    output = helper.make_tensor_value_info("y", number, [batch, 8, 1, 1])
    graph = helper.make_graph(nodes, "g", [images], [output], weights)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    return model.SerializeToString()


def write(folder: Path, **settings: int | str) -> Path:
    path = folder / "network.onnx"
    path.write_bytes(convolutions(**settings))
    return path
