"""Latency tables that come with latpred, to try things on."""

from __future__ import annotations

import csv
import json
from importlib import resources
from typing import Any

from latpred.datasets.table import LatencyTable
from latpred.errors import ConfigError
from latpred.spaces import space

__all__ = ["example_table", "example_tables"]


def example_table(device: str = "libtorch") -> LatencyTable:
    """200 networks of Once-for-All's MobileNetV3 (width 1.2), measured on a server's processor.

    Latencies are in ms, for one image and one thread, at the effort `dataset`: single rows are off
    by a few percent. `meta` says on which machine they were measured.

    Args:
        device: What ran the networks: "libtorch", "onnxruntime" or "openvino".

    Raises:
        ConfigError: For another device.

    Example:
        >>> table = lp.example_table()
        >>> len(table), table.archs.space.name
        (200, 'ofa-mobilenetv3')
    """
    tables = example_tables()
    if device not in tables:
        raise ConfigError(f"example_table: device {device!r}, one of {', '.join(tables)} expected")
    return tables[device]


def example_tables() -> dict[str, LatencyTable]:
    """The tables of `example_table` by device: the same 200 networks in each.

    Example:
        >>> list(lp.example_tables())
        ['libtorch', 'onnxruntime', 'openvino']
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
    return {
        name: LatencyTable(archs, [float(row[name]) for row in rows], device=device, meta=meta)
        for name, device in meta["devices"].items()
    }
