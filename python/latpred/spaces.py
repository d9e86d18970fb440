"""Search spaces and their architectures."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from latpred._core import spaces as _native
from latpred.graphs import OpGraph

Architectures = _native.Architectures
Gene = _native.Gene
Space = _native.Space

__all__ = [
    "Architectures",
    "Gene",
    "OpGraph",
    "Space",
    "define_space",
    "nas_bench_201_classes",
    "space",
    "space_names",
]


def space(
    name: str,
    *,
    width: float | None = None,
    resolutions: Sequence[int] | None = None,
    image_size: int | None = None,
    classes: int | None = None,
) -> Space:
    """Return the search space of that name.

    Args:
        name: One of `space_names()`, e.g. "ofa-mobilenetv3".
        width: Channel multiplier of the supernet; its default where None (1.0).
        resolutions: Input sizes in pixels, ascending; 160, 176, …, 224 where None.
        image_size: Input size in pixels of spaces without a resolution gene.
        classes: Outputs of the classifier, where the space lets them be chosen.

    Raises:
        ConfigError: For an unknown name, width or resolution.
    """
    sizes = None if resolutions is None else [int(size) for size in resolutions]
    return _native.make_space(
        name, width=width, resolutions=sizes, image_size=image_size, classes=classes
    )


def define_space(
    name: str,
    *,
    units: Sequence[Mapping[str, Any]],
    resolutions: Sequence[int],
    stem: Mapping[str, Any] | None = None,
    head: Mapping[str, Any] | None = None,
    eps: float = 1e-5,
) -> Space:
    """Return a search space of one's own, described without C++.

    A network is a stem, units of repeated blocks and a head. Every list holds the choices of a
    gene, ascending; a single choice is fixed.

    Args:
        name: Any name that no built-in space has.
        units: One dict a unit: `block` ("conv", "mbconv", "basic" or "bottleneck"), `depth`
            (numbers of blocks), `channels`, `kernel` (odd), `expand` (middle channels, as a
            multiple of the channels in for "mbconv" and out for "basic" and "bottleneck"),
            `stride` of the first block, `activation` ("none", "relu", "relu6", "h_swish",
            "swish", "gelu"), `squeeze_excite` (mbconv only). Only `channels` has no default.
        resolutions: Input sizes in pixels.
        stem: `channels`, `kernel`, `stride`, `max_pool`, `activation` of the first convolution.
        head: `channels` of a last 1x1 convolution (0: none), `classes`, `activation`.
        eps: Of the batch norms.

    Returns:
        A space that samples, encodes, counts, measures and searches like a built-in one; genes
        are ks and e of every block, c and d of every unit, and r.

    Raises:
        ConfigError: Naming the place in the description and what was expected there; also where
            a network does not fit its input.

    Example:
        >>> tiny = define_space("tiny", resolutions=[32],
        ...                     units=[{"channels": [16, 24], "expand": [3, 6], "depth": [1, 2]}])
        >>> tiny.size
        12
    """
    given: dict[str, Any] = {"name": name, "units": list(units), "resolutions": list(resolutions)}
    given |= {"eps": eps} | ({} if stem is None else {"stem": stem})
    given |= {} if head is None else {"head": head}
    return _native.define_space(json.dumps(given))


def space_names() -> list[str]:
    """Names of all built-in spaces."""
    return _native.space_names()


def nas_bench_201_classes(archs: Architectures) -> list[str]:
    """What each NAS-Bench-201 cell computes, as text; isomorphic networks share it (6,466)."""
    return _native.nas_bench_201_classes(archs)
