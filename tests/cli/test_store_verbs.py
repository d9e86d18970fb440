"""`latpred store verify | repair | export` on whole and damaged files."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import latpred as lp
import pytest
from latpred import cli
from typer.testing import CliRunner

from tests.store import campaigns


@pytest.fixture
def store(tmp_path: Path) -> Path:
    names = lp.space("nas-bench-201").sample(3, seed=0).to_strings()
    with campaigns.open_store(tmp_path / "a.db") as kept:
        campaigns.run(kept, names=names)
    return tmp_path / "a.db"


def call(*arguments: object) -> Any:
    return CliRunner().invoke(cli.app, ["store", *map(str, arguments)])


def damage(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE visits SET reason = 'x' WHERE serial = 9")


def test_a_whole_store(store: Path) -> None:
    done = call("verify", store, "--json")
    assert done.exit_code == 0
    document = json.loads(done.stdout)
    assert document["ok"] is True
    assert document["finished"] == 3
    assert "finished:              3" in call("verify", store).stdout


def test_a_damaged_store_is_located_and_repaired(store: Path, tmp_path: Path) -> None:
    damage(store)
    done = call("verify", store)
    assert done.exit_code == 1
    assert "visits row 9: checksum differs" in done.stdout
    document = json.loads(call("repair", store, "--out", tmp_path / "b.db", "--json").stdout)
    assert document["rejected"] == ["visits row 9: damaged"]
    assert call("verify", tmp_path / "b.db").exit_code == 0


def test_export(store: Path, tmp_path: Path) -> None:
    out, visits = tmp_path / "t.csv", tmp_path / "v.csv"
    done = call("export", store, "--out", out, "--visits", visits, "--json")
    assert json.loads(done.stdout)["networks"] == 3
    assert len(lp.read_latency_table(out, lp.space("nas-bench-201"))) == 3
    assert len(visits.read_text().splitlines()) > 3


def test_errors_are_typed(store: Path, tmp_path: Path) -> None:
    assert isinstance(call("verify", tmp_path / "none.db").exception, lp.StorageError)
    damage(store)
    error = call("export", store, "--out", tmp_path / "t.csv").exception
    assert isinstance(error, lp.CorruptionError)


def test_parquet(store: Path, tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    assert call("export", store, "--out", tmp_path / "t.parquet").exit_code == 0
    assert len(lp.read_latency_table(tmp_path / "t.parquet", lp.space("nas-bench-201"))) == 3
