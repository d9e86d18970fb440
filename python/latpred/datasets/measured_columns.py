"""Columns of measured tables: whose latencies they are, and how each ended."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from latpred._core import datasets as _native
from latpred.base.earlier import (
    current_device,
    current_status,
    is_device_text,
    refuse_other_device,
)
from latpred.errors import DataError

__all__ = ["device_of", "named_device", "statuses_of"]


def device_of(columns: Mapping[str, list[str]], path: str | Path) -> str | None:
    """The device that all rows name, None where none does; DataError where they name several."""
    devices = sorted({current_device(text) for text in columns.get("device", [])} - {""})
    if len(devices) > 1:
        named = _native.first_few([name[:100] for name in devices])
        raise DataError(f"{path}: rows of several devices ({named}): one file each")
    return devices[0] if devices else None


def named_device(given: str | None, held: str | None, path: str | Path) -> str | None:
    """The name given, else the file's; both may not be the full texts of different devices."""
    if given is None:
        return held
    if is_device_text(given) and held is not None and is_device_text(held):
        refuse_other_device(f"{path}", found=held, expected=given)
    return current_device(given)


def statuses_of(
    columns: Mapping[str, list[str]], rows: NDArray[np.intp], low_ms: NDArray[np.float64] | None
) -> list[str] | None:
    """How the rows ended; files of earlier versions call labels, without an interval, converged."""
    if "status" not in columns:
        return None
    found = [columns["status"][i] for i in rows]
    if low_ms is None:
        return found
    pairs = zip(found, np.isfinite(low_ms), strict=True)
    return [current_status(status, has_interval=bool(has)) for status, has in pairs]
