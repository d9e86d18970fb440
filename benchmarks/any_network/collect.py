"""Latencies of the zoo's files on one device, kept after each network: a killed run goes on."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import latpred as lp

from benchmarks.any_network.export import read_table, write_table

__all__ = ["COLUMNS", "Measure", "collect"]

_TIMES = ["latency_ms", "low_ms", "high_ms", "status", "reason"]
_COSTS = ["macs", "params", "bytes", "peak_bytes", "kernels"]
COLUMNS = ["name", "family", "file", "device", *_TIMES, *_COSTS]
Measure = Callable[[Mapping[str, Path]], list[lp.NetworkLatency]]


def on_device(device: lp.Device, effort: str, *, worker: str | None = None) -> Measure:
    """Measures several files in turn in one campaign."""

    def measure(files: Mapping[str, Path]) -> list[lp.NetworkLatency]:
        found = lp.measure_network(dict(files), devices=[device], effort=effort, worker=worker)
        return list(found.rows)

    return measure


def collect(
    folder: Path, table: Path, device: str, measure: Measure, *, together: int = 6
) -> Iterator[dict[str, Any]]:
    """Measure the files that the table does not have yet; a row for each.

    Args:
        folder: With "networks.csv" and the files, as `export` writes them.
        table: CSV that is read, and written anew after each campaign.
        device: Text of the device; rows of another one are kept and not counted.
        measure: What measures files by name.
        together: Networks of one campaign.
    """
    rows: dict[str, dict[str, Any]] = dict(read_table(table, key=("name", "device")))
    waiting = [
        one
        for one in read_table(folder / "networks.csv").values()
        if one["status"] == "ok" and f"{one['name']} {device}" not in rows
    ]
    for begin in range(0, len(waiting), together):
        group = waiting[begin : begin + together]
        found = {
            one.name: one for one in measure({one["name"]: folder / one["file"] for one in group})
        }
        for one in group:
            row = {**{name: one[name] for name in ("name", "family", "file", *_COSTS)}}
            row |= {"device": device, **_times(found.get(one["name"]))}
            rows[f"{one['name']} {device}"] = row
        write_table(table, rows, COLUMNS)
        for one in group:
            yield rows[f"{one['name']} {device}"]


def _times(found: lp.NetworkLatency | None) -> dict[str, Any]:
    if found is None:
        return {"status": "failed", "reason": "no row of it came back"}
    times = {name: getattr(found, name) for name in _TIMES}
    return {
        name: "" if isinstance(value, float) and math.isnan(value) else value
        for name, value in times.items()
    }
