"""Writing rows to a campaign store: one writer, whole transactions, no row twice."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from latpred.base.failpoints import failpoint
from latpred.base.live import Live
from latpred.base.lock import StoreLock
from latpred.base.sqlite import READ_ERRORS, connect, set_durable, single, translated
from latpred.errors import StorageError
from latpred.store import format as layout
from latpred.store.migrate import migrate
from latpred.store.reader import (
    ADVICE,
    StoreContent,
    read_content,
    refuse_damage,
    refuse_other_kinds,
)
from latpred.store.tables import append_rows, create_tables

__all__ = ["StoreWriter", "absolute"]


def absolute(path: str | Path) -> Path:
    """The absolute path: a campaign must not lose its file when the current folder changes."""
    try:
        return Path(path).absolute()
    except OSError as error:
        raise StorageError(f"cannot write {path}: the current folder is gone") from error


class StoreWriter(Live):
    """The one writer of a file. Rows wait in memory until a commit writes them all.

    Args:
        path: The file, created if missing.
        share: Share of the time to spend on commits.
        seconds: A clock that never steps back.

    Attributes:
        content: What the file held when it was opened, checked in full.
        stored_rows: Number of rows that are safe on disk.

    Raises:
        CampaignLockedError, CorruptionError, ModelVersionError, StorageError: As for CampaignStore.
    """

    def __init__(
        self, path: str | Path, share: float = 0.015, seconds: Callable[[], float] = time.monotonic
    ) -> None:
        self.path = absolute(path)
        self._share, self._seconds = share, seconds
        self._pending: list[tuple[str, dict[str, Any]]] = []
        self._connection: sqlite3.Connection | None = None
        self._pid = os.getpid()
        self._require_place()  # before a lock is left beside a file of somebody else
        self._lock = StoreLock(self.path)
        try:
            self.content = self._open()
        except BaseException:
            self._give_up()
            raise
        self.stored_rows, self._link = self.content.rows, self.content.link
        self._opened, self._spent, self._cost = seconds(), 0.0, 0.0

    def _require_place(self) -> None:
        try:
            with contextlib.suppress(FileNotFoundError, NotADirectoryError):
                self.path.lstat()
            if self.path.is_dir():
                raise StorageError(f"cannot write {self.path}: a folder, a file expected")
            refuse_other_kinds(self.path)
        except StorageError:
            raise
        except (OSError, ValueError) as error:  # a name that is too long, or has a NUL
            reason = getattr(error, "strerror", None) or error
            raise StorageError(f"cannot write {str(self.path)[:200]!r}: {reason}") from error

    def _open(self) -> StoreContent:
        try:
            failpoint("open")
            refuse_other_kinds(self.path)
            self._connection = connect(self.path, "rwc")
            if not self._connection.execute("SELECT 1 FROM sqlite_master").fetchone():
                self._refuse_foreign(self._connection)
                self.path.chmod(0o600)
                self._set_durable(self._connection)
                create_tables(self._connection)
            self._connection = migrate(self._connection, self.path)
            self._set_durable(self._connection)
            content = read_content(self._connection, self.path)
        except StorageError:
            raise
        except (*READ_ERRORS, OSError) as error:
            raise translated(error, self.path, "write", ADVICE) from error
        refuse_damage(content)
        return content

    def _refuse_foreign(self, connection: sqlite3.Connection) -> None:
        identity = single(connection, "PRAGMA application_id")
        if identity not in (0, layout.APPLICATION_ID):
            raise StorageError(f"{self.path}: a file of another program")

    @staticmethod
    def _set_durable(connection: sqlite3.Connection) -> None:
        set_durable(connection)

    # --- rows -------------------------------------------------------------------------------------

    def add(self, table: str, values: dict[str, Any]) -> None:
        """Queue a row; it is on disk after the next commit."""
        if self._connection is None:
            raise StorageError(f"{self.path} is closed, rows cannot be added")
        self._pending.append((table, values))

    def commit_if_due(self) -> None:
        """Commit if commits, this one included, cost less than their share of the time."""
        open_seconds = self._seconds() - self._opened
        if self._spent + self._cost <= self._share * open_seconds or self._share >= 1:
            self.commit()

    def commit(self) -> None:
        """Write all rows to disk.

        Raises:
            StorageError: If that fails (disk full, I/O error). The store is then closed, since a
                retry may report success for a write that failed. Earlier rows are safe.
        """
        if not self._pending:
            return
        connection = self._connection
        if connection is None or os.getpid() != self._pid:
            raise StorageError(f"{self.path} is closed or belongs to another process")
        begun = self._seconds()
        serial, link = self.stored_rows, self._link
        try:
            failpoint("begin")
            connection.execute("BEGIN IMMEDIATE")
            serial, link = append_rows(connection, self._pending, serial, link)
            failpoint("commit")
            connection.execute("COMMIT")
            failpoint("committed")
        except (*READ_ERRORS, OSError) as error:
            self._give_up()
            raise translated(error, self.path, "write", ADVICE) from error
        finally:
            self._settle(serial, link)
        self._cost = self._seconds() - begun
        self._spent += self._cost

    def _settle(self, serial: int, link: str) -> None:
        """Settle a commit, or an interrupt anywhere within one: all of it counts or nothing."""
        if self._connection is None:
            return
        if self._connection.in_transaction:
            self._connection.execute("ROLLBACK")
        rows = single(self._connection, "SELECT rows FROM head")
        if rows == self.stored_rows + len(self._pending) == serial:
            self._pending.clear()
            self.stored_rows, self._link = serial, link

    # --- the end ----------------------------------------------------------------------------------

    @property
    def closed(self) -> bool:
        return self._connection is None

    def close(self) -> None:
        """Commit the waiting rows and release the file to other processes."""
        try:
            if self._connection is not None and os.getpid() == self._pid:
                self.commit()
        finally:
            self._give_up()

    def _give_up(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None and os.getpid() == self._pid:
            with contextlib.suppress(sqlite3.Error):
                connection.close()
        self._lock.release()
