"""Search spaces and their architectures."""

from __future__ import annotations

from collections.abc import Sequence

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


def space_names() -> list[str]:
    """Names of all built-in spaces."""
    return _native.space_names()


def nas_bench_201_classes(archs: Architectures) -> list[str]:
    """What each NAS-Bench-201 cell computes, as text; isomorphic networks share it (6,466)."""
    return _native.nas_bench_201_classes(archs)
