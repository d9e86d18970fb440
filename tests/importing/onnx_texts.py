"""ONNX models from texts, with weights of given shapes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import onnx

ONNX_RUNTIME = '"com.microsoft" : 1, "com.microsoft.nchwc" : 1'


def model(
    signature: str,
    body: str,
    weights: Mapping[str, Sequence[int]] | None = None,
    constants: Mapping[str, Sequence[int]] | None = None,
    opset: int = 18,
    typed: Mapping[str, tuple[type[np.generic], Sequence[int]]] | None = None,
) -> onnx.ModelProto:
    """Model of `signature` ("float[1, 3] x => float[1, 4] y") and statements ("y = Relu(x)").

    Args:
        weights: Shapes of initializers of float32.
        constants: Values of initializers of int64.
        typed: Type and shape of initializers of other types.
    """
    left, right = signature.split("=>")
    text = (
        f'<ir_version: 8, opset_import: ["" : {opset}, "own" : 1, {ONNX_RUNTIME}]>\n'
        f"net ({left}) => ({right}) {{ {body} }}"
    )
    made = onnx.parser.parse_model(text)
    for name, shape in (weights or {}).items():
        values = np.zeros(shape, np.float32)
        made.graph.initializer.append(onnx.numpy_helper.from_array(values, name))
    for name, numbers in (constants or {}).items():
        values = np.asarray(numbers, np.int64)
        made.graph.initializer.append(onnx.numpy_helper.from_array(values, name))
    for name, (kind, shape) in (typed or {}).items():
        made.graph.initializer.append(onnx.numpy_helper.from_array(np.zeros(shape, kind), name))
    return made
