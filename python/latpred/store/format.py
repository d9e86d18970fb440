"""The layout of a campaign store: its tables, and how damage to a row is detected.

Every row has a `serial`, counted from 1 over all tables in the order of writing, and a link of a
SHA-256 chain over all rows, also kept in table `head`: it reveals rows that are missing, moved or
altered, and says which. SQLite alone checks its own structure, not the contents of the cells.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Sequence
from typing import Any

__all__ = [
    "APPLICATION_ID",
    "CELL_TYPES",
    "FIRST_LINK",
    "OLDEST_VERSION",
    "SCHEMA_VERSION",
    "TABLES",
    "Cell",
    "canonical_bytes",
    "cells_of",
    "chain_link",
    "columns_of",
    "digest_of",
    "name_in",
    "schema_statements",
]

Cell = str | int | float | None

APPLICATION_ID = 0x4C505243  # "LPRC", latpred campaign
OLDEST_VERSION, SCHEMA_VERSION = 1, 3
FIRST_LINK = "0" * 64

# Columns besides serial and link: name -> SQLite type, "?" where NULL (unknown) is allowed.
TABLES: dict[str, dict[str, str]] = {
    "campaigns": {
        "campaign": "INTEGER",
        "config_hash": "TEXT",
        "settings": "TEXT",
        "networks": "INTEGER",
    },
    "networks": {
        "campaign": "INTEGER",
        "position": "INTEGER",
        "name": "TEXT",
        "arch_hash": "TEXT",
        "device": "TEXT",
        "config_hash": "TEXT",
        "repeat": "INTEGER",
    },
    "environments": {"env_id": "TEXT", "record": "TEXT"},
    "sessions": {
        "session": "INTEGER",
        "campaign": "INTEGER",
        "env_id": "TEXT",
        "host": "TEXT",
        "pid": "INTEGER",
        "started": "REAL",
        "clock_stepped_back": "INTEGER",
    },
    "visits": {
        "campaign": "INTEGER",
        "session": "INTEGER",
        "sequence": "INTEGER",
        "written": "REAL",
        "kind": "TEXT",
        "network": "INTEGER",
        "name": "TEXT",
        "group": "INTEGER",
        "sweep": "INTEGER",
        "number": "INTEGER",
        "runs_per_sample": "INTEGER",
        "shared": "INTEGER",
        "seconds": "REAL",
        "cpu_seconds": "REAL",
        "pressure": "REAL?",
        "reason": "TEXT",
        "reference_runs": "TEXT",
        "legs": "TEXT",
    },
    "results": {
        "campaign": "INTEGER",
        "session": "INTEGER",
        "position": "INTEGER",
        "final": "INTEGER",
        "name": "TEXT",
        "status": "TEXT",
        "reason": "TEXT",
        "latency_ms": "REAL?",
        "low_ms": "REAL?",
        "high_ms": "REAL?",
        "cpu_ms": "REAL?",
        "ratio": "REAL?",
        "ratio_low": "REAL?",
        "ratio_high": "REAL?",
        "reference": "INTEGER",
        "time": "TEXT",
        "correlation": "REAL?",
        "visits": "INTEGER",
        "clean_visits": "INTEGER",
        "apart_visits": "INTEGER",
        "fallback_share": "REAL?",
        "half_width_percent": "REAL?",
        "samples": "INTEGER",
        "clean_samples": "INTEGER",
        "runs_per_sample": "INTEGER",
        "p90_ms": "REAL?",
    },
    "ends": {"campaign": "INTEGER", "session": "INTEGER", "summary": "TEXT"},
}

# Columns added later: the version that added them.
_ADDED = {"results": {"p90_ms": 2}}
# Columns that had another name: the last version that had it.
_RENAMED = {"results": {"apart_visits": ("dropped_visits", 2)}}
_LAST_WITH_CRC = 2  # each row had a CRC-32 besides, which the chain makes superfluous

# What may occur only once.
_UNIQUE = {
    "campaigns": ["campaign"],
    "networks": ["arch_hash, device, config_hash, repeat", "campaign, position"],
    "environments": ["env_id"],
    "sessions": ["session"],
    "visits": ["campaign, sequence"],
    "results": ["campaign, position, final"],
    "ends": ["campaign"],
}
_PARENTS = {
    "networks": {"campaign": "campaigns(campaign)"},
    "sessions": {"campaign": "campaigns(campaign)", "env_id": "environments(env_id)"},
    "visits": {"campaign": "campaigns(campaign)", "session": "sessions(session)"},
    "results": {"campaign": "campaigns(campaign)", "session": "sessions(session)"},
    "ends": {"campaign": "campaigns(campaign)", "session": "sessions(session)"},
}

CELL_TYPES: dict[str, tuple[type, ...]] = {"INTEGER": (int,), "REAL": (float,), "TEXT": (str,)}


def columns_of(table: str, version: int = SCHEMA_VERSION) -> dict[str, str]:
    """The columns of a table that stores of that version have: name -> type, as in TABLES."""
    added = _ADDED.get(table, {})
    return {n: kind for n, kind in TABLES[table].items() if added.get(n, 1) <= version}


def name_in(version: int, table: str, column: str) -> str:
    """The name of a column in stores of that version."""
    earlier, last = _RENAMED.get(table, {}).get(column, (column, 0))
    return earlier if version <= last else column


def schema_statements(version: int = SCHEMA_VERSION) -> list[str]:
    """The SQL statements that create an empty store."""
    made = []
    for table in TABLES:
        parts = ["serial INTEGER PRIMARY KEY"]
        for name, kind in columns_of(table, version).items():
            null = "" if kind.endswith("?") else " NOT NULL"
            parent = _PARENTS.get(table, {}).get(name)
            refers = f" REFERENCES {parent}" if parent else ""
            told = name_in(version, table, name)
            parts.append(f'"{told}" {kind.removesuffix("?")}{null}{refers}')
        parts += ["crc INTEGER NOT NULL"] if version <= _LAST_WITH_CRC else []
        parts.append("link TEXT NOT NULL")
        parts += [f"UNIQUE ({columns})" for columns in _UNIQUE[table]]
        made.append(f"CREATE TABLE {table} ({', '.join(parts)}) STRICT")
    made.append(
        "CREATE TABLE head (id INTEGER PRIMARY KEY CHECK (id = 1), rows INTEGER NOT NULL, "
        "link TEXT NOT NULL) STRICT"
    )
    return made


def _cell(value: Any, kind: str) -> Cell:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return None
    if kind.startswith("REAL"):
        return float(value) + 0.0  # SQLite does not keep the sign of zero
    return int(value) if kind.startswith("INTEGER") else str(value)


def cells_of(table: str, values: dict[str, Any]) -> list[Cell]:
    """Values of a row in the order of its columns, as SQLite returns them; NaN becomes None."""
    return [_cell(values[name], kind) for name, kind in TABLES[table].items()]


def canonical_bytes(table: str, serial: int, cells: Sequence[Cell]) -> bytes:
    """The content of a row as bytes, with floats in their shortest exact form."""
    return json.dumps([table, serial, *cells], ensure_ascii=True, separators=(",", ":")).encode()


def chain_link(previous: str, content: bytes) -> str:
    """The link of a row that follows the row with link `previous`."""
    return hashlib.sha256(previous.encode() + content).hexdigest()


def digest_of(document: object) -> str:
    """SHA-256 of a JSON document, independent of the order of its keys."""
    text = json.dumps(document, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
