"""A latency table that comes with latpred, to try things on."""

from __future__ import annotations

import csv
import json
from importlib import resources
from typing import Any

from latpred.datasets.table import LatencyTable
from latpred.spaces import space

__all__ = ["example_table"]


def example_table() -> LatencyTable:
    """200 networks of Once-for-All's MobileNetV3 (width 1.2), measured on a server's processor.

    Latencies are in ms, for one image and one thread of LibTorch, at the effort `dataset`: single
    rows are off by a few percent. `meta` says on which machine they were measured.

    Example:
        >>> table = lp.example_table()
        >>> len(table), table.archs.space.name
        (200, 'ofa-mobilenetv3')
        >>> table.to_csv("my_device.csv")
    """
    data = resources.files("latpred") / "data"
    text = {
        form: (data / f"example-latencies.{form}").read_text(encoding="utf-8")
        for form in ("csv", "json")
    }
    meta: dict[str, Any] = json.loads(text["json"])
    rows = list(csv.DictReader(text["csv"].splitlines()))
    ofa = space(meta["space"], width=meta["width"])
    archs = ofa.architectures([row["architecture"] for row in rows])
    latency_ms = [float(row["latency_ms"]) for row in rows]
    return LatencyTable(archs, latency_ms, device=meta["device"], meta=meta)
