"""The values of a network while it is written as ONNX nodes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import ModuleType
from typing import Any

import numpy as np

from latpred.errors import ConfigError
from latpred.exports.onnx_nodes import INPUT, Nodes
from latpred.exports.rows import Row, is_vector

__all__ = ["Values"]


class Values(Nodes):
    """Writes operator by operator.

    As in the PyTorch export a value is a plane, N x C x H x W, or flat, N x C, as the row says.
    """

    def __init__(
        self, onnx: ModuleType, rows: list[dict[str, Any]], arrays: Mapping[str, np.ndarray]
    ) -> None:
        super().__init__(onnx, arrays)
        self._rows = rows
        self._values: list[str] = []

    def network(self, batch: int | str) -> Any:
        """The model for batches of that size; a name leaves the size open."""
        for row in self._rows:
            lower = getattr(self, f"_{row['kind']}", None)
            if lower is None:
                raise ConfigError(f"operator '{row['name']}': '{row['kind']}' has no form in ONNX")
            self._values.append(lower(row))
        last = len(self._rows) - 1
        shape = tuple(self._rows[last]["shape"])
        vector = is_vector(shape)
        self.output(self._flatten_value(last) if vector else self._plane(last))
        return self.model(batch, self._rows[0]["shape"], shape[:1] if vector else shape)

    def _plane(self, number: int) -> str:
        value = self._values[number]
        if not self._rows[number]["flat"]:
            return value
        return self.call(
            "Unsqueeze", f"{value}.plane", [value, self.shared("axes", [2, 3], np.int64)]
        )

    def _flatten_value(self, number: int) -> str:
        value = self._values[number]
        return (
            value if self._rows[number]["flat"] else self.call("Flatten", f"{value}.flat", [value])
        )

    def _planes(self, row: Row) -> list[str]:
        return [self._plane(number) for number in row["inputs"]]

    def _input(self, row: Row) -> str:  # noqa: ARG002  # called by kind, as all are
        return INPUT

    def _reshaped(self, name: str, value: str, shape: Sequence[int]) -> str:
        return self.call("Reshape", name, [value, self.constant(f"{name}.shape", [0, *shape])])

    def _all_images(self, name: str, value: str, shape: Sequence[int]) -> str:
        """N, C, H, W with the number of images of `value`."""
        images = self.call("Shape", f"{name}.images", [value], start=0, end=1)
        rest = self.constant(f"{name}.rest", shape)
        return self.call("Concat", f"{name}.shape", [images, rest], axis=0)
