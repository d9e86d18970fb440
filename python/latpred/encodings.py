"""Encodings: architectures as numbers for models; `space.encode` and `space.decode` use them."""

from __future__ import annotations

from latpred._core import encodings as _native

__all__ = ["encoding_names"]


def encoding_names() -> list[str]:
    """The names that `space.encode(archs, name)` accepts.

    Example:
        >>> "one-hot" in lp.encoding_names()
        True
    """
    return _native.encoding_names()
