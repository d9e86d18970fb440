"""Files of supernets: latpred's own, and the state dicts that Once-for-all publishes."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from latpred._core import networks as _native
from latpred.base.json import json_document
from latpred.base.weights import dense_array, is_torch_file, read_weights_only
from latpred.errors import CorruptionError, SchemaError
from latpred.spaces import Space, define_space, space, space_names

__all__ = ["notes_of", "read_supernet"]

StrPath = str | os.PathLike[str]
Number = TypeVar("Number", int, float)

_WRAPPERS = ("state_dict", "model", "model_state_dict", "net", "weights")
_MOST_NUMBERS = 1 << 29  # a file can name tensors that are larger than itself


def notes_of(place: Space, kernels: str) -> dict[str, str]:
    """What a supernet's file says besides its arrays: enough to make the space again."""
    notes = {"format": "pt", "supernet": place.name, "layout": "latpred", "kernels": kernels}
    if place.definition:
        return notes | {"definition": place.definition}
    notes["space"] = place.name if place.name in space_names() else place.family
    if place.width is not None:
        notes["width"] = repr(place.width)
    if place.resolutions is not None:
        notes["resolutions"] = " ".join(map(str, place.resolutions))
    numbers = {"image_size": place.image_size, "classes": place.classes, "depth": place.depth}
    return notes | {name: str(number) for name, number in numbers.items() if number is not None}


def read_supernet(path: StrPath, place: Space | None) -> tuple[Space, dict[str, Any]]:
    """The space of a file and its arrays by name, whichever program wrote it."""
    if is_torch_file(path):
        state = _published_state(path)
        return place or _published_space(path, state), state
    arrays, notes = _native.load_state(os.fspath(path))
    return place or _noted_space(path, notes), arrays


def _noted_space(path: StrPath, notes: Mapping[str, str]) -> Space:
    """The space that `notes_of` described."""
    if not {"definition", "space"} & notes.keys():
        raise SchemaError(f"{path}: the file does not say of which space it is, `space` expected")
    sizes = notes.get("resolutions")
    try:
        if "definition" in notes:
            return define_space(**json_document(notes["definition"]))
        return space(
            notes["space"],
            width=_number(float, notes.get("width")),
            resolutions=None if sizes is None else [int(size) for size in sizes.split()],
            image_size=_number(int, notes.get("image_size")),
            classes=_number(int, notes.get("classes")),
            depth=_number(int, notes.get("depth")),
        )
    except (ValueError, TypeError, RecursionError) as error:  # ConfigError is a ValueError
        said = str(error)[:200]
        raise CorruptionError(f"{path}: its header describes no space: {said}") from error


def _number(kind: Callable[[str], Number], text: str | None) -> Number | None:
    return None if text is None else kind(text)


def _published_state(path: StrPath) -> dict[str, NDArray[np.float32]]:
    """The arrays of a state dict, which may lie in a checkpoint and behind a wrapping module."""
    content = read_weights_only(path)
    wrapped = [content.get(name) for name in _WRAPPERS] if isinstance(content, Mapping) else []
    state = next((each for each in wrapped if isinstance(each, Mapping)), content)
    if not isinstance(state, Mapping) or not state:
        kind = type(content).__name__
        raise SchemaError(f"{path}: no state dict of a supernet: {kind}, tensors by name expected")
    names = [str(name) for name in state]
    cut = len("module.") if all(name.startswith("module.") for name in names) else 0
    left = _MOST_NUMBERS
    arrays = {}
    for name, value in zip(names, state.values(), strict=True):
        left -= value.numel() if hasattr(value, "numel") else 0
        arrays[name[cut:]] = _array(path, name, value, left)
    return arrays


def _array(path: StrPath, name: str, tensor: Any, left: int) -> NDArray[np.float32]:
    """A tensor as an array; `left`: how many more numbers a file may hold."""
    if not hasattr(tensor, "numel"):
        kind = type(tensor).__name__
        raise SchemaError(f"{path}: entry {name[:80]!r} is of type {kind}, tensors expected")
    if left < 0:
        raise CorruptionError(f"{path}: more than {_MOST_NUMBERS} numbers, no supernet is so large")
    return dense_array(path, name, tensor)


def _published_space(path: StrPath, state: Mapping[str, NDArray[Any]]) -> Space:
    """The space of Once-for-all's supernets, told by layers that only one of them has."""
    layers = {name.partition(".")[0] for name in state}
    if "input_stem" in layers:
        return space("ofa-resnet50")
    if {"first_conv", "final_expand_layer"} <= layers:
        stem = state.get("first_conv.conv.weight", np.empty(0))
        return space("ofa-mobilenetv3", width=1.2 if len(stem) == 24 else 1.0)
    if {"first_conv", "feature_mix_layer"} <= layers:
        return space("ofa-proxyless")
    raise SchemaError(
        f"{path}: none of Once-for-all's supernets (MobileNetV3, ProxylessNAS, ResNet50) "
        f"by the names of its {len(state)} tensors; of another one `space` is expected"
    )
