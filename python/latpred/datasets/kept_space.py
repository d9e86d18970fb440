"""The space that a file of a table keeps beside the architectures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from latpred.errors import ConfigError
from latpred.spaces import Space, space_of_text, space_text
from latpred.spaces import space as named_space

__all__ = ["COLUMN", "space_cells", "space_of_file"]

COLUMN = "space"


def space_cells(space: Space, rows: int) -> dict[str, Any]:
    """The column that says the space: in the first row, as JSON."""
    return {COLUMN: [space_text(space), *[""] * (rows - 1)]}


def space_of_file(
    path: str | Path, columns: Mapping[str, Sequence[str]], given: Space | str | None
) -> Space:
    """The space given, by itself, its name or file; that of the file where None.

    Raises:
        ConfigError: Where neither says one.
    """
    if isinstance(given, Space):
        return given
    if given is not None:
        return named_space(given)
    for text in columns.get(COLUMN, ()):
        if text.startswith("{"):
            return space_of_text(text, f"{path}: column {COLUMN!r}")
        if text:
            return named_space(text)
    raise ConfigError(
        f"{path}: does not say its search space: space= (on the command line --space) expected, a "
        "name such as ofa-mobilenetv3 or a .json file"
    )
