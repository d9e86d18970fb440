"""Changes to valid inputs that keep their form: numbers, counts, kinds, nesting, names, texts."""

from __future__ import annotations

import copy
import json
import math
from typing import Any

import numpy as np

Rng = np.random.Generator

NUMBERS: list[Any] = [
    *(0, 1, -1, 2, 3, 7, 64, 255, 256, 257, 1000, 32767, 32768, 65535, 65536, 100_000),
    *(2**31 - 1, 2**31, 2**32, 2**32 + 16, 2**53 + 1, 2**63 - 1, 2**63, 2**64 - 1, 2**64, -(2**63)),
    *(10**30, 0.5, -0.0, 1e-310, 5e-324, 1e-30, 1e30, 1e154, 1.7976931348623157e308),
    *(math.nan, math.inf, -math.inf, True, False),
]
TEXTS = ["", "x", "ks", "-1", "1e999", "nan", "é" * 40, "\x00", "a\nb", "'", '"', "]" * 30, "../x"]
OTHERS: list[Any] = [None, [], {}, [[]], [0] * 300, {"a": {"b": []}}, "x" * 5000]


MOST_TEXT = 3000


def bounded(error: Exception) -> None:
    """Whether its message is short, whatever it tells of."""
    assert len(str(error)) <= MOST_TEXT, str(error)[:300]


def pick(rng: Rng, items: Any) -> Any:
    return items[int(rng.integers(len(items)))]


def number(rng: Rng, old: Any) -> Any:
    """An extreme number, or one near the old one."""
    if rng.random() < 0.5 or isinstance(old, bool) or not isinstance(old, int | float):
        return pick(rng, NUMBERS)
    change = pick(rng, [-1, 1, 2, 16, -old, old, -2 * old, 0.5])
    return old + change


def text(rng: Rng, old: str) -> str:
    """A piece cut out, doubled or put in; or another text."""
    if not old or rng.random() < 0.2:
        return str(pick(rng, [*TEXTS, *map(str, NUMBERS)]))
    at, end = sorted(int(n) for n in rng.integers(0, len(old) + 1, 2))
    middle = pick(rng, ["", old[at:end] * 2, str(pick(rng, NUMBERS)), pick(rng, TEXTS)])
    return old[:at] + middle + old[end:]


def nested(value: Any, depth: int, rng: Rng) -> Any:
    for _ in range(depth):
        value = [value] if rng.random() < 0.5 else {"a": value}
    return value


def _places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Paths of all values in a tree of dicts and lists, the root first."""
    found = [path]
    if isinstance(value, dict):
        for key, inner in value.items():
            found += _places(inner, (*path, key))
    elif isinstance(value, list):
        for i, inner in enumerate(value[:40]):
            found += _places(inner, (*path, i))
    return found


def _other(value: Any, rng: Rng) -> Any:
    roll = rng.random()
    if roll < 0.05:
        return copy.deepcopy(pick(rng, OTHERS))
    if roll < 0.1:
        return nested(value, int(pick(rng, [1, 2, 60, 70, 500])), rng)
    if isinstance(value, str):
        return text(rng, value)
    if isinstance(value, list):
        return _other_list(value, rng)
    if isinstance(value, dict):
        return _other_dict(value, rng)
    return number(rng, value)


def _other_list(value: list[Any], rng: Rng) -> list[Any]:
    at = int(rng.integers(0, len(value) + 1))
    return pick(
        rng,
        [
            value[:at],
            value + value,
            [*value[:at], pick(rng, NUMBERS), *value[at:]],
            value[::-1],
            value * int(pick(rng, [0, 10, 100])),
            list(range(1, 1 + int(pick(rng, [5, 40, 300, 5000])))),
        ],
    )


def _other_dict(value: dict[str, Any], rng: Rng) -> dict[str, Any]:
    changed = dict(value)
    if changed and rng.random() < 0.6:
        name = pick(rng, list(changed))
        inner = changed.pop(name)
        if rng.random() < 0.5:
            changed[text(rng, str(name))] = inner
    else:
        changed[pick(rng, TEXTS)] = pick(rng, NUMBERS)
    return changed


def tree(value: Any, rng: Rng, most: int = 2) -> Any:
    """A copy of a tree of dicts, lists, texts and numbers with none to `most` changes."""
    changed = copy.deepcopy(value)
    for _ in range(int(rng.integers(0, most + 1))):
        places = _places(changed)
        if len(places) > 1 and rng.random() < 0.95:
            places = places[1:]  # a change of the root leaves little
        path: list[Any] = [None, *list(pick(rng, places))]
        last = path.pop()
        if last is None:
            changed = _other(changed, rng)
            continue
        holder = changed
        for step in path[1:]:
            holder = holder[step]
        holder[last] = _other(holder[last], rng)
    return changed


def json_text(value: Any, rng: Rng) -> str:
    """A changed document as JSON; one that Python's own writer finds too deep is written here."""
    try:
        return json.dumps(tree(value, rng))
    except RecursionError:
        return "[" * 10_000


def array(values: np.ndarray, rng: Rng) -> np.ndarray:
    """Other numbers, another length or another kind of number."""
    flat = values.reshape(-1).copy()
    what = int(rng.integers(0, 6))
    if what <= 2 and len(flat):
        whole = flat.dtype.kind in "iu"
        for at in rng.integers(0, len(flat), int(rng.integers(1, 4))):
            new = number(rng, flat[at].item())
            if whole:
                info = np.iinfo(flat.dtype)
                finite = isinstance(new, int) or math.isfinite(new)
                new = min(max(int(new), info.min), info.max) if finite else info.min
            with np.errstate(over="ignore"):
                flat[at] = min(max(new, -1.7e308), 1.7e308) if isinstance(new, int) else new
        return flat
    if what == 3:
        return flat[: int(rng.integers(0, len(flat) + 1))]
    if what == 4:
        return np.concatenate([flat] * int(pick(rng, [0, 2, 3, 50])) or [flat[:0]])
    kind = pick(rng, ["<f8", "<f4", "<i4", "<i8", "<i2", "u1"])
    with np.errstate(invalid="ignore", over="ignore"):
        return flat.astype(kind)
