"""Inputs that the caller gives for a network: tensors, arrays, shapes or plain numbers."""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from latpred.errors import ConfigError

__all__ = ["GivenInput", "GivenInputs", "given_inputs", "is_shape", "shape_text", "type_name"]

# Types of tensors as PyTorch names them, to the NumPy type that holds their bits.
TYPES: dict[str, type[np.generic]] = {
    "float32": np.float32,
    "float16": np.float16,
    "bfloat16": np.uint16,  # NumPy has no such type
    "float64": np.float64,
    "int64": np.int64,
    "int32": np.int32,
    "int16": np.int16,
    "int8": np.int8,
    "uint8": np.uint8,
    "uint16": np.uint16,
    "uint32": np.uint32,
    "uint64": np.uint64,
    "bool": np.bool_,
    "complex64": np.complex64,
    "complex128": np.complex128,
}
_SYNONYMS = {
    "float": "float32",
    "half": "float16",
    "double": "float64",
    "long": "int64",
    "int": "int32",
}
MOST_VALUES = 2**32  # 16 GB of float32

Path = tuple[str | int, ...]


@dataclass(frozen=True)
class GivenInput:
    """One tensor, or a plain number.

    Attributes:
        path: Its name, or its place among the inputs; longer where inputs hold others.
        shape: Sizes; None for a plain number, True, False or None.
        dtype: Name of its type; None: the one that the network expects.
        values: Its values (bits of bfloat16); None: any will do.
        constant: The plain number.
    """

    path: Path
    shape: tuple[int, ...] | None
    dtype: str | None = None
    values: NDArray[Any] | None = None
    constant: bool | float | None = None

    @property
    def label(self) -> str:
        """As messages and exported programs name it."""
        return "_".join(map(str, self.path))

    def fields(self) -> dict[str, Any]:
        """All but the values, as plain values."""
        names = ("path", "shape", "dtype", "constant")
        return {name: getattr(self, name) for name in names}


@dataclass(frozen=True)
class GivenInputs:
    """What is given for a network.

    Attributes:
        leaves: The inputs in their order; those inside others one by one.
        named: Whether they are given by name; else by position.
        batch_axis: Axis of the inputs that holds the batch; None where there is no batch.
    """

    leaves: tuple[GivenInput, ...] = ()
    named: bool = True
    batch_axis: int | None = 0

    def __bool__(self) -> bool:
        return bool(self.leaves)

    def fields(self) -> dict[str, Any]:
        """All but the values, as plain values."""
        leaves = [one.fields() for one in self.leaves]
        return {"leaves": leaves, "named": self.named, "batch_axis": self.batch_axis}

    def values(self) -> dict[str, NDArray[Any]]:
        """The values by the number of their input."""
        return {str(i): one.values for i, one in enumerate(self.leaves) if one.values is not None}

    @classmethod
    def from_fields(
        cls, fields: Mapping[str, Any], values: Mapping[str, NDArray[Any]]
    ) -> GivenInputs:
        """What `fields` and `values` described; KeyError or TypeError for wrong ones."""
        leaves = [
            GivenInput(
                tuple(one["path"]),
                None if one["shape"] is None else tuple(one["shape"]),
                one["dtype"],
                values.get(str(number)),
                one["constant"],
            )
            for number, one in enumerate(fields["leaves"])
        ]
        return cls(tuple(leaves), fields["named"], fields["batch_axis"])


def given_inputs(example_inputs: object, batch_axis: int | None = 0) -> GivenInputs:
    """Read what a user gives as `example_inputs`; see `latpred.measure_network`.

    Raises:
        ConfigError: For what is none of its forms.

    Example:
        >>> from latpred.runtimes import given_inputs
        >>> [one.shape for one in given_inputs({"ids": ((1, 16), "int64"), "scale": ()}).leaves]
        [(1, 16), ()]
    """
    whole = isinstance(batch_axis, int) and not isinstance(batch_axis, bool) and batch_axis >= 0
    if batch_axis is not None and not whole:
        raise ConfigError(f"batch_axis is {batch_axis!r}, a number of an axis or None expected")
    if example_inputs is None:
        return GivenInputs(batch_axis=batch_axis)
    if isinstance(example_inputs, Mapping):
        leaves = tuple(_inside(example_inputs, ()))
        return GivenInputs(leaves, True, batch_axis)
    alone = _is_tensor(example_inputs) or is_shape(example_inputs) or _is_typed(example_inputs)
    items = [example_inputs] if alone else example_inputs
    if not isinstance(items, list | tuple) or not items:
        raise ConfigError(
            f"example_inputs of type {type(example_inputs).__name__}: tensors, arrays or shapes "
            "expected, in a sequence or by name"
        )
    return GivenInputs(tuple(_inside(items, ())), False, batch_axis)


def _inside(items: Mapping[Any, Any] | Sequence[Any], path: Path) -> Iterator[GivenInput]:
    """The inputs of a mapping or sequence, those inside others one by one."""
    pairs = items.items() if isinstance(items, Mapping) else enumerate(items)
    for key, value in pairs:
        if not isinstance(key, str | int):
            raise ConfigError(f"example_inputs: names as keys expected, not {key!r:.80}")
        here = (*path, key)
        leaf = _leaf(value, here)
        if leaf is not None:
            yield leaf
        elif isinstance(value, Mapping | list | tuple):
            yield from _inside(value, here)
        else:
            raise ConfigError(
                f"example_inputs {_label(here)}: a tensor, an array, a shape such as (1, 3, 8, 8), "
                f'a shape and a type such as ((1, 16), "int64"), or a number expected, not '
                f"{type(value).__name__}"
            )


def _leaf(value: object, path: Path) -> GivenInput | None:
    """One input; None for what may hold others."""
    if value is None or isinstance(value, bool | int | float):
        return GivenInput(path, None, constant=value)
    if is_shape(value) or (isinstance(value, list | tuple) and not value):
        return GivenInput(path, _sizes(value, path))
    if isinstance(value, list | tuple) and _is_typed(value):
        sizes, kind = value
        return GivenInput(path, _sizes(sizes, path), type_name(kind, path))
    if isinstance(value, np.ndarray | np.generic):
        if isinstance(value, np.ma.MaskedArray):
            raise ConfigError(f"example_inputs {_label(path)}: a masked array; plain ones expected")
        kind = type_name(value.dtype, path)
        # Of any strides and byte order; a copy, since the caller may go on with the array.
        array = np.array(value, value.dtype.newbyteorder("="), order="C", copy=True, subok=False)
        return GivenInput(path, _sizes(array.shape, path), kind, array)
    if _is_tensor(value):
        return _tensor(value, path)
    return None


def _is_tensor(value: object) -> bool:
    torch = sys.modules.get("torch")
    return isinstance(value, np.ndarray) or (torch is not None and isinstance(value, torch.Tensor))


def is_shape(value: object) -> bool:
    """Whether it is a sequence of one size or more.

    Example:
        >>> from latpred.runtimes.given import is_shape
        >>> is_shape((1, 3, 8)), is_shape((1, True))
        (True, False)
    """
    return (
        isinstance(value, list | tuple)
        and len(value) > 0
        and all(isinstance(one, int | np.integer) and not isinstance(one, bool) for one in value)
    )


def _is_typed(value: object) -> bool:
    """Whether it is a shape with a type."""
    if not isinstance(value, list | tuple) or len(value) != 2:
        return False
    sizes, kind = value
    torch = sys.modules.get("torch")
    is_type = isinstance(kind, str | np.dtype | type) or (
        torch is not None and isinstance(kind, torch.dtype)
    )
    return is_type and (is_shape(sizes) or (isinstance(sizes, list | tuple) and not len(sizes)))


def _sizes(value: Any, path: Path) -> tuple[int, ...]:
    sizes = tuple(int(one) for one in value)
    if any(size < 1 for size in sizes):
        raise ConfigError(
            f"example_inputs {_label(path)}: shape {shape_text(sizes)}, sizes of at least 1 "
            "expected"
        )
    if math.prod(sizes) > MOST_VALUES:
        raise ConfigError(
            f"example_inputs {_label(path)}: shape {shape_text(sizes)} has more than "
            f"{MOST_VALUES:,} values"
        )
    return sizes


def type_name(kind: object, path: Path = ()) -> str:
    """The name of a type of NumPy, PyTorch or of a text, as PyTorch names it.

    Raises:
        ConfigError: For a type that no network takes.
    """
    if isinstance(kind, str):
        name = kind.removeprefix("torch.")
    elif isinstance(kind, type) and not issubclass(kind, np.generic):
        name = repr(kind)
    elif isinstance(kind, np.dtype | type):
        name = np.dtype(kind).name
    else:
        name = str(kind).removeprefix("torch.")
    name = _SYNONYMS.get(name, name)
    if name not in TYPES:
        raise ConfigError(
            f"{f'input {_label(path)}' if path else 'input'} is of type {name[:60]}; expected one "
            f"of {', '.join(TYPES)}"
        )
    return name


def _tensor(value: Any, path: Path) -> GivenInput:
    import torch

    if value.is_nested or value.layout != torch.strided:
        raise ConfigError(f"example_inputs {_label(path)}: a dense tensor expected")
    name, shape = type_name(value.dtype, path), _sizes(value.shape, path)
    if value.device.type == "meta":
        return GivenInput(path, shape, name)
    try:
        plain = value.detach().cpu().resolve_conj().resolve_neg().contiguous()
        bits = plain.view(torch.uint16) if name == "bfloat16" else plain
        return GivenInput(path, shape, name, bits.numpy().copy())
    except (RuntimeError, TypeError, NotImplementedError) as error:  # tensors that only act as such
        first = (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise ConfigError(
            f"example_inputs {_label(path)}: a tensor of type {type(value).__name__}, the values "
            f"of which cannot be read: {first:.160}"
        ) from error


def _label(path: Path) -> str:
    return repr(path[0]) + "".join(f"[{one!r}]" for one in path[1:])


def shape_text(shape: Sequence[object] | None) -> str:
    """A shape as a person writes it: 1 x 3 x 224 x 224."""
    if shape is None:
        return "of any rank"
    return " x ".join("?" if one is None else str(one) for one in shape) if shape else "of no axis"
