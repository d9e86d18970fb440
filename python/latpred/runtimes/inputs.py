"""What all runtimes need: their packages and versions, and the inputs of a run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import metadata
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from latpred.base.extras import missing
from latpred.base.extras import require as require_package
from latpred.errors import ConfigError
from latpred.runtimes.declared import DeclaredInput, matched_inputs, sizes_of_inputs
from latpred.runtimes.given import TYPES, GivenInput, GivenInputs, type_name

if TYPE_CHECKING:
    import torch

__all__ = [
    "NetworkInput",
    "declared_shape",
    "network_inputs",
    "random_input",
    "random_values",
    "require_package",
    "require_runtime",
    "runtime_versions",
]

PACKAGES = {
    "libtorch": "torch",
    "onnxruntime": "onnxruntime",
    "openvino": "openvino",
    "onnx": "onnx",
}


def runtime_versions() -> dict[str, str | None]:
    """The version of each runtime's package; None where it is not installed.

    Example:
        >>> from latpred.runtimes import runtime_versions
        >>> sorted(runtime_versions())
        ['libtorch', 'onnx', 'onnxruntime', 'openvino']
    """
    found: dict[str, str | None] = {}
    for runtime, package in PACKAGES.items():
        try:
            found[runtime] = metadata.version(package)
        except metadata.PackageNotFoundError:
            found[runtime] = None
    return found


def require_runtime(runtime: str) -> None:
    """ConfigError unless the runtime's package is installed here."""
    package = runtime.removesuffix("-cuda")
    if package in PACKAGES and runtime_versions()[package] is None:
        raise missing(package, f"the runtime {runtime}")


@dataclass(frozen=True)
class NetworkInput:
    """An input of a run.

    Attributes:
        name: Its name.
        dtype: Name of its type.
        array: Its values; the bits of bfloat16, which NumPy does not have.
    """

    name: str
    dtype: str
    array: NDArray[Any]

    def fields(self) -> dict[str, Any]:
        """Name, shape and type, as plain values."""
        return {"name": self.name, "shape": list(self.array.shape), "dtype": self.dtype}

    def tensor(self) -> torch.Tensor:
        """As PyTorch's tensor, which shares the memory."""
        import torch

        plain = torch.from_numpy(self.array)
        return plain.view(torch.bfloat16) if self.dtype == "bfloat16" else plain


def network_inputs(
    declared: Sequence[DeclaredInput], given: GivenInputs | None, batch_size: int
) -> list[NetworkInput]:
    """The inputs of a run: what is given, noise or zeros for the rest.

    Args:
        declared: As the network declares them.
        given: What the caller gives.
        batch_size: Of the device.

    Raises:
        ConfigError: For what contradicts the network, and sizes that nothing says.

    Example:
        >>> from latpred.runtimes import DeclaredInput, given_inputs, network_inputs
        >>> ids = DeclaredInput("ids", ("batch", "length"), "int64")
        >>> (found,) = network_inputs([ids], given_inputs({"ids": (1, 16)}), batch_size=1)
        >>> found.array.shape
        (1, 16)
    """
    given = GivenInputs() if given is None else given
    found = matched_inputs(declared, given)
    shapes = sizes_of_inputs(declared, found, given.batch_axis, batch_size)
    return [
        NetworkInput(one.name, one.dtype, _values(one, leaf, shape))
        for one, leaf, shape in zip(declared, found, shapes, strict=True)
    ]


def _values(
    declared: DeclaredInput, given: GivenInput | None, shape: tuple[int, ...]
) -> NDArray[Any]:
    if given is not None and given.values is not None:
        return np.ascontiguousarray(given.values).reshape(shape)
    if given is not None and given.shape is None:
        return _number(declared, given.constant)
    return random_values(type_name(declared.dtype, (declared.name,)), shape)


def _number(declared: DeclaredInput, number: bool | float | None) -> NDArray[Any]:
    """A plain number as the tensor that the network declares."""
    kind = TYPES[type_name(declared.dtype, (declared.name,))]
    whole = np.issubdtype(kind, np.integer) and declared.dtype != "bfloat16"
    if number is None or (whole and not float(number).is_integer()):
        raise ConfigError(
            f"input {declared.name!r}: {number} is given, the network declares {declared.dtype}"
        )
    if declared.dtype == "bfloat16":
        return _bfloat16(np.asarray(number, np.float32))
    return np.asarray(number, kind)


def random_values(kind: str, shape: Sequence[int]) -> NDArray[Any]:
    """Uniform noise in [-1, 1) of that type and shape, or zeros for integer types."""
    number = TYPES[kind]
    if kind != "bfloat16" and not np.issubdtype(number, np.inexact):
        return np.zeros(shape, number)
    noise = np.asarray(np.random.default_rng(0).uniform(-1, 1, shape))
    return _bfloat16(noise) if kind == "bfloat16" else noise.astype(number)


def _bfloat16(values: NDArray[Any]) -> NDArray[Any]:
    """The bits of bfloat16: the upper half of those of float32."""
    bits = np.asarray(values, np.float32).view(np.uint32) >> np.uint32(16)
    return np.asarray(bits).astype(np.uint16)


def random_input(
    name: str, shape: Sequence[object], kind: str, batch_size: int
) -> NDArray[np.generic]:
    """An array of the input's shape: uniform noise in [-1, 1), or zeros for integer types.

    Args:
        name: Name of the input.
        shape: Sizes; anything but a positive integer is open. An open first size becomes the batch.
        kind: Name of the data type.
        batch_size: Images per call.

    Raises:
        ConfigError: For another open size, a batch size other than the file's, or an unknown type.

    Example:
        >>> from latpred.runtimes import random_input
        >>> random_input("images", ["batch", 3, 32, 32], "float32", batch_size=2).shape
        (2, 3, 32, 32)
    """
    declared = DeclaredInput(name, declared_shape(shape), type_name(kind, (name,)))
    return network_inputs([declared], None, batch_size)[0].array


def declared_shape(shape: Sequence[object] | None) -> tuple[int | str | None, ...] | None:
    """Sizes as a file has them: what is neither a positive integer nor a name is open."""
    if shape is None:
        return None
    return tuple(
        one if (isinstance(one, int) and one > 0) or (isinstance(one, str) and one) else None
        for one in shape
    )
