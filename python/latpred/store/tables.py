"""The tables of a campaign store on disk: creating them and appending rows."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from typing import Any

from latpred.base.failpoints import failpoint
from latpred.store import format as layout

__all__ = ["append_rows", "create_tables", "in_writing_order"]


def create_tables(connection: sqlite3.Connection) -> None:
    """Create an empty store in one transaction."""
    failpoint("create")
    connection.execute("BEGIN IMMEDIATE")
    connection.execute(f"PRAGMA application_id={layout.APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version={layout.SCHEMA_VERSION}")
    for statement in layout.schema_statements():
        connection.execute(statement)
    connection.execute("INSERT INTO head VALUES (1, 0, ?)", (layout.FIRST_LINK,))
    failpoint("create.commit")
    connection.execute("COMMIT")


def in_writing_order(
    tables: Mapping[str, Iterable[dict[str, Any]]],
) -> list[tuple[str, dict[str, Any]]]:
    """(table, row) pairs of all tables, in the order of `serial`."""
    rows = [(table, row) for table, kept in tables.items() for row in kept]
    return sorted(rows, key=lambda one: one[1]["serial"])


def append_rows(
    connection: sqlite3.Connection,
    rows: Iterable[tuple[str, dict[str, Any]]],
    serial: int,
    link: str,
) -> tuple[int, str]:
    """Append (table, values) pairs after the row with that serial and link, in a transaction.

    Returns:
        Serial and link of the last row.
    """
    for table, values in rows:
        serial += 1
        link = _insert(connection, table, serial, link, values)
    connection.execute("UPDATE head SET rows = ?, link = ?", (serial, link))
    return serial, link


def _insert(
    connection: sqlite3.Connection, table: str, serial: int, link: str, values: dict[str, Any]
) -> str:
    failpoint("insert")
    cells = layout.cells_of(table, values)
    body = layout.canonical_bytes(table, serial, cells)
    link = layout.chain_link(link, body)
    marks = ", ".join("?" * (len(cells) + 2))
    connection.execute(f"INSERT INTO {table} VALUES ({marks})", (serial, *cells, link))
    return link
