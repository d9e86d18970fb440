"""Rows of a graph's table as the exports read them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

__all__ = ["Row", "is_vector", "strides"]

Row = Mapping[str, Any]


def strides(row: Row) -> list[int]:
    """Of a convolution or pooling, along height and width."""
    return [row["stride"], row["stride_w"] or row["stride"]]


def is_vector(shape: Sequence[int]) -> bool:
    """Whether a value of that shape (C, H, W) is handed over as N x C at the end of a network."""
    return tuple(shape[1:]) == (1, 1)
