"""Documents as standard JSON, which knows no NaN."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

import numpy as np

__all__ = ["json_text", "plain", "with_nan"]


def plain(value: Any) -> Any:
    """NumPy's numbers and arrays as JSON knows them; what is not finite becomes null."""
    if isinstance(value, np.ndarray | np.generic):
        value = value.tolist()
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value if isinstance(value, str | int | float | None) else str(value)


def with_nan(value: Any) -> Any:
    """NaN in place of null, tuples in place of lists: of documents that hold no other null."""
    if value is None:
        return math.nan
    if isinstance(value, dict):
        return {key: with_nan(item) for key, item in value.items()}
    if isinstance(value, list):
        return tuple(with_nan(item) for item in value)
    return value


def json_text(document: object, *, indent: int | None = None, compact: bool = False) -> str:
    """A document as standard JSON: no NaN, NumPy's numbers as numbers, paths as texts.

    Args:
        indent: Spaces of each level, on lines of their own; one line where None.
        compact: Whether to leave the spaces between items out.

    Example:
        >>> from latpred.report import json_text
        >>> json_text({"ms": np.float32(1.5), "low": float("nan")})
        '{"ms": 1.5, "low": null}'
    """
    separators = (",", ":") if compact else None
    return json.dumps(
        plain(document), indent=indent, ensure_ascii=False, allow_nan=False, separators=separators
    )
