"""The tables of a campaign store on disk: made, and rows put into them."""

from __future__ import annotations

import sqlite3
from typing import Any

from latpred import store_format as layout
from latpred.store_failpoints import failpoint

__all__ = ["create_tables", "insert_row", "note_end"]


def create_tables(connection: sqlite3.Connection) -> None:
    """Make an empty store, in one transaction."""
    failpoint("create")
    connection.execute("BEGIN IMMEDIATE")
    connection.execute(f"PRAGMA application_id={layout.APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version={layout.SCHEMA_VERSION}")
    for statement in layout.schema_statements():
        connection.execute(statement)
    connection.execute("INSERT INTO head VALUES (1, 0, ?)", (layout.FIRST_LINK,))
    failpoint("create.commit")
    connection.execute("COMMIT")


def insert_row(
    connection: sqlite3.Connection, table: str, serial: int, link: str, values: dict[str, Any]
) -> str:
    """Put in the row after the one with that link, within a transaction; its own link."""
    failpoint("insert")
    cells = layout.cells_of(table, values)
    body = layout.canonical_bytes(table, serial, cells)
    link = layout.chain_link(link, body)
    marks = ", ".join("?" * (len(cells) + 3))
    row = (serial, *cells, layout.checksum(body), link)
    connection.execute(f"INSERT INTO {table} VALUES ({marks})", row)
    return link


def note_end(connection: sqlite3.Connection, rows: int, link: str) -> None:
    """Say how many rows there are and how the chain ends, within the transaction that adds them."""
    connection.execute("UPDATE head SET rows = ?, link = ?", (rows, link))
