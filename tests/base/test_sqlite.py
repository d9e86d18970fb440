"""SQLite files: durable, all or nothing, with typed errors."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import latpred as lp
import pytest
from latpred._core import base, measurement
from latpred.base.sqlite import connect, set_durable, single, transaction, translated
from latpred.tuning.study_store import StudyStore


def test_commits_survive_a_power_loss(tmp_path: Path) -> None:
    with closing(connect(tmp_path / "a.db", "rwc")) as connection:
        set_durable(connection)
        assert single(connection, "PRAGMA synchronous") == 3  # EXTRA
        assert single(connection, "PRAGMA journal_mode") == "delete"
    with StudyStore(tmp_path / "study.db") as store:
        assert single(store._db, "PRAGMA synchronous") == 3
        assert single(store._db, "PRAGMA foreign_keys") == 1


def test_one_limit_for_stores_and_the_doctor(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def asked() -> str:
        state = measurement.MachineState()
        state.sqlite = list(sqlite3.sqlite_version_info)
        (found,) = (one for one in measurement.findings(state) if one.name == "SQLite")
        return found.level

    least = base.least_sqlite
    monkeypatch.setattr("sqlite3.sqlite_version_info", least)
    connect(tmp_path / "a.db", "rwc").close()
    assert asked() == "ok"
    monkeypatch.setattr("sqlite3.sqlite_version_info", (least[0], least[1] - 1, 99))
    with pytest.raises(lp.StorageError, match=r"SQLite 3\.37\.0 or newer expected"):
        connect(tmp_path / "a.db", "rwc")
    assert asked() == "error"


def test_all_or_nothing(tmp_path: Path) -> None:
    with closing(connect(tmp_path / "a.db", "rwc")) as connection:
        connection.execute("CREATE TABLE t (a)")

        def fail() -> None:
            connection.execute("INSERT INTO t VALUES (1)")
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            transaction(connection, fail)
        assert single(connection, "SELECT count(*) FROM t") == 0
        assert not connection.in_transaction
        transaction(connection, lambda: connection.execute("INSERT INTO t VALUES (1)"))
        assert single(connection, "SELECT count(*) FROM t") == 1
        assert single(connection, "SELECT a FROM t WHERE a > 1") is None


def test_errors_have_their_twins(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    path.write_bytes(b"SQLite format 3\0" + b"\xff" * 4000)
    with pytest.raises(sqlite3.DatabaseError) as caught, closing(connect(path, "ro")) as connection:
        connection.execute("SELECT * FROM sqlite_master")
    damaged = translated(caught.value, path, "read", "copy it first")
    assert isinstance(damaged, lp.CorruptionError)
    assert str(damaged).endswith("; copy it first")
    full = translated(OSError(28, "No space left on device"), path, "write")
    assert type(full) is lp.StorageError
    assert "MB free" in str(full)
