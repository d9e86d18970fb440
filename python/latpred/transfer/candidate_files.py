"""Networks that a generator proposed, as its file lists them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from latpred.base.shown import Shown
from latpred.base.text_files import decoded
from latpred.downloads.places import data_file
from latpred.errors import ArchitectureError, CorruptionError, StorageError
from latpred.predictors.rows import StrPath, Values
from latpred.spaces import Architectures, Space
from latpred.spaces import space as space_of

__all__ = ["Candidates", "read_candidates"]

_MOST_BYTES = 2**26


@dataclass(frozen=True)
class Candidates(Shown):
    """N networks that a generator proposed, in its order.

    Attributes:
        archs: The networks.
        accuracy: Their accuracies in percent after training, N.
        score: What the generator gave them, N; more is better.
        seconds: What generating them took.

    Example:
        >>> cell = lp.space("nas-bench-201").sample(1, seed=0)
        >>> found = lp.transfer.Candidates(cell, np.array([70.0]), np.array([0.1]), 1.5)
        >>> len(found)
        1
    """

    archs: Architectures
    accuracy: Values
    score: Values
    seconds: float

    def __len__(self) -> int:
        """Return the number of networks."""
        return len(self.archs)


def read_candidates(
    path: StrPath | None = None, space: str | Space = "nas-bench-201"
) -> Candidates:
    """Read networks as HELP keeps those that MetaD2A generated for CIFAR-100.

    Args:
        path: A text file: the seconds that generating took, then "architecture, accuracy, score" in
            each line. Where None the named data, `latpred data fetch help-metad2a`.
        space: Space of the networks, or its name.

    Raises:
        DataError: Where the named data are not there.
        StorageError: Where the file cannot be read.
        CorruptionError: For a line of another form, naming it.
        ConfigError: For an unknown space.

    Example:
        >>> text = lp.space("nas-bench-201").sample(1, seed=0).to_strings()[0]
        >>> _ = Path("found.txt").write_text(f"1.5\\n{text}, 70.2, 0.001\\n")
        >>> lp.transfer.read_candidates("found.txt").accuracy.tolist()
        [70.2]
    """
    place = Path(data_file(*_NAMED) if path is None else path)
    known = space_of(space) if isinstance(space, str) else space
    every = enumerate(_text(place).splitlines(), start=1)
    lines = [(number, line) for number, line in every if line.strip()]
    if len(lines) < 2:
        raise CorruptionError(f"{place}: seconds, then a line for each network expected")
    seconds = _number(place, *lines[0])
    rows = [_row(place, number, line) for number, line in lines[1:]]
    try:
        archs = known.architectures([text for text, _, _ in rows])
    except ArchitectureError as error:
        raise CorruptionError(f"{place}: {error}") from None
    accuracy, score = (np.array([row[column] for row in rows]) for column in (1, 2))
    return Candidates(archs, accuracy, score, seconds)


_NAMED = ("transfer/arch_generated_by_metad2a.txt", "help-metad2a")


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(_MOST_BYTES + 1)
    except OSError as error:
        raise StorageError(f"{path}: cannot be read: {error.strerror or error}") from error
    if len(content) > _MOST_BYTES:
        raise CorruptionError(f"{path}: larger than {_MOST_BYTES:,} bytes")
    try:
        return decoded(content)
    except ValueError as error:
        raise CorruptionError(f"{path}: {error}") from None


def _row(path: Path, number: int, line: str) -> tuple[str, float, float]:
    parts = [part.strip() for part in line.rsplit(",", 2)]
    if len(parts) != 3:
        raise CorruptionError(f"{path}: line {number}: architecture, accuracy, score expected")
    return parts[0], _number(path, number, parts[1]), _number(path, number, parts[2])


def _number(path: Path, line: int, text: str) -> float:
    try:
        value = float(text)  # as written: no digit groups, which `float` takes with underscores
        if "_" in text:
            raise ValueError(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise CorruptionError(f"{path}: line {line}: {text.strip()[:40]!r}, a number expected")
    return value
