"""Nodes and initialisers of an ONNX file, collected under names of their own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import ModuleType
from typing import Any

import numpy as np
import numpy.typing as npt

from latpred._core import __version__

__all__ = ["INPUT", "OPSET", "OUTPUT", "Nodes"]

OPSET = 17  # of 2022: the oldest one with everything used here, so that old runtimes read it
IR_VERSION = 8  # what came with that opset
INPUT, OUTPUT = "images", "output"


class Nodes:
    """Collects nodes and initialisers; a value is named as the node that yields it."""

    def __init__(self, onnx: ModuleType, arrays: Mapping[str, np.ndarray]) -> None:
        self._onnx = onnx
        self._nodes: list[Any] = []
        self._constants = {
            name: onnx.numpy_helper.from_array(array, name) for name, array in arrays.items()
        }
        self._taken = {INPUT, OUTPUT, *arrays}

    def fresh(self, name: str) -> str:
        """A name that nothing has yet: parts of operators without parameters may be alike."""
        chosen, count = name, 1
        while chosen in self._taken:
            count += 1
            chosen = f"{name}#{count}"
        self._taken.add(chosen)
        return chosen

    def call(self, kind: str, name: str, inputs: Sequence[str], **attributes: Any) -> str:
        value = self.fresh(name)
        self._nodes.append(
            self._onnx.helper.make_node(kind, list(inputs), [value], value, **attributes)
        )
        return value

    def constant(self, name: str, values: npt.ArrayLike, dtype: npt.DTypeLike = np.int64) -> str:
        chosen = self.fresh(name)
        array = np.asarray(values, dtype=dtype)
        self._constants[chosen] = self._onnx.numpy_helper.from_array(array, chosen)
        return chosen

    def shared(self, name: str, values: npt.ArrayLike, dtype: npt.DTypeLike = np.float32) -> str:
        """A constant that operators share."""
        key = f"constant.{name}"
        return key if key in self._constants else self.constant(key, values, dtype)

    def output(self, value: str) -> None:
        self._nodes.append(self._onnx.helper.make_node("Identity", [value], [OUTPUT], OUTPUT))

    def model(self, batch: int | str, image: Sequence[int], output: Sequence[int]) -> Any:
        helper, single = self._onnx.helper, self._onnx.TensorProto.FLOAT
        graph = helper.make_graph(
            self._nodes,
            "latpred",
            [helper.make_tensor_value_info(INPUT, single, [batch, *image])],
            [helper.make_tensor_value_info(OUTPUT, single, [batch, *output])],
            list(self._constants.values()),
        )
        return helper.make_model(
            graph,
            opset_imports=[helper.make_opsetid("", OPSET)],
            ir_version=IR_VERSION,
            producer_name="latpred",
            producer_version=__version__,
        )
