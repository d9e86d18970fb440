"""The file of a study: SQLite, one commit for all that happened since the last one.

What is committed survives a kill: rollback journal and synchronous=FULL. One process at a time
writes; the lock is the operating system's, so it ends with its holder, however that dies.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np

from latpred.base.failpoints import failpoint
from latpred.base.files import kind_of
from latpred.base.live import Live
from latpred.base.lock import StoreLock
from latpred.base.sqlite import READ_ERRORS, connect, set_durable, single, transaction, translated
from latpred.errors import (
    ConfigError,
    CorruptionError,
    LatpredError,
    ModelVersionError,
    StudyLockedError,
)
from latpred.tuning.parameters import same_description

__all__ = ["StoredTrial", "StudyStore"]

APPLICATION_ID = 0x6C705354  # "lpST"
VERSION = 1
SCHEMA = """
CREATE TABLE study (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE trial (
    number INTEGER PRIMARY KEY,
    configuration TEXT NOT NULL,
    state TEXT NOT NULL,
    reason TEXT NOT NULL,
    failures INTEGER NOT NULL,
    seconds REAL NOT NULL,
    saved_epochs INTEGER,
    saved_state BLOB,
    saved_hash TEXT
) STRICT;
CREATE TABLE loss (
    trial INTEGER NOT NULL REFERENCES trial(number),
    epoch INTEGER NOT NULL,
    value REAL NOT NULL,
    PRIMARY KEY (trial, epoch)
) STRICT, WITHOUT ROWID;
"""


@dataclass
class StoredTrial:
    """A trial as the store, or the memory of a study, keeps it."""

    configuration: list[float]
    state: str
    reason: str
    losses: list[float]
    failures: int
    seconds: float = 0.0
    saved: tuple[int, bytes] | None = None
    """Its newest state and the epochs before it."""


class StudyStore(Live):
    """Keeps the trials of one study in one file."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        """Open the file, or begin it.

        Raises:
            StudyLockedError: At once, if another process has it; names pid and host.
            StorageError: If it cannot be opened.
            CorruptionError: If it is something else than a study.
            ModelVersionError: If a newer latpred wrote it.
        """
        self.path = Path(path).absolute()
        self._lock = StoreLock(self.path, "study", StudyLockedError)
        try:
            with self._errors():
                self._db = connect(self.path, "rwc")
                set_durable(self._db)
                self._prepare()
        except BaseException:
            self.close()
            raise
        self._written: dict[int, tuple[int, int | None]] = {}

    def _prepare(self) -> None:
        application = single(self._db, "PRAGMA application_id")
        version = single(self._db, "PRAGMA user_version")
        tables = single(self._db, "SELECT count(*) FROM sqlite_master")
        if application == 0 and tables == 0:
            header = f"PRAGMA application_id={APPLICATION_ID}; PRAGMA user_version={VERSION};"
            self._db.executescript(f"BEGIN; {SCHEMA} {header} COMMIT;")
        elif application != APPLICATION_ID:
            kind = kind_of(self.path) or "a file of another program"
            raise CorruptionError(f"{self.path}: {kind}, not a study of latpred.tune")
        elif version > VERSION:
            raise ModelVersionError(
                f"{self.path}: version {version}, at most {VERSION} expected: use a newer latpred"
            )

    def begin(self, identity: Mapping[str, Any]) -> dict[int, StoredTrial]:
        """Return the trials of earlier runs of the same study.

        Raises:
            ConfigError: If the file is of a study with other settings; they are named.
        """
        with self._errors():
            rows = dict(self._db.execute("SELECT key, value FROM study"))
            wanted = {key: _text(value) for key, value in identity.items()}
            if not rows:
                insert = "INSERT INTO study VALUES (?, ?)"
                transaction(self._db, lambda: self._db.executemany(insert, wanted.items()))
            elif keys := _differing(rows, wanted):
                text = "; ".join(
                    f"{k} {_cut(rows.get(k))}, now {_cut(wanted.get(k))}" for k in keys
                )
                raise ConfigError(f"{self.path}: a study with other settings: {text}")
            trials = dict(self._trials())
        self._written = {number: _extent(trial) for number, trial in trials.items()}
        return trials

    def _trials(self) -> Iterator[tuple[int, StoredTrial]]:
        losses: dict[int, list[float]] = {}
        for number, epoch, value in self._db.execute(
            "SELECT trial, epoch, value FROM loss ORDER BY trial, epoch"
        ):
            known = losses.setdefault(number, [])
            if epoch != len(known):
                raise CorruptionError(f"{self.path}: trial {number} lacks the loss of an epoch")
            known.append(value)
        rows = self._db.execute("SELECT * FROM trial ORDER BY number")
        for number, text, state, reason, failures, seconds, epochs, blob, digest in rows:
            if blob is not None and hashlib.sha256(blob).hexdigest() != digest:
                raise CorruptionError(f"{self.path}: the state of trial {number} is damaged")
            configuration = [float.fromhex(value) for value in json.loads(text)]
            saved = None if blob is None else (epochs, blob)
            known = losses.pop(number, [])
            if saved is not None and not (isinstance(epochs, int) and 0 <= epochs <= len(known)):
                raise CorruptionError(f"{self.path}: the state of trial {number} is of no epoch")
            yield number, StoredTrial(configuration, state, reason, known, failures, seconds, saved)

    def write(self, trials: Mapping[int, StoredTrial]) -> None:
        """Commit these trials; when it returns they survive a kill."""
        with self._errors():
            transaction(self._db, lambda: self._put_all(trials))
            failpoint("study.committed")
        self._written |= {number: _extent(trial) for number, trial in trials.items()}

    def _put_all(self, trials: Mapping[int, StoredTrial]) -> None:
        for number, trial in trials.items():
            self._put(number, trial)
        failpoint("study.commit")

    def _put(self, number: int, trial: StoredTrial) -> None:
        configuration = json.dumps([float(value).hex() for value in trial.configuration])
        row = (number, configuration, trial.state, trial.reason, trial.failures, trial.seconds)
        self._db.execute(
            "INSERT INTO trial (number, configuration, state, reason, failures, seconds)"
            " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT(number) DO UPDATE SET state=excluded.state,"
            " reason=excluded.reason, failures=excluded.failures, seconds=excluded.seconds",
            row,
        )
        # Unknown from here until the commit is known to be done.
        losses, epochs = self._written.pop(number, (0, -1))
        new = enumerate(trial.losses[losses:], losses)
        rows = [(number, epoch, loss) for epoch, loss in new]
        self._db.executemany("INSERT OR IGNORE INTO loss VALUES (?, ?, ?)", rows)
        saved_epochs, blob = trial.saved or (None, None)
        if saved_epochs != epochs:
            digest = None if blob is None else hashlib.sha256(blob).hexdigest()
            self._db.execute(
                "UPDATE trial SET saved_epochs=?, saved_state=?, saved_hash=? WHERE number=?",
                (saved_epochs, blob, digest, number),
            )

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except LatpredError:  # some are OSErrors and ValueErrors too
            raise
        except (*READ_ERRORS, OSError) as error:
            raise translated(error, self.path, "read or write") from error
        except (ValueError, TypeError, OverflowError, RecursionError) as error:
            raise CorruptionError(f"{self.path}: damaged: {error}") from error

    def close(self) -> None:
        """Give the file to others."""
        if hasattr(self, "_db"):
            self._db.close()
        self._lock.release()

    def __enter__(self) -> Self:
        """Return the store."""
        return self

    def __exit__(self, *_: object) -> None:
        """Give the file to others."""
        self.close()


def _text(value: object) -> str:
    return json.dumps(value, sort_keys=True, default=_number)


def _number(value: Any) -> Any:
    """NumPy's numbers as JSON has them."""
    if isinstance(value, np.generic):
        return value.item()
    raise TypeError(f"{type(value).__name__} is not of JSON")


def _differing(rows: Mapping[str, str], wanted: Mapping[str, str]) -> list[str]:
    """Settings that are not the same; stores of earlier versions do not tell the order."""
    told = {key: value for key, value in wanted.items() if key in rows or key != "order"}
    return sorted(key for key in {*rows, *told} if not _same(rows.get(key), told.get(key)))


def _same(stored: str | None, wanted: str | None) -> bool:
    """Whether two texts of JSON mean the same, however their numbers are written."""
    if stored is None or wanted is None:
        return stored is wanted
    return stored == wanted or same_description(json.loads(stored), json.loads(wanted))


def _cut(text: str | None) -> str:
    return str(text) if text is None or len(text) <= 160 else text[:160] + "…"


def _extent(trial: StoredTrial) -> tuple[int, int | None]:
    return len(trial.losses), trial.saved[0] if trial.saved else None
