"""Stores as version 2 wrote them: each row with a CRC-32, `dropped_visits`, labels `converged`."""

from __future__ import annotations

import json
import sqlite3
import zlib
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from latpred.store import format as layout
from latpred.store.reader import read_store
from latpred.store.tables import in_writing_order

Edit = Callable[[str, dict[str, Any]], None]


def write_version_2(source: Path, path: Path, edit: Edit = lambda *_: None) -> None:
    """The rows of a store in a new file of version 2; `edit` may change each before."""
    tables = read_store(source).tables
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(f"PRAGMA application_id={layout.APPLICATION_ID}")
        connection.execute("PRAGMA user_version=2")
        for statement in layout.schema_statements(2):
            connection.execute(statement)
        serial, link = 0, layout.FIRST_LINK
        for serial, (table, row) in enumerate(in_writing_order(tables), 1):
            edit(table, row)
            cells = layout.cells_of(table, row)
            body = layout.canonical_bytes(table, serial, cells)
            link = layout.chain_link(link, body)
            marks = ", ".join("?" * (len(cells) + 3))
            whole = (serial, *cells, zlib.crc32(body), link)
            connection.execute(f"INSERT INTO {table} VALUES ({marks})", whole)
        connection.execute("INSERT INTO head VALUES (1, ?, ?)", (serial, link))


def runner_unnamed(table: str, row: dict[str, Any]) -> None:
    """What changes rows to what version 2 said of devices and labels."""
    if table == "campaigns":
        settings = json.loads(row["settings"])
        settings["device"] = settings["device"].replace("libtorch-runner-", "libtorch-")
        row["settings"] = json.dumps(settings, sort_keys=True)
        row["config_hash"] = layout.digest_of(settings)
    if table == "networks":
        row["device"] = row["device"].replace("libtorch-runner-", "libtorch-")
    if table == "results":
        row["status"] = row["status"].replace("labelled", "converged")
