"""Which values of an exported network are flat, N x C, instead of N x C x H x W."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

__all__ = ["Row", "is_flat", "yields_flat"]

Row = Mapping[str, Any]

_FOLLOWS = ("activation", "identity", "scale")


def is_flat(shape: Sequence[int]) -> bool:
    return tuple(shape[1:]) == (1, 1)


def yields_flat(rows: Sequence[Row], flat: Sequence[bool], row: Row) -> bool:
    """Only flatten, linear layers of vectors and what follows them value by value yield vectors.

    Args:
        rows: All rows of the graph.
        flat: The answers for earlier rows.
        row: The row asked about.
    """
    if row["kind"] in _FOLLOWS:
        source: int = row["inputs"][0]
        return flat[source]
    if row["kind"] == "linear":
        return is_flat(rows[row["inputs"][0]]["shape"])
    return str(row["kind"]) == "flatten"
