"""Values of networks that outlive the process: what was stopped asks only for the rest."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from latpred.base.sqlite import READ_ERRORS, connect, set_durable, transaction, translated
from latpred.errors import ConfigMismatchError, CorruptionError, LatpredError, SchemaError
from latpred.profiling.objectives import Metric
from latpred.spaces import Architectures, Space

__all__ = ["KeptValues"]

StrPath = str | os.PathLike[str]
Floats = NDArray[np.float64]
Advance = Callable[[int], None]

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


def _about(space: Space) -> str:
    """The space without its restriction: values of a network hold in all that contain it."""
    settings = [space.family, space.width, space.resolutions, space.image_size, space.classes]
    return json.dumps([*settings, space.definition])


class KeptValues:
    """Values of metrics by network, kept in a file in batches; or in none.

    Each batch is in the file before the next one is asked for, so whatever stops a run loses at
    most one. The same networks give bit-equal values again, and noisy objectives are asked once.

    Args:
        path: The file, which is made where there is none; None keeps nothing.
        space: Of the networks. Restrictions of one space share a file.

    Raises:
        SchemaError: Where the file is of another space.
        CorruptionError: Where it is damaged, or no such file.
        StorageError: Where it cannot be read or written.

    Example:
        >>> from latpred.profiling import KeptValues, metrics_of
        >>> with KeptValues("kept.db", space) as kept:
        ...     values = kept.evaluate(metrics_of({"macs": "macs"})[0], archs)
        >>> values.shape
        (60,)
    """

    def __init__(self, path: StrPath | None, space: Space) -> None:
        self._path = None if path is None else Path(path).absolute()
        self._file: sqlite3.Connection | None = None
        self.asked = 0
        """Networks that objectives were asked for, summed over metrics."""
        if self._path is not None:
            self._guarded("open", lambda: self._open(space))

    def __enter__(self) -> Self:
        """The store itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the file."""
        self.close()

    def close(self) -> None:
        """Close the file; nothing is lost."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def evaluate(
        self, metric: Metric, archs: Architectures, advance: Advance | None = None
    ) -> Floats:
        """N values of distinct networks: kept ones, and the others from the metric, batch by batch.

        Args:
            metric: What is asked for; its identity must be that of the kept values.
            archs: N networks of the space.
            advance: Told how many more networks are done.

        Raises:
            ConfigMismatchError: Where the file's values of that name are of another objective.
            DataError: As the metric raises.
        """
        values = np.full(len(archs), np.nan)
        keys = self._keys(archs)
        number = self._number(metric)
        if number is not None:
            self._fill(number, keys, values)
        missing = np.flatnonzero(np.isnan(values))
        if advance is not None:
            advance(len(archs) - len(missing))
        for rows in _batches(missing, metric.batch):
            values[rows] = metric(archs[rows])
            self.asked += len(rows)
            if number is not None:
                self._keep(number, [keys[i] for i in rows], values[rows])
            if advance is not None:
                advance(len(rows))
        return values

    def wrap(self, metric: Metric) -> Callable[[Architectures], Floats]:
        """The metric as an objective that remembers."""
        return lambda archs: self.evaluate(metric, archs)

    def _open(self, space: Space) -> None:
        assert self._path is not None
        self._file = connect(self._path, "rwc")
        names = {name for (name,) in self._file.execute("SELECT name FROM sqlite_master")}
        if any(not name.startswith("sqlite_") and name not in _NAMES for name in names):
            raise CorruptionError(f"{self._path}: no file of kept values")
        set_durable(self._file)
        for statement in _TABLES:
            self._file.execute(statement)
        wanted = {"format": _FORMAT, "space": _about(space)}
        found = dict(self._file.execute("SELECT field, value FROM about"))
        if not found:
            transaction(self._file, lambda: self._begin(wanted))
        elif found.get("format") != _FORMAT:
            raise CorruptionError(f"{self._path}: no file of kept values")
        elif found.get("space") != wanted["space"]:
            raise SchemaError(f"{self._path}: keeps values of another space than {space.name}")

    def _begin(self, wanted: dict[str, str]) -> None:
        assert self._file is not None
        self._file.executemany("INSERT INTO about VALUES (?, ?)", wanted.items())

    def _number(self, metric: Metric) -> int | None:
        if self._file is None:
            return None
        number, identity = self._guarded("read", lambda: self._row(metric))
        if identity != metric.identity:
            raise ConfigMismatchError(
                f"{self._path}: {metric.name[:60]} is kept from another objective "
                f"({identity[:120]}), {metric.identity[:120]} given",
                {metric.name: (identity, metric.identity)},
            )
        return int(number)

    def _row(self, metric: Metric) -> tuple[int, str]:
        assert self._file is not None
        self._file.execute(
            "INSERT OR IGNORE INTO metrics (name, identity) VALUES (?, ?)",
            (metric.name, metric.identity),
        )
        query = "SELECT number, identity FROM metrics WHERE name = ?"
        row: tuple[int, str] = self._file.execute(query, (metric.name,)).fetchone()
        return row

    def _keys(self, archs: Architectures) -> list[bytes]:
        if self._file is None:
            return []
        return [row.tobytes() for row in np.asarray(archs.genes, dtype="<i2")]

    def _fill(self, number: int, keys: list[bytes], values: Floats) -> None:
        """Kept values at their places."""
        for start in range(0, len(keys), _ASKED):
            some = keys[start : start + _ASKED]
            marks = ",".join("?" * len(some))
            query = f"SELECT genes, value FROM kept WHERE metric = ? AND genes IN ({marks})"
            work = partial(self._query, query, number, some)
            found = dict(self._guarded("read", work))
            for place, key in enumerate(some, start):
                values[place] = found.get(key, np.nan)

    def _query(self, query: str, number: int, keys: list[bytes]) -> list[tuple[bytes, float]]:
        assert self._file is not None
        return self._file.execute(query, (number, *keys)).fetchall()

    def _keep(self, number: int, keys: list[bytes], values: Floats) -> None:
        file = self._file
        assert file is not None
        rows = [(number, key, float(value)) for key, value in zip(keys, values, strict=True)]
        statement = "INSERT OR IGNORE INTO kept VALUES (?, ?, ?)"
        self._guarded("write", lambda: transaction(file, lambda: file.executemany(statement, rows)))

    def _guarded(self, action: str, work: Callable[[], Any]) -> Any:
        try:
            return work()
        except LatpredError:  # StorageErrors are OSErrors
            raise
        except (OSError, *READ_ERRORS) as error:
            assert self._path is not None
            raise translated(error, self._path, action) from error


def _batches(rows: NDArray[np.intp], size: int) -> Iterator[NDArray[np.intp]]:
    for start in range(0, len(rows), size):
        yield rows[start : start + size]
