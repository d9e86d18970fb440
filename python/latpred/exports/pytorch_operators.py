"""The operators of a graph as calls of a torch.fx graph."""

from __future__ import annotations

import operator
from typing import Any

from latpred.exports.pytorch_lowering import FULL
from latpred.exports.pytorch_tokens import TokenOperators
from latpred.exports.rows import Row, strides

__all__ = ["Operators"]

_ACTIVATIONS = {
    "relu": "relu",
    "relu6": "relu6",
    "h_swish": "hardswish",
    "sigmoid": "sigmoid",
    "swish": "silu",
    "tanh": "tanh",
    "gelu": "gelu",
}


class Operators(TokenOperators):
    """Writes each kind by the method of its name."""

    def _conv(self, row: Row) -> Any:
        value = self._planes(row)[0]
        even = _pads_evenly(row)
        module = self._nn.Conv2d(
            self._rows[row["inputs"][0]]["shape"][0],
            row["shape"][0],
            tuple(row["kernel"]),
            stride=tuple(strides(row)),
            padding=tuple(row["padding"][:2]) if even else 0,
            dilation=row["dilation"],
            groups=row["groups"],
            bias=row["bias"],
            **self._made,
        )
        return self._child(row, module, value if even else self._padded(value, row))

    def _batch_norm(self, row: Row) -> Any:
        module = self._nn.BatchNorm2d(row["shape"][0], eps=row["eps"], **self._made)
        return self._child(row, module, self._planes(row)[0])

    def _linear(self, row: Row) -> Any:
        source = row["inputs"][0]
        axis = 0 if row["flat"] else 2
        sizes = self._rows[source]["shape"][axis], row["shape"][axis]
        module = self._nn.Linear(*sizes, bias=row["bias"], **self._made)
        value = self._flatten_value(source) if row["flat"] else self._plane(source)
        return self._child(row, module, value)

    def _activation(self, row: Row) -> Any:
        value = self._values[row["inputs"][0]]
        if row["activation"] == "none":
            return value
        if row["activation"] == "h_sigmoid":  # PyTorch's own has no second derivative
            return self._call(
                operator.truediv, self._call(self._fn.relu6, self._call(operator.add, value, 3)), 6
            )
        return self._call(getattr(self._fn, _ACTIVATIONS[row["activation"]]), value)

    def _identity(self, row: Row) -> Any:
        return self._values[row["inputs"][0]]

    def _flatten(self, row: Row) -> Any:
        return self._flatten_value(row["inputs"][0])

    def _add(self, row: Row) -> Any:
        total, *others = self._planes(row)
        for term in others:
            total = self._call(operator.add, total, term)
        return total

    def _multiply(self, row: Row) -> Any:
        return self._call(operator.mul, *self._planes(row))

    def _concat(self, row: Row) -> Any:
        return self._call(self._torch.cat, self._planes(row), row["axis"] + 1)

    def _channel_shuffle(self, row: Row) -> Any:
        return self._call(self._fn.channel_shuffle, self._planes(row)[0], row["groups"])

    def _crop(self, row: Row) -> Any:
        (top, left, _, _), (channels, height, width) = row["padding"], row["shape"]
        window = (slice(channels), slice(top, top + height), slice(left, left + width))
        return self._call(operator.getitem, self._planes(row)[0], (FULL, *window))

    def _zero(self, row: Row) -> Any:
        value = self._planes(row)[0]
        images = self._fx.call_method("size", (value, 0))
        return self._fx.call_method("new_zeros", (value, (images, *row["shape"])))

    def _global_pool(self, row: Row) -> Any:
        return self._call(self._torch.mean, self._planes(row)[0], (2, 3), keepdim=True)

    def _max_pool(self, row: Row) -> Any:
        value, even = self._planes(row)[0], _pools_padded(row)
        pooled = self._call(
            self._fn.max_pool2d,
            value if even else self._padded(value, row, float("-inf")),
            tuple(row["kernel"]),
            stride=tuple(strides(row)),
            padding=tuple(row["padding"][:2]) if even else 0,
            dilation=row["dilation"],
            ceil_mode=row["ceil_mode"],
        )
        return pooled if even else self._cut(pooled, row)

    def _avg_pool(self, row: Row) -> Any:
        value, even = self._planes(row)[0], _pools_padded(row)

        def pool(x: Any) -> Any:
            return self._call(
                self._fn.avg_pool2d,
                x,
                tuple(row["kernel"]),
                stride=tuple(strides(row)),
                padding=tuple(row["padding"][:2]) if even else 0,
                ceil_mode=row["ceil_mode"],
                count_include_pad=row["count_include_pad"],
            )

        if even:
            return pool(value)
        mean = self._cut(pool(self._padded(value, row)), row)
        if row["count_include_pad"]:
            return mean
        # The mean over real pixels is the mean of the padded value over that of a padded mask.
        mask = self._padded(self._call(self._torch.ones_like, value), row)
        return self._call(operator.truediv, mean, self._cut(pool(mask), row))


def _pads_evenly(row: Row) -> bool:
    top, left, bottom, right = row["padding"]
    return bool(top == bottom and left == right)


def _pools_padded(row: Row) -> bool:
    """Whether PyTorch's poolings take this padding: alike on both sides, half a window at most."""
    sizes = zip(row["padding"][:2], row["kernel"], strict=True)
    return _pads_evenly(row) and all(2 * padding <= kernel for padding, kernel in sizes)
