"""Names that people give, held against those that are known."""

from __future__ import annotations

from collections.abc import Iterable

__all__ = ["did_you_mean", "listed"]

_MOST_LETTERS = 400


def did_you_mean(given: object, known: Iterable[object]) -> str:
    """ "; did you mean 'macs'?" for the end of a message; "" where no known name is near.

    Names are near at a small edit distance, or where the one given is a part of the other.
    """
    if not isinstance(given, str):
        return ""
    from latpred._core import base as _base  # late: the command's help does without the core

    text = given.encode(errors="replace").decode()
    return _base.did_you_mean(text, [str(name) for name in known])


def listed(known: Iterable[object]) -> str:
    """The known names with commas between them, of bounded length."""
    text = ", ".join(map(str, known))
    return text if len(text) <= _MOST_LETTERS else f"{text[:_MOST_LETTERS]}…"
