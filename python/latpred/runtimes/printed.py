"""The latencies that a command printed, read by exact rules; whatever is not one is refused."""

from __future__ import annotations

import json
import math
import re
import sys
from collections.abc import Iterator
from typing import Any

from latpred.runtimes.printed_numbers import latency_text, shown
from latpred.runtimes.printed_words import CommandFailed

__all__ = ["CommandFailed", "latency_values"]

NAME = "latency_ms"
MOST_FAILED_OBJECTS = 100  # braces that begin no JSON; each costs a look at what follows it
# Colours and cursor movements, titles of windows, and the rest of ECMA-48's escape sequences.
_ESCAPES = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?|\x1b[ -/]*[0-~]"
    r"|[\ufeff\u200b\u2060]"
)


class _NotPlain(ValueError):
    """An object that says its latency twice."""


def latency_values(text: str) -> list[float]:
    """The latencies in ms that a command printed; docs/devices.md has the rules.

    A JSON object with `latency_ms`, a number or a list of numbers, counts wherever it stands.
    Without any JSON object the last number counts, in the unit written beside it, or in ms.

    Raises:
        CommandFailed: Where there is no latency, more than one that could be meant, one in no unit
            of time, or one that is not positive and finite.
    """
    text = _ESCAPES.sub("", text)
    documents = list(_objects(text))
    if documents:
        values = _of_objects(documents)
    else:
        if f'"{NAME}"' in text:
            raise CommandFailed(f"printed JSON with {NAME} that cannot be read: {shown(text)}")
        values = [latency_text(text)]
    for one in values:
        number = isinstance(one, int | float) and not isinstance(one, bool)
        if not number or not 0 < one < math.inf or one > sys.float_info.max:
            raise CommandFailed(
                f"printed the latency {shown(one)}, a positive number of ms expected"
            )
    return [float(one) for one in values]


def _of_objects(documents: list[dict[str, Any]]) -> list[Any]:
    """The latencies of the one object that has some."""
    found = [one[NAME] for one in documents if NAME in one]
    if not found:
        names = shown(", ".join(list(documents[-1])[:8]))
        raise CommandFailed(f"printed no latency: JSON without {NAME}, it has {names}")
    if any(one != found[0] for one in found[1:]):
        raise CommandFailed(f"printed several JSON objects with different {NAME}, one expected")
    values = found[0] if isinstance(found[0], list) else [found[0]]
    if not values:
        raise CommandFailed(f"printed no latency: {NAME} is an empty list")
    return values


def _objects(text: str) -> Iterator[dict[str, Any]]:
    """The JSON objects in a text, those inside of others left out.

    Raises:
        CommandFailed: If the text as a whole is a list, or an object has `latency_ms` twice.
    """
    decoder = json.JSONDecoder(object_pairs_hook=_once)
    if text.lstrip().startswith("["):
        try:
            json.loads(text)
        except (ValueError, RecursionError):
            pass
        else:
            raise CommandFailed(f"printed no latency: a JSON list, an object with {NAME} expected")
    begin, failed = text.find("{"), 0
    while begin >= 0 and failed < MOST_FAILED_OBJECTS:
        try:
            document, end = decoder.raw_decode(text, begin)
        except _NotPlain as error:
            raise CommandFailed(str(error)) from None
        except (ValueError, RecursionError):
            failed, end = failed + 1, begin + 1
        else:
            yield document
        begin = text.find("{", end)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if sum(name == NAME for name, _ in pairs) > 1:
        raise _NotPlain(f"printed a JSON object that has {NAME} twice")
    return dict(pairs)
