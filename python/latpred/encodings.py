"""Encodings: architectures as numbers or graphs for models; `space.encode`, `space.decode` and
`space.graphs` use them."""

from __future__ import annotations

from latpred._core import encodings as _native
from latpred.base.faces import listing

GraphBatch = _native.GraphBatch

__all__ = ["GraphBatch", "encoding_names"]
__dir__ = listing(__all__)


def encoding_names() -> list[str]:
    """The names that `space.encode(archs, name)` accepts.

    Example:
        >>> "one-hot" in lp.encoding_names()
        True
    """
    return _native.encoding_names()
