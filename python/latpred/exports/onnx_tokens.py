"""What transformers need, and what makes planes larger, as nodes of an ONNX file."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from latpred.exports.onnx_nodes import INPUT
from latpred.exports.onnx_values import Values
from latpred.exports.rows import Row, strides

__all__ = ["TokenWriter"]

_BORDERS = {"constant": "constant", "reflect": "reflect", "replicate": "edge"}


class TokenWriter(Values):
    """Writes each kind by the method of its name."""

    def _transposed(self, name: str, value: str, order: Sequence[int]) -> str:
        return self.call("Transpose", name, [value], perm=order)

    def _last_axis(self, row: Row, bias: list[str]) -> str:
        """A linear layer of the last axis."""
        name = row["name"]
        weight = self._transposed(f"{name}.columns", f"{name}.weight", [1, 0])
        product = f"{name}.product" if bias else name
        value = self.call("MatMul", product, [*self._planes(row), weight])
        return self.call("Add", name, [value, *bias]) if bias else value

    def _matmul(self, row: Row) -> str:
        a, b = self._planes(row)
        if row["transpose_b"]:
            b = self._transposed(f"{row['name']}.b", b, [0, 1, 3, 2])
        return self.call("MatMul", row["name"], [a, b])

    def _softmax(self, row: Row) -> str:
        return self.call("Softmax", row["name"], self._planes(row), axis=row["axis"] + 1)

    def _layer_norm(self, row: Row) -> str:
        name, value, axes = row["name"], self._planes(row)[0], row["axes"]
        weights = [f"{name}.weight", *([f"{name}.bias"] if row["bias"] else [])]
        if not axes:
            value = self._transposed(f"{name}.pixels", value, [0, 2, 3, 1])
        settings = {"axis": -(axes or 1), "epsilon": row["eps"]}
        normed = name if axes else f"{name}.normed"
        value = self.call("LayerNormalization", normed, [value, *weights], **settings)
        return value if axes else self._transposed(name, value, [0, 3, 1, 2])

    def _embedding(self, row: Row) -> str:
        name = row["name"]
        value = self._flatten_value(row["inputs"][0])
        tokens = self.call("Cast", f"{name}.tokens", [value], to=self._onnx.TensorProto.INT64)
        rows = self.call("Gather", f"{name}.rows", [f"{name}.weight", tokens], axis=0)
        return self.call("Unsqueeze", name, [rows, self.shared("axis", [1], np.int64)])

    def _reshape(self, row: Row) -> str:
        return self._reshaped(row["name"], self._planes(row)[0], row["shape"])

    def _transpose(self, row: Row) -> str:
        order = [0, *(1 + axis for axis in row["permutation"])]
        return self._transposed(row["name"], self._planes(row)[0], order)

    def _scale(self, row: Row) -> str:
        factor = self.constant(f"{row['name']}.factor", row["value"], np.float32)
        return self.call("Mul", row["name"], [self._values[row["inputs"][0]], factor])

    def _parameter(self, row: Row) -> str:
        name = row["name"]
        shape = self._all_images(name, INPUT, row["shape"])
        return self.call("Expand", name, [f"{name}.weight", shape])

    def _convolution(self, kind: str, row: Row, **further: Sequence[int]) -> str:
        name = row["name"]
        weights = [f"{name}.weight", *([f"{name}.bias"] if row["bias"] else [])]
        return self.call(
            kind,
            name,
            [*self._planes(row), *weights],
            kernel_shape=row["kernel"],
            strides=strides(row),
            pads=row["padding"],
            dilations=[row["dilation"]] * 2,
            group=row["groups"],
            **further,
        )

    def _conv_transpose(self, row: Row) -> str:
        return self._convolution("ConvTranspose", row, output_padding=row["output_padding"])

    def _upsample(self, row: Row) -> str:
        name, value = row["name"], self._planes(row)[0]
        before, after = self._rows[row["inputs"][0]]["shape"][1:], row["shape"][1:]
        bilinear = row["interpolation"] == "bilinear"
        if not bilinear and any(new % old for old, new in zip(before, after, strict=True)):
            return self._picked(name, value, before, after)
        factors = [_factor(old, new) for old, new in zip(before, after, strict=True)]
        scales = self.constant(f"{name}.scales", np.array([1, 1, *factors]), np.float32)
        settings = (
            {"mode": "linear", "coordinate_transformation_mode": "half_pixel"}
            if bilinear
            else {
                "mode": "nearest",
                "coordinate_transformation_mode": "asymmetric",
                "nearest_mode": "floor",
            }
        )
        return self.call("Resize", name, [value, "", scales], **settings)

    def _picked(self, name: str, value: str, before: Sequence[int], after: Sequence[int]) -> str:
        """Nearest pixels by number: runtimes round uneven factors differently."""
        for axis, part in ((0, f"{name}.rows"), (1, name)):
            ratio = np.float32(before[axis]) / np.float32(after[axis])
            places = np.floor(np.arange(after[axis], dtype=np.float32) * ratio).astype(np.int64)
            numbers = self.constant(f"{part}.places", np.minimum(places, before[axis] - 1))
            value = self.call("Gather", part, [value, numbers], axis=2 + axis)
        return value

    def _pad(self, row: Row) -> str:
        name, (top, left, bottom, right) = row["name"], row["padding"]
        sides = self.constant(f"{name}.sides", [0, 0, top, left, 0, 0, bottom, right])
        inputs = [*self._planes(row), sides]
        if row["border"] == "constant":
            inputs.append(self.constant(f"{name}.fill", row["value"], np.float32))
        return self.call("Pad", name, inputs, mode=_BORDERS[row["border"]])


def _factor(before: int, after: int) -> np.float32:
    """The factor of which runtimes make that length: the product rounded down."""
    factor = np.float32(after) / np.float32(before)
    while math.floor(before * float(factor)) < after:
        factor = np.nextafter(factor, np.float32(np.inf))
    return factor
