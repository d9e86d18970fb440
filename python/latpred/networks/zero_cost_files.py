"""Zero-cost proxies that others computed, from their JSON files."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from latpred.base.files import other_kind
from latpred.base.json import json_document
from latpred.errors import (
    ConfigError,
    CorruptionError,
    DataError,
    LatpredError,
    SchemaError,
    StorageError,
)
from latpred.networks.zero_cost import proxy_names
from latpred.spaces import Architectures, Space

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["read_zero_cost_file"]

_SHOWN = 60  # letters of a key in a message


def read_zero_cost_file(
    path: str | os.PathLike[str], space: Space
) -> tuple[Architectures, pd.DataFrame]:
    """Networks and their proxies from a JSON file as NASFLAT and MultiPredict ship them.

    The file holds {space: {network: {proxy: value}}}, or what stands in it for one space. Networks
    are numbers of choices, one a gene in the order of `space.genes`, joined by "_"; of FBNet those
    are the operators from k3_e1 to skip. Values are numbers, or objects with a "score". Fields that
    are no proxies are left out.

    Args:
        path: The file.
        space: The space of its networks.

    Returns:
        N networks in the order of the file, and a row for each with those of the 13 proxies that
        the file has; NaN where one is missing or not finite. For `ZeroCostFeatures.fit`.

    Raises:
        StorageError: Where the file cannot be read.
        CorruptionError: Where it is no JSON of that form.
        SchemaError: Where it has several spaces and none of them is the one given.
        DataError: For a network that is none of the space, a value that is no number, and a file
            without proxies.

    Example:
        >>> text = '{"fbnet": {"0_1_2_3_4_5_6_7_8_0_1_2_3_4_5_6_7_8_0_1_2_3": {"zen": 64.3}}}'
        >>> _ = Path("zc_fbnet.json").write_text(text)
        >>> archs, values = lp.read_zero_cost_file("zc_fbnet.json", lp.space("fbnet"))
        >>> len(archs), values["zen"].tolist()
        (1, [64.3])
    """
    import pandas as pd

    if not isinstance(space, Space):
        raise ConfigError(f"read_zero_cost_file: {type(space).__name__} given, a space expected")
    where = Path(path)
    networks = _of_space(_document(where), space, where)
    names = [name for name in proxy_names() if any(name in row for row in networks.values())]
    if not names:
        raise DataError(f"{where}: no zero-cost proxies, such as 'synflow' or 'zen', expected some")
    archs = _architectures(list(networks), space, where)
    rows = [
        [_value(row.get(name, math.nan), f"{where}: {key[:_SHOWN]!r}: {name}") for name in names]
        for key, row in networks.items()
    ]
    return archs, pd.DataFrame(rows, columns=names)


def _document(path: Path) -> dict[str, Any]:
    try:
        document = json_document(path.read_bytes())
    except OSError as error:
        raise StorageError(f"{path}: cannot be read: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        found = other_kind(path, "a file of zero-cost proxies (JSON)", "JSON", "empty")
        raise CorruptionError(found or f"{path}: no JSON: {str(error)[:120]}") from error
    return _object(document, f"{path}")


def _object(value: object, where: str) -> dict[str, Any]:
    if not isinstance(value, dict) or not value:
        raise CorruptionError(f"{where}: an object that is not empty expected")
    return value


def _of_space(document: dict[str, Any], space: Space, path: Path) -> dict[str, dict[str, Any]]:
    """The networks of one space, each with its fields."""
    found: Mapping[str, Any] = document
    by_space = all(
        isinstance(one, dict) and one and all(map(_is_row, one.values()))
        for one in document.values()
    )
    if by_space:
        known = [name for name in (space.name, space.family) if name in document]
        if not known and len(document) > 1:
            names = ", ".join(repr(name[:_SHOWN]) for name in list(document)[:5])
            raise SchemaError(f"{path}: {names}, the space {space.name!r} expected among them")
        found = document[known[0] if known else next(iter(document))]
    return {key: _object(row, f"{path}: {key[:_SHOWN]!r}") for key, row in found.items()}


def _is_row(value: object) -> bool:
    """Whether it may be what belongs to a network: a score of one proxy is an object, too."""
    return isinstance(value, dict) and "score" not in value


def _architectures(keys: list[str], space: Space, path: Path) -> Architectures:
    rows: list[list[int]] = []
    for key in keys:
        parts = key.split("_")
        if len(parts) != len(space.genes) or not all(_is_choice(part) for part in parts):
            raise DataError(
                f"{path}: network {key[:_SHOWN]!r}, {len(space.genes)} numbers joined by '_' "
                "expected"
            )
        rows.append([int(part) for part in parts])
    genes: NDArray[np.int64] = np.array(rows, dtype=np.int64)
    try:
        return space.architectures(genes)
    except LatpredError as error:
        raise DataError(f"{path}: {str(error)[:200]}") from error


def _is_choice(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= 4


def _value(given: object, where: str) -> float:
    if isinstance(given, dict):
        given = given.get("score")
    if isinstance(given, bool) or not isinstance(given, int | float):
        raise DataError(f"{where}: a number expected, got {type(given).__name__}")
    try:
        value = float(given)
    except OverflowError:
        return math.nan
    return value if math.isfinite(value) else math.nan
