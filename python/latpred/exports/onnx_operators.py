"""The operators of a graph as nodes of an ONNX file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from latpred.errors import ConfigError
from latpred.exports.onnx_tokens import TokenWriter
from latpred.exports.rows import Row, strides

__all__ = ["Writer"]

# Operator and attributes; the others are put together below.
_ACTIVATIONS: dict[str, tuple[str, dict[str, float]]] = {
    "relu": ("Relu", {}),
    "h_swish": ("HardSwish", {}),
    "h_sigmoid": ("HardSigmoid", {"alpha": 1 / 6, "beta": 0.5}),
    "sigmoid": ("Sigmoid", {}),
    "tanh": ("Tanh", {}),
}


class Writer(TokenWriter):
    """Writes each kind by the method of its name."""

    def _conv(self, row: Row) -> str:
        return self._convolution("Conv", row)

    def _batch_norm(self, row: Row) -> str:
        name = row["name"]
        parts = [f"{name}.{part}" for part in ("weight", "bias", "running_mean", "running_var")]
        return self.call(
            "BatchNormalization", name, [*self._planes(row), *parts], epsilon=row["eps"]
        )

    def _linear(self, row: Row) -> str:
        name, source = row["name"], row["inputs"][0]
        bias = [f"{name}.bias"] if row["bias"] else []
        if row["flat"]:
            value = self._flatten_value(source)
            return self.call("Gemm", name, [value, f"{name}.weight", *bias], transB=1)
        return self._last_axis(row, bias)

    def _activation(self, row: Row) -> str:
        value: str = self._values[row["inputs"][0]]
        name, kind = row["name"], row["activation"]
        if kind == "none":
            return value
        if kind in _ACTIVATIONS:
            operator, attributes = _ACTIVATIONS[kind]
            return self.call(operator, name, [value], **attributes)
        if kind == "relu6":
            ends = [self.shared("zero", 0), self.shared("six", 6)]
            return self.call("Clip", name, [value, *ends])
        if kind == "swish":
            gate = self.call("Sigmoid", f"{name}.gate", [value])
            return self.call("Mul", name, [value, gate])
        if kind == "gelu":  # x/2 · (1 + erf(x/√2)); an operator of its own only from opset 20 on
            scaled = self.call("Mul", f"{name}.scaled", [value, self.shared("root", np.sqrt(0.5))])
            erf = self.call("Erf", f"{name}.erf", [scaled])
            gate = self.call("Add", f"{name}.gate", [erf, self.shared("one", 1)])
            half = self.call("Mul", f"{name}.half", [value, self.shared("half", 0.5)])
            return self.call("Mul", name, [half, gate])
        raise ConfigError(f"operator '{name}': activation '{kind}' has no form in ONNX")

    def _identity(self, row: Row) -> str:
        return str(self._values[row["inputs"][0]])

    def _flatten(self, row: Row) -> str:
        return self._flatten_value(row["inputs"][0])

    def _add(self, row: Row) -> str:
        return self.call("Sum", row["name"], self._planes(row))

    def _multiply(self, row: Row) -> str:
        return self.call("Mul", row["name"], self._planes(row))

    def _concat(self, row: Row) -> str:
        return self.call("Concat", row["name"], self._planes(row), axis=row["axis"] + 1)

    def _channel_shuffle(self, row: Row) -> str:
        (channels, height, width), groups = row["shape"], row["groups"]
        name, value = row["name"], self._planes(row)[0]
        parts = [groups, channels // groups, height, width]
        value = self._reshaped(f"{name}.groups", value, parts)
        value = self.call("Transpose", f"{name}.swapped", [value], perm=[0, 2, 1, 3, 4])
        return self._reshaped(name, value, [channels, height, width])

    def _crop(self, row: Row) -> str:
        (top, left, _, _), (channels, height, width) = row["padding"], row["shape"]
        name = row["name"]
        ends = [
            self.constant(f"{name}.first", [0, top, left]),
            self.constant(f"{name}.end", [channels, top + height, left + width]),
            self.shared("crop", [1, 2, 3], np.int64),
        ]
        return self.call("Slice", name, [*self._planes(row), *ends])

    def _zero(self, row: Row) -> str:
        shape = self._all_images(row["name"], self._planes(row)[0], row["shape"])
        return self.call("ConstantOfShape", row["name"], [shape])

    def _global_pool(self, row: Row) -> str:
        return self.call("GlobalAveragePool", row["name"], self._planes(row))

    def _padded(self, row: Row, value: str, fill: float) -> tuple[str, list[int]]:
        """The value and the padding of a pooling without ceil mode that ends where this one ends.

        Ceil mode lets the last window reach over the padding; runtimes differ in what they make
        of it, so the padding is made as long as that window needs. Padding of a whole window or
        more, which poolings refuse, is done before.
        """
        pads = _pads(row, self._rows[row["inputs"][0]]["shape"])
        if all(pad < length for pad, length in zip(pads, [*row["kernel"]] * 2, strict=True)):
            return value, pads
        top, left, bottom, right = pads
        sides = self.constant(f"{row['name']}.pads", [0, 0, top, left, 0, 0, bottom, right])
        filler = self.shared(f"fill{fill:g}", fill)
        return self.call("Pad", f"{row['name']}.padded", [value, sides, filler]), [0] * 4

    def _pool(self, row: Row, kind: str, value: str, pads: list[int], **attributes: Any) -> str:
        window = {"kernel_shape": row["kernel"], "strides": strides(row), "pads": pads}
        return self.call(kind, row["name"], [value], **window, **attributes)

    def _max_pool(self, row: Row) -> str:
        value, pads = self._padded(row, self._planes(row)[0], float("-inf"))
        return self._pool(row, "MaxPool", value, pads, dilations=[row["dilation"]] * 2)

    def _avg_pool(self, row: Row) -> str:
        if row["dilation"] != 1:
            raise ConfigError(f"operator '{row['name']}': a dilated mean has no form in ONNX")
        value, pads = self._padded(row, self._planes(row)[0], 0.0)
        include = row["count_include_pad"]
        if pads == list(row["padding"]):
            return self._pool(row, "AveragePool", value, pads, count_include_pad=int(include))
        # The mean counts pixels beyond the padding: put right by a factor for each window.
        mean = self._pool(row, "AveragePool", value, pads, count_include_pad=1)
        factor = self.constant(f"{row['name']}.factor", self._counts(row), np.float32)
        return self.call("Mul", f"{row['name']}.mean", [mean, factor])

    def _counts(self, row: Row) -> np.ndarray:
        """Pixels of a window over those that count, 1 x 1 x H x W of the output."""
        shape = self._rows[row["inputs"][0]]["shape"]
        counted = []
        for axis in (0, 1):
            before, after = row["padding"][axis], row["padding"][axis + 2]
            margin = (before, after) if row["count_include_pad"] else (0, 0)
            first = np.arange(row["shape"][1 + axis]) * strides(row)[axis] - before
            low = np.maximum(first, -margin[0])
            high = np.minimum(first + row["kernel"][axis], shape[1 + axis] + margin[1])
            counted.append(np.maximum(high - low, 1))  # a window of padding alone is 0 anyway
        height, width = row["kernel"]
        factors: np.ndarray = height * width / np.outer(*counted)
        return factors[None, None]


def _pads(row: Row, shape: Sequence[int]) -> list[int]:
    """Top, left, bottom, right; at the end as long as the last window needs in ceil mode."""
    pads = list(row["padding"])
    if row["ceil_mode"]:
        for axis in (0, 1):
            span = row["dilation"] * (row["kernel"][axis] - 1) + 1
            reach = (row["shape"][1 + axis] - 1) * strides(row)[axis] + span
            pads[axis + 2] = max(pads[axis + 2], reach - shape[1 + axis] - pads[axis])
    return pads
