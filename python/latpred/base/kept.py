"""Numbers by name and key in a file: what was stopped asks only for the rest."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from latpred.base.live import Live
from latpred.base.sqlite import READ_ERRORS, connect, set_durable, transaction, translated
from latpred.errors import ConfigMismatchError, CorruptionError, LatpredError, SchemaError

__all__ = ["KeptNumbers", "batches", "network_keys", "space_text"]

Floats = NDArray[np.float64]

_FORMAT = "latpred-kept-values-1"
_ASKED = 500  # keys of one query, below SQLite's least limit of variables
_TABLES = (
    "CREATE TABLE IF NOT EXISTS about (field TEXT PRIMARY KEY, value TEXT NOT NULL)",
    "CREATE TABLE IF NOT EXISTS metrics (number INTEGER PRIMARY KEY, name TEXT UNIQUE NOT NULL, "
    "identity TEXT NOT NULL)",
    "CREATE TABLE IF NOT EXISTS kept (metric INTEGER NOT NULL, genes BLOB NOT NULL, "
    "value REAL NOT NULL, PRIMARY KEY (metric, genes)) WITHOUT ROWID",
)
_NAMES = {"about", "metrics", "kept"}


def space_text(space: Any) -> str:
    """A space without its restriction: numbers of a network hold in all that contain it."""
    settings = [space.family, space.width, space.resolutions, space.image_size, space.classes]
    more = [] if space.depth is None else [space.depth]  # files of other spaces stay as they are
    return json.dumps([*settings, space.definition, *more])


def network_keys(genes: NDArray[Any]) -> list[bytes]:
    """The rows of a matrix of genes as keys."""
    return [row.tobytes() for row in np.asarray(genes, dtype="<i2")]


def batches(rows: NDArray[np.intp], size: int) -> Iterator[NDArray[np.intp]]:
    """At most `size` rows at a time."""
    for start in range(0, len(rows), size):
        yield rows[start : start + size]


class KeptNumbers(Live):
    """Numbers of the networks of one space, by metric and key, in an SQLite file.

    Args:
        path: The file, which is made where there is none.
        about: Text of the space; see `space_text`.
        space_name: Of that space, for messages.

    Raises:
        SchemaError: Where the file is of another space.
        CorruptionError: Where it is damaged, or no such file.
        StorageError: Where it cannot be read or written.
    """

    def __init__(self, path: str | os.PathLike[str], about: str, space_name: str) -> None:
        self.path = Path(path).absolute()
        self._file: sqlite3.Connection | None = None
        self._guarded("open", lambda: self._open(about, space_name))

    def close(self) -> None:
        """Close the file; nothing is lost."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def number(self, name: str, identity: str) -> int:
        """The number of a metric in the file.

        Raises:
            ConfigMismatchError: Where its numbers of that name come from something else.
        """
        number, kept = self._guarded("read", lambda: self._row(name, identity))
        if kept != identity:
            raise ConfigMismatchError(
                f"{self.path}: {name[:60]} is kept from another objective ({kept[:120]}), "
                f"{identity[:120]} given",
                {name: (kept, identity)},
            )
        return int(number)

    def fill(self, number: int, keys: Sequence[bytes], values: Floats) -> None:
        """Write the numbers that are kept over those at their places."""
        for start in range(0, len(keys), _ASKED):
            some = list(keys[start : start + _ASKED])
            marks = ",".join("?" * len(some))
            query = f"SELECT genes, value FROM kept WHERE metric = ? AND genes IN ({marks})"
            work = partial(self._query, query, number, some)
            found = dict(self._guarded("read", work))
            for place, key in enumerate(some, start):
                values[place] = found.get(key, values[place])

    def keep(self, rows: Sequence[tuple[int, bytes, float]]) -> None:
        """Add rows of (metric, key, number), none of them NaN, all or none; those kept stay."""
        statement = "INSERT OR IGNORE INTO kept VALUES (?, ?, ?)"
        file = self._connection
        self._guarded("write", lambda: transaction(file, lambda: file.executemany(statement, rows)))

    @property
    def _connection(self) -> sqlite3.Connection:
        assert self._file is not None
        return self._file

    def _open(self, about: str, space_name: str) -> None:
        self._file = connect(self.path, "rwc")
        names = {name for (name,) in self._file.execute("SELECT name FROM sqlite_master")}
        if any(not name.startswith("sqlite_") and name not in _NAMES for name in names):
            raise CorruptionError(f"{self.path}: no file of kept values")
        set_durable(self._file)
        for statement in _TABLES:
            self._file.execute(statement)
        wanted = {"format": _FORMAT, "space": about}
        found = dict(self._file.execute("SELECT field, value FROM about"))
        if not found:
            transaction(self._file, lambda: self._begin(wanted))
        elif found.get("format") != _FORMAT:
            raise CorruptionError(f"{self.path}: no file of kept values")
        elif found.get("space") != about:
            raise SchemaError(f"{self.path}: keeps values of another space than {space_name}")

    def _begin(self, wanted: dict[str, str]) -> None:
        self._connection.executemany("INSERT INTO about VALUES (?, ?)", wanted.items())

    def _row(self, name: str, identity: str) -> tuple[int, str]:
        self._connection.execute(
            "INSERT OR IGNORE INTO metrics (name, identity) VALUES (?, ?)", (name, identity)
        )
        query = "SELECT number, identity FROM metrics WHERE name = ?"
        row: tuple[int, str] = self._connection.execute(query, (name,)).fetchone()
        return row

    def _query(self, query: str, number: int, keys: list[bytes]) -> list[tuple[bytes, float]]:
        return self._connection.execute(query, (number, *keys)).fetchall()

    def _guarded(self, action: str, work: Callable[[], Any]) -> Any:
        try:
            return work()
        except LatpredError:  # StorageErrors are OSErrors
            raise
        except (OSError, *READ_ERRORS) as error:
            raise translated(error, self.path, action) from error
