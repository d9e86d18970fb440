"""Damage to the file is found, located and never taken for data."""

from __future__ import annotations

import os
import random
import shutil
import signal
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import latpred as lp
import pytest
from latpred.errors import CorruptionError, StorageError
from latpred.store import reader
from latpred.store.reader import read_content, read_store, refuse_damage
from latpred.store.repair import export_store, repair_store, verify_store

from tests.store import campaigns


@pytest.fixture
def whole(place: Path) -> Path:
    campaigns.run_to_end(place / "whole.db")
    return place / "whole.db"


def read_bytes(data: bytes) -> dict[str, list[dict[str, Any]]]:
    """As `read_store` does, of a file that lies in memory."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        connection.text_factory = lambda text: text.decode(errors="surrogateescape")
        connection.execute("PRAGMA cell_size_check=ON")
        connection.deserialize(data)
        content = read_content(connection, Path("memory"))
    refuse_damage(content)
    return content.tables


def flips(data: bytes, count: int) -> list[int]:
    """Numbers of bits, half of them anywhere and half where the file is not empty."""
    chosen = random.Random(5)
    used = [8 * i + bit for i, byte in enumerate(data) if byte for bit in range(8)]
    anywhere = chosen.sample(range(len(data) * 8), count // 2)
    return anywhere + chosen.sample(used, count - len(anywhere))


def test_flipped_bits_change_nothing_silently(whole: Path) -> None:
    """4,000 bits (all: 10,000), one at a time: an error, or exactly the rows that were written."""
    data, golden = whole.read_bytes(), read_store(whole).tables
    assert read_bytes(data) == golden
    outcomes = {"detected": 0, "harmless": 0}
    count = 10_000 if os.environ.get("LATPRED_STORE_SWEEP") == "full" else 4_000
    for bit in flips(data, count):
        damaged = bytearray(data)
        damaged[bit // 8] ^= 1 << bit % 8
        try:
            rows = read_bytes(bytes(damaged))
        except StorageError:
            outcomes["detected"] += 1
        else:
            assert rows == golden, f"bit {bit} changed a row and nobody noticed"
            outcomes["harmless"] += 1
    assert outcomes["detected"] > 0.4 * count
    print(f"flips of {len(data)} bytes: {outcomes}")


def test_flipped_bits_in_the_file(whole: Path, place: Path) -> None:
    """The same through the file, and what a writer makes of it."""
    data, golden = whole.read_bytes(), read_store(whole).tables
    path = place / "flipped.db"
    for bit in flips(data, 300):
        damaged = bytearray(data)
        damaged[bit // 8] ^= 1 << bit % 8
        path.write_bytes(damaged)
        try:
            assert read_store(path).tables == golden
            campaigns.open_store(path).close()
            assert read_store(path).tables == golden
        except StorageError as error:
            said = str(error)
        else:
            continue
        assert str(path) in said


def test_a_file_cut_anywhere(whole: Path, place: Path) -> None:
    """Row 8: at each byte of the last 4 KiB, and at each page."""
    data, golden = whole.read_bytes(), read_store(whole).tables
    path = place / "cut.db"
    full = os.environ.get("LATPRED_STORE_SWEEP") == "full"
    sizes = range(len(data) - 4096, len(data), 1 if full else 16)
    for size in [*range(0, len(data), 4096), *sizes]:
        path.write_bytes(data[:size])
        with pytest.raises(StorageError):
            read_store(path)
        if size:
            with pytest.raises(StorageError):
                campaigns.open_store(path)
    path.write_bytes(data)
    assert read_store(path).tables == golden


def test_a_journal_cut_anywhere(place: Path) -> None:
    """A killed writer leaves a journal; whatever is left of that, rows are a prefix or refused."""
    golden_path, path = place / "golden.db", place / "a.db"
    campaigns.run_to_end(golden_path)
    golden = campaigns.read(golden_path)

    def work() -> None:
        with campaigns.open_store(path, commit_share=1.0) as store:

            def kill_in_commit(record: Any) -> None:
                if record.sequence == 5:
                    store._writer._connection.execute("PRAGMA cache_size=1")
                    store._writer._connection.execute("BEGIN IMMEDIATE")
                    store._writer._connection.execute(
                        "UPDATE visits SET reason = hex(zeroblob(9999))"
                    )
                    os.kill(os.getpid(), signal.SIGKILL)

            campaigns.run(store, on_visit=kill_in_commit)

    assert campaigns.in_child(work) == -signal.SIGKILL
    journal, data = path.with_name("a.db-journal"), path.read_bytes()
    kept = journal.read_bytes()
    assert len(kept) > 4096
    for size in [*range(0, 600, 7), *range(600, len(kept), 509), len(kept)]:
        path.write_bytes(data)
        journal.write_bytes(kept[:size])
        try:
            found = campaigns.read(path)
        except CorruptionError:
            assert size < len(kept)
        else:
            for table, rows in found.items():
                assert rows == golden[table][: len(rows)]
        journal.unlink(missing_ok=True)


@pytest.mark.parametrize("content", [b"SQLite format 3\0", b"x", os.urandom(5000), b"\0" * 9000])
def test_files_of_another_kind(content: bytes, place: Path) -> None:
    path = place / "a.db"
    path.write_bytes(content)
    for use in (read_store, campaigns.open_store, verify_store):
        with pytest.raises(StorageError, match=r"a\.db"):
            use(path)
    assert path.read_bytes() == content


def test_databases_of_others_stay_untouched(place: Path) -> None:
    path = place / "a.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE t (x)")
    before = path.read_bytes()
    for use in (read_store, campaigns.open_store, verify_store):
        with pytest.raises(StorageError, match="not a campaign store"):
            use(path)
    assert path.read_bytes() == before


def edit(path: Path, statement: str) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(statement)


@pytest.mark.parametrize(
    ("statement", "where"),
    [
        ("UPDATE results SET latency_ms = latency_ms * 1.01 WHERE serial = 20", "results row 20"),
        ("UPDATE visits SET link = 'x' WHERE serial = 9", "visits row 9"),
        ("DELETE FROM visits WHERE serial = 9", "rows 9 to 9: missing"),
        ("DELETE FROM ends", "21 rows found"),
        ("UPDATE head SET rows = 21", "22 rows found"),
        ("ALTER TABLE visits RENAME COLUMN kind TO sort", "schema: not the tables"),
        ("DROP TABLE ends", "no such table"),
        ("CREATE TRIGGER t AFTER INSERT ON visits BEGIN DELETE FROM visits; END", "schema"),
    ],
)
def test_damage_is_located(statement: str, where: str, whole: Path) -> None:
    edit(whole, statement)
    with pytest.raises(CorruptionError, match=where):
        read_store(whole)
    with pytest.raises(CorruptionError, match="latpred store repair"):
        campaigns.open_store(whole)


def test_rows_that_swap_are_found(whole: Path) -> None:
    """Each row alone is whole; the chain tells."""
    edit(whole, "UPDATE visits SET serial = -serial WHERE serial IN (8, 9)")
    edit(whole, "UPDATE visits SET serial = CASE serial WHEN -8 THEN 9 ELSE 8 END WHERE serial < 0")
    with pytest.raises(CorruptionError, match="visits row 8"):
        read_store(whole)


@pytest.mark.parametrize("serials", [[9], [9, 10], [9, 12], [22]])
def test_a_damaged_link_costs_its_row_only(serials: list[int], whole: Path, place: Path) -> None:
    """What follows continues its content, if not its link."""
    for serial in serials:
        table = "ends" if serial == 22 else "visits"
        edit(whole, f"UPDATE {table} SET link = 'x' WHERE serial = {serial}")
    rejected = repair_store(whole, place / "new.db").rejected
    assert [text.split(" row ")[1] for text in rejected if "damaged" in text] == [
        f"{serial}: damaged" for serial in serials
    ]


def test_a_row_behind_a_gap_is_left_out(whole: Path, place: Path) -> None:
    """Nothing says whether it is whole: here it is not."""
    edit(whole, "DELETE FROM visits WHERE serial = 9")
    edit(whole, "UPDATE visits SET reason = 'x' WHERE serial = 10")
    report = repair_store(whole, place / "new.db")
    assert report.damage[0] == "rows 9 to 9: missing"
    assert "visits row 10: damaged" in report.rejected
    tables = read_store(place / "new.db").tables
    assert all(row["reason"] == "" for row in tables["visits"])


def test_a_file_without_a_good_row_is_read_in_time() -> None:
    """Each bad row has two possible links; they do not multiply."""
    chain = reader._Chain()
    for serial in range(1, 5001):
        assert chain.fault(serial, b"body", "x") is not None
    assert len(chain._before) <= 5


def test_verify_reports(whole: Path) -> None:
    report = verify_store(whole)
    assert (report.ok, report.networks, report.finished, report.visits) == (True, 3, 3, 9)
    edit(whole, "UPDATE visits SET reason = 'x' WHERE serial = 9")
    report = verify_store(whole)
    assert report.damage == ["visits row 9: not what was written here"]
    assert report.to_dict()["ok"] is False


def test_repair_of_an_ended_campaign_keeps_its_results(whole: Path, place: Path) -> None:
    golden = campaigns.read(whole)
    edit(whole, "UPDATE visits SET reason = 'x' WHERE serial = 9")
    before = whole.read_bytes()
    report = repair_store(whole, place / "new.db")
    assert report.rejected == ["visits row 9: damaged"]
    assert whole.read_bytes() == before
    assert campaigns.read(place / "new.db")["final"] == golden["final"]
    with pytest.raises(StorageError, match="exists already"):
        repair_store(whole, place / "new.db")


@pytest.mark.parametrize("serial", [7, 9, 15])
def test_a_repaired_campaign_goes_on(serial: int, whole: Path, place: Path) -> None:
    """A damaged end makes it unfinished; steps behind the first damaged one are made again."""
    golden = campaigns.read(whole)
    edit(whole, f"UPDATE visits SET reason = 'x' WHERE serial = {serial}")
    edit(whole, "UPDATE ends SET summary = ''")
    report = repair_store(whole, place / "new.db")
    assert f"visits row {serial}: damaged" in report.rejected
    assert verify_store(place / "new.db").ok
    campaigns.run_to_end(place / "new.db")
    assert campaigns.read(place / "new.db") == golden


def test_repair_of_any_single_flip(whole: Path, place: Path) -> None:
    """What is repaired holds rows of the original only, and is whole."""
    data, golden = whole.read_bytes(), campaigns.read(whole)
    damaged, new = place / "damaged.db", place / "new.db"
    saved = refused = 0
    for bit in flips(data, 150):
        flipped = bytearray(data)
        flipped[bit // 8] ^= 1 << bit % 8
        damaged.write_bytes(flipped)
        new.unlink(missing_ok=True)
        try:
            repair_store(damaged, new)
        except StorageError:
            refused += 1
            continue
        saved += 1
        found = campaigns.read(new)
        for table, rows in found.items():
            assert all(row in golden[table] for row in rows)
    assert saved > refused
    print(f"repairs: {saved} saved, {refused} refused")


def test_export_gives_a_latency_table(place: Path) -> None:
    space = lp.space("nas-bench-201")
    archs = space.sample(3, seed=0)
    with campaigns.open_store(place / "a.db") as store:
        campaigns.run(store, names=archs.to_strings())
    done = export_store(place / "a.db", place / "t.csv", visits=place / "v.csv")
    assert (done["networks"], done["without_latency"]) == (3, 0)
    table = lp.read_latency_table(place / "t.csv", space)
    assert table.archs == archs
    assert table.device == "dev"
    assert table.status == ("labelled",) * 3
    assert len((place / "v.csv").read_text().splitlines()) == done["visits"] + 1
    shutil.copy(place / "a.db", place / "b.db")
    edit(place / "b.db", "UPDATE visits SET reason = 'x'")
    with pytest.raises(CorruptionError):
        export_store(place / "b.db", place / "t2.csv")
