"""What transformers need, and what makes planes larger, as calls of a torch.fx graph."""

from __future__ import annotations

import operator
from typing import Any

from latpred.exports.pytorch_lowering import Lowering
from latpred.exports.rows import Row

__all__ = ["TokenOperators"]

_LAST = (0, 2, 3, 1)  # channels last, and back
_FIRST = (0, 3, 1, 2)


class TokenOperators(Lowering):
    """Writes each kind by the method of its name."""

    def _permuted(self, value: Any, order: tuple[int, ...]) -> Any:
        return self._call(self._torch.permute, value, order)

    def _matmul(self, row: Row) -> Any:
        a, b = self._planes(row)
        if row["transpose_b"]:
            b = self._call(self._torch.transpose, b, 2, 3)
        return self._call(self._torch.matmul, a, b)

    def _softmax(self, row: Row) -> Any:
        return self._call(self._torch.softmax, self._planes(row)[0], row["axis"] + 1)

    def _layer_norm(self, row: Row) -> Any:
        value, axes, shape = self._planes(row)[0], row["axes"], tuple(row["shape"])
        module = self._nn.LayerNorm(
            shape[-axes:] if axes else shape[:1], eps=row["eps"], bias=row["bias"], **self._made
        )
        if axes:
            return self._child(row, module, value)
        return self._permuted(self._child(row, module, self._permuted(value, _LAST)), _FIRST)

    def _embedding(self, row: Row) -> Any:
        module = self._nn.Embedding(row["vocabulary"], row["shape"][2], **self._made)
        tokens = self._fx.call_method("long", (self._flatten_value(row["inputs"][0]),))
        return self._call(self._torch.unsqueeze, self._child(row, module, tokens), 1)

    def _reshape(self, row: Row) -> Any:
        return self._call(self._torch.reshape, self._planes(row)[0], (-1, *row["shape"]))

    def _transpose(self, row: Row) -> Any:
        order = (0, *(1 + axis for axis in row["permutation"]))
        return self._permuted(self._planes(row)[0], order)

    def _scale(self, row: Row) -> Any:
        return self._call(operator.mul, self._values[row["inputs"][0]], row["value"])

    def _parameter(self, row: Row) -> Any:
        name, shape = f"{row['name']}.weight", tuple(row["shape"])
        self._modules[name] = self._nn.Parameter(self._torch.empty(shape, **self._made))
        images = self._fx.call_method("size", (self._values[0], 0))
        return self._fx.call_method("expand", (self._fx.get_attr(name), images, -1, -1, -1))

    def _conv_transpose(self, row: Row) -> Any:
        (top, left, bottom, right), (channels, height, width) = row["padding"], row["shape"]
        even = top == bottom and left == right
        module = self._nn.ConvTranspose2d(
            self._rows[row["inputs"][0]]["shape"][0],
            channels,
            tuple(row["kernel"]),
            stride=row["stride"],
            padding=(top, left) if even else 0,
            output_padding=tuple(row["output_padding"]),
            groups=row["groups"],
            bias=row["bias"],
            dilation=row["dilation"],
            **self._made,
        )
        value = self._child(row, module, self._planes(row)[0])
        if even:
            return value
        window = (slice(top, top + height), slice(left, left + width))
        return self._call(operator.getitem, value, (slice(None), slice(None), *window))

    def _upsample(self, row: Row) -> Any:
        return self._call(
            self._fn.interpolate,
            self._planes(row)[0],
            size=tuple(row["shape"][1:]),
            mode=row["interpolation"],
        )

    def _pad(self, row: Row) -> Any:
        top, left, bottom, right = row["padding"]
        fill = {"value": row["value"]} if row["border"] == "constant" else {}
        sides = (left, right, top, bottom)
        return self._call(self._fn.pad, self._planes(row)[0], sides, mode=row["border"], **fill)
