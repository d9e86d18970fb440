"""The one number in the text of a command that is its latency."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from latpred.runtimes.printed_labels import (
    is_a_bound,
    is_no_latency,
    names_a_latency,
    power_of_label,
)
from latpred.runtimes.printed_words import LONGER, PER, UNITS, CommandFailed, power_of

__all__ = ["latency_text", "shown"]

LONGEST_LINE = 1 << 16  # characters; longer ones are no log
HOW = "print a number of ms last, or a JSON object with latency_ms"
_GAP = r"[^\S\n]*"
_PUNCTUATION = r"\s()\[\]{}<>,;.:|\"'`!?*=/\\+~–—\-"
# A number, all that is glued to it, and the word behind it. Digits of names (fp16, net-0.onnx,
# /data/0) are none.
_NUMBER = re.compile(
    rf"""
    (?: (?P<before>[\#<>≤≥±$€£^,;'’ʼ`´−]|\+/?-) | (?<![\w/\\]) (?<!\w[.\-@]) )  (?P<sign>[+-]?)
    (?: (?P<plain>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)
        (?P<joined>(?:[.,'’ʼ`´_:;/·…–—−\-]*\d\S*|[_^'’ʼ`´±/\\–—−\-+=<>~\#@&]\S*)?)
      | (?P<other>\d\S*)
      | (?P<word>(?i:nan|inf|infinity))(?!\w) )
    (?: {_GAP}[\[(]?{_GAP} (?P<unit>[^{_PUNCTUATION}\d_][^{_PUNCTUATION}]*)
        (?: {_GAP}(?:/|\bper\b){_GAP}(?P<per>[^\W\d]\w*) )? )?
    """,
    re.VERBOSE,
)
# Times of day at the beginning of a line, as of trtexec and logcat.
_STAMP = re.compile(
    r"^[\s\[(<]*(?:\d{4}[-/]\d\d[-/]\d\d|\d\d[-/]\d\d[-/]\d{4}|\d\d-\d\d)?[T ,-]*"
    r"\d{1,2}:\d\d:\d\d(?:[.,]\d+)?(?![.,:]?\d)Z?(?:\s+\d+\s+\d+(?=\s+[VDIWEF]\s))?[\])>]*(?=.*\w)"
)
_COUNTED = re.compile(r"\s+[^\W\d_]|\)?\s*[:=]")
_VALUE = re.compile(r"(?:.{0,9}[:=]|^)\s*[+-]?(?i:nan|inf|infinity)(?!\w)")
_MAYBE_TIME = re.compile(rf"[\d.]{_GAP}[\[(]?{_GAP}[smnuµμ]", re.IGNORECASE)
_MAYBE_NUMBER = re.compile(r"[0-9]")
_LETTER = re.compile(r"[^\W\d_]")
_HEADING = re.compile(r"[^/\\.]*[:=)\]]|\w+")


@dataclass(frozen=True)
class _Number:
    """A number of a line, from the match of `_NUMBER`."""

    text: str
    plain: str | None  # None where it is not one plain number
    unit: str  # empty for none
    begin: int
    end: int
    counted: bool  # a whole number with a word or a colon behind: 50 runs, run 5:

    @property
    def ms(self) -> float | None:
        """In ms by its own unit; None for one that is not plain or has no unit of time."""
        power = power_of(self.unit) if self.unit else None
        return None if self.plain is None or power is None else _in_ms(self.plain, power)


def shown(value: object) -> str:
    """A value or text as an error shows it, bounded."""
    text = " ".join(value.split()) if isinstance(value, str) else repr(value)
    text = text if len(text) <= 100 else f"{text[:48]} … {text[-48:]}"
    return repr(text) if isinstance(value, str) else text


def latency_text(text: str) -> float:
    """The last number of a text, in ms.

    Raises:
        CommandFailed: Where it is not one plain number, has a unit that is no time, or where
            another number could be meant as well.
    """
    lines = [_STAMP.sub("", line) for line in text.splitlines()]
    if any(len(line) > LONGEST_LINE for line in lines):
        raise CommandFailed(f"printed a line of more than {LONGEST_LINE} characters: {HOW}")
    for place in reversed(range(len(lines))):
        found = _numbers(lines[place])
        if found:
            value = _of_line(lines[place], found, _above(lines, place))
            _refuse_rivals(lines, place, found, value)
            return value
    end = " ".join(text.split())[-80:]
    raise CommandFailed(f"printed no latency, expected a number of ms at the end of {end!r}")


def _in_ms(plain: str, power: int) -> float:
    """Rounded once."""
    value = float(plain)
    usual = power == 0 or not 0 < abs(value) < math.inf
    return value if usual else float(Decimal(plain).scaleb(power))


def _numbers(line: str) -> list[_Number]:
    return list(_scan(line)) if any(map(str.isdigit, line)) or "n" in line.lower() else []


def _scan(line: str) -> Iterator[_Number]:
    for one in _NUMBER.finditer(line):
        unit, per = one["unit"] or "", one["per"]
        end = one.end("joined") if one["plain"] and not unit else one.end()
        if one["word"] and not (unit in UNITS or _VALUE.match(line, max(0, one.start() - 9))):
            continue
        if per is not None and per.lower() not in PER:
            unit = f"{unit}/{per}"
        whole = one["plain"] is not None and not one["joined"] and not one["before"]
        counted = whole and one["plain"].isdigit() and bool(_COUNTED.match(line, one.end("joined")))
        plain = one["sign"] + (one["plain"] or one["word"] or "")
        clean = (whole or one["word"]) and not one["before"]
        text = line[one.start() : end].strip()
        yield _Number(text, plain if clean else None, unit, one.start(), end, counted)


def _of_line(line: str, found: list[_Number], above: str) -> float:
    """The last number of a line, in ms, if it is the only one that can be meant."""
    last, others = found[-1], found[:-1]
    where = f"in the line {_around(line, last)}: {HOW}"
    if last.plain is None:
        raise CommandFailed(f"printed {shown(last.text)}, not one plain number, {where}")
    if "{" in line or "}" in line:
        raise CommandFailed(f"printed braces that are no JSON, {where}")
    if others and _grouped(line, others[-1], last):
        raise CommandFailed(f"printed several numbers, or one with a gap in it, {where}")
    if is_a_bound(line[: last.begin]):
        raise CommandFailed(f"printed a bound, not a latency, {where}")
    label = _label(line, found, above)
    if last.unit:
        value = last.ms
        if value is None:
            raise CommandFailed(f"printed {shown(last.text)} last, which is no time, {where}")
        if is_no_latency(line[others[-1].begin : last.begin] if others else label):
            raise CommandFailed(f"printed {shown(last.text)} of something else, {where}")
        return value
    if others and not (_named(line, last) and all(one.counted for one in others)):
        raise CommandFailed(f"printed several numbers, {where}")
    power = power_of_label(label)
    if power is None:
        raise CommandFailed(f"printed {shown(last.text)} of something else than ms, {where}")
    return _in_ms(last.plain, power)


def _label(line: str, found: list[_Number], above: str) -> str:
    """What stands before the last number; with the heading above it where that has no letter."""
    label = line[found[-2].end if len(found) > 1 else 0 : found[-1].begin]
    return label if _LETTER.search(label) else f"{above}{label}"


def _named(line: str, number: _Number) -> bool:
    return line[: number.begin].rstrip().endswith((":", "="))


def _grouped(line: str, before: _Number, last: _Number) -> bool:
    """Whether two numbers are one with a gap in it, one in two units, a range or a list."""
    gap = line[before.end : last.begin]
    between = gap.strip()
    joints = {",", ";", "/", "|", "-", "–", "—", "~", "±", "+/-", "→", "to", "*", "x"}
    if before.unit:
        longer = before.unit.lower() in LONGER and between in ("", ",", "and")
        return longer or (before.unit in joints and not between)
    return between in joints or (gap.isspace() and len(gap) == 1 and before.plain is not None)


def _above(lines: list[str], place: int) -> str:
    """The line above, if it is a heading: without a number, and no path."""
    line = lines[place - 1].strip() if place else ""
    return f"{line} " if _HEADING.fullmatch(line) and not _numbers(line) else ""


def _refuse_rivals(lines: list[str], place: int, found: list[_Number], value: float) -> None:
    """CommandFailed where another line has a latency as well as the last one."""
    last = found[-1]
    label = _label(lines[place], found, _above(lines, place))
    # A bare number, one in a unit and "latency: 5" are latencies rather than "input: 5".
    surely = bool(last.unit) or not _is_of_others(label)
    seen: set[str] = set()
    for number, line in enumerate(lines):
        if line in seen:
            continue
        seen.add(line)
        rival = _rival(lines, number, value, surely)
        if rival:
            raise CommandFailed(
                f"printed several times, {shown(rival)} in the line {shown(line)} and "
                f"{shown(last.text)}: {HOW}"
            )


def _is_of_others(line: str) -> bool:
    """Whether a line has words, and none of a latency."""
    return _LETTER.search(line) is not None and not names_a_latency(line)


def _rival(lines: list[str], place: int, value: float, surely: bool) -> str:
    """The number of a line that may as well be the latency; "" for none."""
    line = lines[place]
    if _MAYBE_TIME.search(line):
        for one in _numbers(line):
            if one.unit and power_of(one.unit) is not None and one.ms != value:
                return one.text
    if not _MAYBE_NUMBER.search(line) or (surely and _is_of_others(line)):
        return ""
    found, above = _numbers(line), _above(lines, place)
    if not found or found[-1].unit:
        return ""
    if surely and _is_of_others(_label(line, found, above)):
        return ""
    try:
        other = _of_line(line, found, above)
    except CommandFailed:
        return ""
    return found[-1].text if other != value else ""


def _around(line: str, number: _Number) -> str:
    """The line, or the part of a long one with the number at its end."""
    text = line if len(line) <= 100 else f"…{line[max(0, number.end - 90) : number.end][-90:]}"
    return repr(text.strip())
