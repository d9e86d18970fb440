"""What stores of earlier versions say, in the words of this one."""

from __future__ import annotations

import json
from collections.abc import Container, Mapping, Sequence
from typing import Any

from latpred.base.earlier import current_device, current_status
from latpred.store.format import digest_of

__all__ = ["bring_up_to_date"]

_LAST_WITHOUT_PROGRAM = 2  # devices did not name the program, and labels were `converged`
_NO_SETTINGS = (ValueError, TypeError, AttributeError, RecursionError)


def bring_up_to_date(
    tables: Mapping[str, Sequence[dict[str, Any]]], version: int, damaged: Container[int]
) -> None:
    """Change rows of an earlier version in place; damaged ones, by their serial, stay as they are.

    Devices get the name of their program, which was the runner, and so settings their new hash;
    labels, which had no interval, are no longer `converged`.
    """
    if version > _LAST_WITHOUT_PROGRAM:
        return
    hashes: dict[Any, str] = {}
    for table, row in _whole(tables, damaged):
        try:
            if table == "campaigns":
                row |= _settings(json.loads(row["settings"]))
                hashes[row["campaign"]] = row["config_hash"]
            elif table == "networks":
                row["device"] = current_device(row["device"])
                row["config_hash"] = hashes.get(row["campaign"], row["config_hash"])
            elif table == "results":
                known = row["low_ms"] is not None
                row["status"] = current_status(row["status"], has_interval=known)
        except _NO_SETTINGS:  # forged: the chain reveals damage only
            continue


def _whole(
    tables: Mapping[str, Sequence[dict[str, Any]]], damaged: Container[int]
) -> list[tuple[str, dict[str, Any]]]:
    """Tables and rows, campaigns before their networks."""
    return [
        (name, row)
        for name in ("campaigns", "networks", "results")
        for row in tables[name]
        if row["serial"] not in damaged
    ]


def _settings(settings: dict[str, Any]) -> dict[str, str]:
    """The cells of a campaign that hold its settings."""
    if isinstance(settings.get("device"), str):
        settings["device"] = current_device(settings["device"])
    return {
        "settings": json.dumps(settings, sort_keys=True),
        "config_hash": digest_of(settings),
    }
