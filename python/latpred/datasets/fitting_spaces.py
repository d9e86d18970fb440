"""Which space the rows of a table are of, where they are not of the space that was asked."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

from latpred._core import datasets as _native
from latpred.errors import ConfigError, DataError
from latpred.spaces import Architectures, Space, nas_bench_201_architectures, space_names
from latpred.spaces import space as space_of

__all__ = ["cell_texts", "fitting_space", "refuse_rows"]

_FEW = 20  # rows that are tried first
_MANY = 6  # wrong rows from which on the space may be wrong
_CELLS = 15_625  # of NAS-Bench-201
_RESOLUTIONS = range(112, 240, 4)


def refuse_rows(
    path: str | Path, space: Space, texts: Sequence[str], problems: Sequence[str]
) -> NoReturn:
    """Raise what is wrong with rows that cannot be read, and the space that they would fit."""
    said = _native.first_few(list(problems))
    if _fits(space, texts[:_FEW]):  # what is wrong are the values
        raise DataError(f"{path}: {said}")
    found = fitting_space(texts, space) if len(problems) >= min(_MANY, len(texts)) else None
    none = f"none of the {len(texts)} rows is of {space}: " if len(problems) == len(texts) else ""
    if found is None:
        raise DataError(f"{path}: {none}{said}")
    raise DataError(f"{path}: {none}{problems[0] if none else said}; the rows fit {found}")


def fitting_space(texts: Sequence[str], asked: Space) -> str | None:
    """The call that makes a built-in space of all these architectures, or None.

    That of the space that was asked comes first, with other resolutions.
    """
    names = sorted(space_names(), key=lambda name: name != asked.family)
    for name in names:
        width = asked.width if name == asked.family else None
        for resolutions in (None, list(_RESOLUTIONS)):
            given: dict[str, Any] = {"width": width, "resolutions": resolutions}
            given = {key: value for key, value in given.items() if value is not None}
            found = _read(name, given, texts)
            if found is not None:
                return _call(name, given, found)
    return None


def _fits(space: Space, texts: Sequence[str]) -> bool:
    try:
        space.architectures(cell_texts(space, texts))
    except ConfigError:
        return False
    return True


def _read(name: str, given: dict[str, Any], texts: Sequence[str]) -> Architectures | None:
    try:
        place = space_of(name, **given)
        for part in (texts[:_FEW], texts):
            found = place.architectures(cell_texts(place, part))
    except ConfigError:
        return None
    return found


def _call(name: str, given: dict[str, Any], archs: Architectures) -> str:
    if "resolutions" in given:
        column = archs.genes[:, -1].tolist()
        choices = archs.space.genes[-1].choices
        given = given | {"resolutions": sorted({int(choices[index]) for index in column})}
    settings = "".join(f", {key}={value}" for key, value in given.items())
    return f"lp.space({name!r}{settings})"


def cell_texts(of_space: Space, texts: Sequence[str]) -> list[str]:
    """Architectures as tables write them, with the numbers of NAS-Bench-201 ("7") as its texts.

    Texts of other forms, and those of other spaces, stay as they are.
    """
    found = list(texts)
    if of_space.family != "nas-bench-201":
        return found
    known = [i for i, text in enumerate(found) if _is_cell_number(text)]
    if known:
        cells = nas_bench_201_architectures([int(found[i]) for i in known], of_space)
        for place, text in zip(known, cells.to_strings(), strict=True):
            found[place] = text
    return found


def _is_cell_number(text: str) -> bool:
    digits = text.strip()
    return digits.isascii() and digits.isdecimal() and len(digits) < 6 and int(digits) < _CELLS
