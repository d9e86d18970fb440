"""SQLite files as latpred keeps them: how they are opened, kept, and what their errors are."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

from latpred._core import base as _base
from latpred.base.files import other_kind
from latpred.errors import CorruptionError, StorageError

__all__ = ["READ_ERRORS", "connect", "set_durable", "single", "transaction", "translated"]

# SQLite's codes, https://www.sqlite.org/rescode.html
_CORRUPT, _NOT_A_DATABASE, _CANNOT_OPEN, _ERROR = 11, 26, 14, 1
_BUSY_SECONDS = 10.0
_MOST_SHOWN = 300
# SQLite's messages quote the file, and may then be no text.
READ_ERRORS = (sqlite3.Error, UnicodeError)


def shown(path: Path) -> str:
    """A path for a message, its middle left out where it is long."""
    text = str(path)
    return text if len(text) <= _MOST_SHOWN else f"{text[:80]!r} … {text[-80:]!r}"


def translated(error: Exception, path: Path, action: str, advice: str = "") -> StorageError:
    """The typed twin of an error of SQLite or the system, with the space that is left.

    Args:
        action: What could not be done: "read" or "write".
        advice: What helps where the file is damaged.
    """
    code = getattr(error, "sqlite_errorcode", None)
    foreign = code is not None and code & 255 in (_NOT_A_DATABASE, _CANNOT_OPEN)
    known = ("SQLite", "of latpred", "empty")
    if foreign and (found := other_kind(path, "an SQLite file of latpred", *known)):
        return StorageError(found) if path.is_dir() else CorruptionError(found)
    if isinstance(error, sqlite3.DatabaseError | UnicodeError):
        unreadable = code is None or code & 255 in (_CORRUPT, _NOT_A_DATABASE, _ERROR)
        if unreadable and not isinstance(error, sqlite3.IntegrityError):
            return CorruptionError(f"{path}: damaged: {error}" + (advice and f"; {advice}"))
    try:
        stats = os.statvfs(path.parent)
        free = f"; {stats.f_bavail * stats.f_frsize / 1e6:.1f} MB free on its file system"
    except OSError:
        free = f"; its folder {shown(path.parent)} is gone"
    text = getattr(error, "strerror", None) or str(error)
    made = StorageError(f"cannot {action} {shown(path)}: {text}{free}")
    made.errno = getattr(error, "errno", None)
    return made


def connect(path: Path, mode: str) -> sqlite3.Connection:
    """A connection in SQLite's open mode ro, rw or rwc; transactions are begun by hand."""
    if sqlite3.sqlite_version_info < _base.least_sqlite:
        least = ".".join(map(str, _base.least_sqlite))
        raise StorageError(
            f"{shown(path)}: SQLite {least} or newer expected, got {sqlite3.sqlite_version}"
        )
    if "\0" in str(path):  # SQLite would end the name there
        raise StorageError(f"{shown(path)}: a path without NUL characters expected")
    connection = sqlite3.connect(
        f"{path.as_uri()}?mode={mode}",
        uri=True,
        timeout=_BUSY_SECONDS,
        isolation_level=None,
        check_same_thread=False,
    )
    # Bytes that are no text any more must be found by the checksum of their row.
    connection.text_factory = lambda data: data.decode(errors="surrogateescape")
    for setting in ("cell_size_check=ON", "mmap_size=0", "trusted_schema=OFF", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {setting}")
    return connection


def single(connection: sqlite3.Connection, statement: str) -> Any:
    """The first cell of the first row; None without one."""
    row = connection.execute(statement).fetchone()
    return None if row is None else row[0]


def set_durable(connection: sqlite3.Connection) -> None:
    """What is committed survives a power loss."""
    # EXTRA is FULL and a sync of the folder after the journal is gone: without it the journal may
    # come back after a power loss and undo the last commit.
    for setting in ("journal_mode=DELETE", "synchronous=EXTRA"):
        connection.execute(f"PRAGMA {setting}")


def transaction(connection: sqlite3.Connection, work: Callable[[], object]) -> None:
    """Do all of the work, or nothing."""
    # No context manager: an interrupt just before its exit would leave the transaction open.
    try:
        connection.execute("BEGIN IMMEDIATE")
        work()
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
