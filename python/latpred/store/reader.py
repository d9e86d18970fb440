"""Reading a campaign store: every row is checked before it is used."""

from __future__ import annotations

import itertools
import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from latpred.base.files import kind_of, other_kind
from latpred.base.sqlite import READ_ERRORS, connect, single, translated
from latpred.errors import CorruptionError, ModelVersionError, StorageError
from latpred.store import format as layout
from latpred.store.earlier import bring_up_to_date

__all__ = [
    "ADVICE",
    "Damage",
    "StoreContent",
    "read_content",
    "read_store",
    "refuse_damage",
    "refuse_other_kinds",
]

ADVICE = "`latpred store repair` saves what can be read"


@dataclass(frozen=True)
class Damage:
    """Something in a store that is not as it was written."""

    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


@dataclass
class StoreContent:
    """What a store holds: rows by table, each a dict with `serial`, and the damage found.

    Rows of an earlier version have None in columns added later, and say the rest as this version
    does (`latpred.store.earlier`).
    """

    path: Path
    version: int = layout.SCHEMA_VERSION
    tables: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    rows: int = 0
    link: str = layout.FIRST_LINK
    damage: list[Damage] = field(default_factory=list)
    bad_serials: set[int] = field(default_factory=set)


def check_version(connection: sqlite3.Connection, path: Path) -> int:
    """The schema version of a store; StorageError for another kind of file or unknown version."""
    identity, version = (
        single(connection, f"PRAGMA {p}") for p in ("application_id", "user_version")
    )
    if identity != layout.APPLICATION_ID:
        kind = kind_of(path) or "an SQLite file"
        raise StorageError(f"{path}: {kind}, but not a campaign store of latpred")
    if version > layout.SCHEMA_VERSION:
        raise ModelVersionError(
            f"{path}: campaign store of version {version}, this latpred reads up to "
            f"{layout.SCHEMA_VERSION}: a newer latpred expected"
        )
    if version < layout.OLDEST_VERSION:
        raise ModelVersionError(
            f"{path}: campaign store of version {version}, which no latpred wrote; "
            f"{layout.OLDEST_VERSION} to {layout.SCHEMA_VERSION} expected"
        )
    return int(version)


def _raw_rows(
    connection: sqlite3.Connection, table: str, names: Iterable[str], damage: list[Damage]
) -> Iterator[tuple[Any, ...]]:
    """Rows in the order of serial; past an unreadable page also those reached from the end."""
    columns = ", ".join(f'"{name}"' for name in ["serial", *names, "link"])
    last = 0
    for order in ("ASC", "DESC"):
        bound = last
        try:
            for row in connection.execute(
                f"SELECT {columns} FROM {table} NOT INDEXED ORDER BY serial {order}"
            ):
                if order == "DESC" and row[0] <= bound:
                    return
                last = row[0]
                yield row
            return
        except (*READ_ERRORS, OverflowError) as error:
            damage.append(Damage(f"table {table} beside row {last}", str(error)))


def _content_of(table: str, row: tuple[Any, ...]) -> bytes | None:
    """The canonical bytes of a row as read; None where its cells have the wrong types."""
    try:
        return layout.canonical_bytes(table, row[0], row[1:-1])
    except (TypeError, ValueError):
        return None


class _Chain:
    """Checks that each row continues the one before.

    After a row that is not as it was written, either its link or its content may be right: the next
    row is good if it continues what one of them says. What follows a gap, or a row that is there
    twice, cannot be checked.
    """

    def __init__(self) -> None:
        self.number, self.link = 0, layout.FIRST_LINK
        self._before = {layout.FIRST_LINK}  # links that the last row may have had

    def fault(self, serial: int, body: bytes | None, link: str) -> Damage | None:
        """What is wrong with the next row, in the order of serial."""
        gap, twice = serial > self.number + 1, serial <= self.number
        where = f"rows {self.number + 1} to {serial - 1}" if gap else f"row {serial}"
        possible = set() if body is None else {layout.chain_link(b, body) for b in self._before}
        self.number, self.link = serial, link
        if gap or twice:
            self._before = {link}
            return Damage(where, "missing" if gap else "twice")
        good = link in possible
        # A few in a row: the rest of a file of which nothing is right is no puzzle.
        self._before = {link} if good or len(possible) > 3 else {link, *possible}
        return None if good else Damage("", "not what was written here")


def _check_chain(content: StoreContent, found: list[tuple[int, str, bytes | None, str]]) -> None:
    """Note each row that does not continue the one before; `found` is in the order of serial."""
    chain = _Chain()
    for serial, table, body, link in found:
        fault = chain.fault(serial, body, link)
        if fault is not None:
            content.damage.append(Damage(fault.where or f"{table} row {serial}", fault.what))
            content.bad_serials.add(serial)
    content.rows, content.link = chain.number, chain.link


def _read_rows(connection: sqlite3.Connection, content: StoreContent) -> None:
    found = []
    for table, all_columns in layout.TABLES.items():
        columns = layout.columns_of(table, content.version)
        names = [layout.name_in(content.version, table, column) for column in columns]
        unknown = dict.fromkeys(all_columns)
        content.tables[table] = []
        seen: set[int] = set()
        for row in _raw_rows(connection, table, names, content.damage):
            serial, link = row[0], row[-1]
            if serial in seen:
                continue
            seen.add(serial)
            found.append((serial, table, _content_of(table, row), str(link)))
            cells = dict(zip(columns, row[1:-1], strict=True))
            content.tables[table].append({"serial": serial, **unknown, **cells})
        content.tables[table].sort(key=lambda cells: cells["serial"])
    found.sort(key=lambda one: one[0])
    _check_chain(content, found)


def _structure(connection: sqlite3.Connection, version: int) -> Iterator[Damage]:
    statements = {row[0] for row in connection.execute("SELECT sql FROM sqlite_master") if row[0]}
    if statements != set(layout.schema_statements(version)):
        yield Damage("schema", "not the tables of a campaign store")
    for (line,) in itertools.islice(connection.execute("PRAGMA integrity_check(20)"), 20):
        if line != "ok":
            yield Damage("structure", str(line))


def read_content(connection: sqlite3.Connection, path: Path) -> StoreContent:
    """Everything in the store, checked; damage is listed, not raised, as far as it can be read.

    Raises:
        CorruptionError: Where it cannot be read at all.
        StorageError: Where it is something else. ModelVersionError: For an unknown version.
    """
    content = StoreContent(path)
    try:
        content.version = check_version(connection, path)
        content.damage += _structure(connection, content.version)
        _read_rows(connection, content)
        head = connection.execute("SELECT rows, link FROM head").fetchall()
    except READ_ERRORS as error:
        raise translated(error, path, "read", ADVICE) from error
    if head != [(content.rows, content.link)]:
        content.damage.append(Damage("end", f"{content.rows} rows found, {head} noted"))
    bring_up_to_date(content.tables, content.version, content.bad_serials)
    return content


def refuse_damage(content: StoreContent) -> None:
    """Raise CorruptionError, naming the first places, if any row is not as it was written."""
    if content.damage:
        places = "; ".join(map(str, content.damage[:3]))
        more = len(content.damage) - 3
        raise CorruptionError(
            f"{content.path}: damaged: {places}"
            + (f" and {more} more" if more > 0 else "")
            + "; `latpred store repair` saves the rest into a new file"
        )


def refuse_other_kinds(path: Path) -> None:
    """Raise StorageError for a file that SQLite would take for an empty database and overwrite."""
    if found := other_kind(path, "a campaign store of latpred", "SQLite", "of latpred", "empty"):
        raise StorageError(found)
    size = path.stat().st_size if path.exists() else 0
    if 0 < size < 512 and not path.with_name(path.name + "-journal").exists():
        raise StorageError(f"{path}: {size} bytes, not a campaign store of latpred")


def existing(path: str | Path) -> Path:
    """The absolute path of a file that exists and is not empty."""
    try:
        found = Path(path).absolute()
        refuse_other_kinds(found)
        if found.is_file() and found.stat().st_size > 0:
            return found
    except StorageError:
        raise
    except OSError as error:
        raise StorageError(f"cannot read {path}: {error.strerror}") from error
    raise StorageError(f"cannot read {path}: no campaign store there")


def read_store(path: str | Path, *, allow_damage: bool = False) -> StoreContent:
    """Read a snapshot of a store, even while another process writes it.

    Raises:
        CorruptionError: If anything in it is not as it was written and `allow_damage` is false.
        StorageError: If there is no store.
    """
    place = existing(path)
    try:
        # A journal left behind by a killed writer is rolled back, which needs to write.
        writable = os.access(place, os.W_OK) and os.access(place.parent, os.W_OK)
        with closing(connect(place, "rw" if writable else "ro")) as connection:
            connection.execute("BEGIN")
            content = read_content(connection, place)
    except READ_ERRORS as error:
        raise translated(error, place, "read", ADVICE) from error
    if not allow_damage:
        refuse_damage(content)
    return content
