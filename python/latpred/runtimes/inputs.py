"""What all runtimes need: their packages and versions, and random inputs."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import metadata

import numpy as np
from numpy.typing import NDArray

from latpred.base.extras import require as require_package
from latpred.errors import ConfigError

__all__ = ["random_input", "require_package", "runtime_versions"]


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


_TYPES = {
    "float": np.float32,
    "float32": np.float32,
    "float16": np.float16,
    "double": np.float64,
    "int64": np.int64,
    "int32": np.int32,
    "uint8": np.uint8,
    "int8": np.int8,
    "bool": np.bool_,
}


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
    sizes = [one if isinstance(one, int) and one > 0 else None for one in shape]
    if sizes and sizes[0] is None:
        sizes[0] = batch_size
    if None in sizes:
        raise ConfigError(
            f"input {name!r} has open sizes {list(shape)}; only the first, the batch, may be open"
        )
    if sizes and sizes[0] != batch_size:
        raise ConfigError(
            f"input {name!r} holds {sizes[0]} images a call, the device says {batch_size}; export "
            "the network with that batch size, or an open one"
        )
    if kind not in _TYPES:
        raise ConfigError(f"input {name!r} is of type {kind}; expected one of {', '.join(_TYPES)}")
    full = [size for size in sizes if size is not None]
    if not np.issubdtype(_TYPES[kind], np.floating):
        return np.zeros(full, _TYPES[kind])
    return np.random.default_rng(0).uniform(-1, 1, full).astype(_TYPES[kind])
