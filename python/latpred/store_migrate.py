"""Stores of earlier versions: migrated on a copy, the old file is kept."""

from __future__ import annotations

import logging
import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from latpred import store_format as layout
from latpred.errors import ModelVersionError
from latpred.store_failpoints import failpoint
from latpred.store_reader import check_version, connect

__all__ = ["MIGRATIONS", "migrate", "sync_folder"]

_log = logging.getLogger("latpred")

# Version -> what turns a store of it into one of the next, within a transaction.
MIGRATIONS: dict[int, Callable[[sqlite3.Connection], None]] = {}


def sync_folder(folder: Path) -> None:
    """Make renames in a folder survive a power loss."""
    file = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(file)
    finally:
        os.close(file)


def _copy(connection: sqlite3.Connection, path: Path) -> None:
    path.unlink(missing_ok=True)
    with closing(sqlite3.connect(path)) as target:
        connection.backup(target)
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def migrate(connection: sqlite3.Connection, path: Path) -> sqlite3.Connection:
    """The connection itself if its store is of this version, else one to the migrated store.

    The old file stays as `<path>.v<version>`. Needs the lock. An interruption leaves the old
    store in its place.

    Raises:
        ModelVersionError: If the store is newer, or so old that no migration is known.
    """
    version = check_version(connection, path)
    if version == layout.SCHEMA_VERSION:
        return connection
    unknown = [v for v in range(version, layout.SCHEMA_VERSION) if v not in MIGRATIONS]
    if unknown:
        raise ModelVersionError(f"{path}: no migration from version {unknown[0]} is known")
    kept, made = path.with_name(f"{path.name}.v{version}"), path.with_name(path.name + ".new")
    _copy(connection, kept)
    _copy(connection, made)
    connection.close()
    with closing(connect(made, "rw")) as target:
        target.execute("BEGIN IMMEDIATE")
        for step in range(version, layout.SCHEMA_VERSION):
            MIGRATIONS[step](target)
        target.execute(f"PRAGMA user_version={layout.SCHEMA_VERSION}")
        target.execute("COMMIT")
    failpoint("migrate")
    made.replace(path)
    sync_folder(path.parent)
    _log.warning("%s: migrated from version %d; the old file is %s", path, version, kept)
    return connect(path, "rw")
