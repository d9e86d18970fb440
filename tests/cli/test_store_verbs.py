"""`latpred store verify | repair | export` on whole and damaged files."""

from __future__ import annotations

import json
import sqlite3
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import latpred as lp
import numpy as np
import pytest
from latpred import cli
from typer.testing import CliRunner

from tests.store import campaigns

SPACE = lp.space("nas-bench-201")


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
    assert "visits row 9: not what was written here" in done.stdout
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


def test_parquet_holds_what_csv_does(store: Path, tmp_path: Path) -> None:
    pytest.importorskip("pyarrow", reason="needs the extra parquet")
    pandas = pytest.importorskip("pandas")
    for ending in ("csv", "parquet"):
        out, visits = tmp_path / f"t.{ending}", tmp_path / f"v.{ending}"
        done = call("export", store, "--out", out, "--visits", visits, "--json")
        assert json.loads(done.stdout)["networks"] == 3
    tables = [lp.read_latency_table(tmp_path / f"t.{e}", SPACE) for e in ("csv", "parquet")]
    assert tables[0].archs.to_strings() == tables[1].archs.to_strings()
    for name in ("latency_ms", "low_ms", "high_ms"):
        np.testing.assert_array_equal(*(getattr(table, name) for table in tables))
    steps = [pandas.read_csv(tmp_path / "v.csv"), pandas.read_parquet(tmp_path / "v.parquet")]
    assert list(steps[0]) == list(steps[1])
    assert len(steps[0]) == len(steps[1]) > 3
    assert steps[0]["sequence"].tolist() == steps[1]["sequence"].tolist()


def test_without_pyarrow_parquet_says_what_to_install(
    store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    monkeypatch.setitem(sys.modules, "fastparquet", None)
    out = tmp_path / "t.parquet"
    error = call("export", store, "--out", out).exception
    assert isinstance(error, lp.ConfigError)
    assert "latpred[parquet]" in str(error)
    assert not out.exists()
    out.write_bytes(b"PAR1")
    with pytest.raises(lp.ConfigError, match=r"latpred\[parquet\]"):
        lp.read_latency_table(out, SPACE)


def test_a_damaged_parquet_file_is_typed(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow", reason="needs the extra parquet")
    out = tmp_path / "t.parquet"
    out.write_bytes(b"PAR1 and no more")
    with pytest.raises(lp.DataError, match="no readable Parquet"):
        lp.read_latency_table(out, SPACE)
