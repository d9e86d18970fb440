"""What the words before a printed number say of it: its unit, and whether it is a latency."""

from __future__ import annotations

import re
from collections.abc import Iterator

from latpred.runtimes.printed_words import (
    COUNTS,
    PHASES,
    QUANTITIES,
    SPREADS,
    TIMES,
    power_of,
)

__all__ = ["is_a_bound", "is_no_latency", "names_a_latency", "power_of_label"]

_LETTERS = re.compile(r"[^\W\d_]+")
_UNIT_WORD = r"(?P<unit>[A-Za-zµμ]+)"
# A unit that stands before its number: "(us)", "in us", "us:".
_NAMED_UNITS = [
    re.compile(rf"[\[(]\s*(?:in\s+)?{_UNIT_WORD}\s*[\])]"),
    re.compile(rf"\bin\s+{_UNIT_WORD}\b"),
    re.compile(r"(?<![\w/.'’-])(?P<unit>[A-Za-zµμ]{2,})\s*[:=]?\s*\"?$"),
]
_SUFFIX = re.compile(r"(?:^|[\s_])(?P<unit>[A-Za-zµμ]+)(?![\w./\\])")
_IDENTIFIER = re.compile(r"[^\W\d][\w./\-]*")
_CAMEL = re.compile(r"(?<=[^\W\d_A-Z])(?=[A-Z])")
_SPLIT_UNIT = re.compile(r"(?i)\b(?:milli|micro|nano)s?[\s_-]+s")
_RATE = re.compile(rf"(?i)(?P<of>[^\W_]+)\s*(?:/|\bper\b)\s*{_UNIT_WORD}(?!\w)")
_BOUND = re.compile(
    r"(?i)(?:(?:^|\s)(?:[<>]=?|[≤≥])|\b(?:up to|at (?:least|most)|(?:more|less|greater|longer|"
    r"shorter|faster|slower) than|under|over|below|above|within))\s*$"
)


def _words(text: str) -> list[str]:
    """In small letters; latencyUs is two."""
    return [word.lower() for word in _LETTERS.findall(_CAMEL.sub(" ", text))]


def names_a_latency(label: str) -> bool:
    """Whether one of the words says that the number is a time."""
    return not TIMES.isdisjoint(_words(label))


def is_no_latency(label: str) -> bool:
    """Whether a number with a unit of time is a spread, or the time of something else."""
    words = set(_words(label))
    usual = TIMES | {"mean", "median", "average", "avg"}
    return bool(words & SPREADS) or bool(words & PHASES and not words & (usual - {"time", "times"}))


def is_a_bound(before: str) -> bool:
    """Whether a text that ends where a number begins says "less than" or the like."""
    return _BOUND.search(before) is not None


def power_of_label(label: str) -> int | None:
    """The power of ten of ms for a number without a unit behind that label; None: no time."""
    words = _words(label)
    other = QUANTITIES.intersection(words) or (words and words[-1] in COUNTS)
    if other or "%" in label or "\ufffd" in label or _SPLIT_UNIT.search(label) or _is_rate(label):
        return None
    powers: set[int | None] = set()
    for form in _NAMED_UNITS:
        powers |= {power_of(one["unit"]) for one in form.finditer(label)} - {None}
    of_times, of_others = _units_in_names(label)
    powers |= of_times
    if not powers:  # net_us: of what is not named as a time, a unit cannot be told from a name
        others = {power_of(one["unit"]) for one in _SUFFIX.finditer(label)} - {None} | of_others
        return 0 if others <= {0} else None
    return powers.pop() if len(powers) == 1 else None


def _is_rate(label: str) -> bool:
    """Images per second; latency/s is a latency in seconds."""
    for one in _RATE.finditer(label):
        if power_of(one["unit"].lower()) is not None and not names_a_latency(one["of"]):
            return True
    return False


def _units_in_names(label: str) -> tuple[set[int], set[int]]:
    """The units inside of names such as latency_us, and those inside of names of no time."""
    of_times: set[int] = set()
    of_others: set[int] = set()
    for name in _IDENTIFIER.finditer(label):
        words = _words(name.group())
        if len(words) > 1:
            found = set(_units(words))
            (of_others if TIMES.isdisjoint(words) else of_times).update(found)
    return of_times, of_others


def _units(words: list[str]) -> Iterator[int]:
    for place, word in enumerate(words):
        power = power_of(word)
        # One letter may be a name's (yolo_s_time), unless it stands behind the time.
        if power is not None and (len(word) > 1 or not TIMES.isdisjoint(words[:place])):
            yield power
