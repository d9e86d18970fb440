"""Documents as standard JSON, which knows no NaN."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from latpred.base.text_files import decoded

__all__ = ["json_document", "json_text", "plain", "with_nan"]


def json_document(content: str | bytes) -> Any:
    """What a text of JSON holds; bytes as `decoded` reads them.

    Raises:
        ValueError: For what is no JSON or is nested too deep, and for a key that comes twice in one
            object, of which the library would keep the last.
    """
    text = decoded(content) if isinstance(content, bytes) else content.removeprefix("\ufeff")
    try:
        return json.loads(text, object_pairs_hook=_once)
    except RecursionError as error:
        raise ValueError("nested too deep") from error


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for place, name in enumerate(names) if name in names[:place])
        raise ValueError(f"key '{twice[:60]}' comes twice")
    return found


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
