"""Networks as PyTorch modules. torch is imported at the first call."""

from __future__ import annotations

import keyword
import operator
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, cast

from latpred.errors import ConfigError
from latpred.graphs import OpGraph
from latpred.networks import Parameters, graph_of, parameters_of
from latpred.spaces import Architectures

if TYPE_CHECKING:
    import torch

__all__ = ["to_torch"]

Row = Mapping[str, Any]

_ACTIVATIONS = {
    "relu": "relu",
    "relu6": "relu6",
    "h_swish": "hardswish",
    "sigmoid": "sigmoid",
    "swish": "silu",
    "tanh": "tanh",
    "gelu": "gelu",
}
_FULL = slice(None)


def to_torch(
    network: OpGraph | Architectures,
    seed: int = 0,
    state: Parameters | None = None,
) -> torch.nn.Module:
    """Return the network as a PyTorch module that needs latpred no more.

    It is a `torch.fx.GraphModule`: its source is `.code`, it exports, copies and pickles
    with torch alone. Submodules have the operators' names, so `state_dict()` has the keys of
    `Network.state_dict()` ("u2.l1.depthwise.weight"; the batch norm of a convolution is its
    child, "u2.l1.depthwise.bn.weight") and PyTorch's `num_batches_tracked` besides; it can be
    given to `Network` as it is. The module is in evaluation mode, on the CPU, in float32.

    Args:
        network: An op graph, or one architecture.
        seed: Seed for random weights: those of a `Network` of the same seed.
        state: Arrays by name instead of random weights, as in `Network.state_dict()`, a
            safetensors file of them, or a `Supernet`.

    Returns:
        A module from N x C x H x W images to N x classes, or N x C x H x W where the output is no
        vector; any N.

    Raises:
        ConfigError: For several architectures, a graph that cannot run, or operators whose names
            cannot name submodules.
        SchemaError: For missing, superfluous or misshaped parameters.
        DataError: For parameters that are not finite, or a negative variance.

    Example:
        >>> import torch
        >>> module = lp.to_torch(archs[0], seed=1)
        >>> module(torch.zeros(2, 3, 32, 32)).shape
        torch.Size([2, 1000])
    """
    import torch

    graph = graph_of(network)
    arrays = parameters_of(network, seed=seed, state=state)
    module = _Lowering(graph.layers()).module()
    tensors = {name: torch.tensor(array) for name, array in arrays.items()}
    module.load_state_dict(tensors, assign=True)
    return module.eval()


class _Lowering:
    """Writes a graph's operators as a torch.fx graph.

    A value is a plane, N x C x H x W, or flat, N x C; only the output of flatten and linear and
    what follows them value by value is flat.
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
        self._flat: list[bool] = []

    def module(self) -> torch.nn.Module:
        for row in self._rows:
            lower = cast("Callable[[Row], Any]", getattr(self, f"_{row['kind']}"))
            follows = row["kind"] in ("activation", "identity") and self._flat[row["inputs"][0]]
            self._values.append(lower(row))
            self._flat.append(follows or row["kind"] in ("flatten", "linear"))
        last = len(self._rows) - 1
        vector = tuple(self._rows[last]["shape"][1:]) == (1, 1)
        self._fx.output(self._flatten_value(last) if vector else self._plane(last))
        self._fx.lint()
        _check_names(self._modules)
        made = self._torch.fx.GraphModule(self._modules, self._fx, "LatpredNetwork")
        return cast("torch.nn.Module", made)

    def _call(self, function: Callable[..., Any], *args: Any, **settings: Any) -> Any:
        return self._fx.call_function(function, args, settings)

    def _child(self, row: Row, module: Any, value: Any) -> Any:
        self._modules[row["name"]] = module
        return self._fx.create_node("call_module", row["name"], (value,))

    def _plane(self, number: int) -> Any:
        value = self._values[number]
        if not self._flat[number]:
            return value
        return self._call(operator.getitem, value, (_FULL, _FULL, None, None))

    def _flatten_value(self, number: int) -> Any:
        value = self._values[number]
        return value if self._flat[number] else self._call(self._torch.flatten, value, 1)

    def _planes(self, row: Row) -> list[Any]:
        return [self._plane(number) for number in row["inputs"]]

    def _padded(self, value: Any, row: Row, fill: float = 0.0) -> Any:
        top, left, bottom, right = row["padding"]
        return self._call(self._fn.pad, value, (left, right, top, bottom), value=fill)

    def _cut(self, value: Any, row: Row) -> Any:
        _, height, width = row["shape"]
        return self._call(operator.getitem, value, (_FULL, _FULL, slice(height), slice(width)))

    def _input(self, row: Row) -> Any:  # noqa: ARG002  # called by kind, as all are
        return self._fx.placeholder("images")

    def _conv(self, row: Row) -> Any:
        value = self._planes(row)[0]
        even = _pads_evenly(row)
        module = self._nn.Conv2d(
            self._rows[row["inputs"][0]]["shape"][0],
            row["shape"][0],
            tuple(row["kernel"]),
            stride=row["stride"],
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
        sizes = self._rows[source]["shape"][0], row["shape"][0]
        module = self._nn.Linear(*sizes, bias=row["bias"], **self._made)
        return self._child(row, module, self._flatten_value(source))

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
        return self._call(self._torch.cat, self._planes(row), 1)

    def _channel_shuffle(self, row: Row) -> Any:
        return self._call(self._fn.channel_shuffle, self._planes(row)[0], row["groups"])

    def _crop(self, row: Row) -> Any:
        (top, left, _, _), (channels, height, width) = row["padding"], row["shape"]
        window = (slice(channels), slice(top, top + height), slice(left, left + width))
        return self._call(operator.getitem, self._planes(row)[0], (_FULL, *window))

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
            stride=row["stride"],
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
                stride=row["stride"],
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


def _check_names(modules: Mapping[str, Any]) -> None:
    """A submodule must not hide a method or a parameter of the module that it belongs to."""
    import torch

    for name in modules:
        *path, last = name.split(".")
        for depth, part in enumerate([*path, last]):
            holder = modules.get(".".join(path[:depth]), torch.fx.GraphModule)
            taken = hasattr(holder, part)
            if not part.isidentifier() or keyword.iskeyword(part) or taken:
                raise ConfigError(
                    f"operator '{name}': a submodule named '{part}' is impossible in PyTorch, "
                    "parts that are identifiers and no attributes of a module expected"
                )
