"""Search spaces and their architectures."""

from __future__ import annotations

from collections.abc import Sequence

from latpred._core import spaces as _native
from latpred.graphs import OpGraph

Architectures = _native.Architectures
Gene = _native.Gene
Space = _native.Space

__all__ = ["Architectures", "Gene", "OpGraph", "Space", "space", "space_names"]


def space(
    name: str, *, width: float | None = None, resolutions: Sequence[int] | None = None
) -> Space:
    """Return the search space of that name.

    Args:
        name: One of `space_names()`, e.g. "ofa-mobilenetv3".
        width: Channel multiplier of the supernet; its default where None (1.0).
        resolutions: Input sizes in pixels, ascending; 160, 176, …, 224 where None.

    Raises:
        ConfigError: For an unknown name, width or resolution.
    """
    sizes = None if resolutions is None else [int(size) for size in resolutions]
    return _native.make_space(name, width=width, resolutions=sizes)


def space_names() -> list[str]:
    """Names of all built-in spaces."""
    return _native.space_names()
