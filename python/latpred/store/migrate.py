"""Stores of earlier versions: rewritten in the current layout; the old file is kept."""

from __future__ import annotations

import logging
import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from latpred.base.failpoints import failpoint
from latpred.base.sqlite import connect
from latpred.store import format as layout
from latpred.store.reader import StoreContent, check_version, read_content, refuse_damage
from latpred.store.tables import append_rows, create_tables, in_writing_order

__all__ = ["migrate", "sync_folder"]

_log = logging.getLogger("latpred")


def sync_folder(folder: Path) -> None:
    """Make renames in a folder survive a power loss."""
    file = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(file)
    finally:
        os.close(file)


def _sync(path: Path, like: Path) -> None:
    shutil.copymode(like, path)
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _copy(connection: sqlite3.Connection, path: Path, like: Path) -> None:
    path.unlink(missing_ok=True)
    with closing(sqlite3.connect(path)) as target:
        connection.backup(target)
    _sync(path, like)


def _write(content: StoreContent, path: Path) -> None:
    """Write all rows as they are, with NULL in columns that their version did not have."""
    for left in (path, path.with_name(path.name + "-journal")):  # of a migration that was killed
        left.unlink(missing_ok=True)
    with closing(connect(path, "rwc")) as target:
        create_tables(target)
        target.execute("BEGIN IMMEDIATE")
        append_rows(target, in_writing_order(content.tables), 0, layout.FIRST_LINK)
        target.execute("COMMIT")
    _sync(path, content.path)


def migrate(connection: sqlite3.Connection, path: Path) -> sqlite3.Connection:
    """The connection itself if its store has this version, else one to the migrated store.

    The old file stays as `<path>.v<version>`. The caller holds the lock. An interruption
    leaves the old store in its place.

    Raises:
        CorruptionError: If anything in the old store is not as it was written: migration replaces
            its checksums, so the damage would never be found again.
        ModelVersionError: If the store is newer, or older than any known version.
    """
    version = check_version(connection, path)
    if version == layout.SCHEMA_VERSION:
        return connection
    content = read_content(connection, path)
    refuse_damage(content)
    kept, made = path.with_name(f"{path.name}.v{version}"), path.with_name(path.name + ".new")
    _copy(connection, kept, path)
    _write(content, made)
    connection.close()
    failpoint("migrate")
    made.replace(path)
    sync_folder(path.parent)
    _log.warning("%s: migrated from version %d; the old file is %s", path, version, kept)
    return connect(path, "rw")
