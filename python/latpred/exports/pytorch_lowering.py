"""Values and submodules of a torch.fx graph while it is written."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, cast

from latpred.errors import ConfigError
from latpred.exports.rows import Row, is_vector

if TYPE_CHECKING:
    import torch

__all__ = ["FULL", "Lowering"]

FULL = slice(None)


class Lowering:
    """Writes a graph's operators as a torch.fx graph.

    A value is a plane, N x C x H x W, or flat, N x C, as the row says.
    """

    def __init__(self, rows: list[dict[str, Any]]) -> None:
        import torch
        from torch import fx

        self._rows = rows
        self._fx = fx.Graph()
        self._nn = torch.nn
        self._fn = torch.nn.functional
        self._torch = torch
        # On "meta" nothing is initialised, so the random numbers of the process stay untouched.
        self._made: dict[str, Any] = {"device": "meta", "dtype": torch.float32}
        self._modules: dict[str, Any] = {}
        self._values: list[Any] = []

    def module(self, check: Callable[[Mapping[str, Any]], None]) -> torch.nn.Module:
        """The module; `check` is asked about its submodules and parameters before."""
        for row in self._rows:
            lower = getattr(self, f"_{row['kind']}", None)
            if lower is None:
                raise ConfigError(f"operator '{row['name']}': '{row['kind']}' has no form here")
            self._values.append(lower(row))
        last = len(self._rows) - 1
        vector = is_vector(self._rows[last]["shape"])
        self._fx.output(self._flatten_value(last) if vector else self._plane(last))
        self._fx.lint()
        check(self._modules)
        made = self._torch.fx.GraphModule(self._modules, self._fx, "LatpredNetwork")
        return cast("torch.nn.Module", made)

    def _call(self, function: Callable[..., Any], *args: Any, **settings: Any) -> Any:
        return self._fx.call_function(function, args, settings)

    def _child(self, row: Row, module: Any, value: Any) -> Any:
        self._modules[row["name"]] = module
        return self._fx.create_node("call_module", row["name"], (value,))

    def _plane(self, number: int) -> Any:
        value = self._values[number]
        if not self._rows[number]["flat"]:
            return value
        return self._call(operator.getitem, value, (FULL, FULL, None, None))

    def _flatten_value(self, number: int) -> Any:
        value = self._values[number]
        return value if self._rows[number]["flat"] else self._call(self._torch.flatten, value, 1)

    def _planes(self, row: Row) -> list[Any]:
        return [self._plane(number) for number in row["inputs"]]

    def _padded(self, value: Any, row: Row, fill: float = 0.0) -> Any:
        top, left, bottom, right = row["padding"]
        return self._call(self._fn.pad, value, (left, right, top, bottom), value=fill)

    def _cut(self, value: Any, row: Row) -> Any:
        _, height, width = row["shape"]
        return self._call(operator.getitem, value, (FULL, FULL, slice(height), slice(width)))

    def _input(self, row: Row) -> Any:  # noqa: ARG002  # called by kind, as all are
        return self._fx.placeholder("images")
