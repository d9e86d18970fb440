"""How results show themselves: one line of bounded length, and a table in notebooks."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import numpy as np

from latpred.base.equal import Compared
from latpred.base.text import cell_text

__all__ = ["Shown", "bounded_html", "bounded_lines", "counted", "cut", "short"]

MOST = 60  # letters of one value
_NETWORK = 200  # letters of an architecture
_WIDE = 240  # letters of one of many lines
_LINE = 600  # letters of the line
_ENTRIES = 24  # rows of the table
_ITEMS = 4  # of a list or mapping that are written out


def cut(text: str, most: int = MOST) -> str:
    """A text on one line, of so many letters at most."""
    flat = " ".join(text.split())
    return flat if len(flat) <= most else f"{flat[: most - 1]}…"


def short(value: object) -> str:
    """A value in at most 60 letters: small ones as they are, large ones by kind and size."""
    if value is None or isinstance(value, bool | int | float | np.generic):
        return cut(cell_text(value))
    if isinstance(value, str | bytes):
        return cut(repr(value[: 2 * MOST]))
    if isinstance(value, np.ndarray):
        size = " × ".join(map(str, value.shape)) or "1"
        return f"{size} {value.dtype}"
    if isinstance(value, Mapping):
        return _mapping(value)
    if isinstance(value, list | tuple | set | frozenset):
        return _items(list(value))
    texts = getattr(value, "to_strings", None)
    if callable(texts) and hasattr(value, "__len__") and len(value) == 1:
        return cut(texts()[0], _NETWORK)
    return cut(repr(value).partition("\n")[0])


def _items(values: Sequence[Any]) -> str:
    plain = all(isinstance(one, bool | int | float | str | None) for one in values)
    if values and plain and len(values) <= _ITEMS:
        return cut(f"[{', '.join(map(short, values))}]")
    return counted(len(values), "item") if values else "[]"


def counted(count: int, word: str) -> str:
    """A number and what it counts: "1 row", "3 rows"."""
    return f"{count:,} {word}" if count == 1 else f"{count:,} {word}s"


def _mapping(values: Mapping[Any, Any]) -> str:
    if len(values) > _ITEMS:
        return f"{len(values)} entries"
    return cut("{" + ", ".join(f"{key}: {short(one)}" for key, one in values.items()) + "}")


def bounded_lines(text: str, most: int = 30) -> str:
    """The first lines of a text, each cut where it is long, and how many more there are."""
    lines = text.splitlines()
    kept = [line if len(line) <= _WIDE else f"{line[: _WIDE - 1]}…" for line in lines[:most]]
    if len(lines) > most:
        kept.append(f"… and {len(lines) - most} more lines")
    return "\n".join(kept)


class Shown(Compared):
    """A result that shows itself by name and value of its fields, in few letters.

    A class says by `_shown` what stands there; by default the public fields of a dataclass. What a
    class writes for itself, as `__repr__`, is left alone.
    """

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        # A dataclass writes its own unless the class has one already.
        if "__repr__" not in vars(cls):
            cls.__repr__ = cls.__repr__  # type: ignore[method-assign]

    def _shown(self) -> Mapping[str, object]:
        fields: Any = self
        names = [one.name for one in dataclasses.fields(fields) if not one.name.startswith("_")]
        return {name: getattr(self, name) for name in names}

    def __repr__(self) -> str:
        """The fields in one line."""
        entries = [f"{name}={short(value)}" for name, value in self._shown().items()]
        return cut(f"{type(self).__name__}({', '.join(entries)}", _LINE) + ")"

    def _repr_html_(self) -> str:
        """The fields as a table."""
        return bounded_html(type(self).__name__, self._shown())


def bounded_html(title: str, entries: Mapping[str, object]) -> str:
    """Names and values as a table of HTML, escaped and of bounded length."""
    rows = [
        f"<tr><th style='text-align:left'>{escape(cut(str(name)))}</th>"
        f"<td style='text-align:left'>{escape(short(value))}</td></tr>"
        for name, value in list(entries.items())[:_ENTRIES]
    ]
    return f"<p>{escape(cut(title))}</p><table>{''.join(rows)}</table>"
