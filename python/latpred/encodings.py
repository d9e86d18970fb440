"""Encodings: architectures as numbers or graphs for models; `space.encode`, `space.decode` and
`space.graphs` use them."""

from __future__ import annotations

from latpred._core import encodings as _native

GraphBatch = _native.GraphBatch

__all__ = ["GraphBatch", "encoding_names"]


def encoding_names() -> list[str]:
    """The names that `space.encode(archs, name)` accepts.

    Example:
        >>> "one-hot" in lp.encoding_names()
        True
    """
    return _native.encoding_names()
