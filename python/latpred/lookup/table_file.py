"""Entries of look-up tables, and reading them from files."""

from __future__ import annotations

import csv
import io
import math
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from latpred.base.earlier import current_status
from latpred.base.files import other_kind
from latpred.base.json import json_document
from latpred.base.text_files import read_text
from latpred.errors import CorruptionError

__all__ = ["COLUMNS", "FORMAT", "NOT_MEASURED", "LookupEntry", "read_table"]

FORMAT = "latpred look-up table 1"
COLUMNS = ("part", "place", "latency_ms", "low_ms", "high_ms", "status")
NOT_MEASURED = "not measured"


@dataclass(frozen=True)
class LookupEntry:
    """A part and its latency.

    Attributes:
        key: Text of all that the cost depends on: shapes, windows, kinds of operators.
        place: The first place where a network has it, e.g. "u2.l1".
        latency_ms: NaN where not measured. low_ms, high_ms: 95 % interval, NaN without one.
        status: The meter's (see `LatencyMeter`); in context "fitted", or
            "expected" where no measured network has the part; "not measured".

    Example:
        >>> entry = lp.fit_lookup_table(table).entries[0]
        >>> entry.place, entry.status
        ('classifier', 'fitted')
    """

    key: str
    place: str
    latency_ms: float = float("nan")
    low_ms: float = float("nan")
    high_ms: float = float("nan")
    status: str = NOT_MEASURED


_HEAD = {
    "by": str,
    "mode": str,
    "device": str,
    "constant_ms": int | float,
    "constant_error_ms": int | float,
    "meta": dict,
}


def _check_head(head: dict[str, Any]) -> None:
    for name, kind in _HEAD.items():
        value = head[name]
        finite = not isinstance(value, int | float) or abs(value) < sys.float_info.max
        if not isinstance(value, kind) or isinstance(value, bool) or not finite:
            raise ValueError(f"{name} is no {getattr(kind, '__name__', 'finite number')}")


def _entry(key: str, place: str, *cells: str) -> LookupEntry:
    """An entry from its cells; numbers are finite, or NaN where nothing was measured."""
    *texts, status = cells
    ms, low, high = map(float, texts)
    for number in (ms, low, high):
        if math.isinf(number):
            raise ValueError(f"the latency {number} of a part")
    known = current_status(status, has_interval=not math.isnan(low))
    return LookupEntry(key, place, ms, low, high, known)


def read_table(path: str | os.PathLike[str]) -> tuple[dict[str, Any], dict[str, LookupEntry]]:
    """The head of a file, and its entries by key."""
    try:
        text = read_text(path)
    except ValueError as error:
        other = other_kind(path, "a look-up table of latpred", "text")
        raise CorruptionError(other or f"{path}: {error}") from error
    if FORMAT not in text.partition("\n")[0]:
        kind = other_kind(path, "a look-up table of latpred")
        raise CorruptionError(kind or f"{path}: no look-up table of latpred")
    try:
        first, rest = text.split("\n", 1)
        head: dict[str, Any] = json_document(first.removeprefix("# "))
        rows: Sequence[Sequence[str]] = list(csv.reader(io.StringIO(rest)))
        if head["format"] != FORMAT or tuple(rows[0]) != COLUMNS:
            raise ValueError("another format or other columns")
        _check_head(head)
        entries = {entry.key: entry for entry in (_entry(*row) for row in rows[1:] if row)}
        if len(entries) < sum(map(bool, rows[1:])):
            raise ValueError("a part that comes twice")
    except (ValueError, KeyError, IndexError, TypeError, RecursionError, csv.Error) as error:
        other = other_kind(path, "a look-up table of latpred", "text")
        raise CorruptionError(
            other or f"{path}: no look-up table of latpred: {str(error)[:120]}"
        ) from error
    return head, entries
