"""Measure the example tables of latpred here: the same 200 networks by three programs.

`python tools/make_example_tables.py FOLDER` measures into FOLDER, goes on after Ctrl-C, and writes
`example-latencies.csv` and `example-latencies.json` into python/latpred/data when all is measured.
It takes about ten minutes on an idle machine and needs the extras onnx and openvino.
"""

from __future__ import annotations

import argparse
import csv
import json
from pathlib import Path
from typing import Any

import latpred as lp

DATA = Path(__file__).resolve().parents[1] / "python" / "latpred" / "data"
NETWORKS = 200
DEVICES = {
    "libtorch": lp.Device(),
    "onnxruntime": lp.Device(runtime="onnxruntime"),
    "openvino": lp.Device(runtime="openvino"),
}
TOLD = ("cpu", "cores", "hypervisor", "kernel", "python", "torch", "time")


def measured(folder: Path) -> dict[str, lp.LatencyTable]:
    """A table of each device, kept in a store of its own."""
    space = lp.space("ofa-mobilenetv3", width=1.2)
    archs = space.sample(NETWORKS, seed=0, unique=True)
    tables = {}
    for name, device in DEVICES.items():
        meter = lp.LatencyMeter(device, effort="dataset")
        tables[name] = lp.measure(archs, meter, store=folder / f"{name}.db")
        print(name, len(tables[name]), float(tables[name].latency_ms.mean()), flush=True)
    return tables


def facts(tables: dict[str, lp.LatencyTable]) -> dict[str, Any]:
    """What the tables are of, for their `meta`."""
    environment: Any = (tables["libtorch"].meta or {})["environment"]
    return {
        "space": "ofa-mobilenetv3",
        "width": 1.2,
        "effort": "dataset: two visits of each network, no interval",
        "machine": {name: environment.get(name) for name in TOLD},
        "note": "Measured by latpred on a shared virtual machine beside other work.",
        "licence": "Apache-2.0, as latpred",
        "devices": {name: table.device for name, table in tables.items()},
    }


def write(tables: dict[str, lp.LatencyTable]) -> None:
    """Networks that all devices have, a column for each device."""
    values: dict[str, dict[str, float]] = {
        name: dict(zip(table.archs.to_strings(), table.latency_ms.tolist(), strict=True))
        for name, table in tables.items()
    }
    texts = [text for text in values["libtorch"] if all(text in rows for rows in values.values())]
    with (DATA / "example-latencies.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(["architecture", *values])
        for text in texts:
            writer.writerow([text, *(f"{rows[text]:.5g}" for rows in values.values())])
    document = json.dumps(facts(tables), indent=2, ensure_ascii=False)
    (DATA / "example-latencies.json").write_text(document + "\n", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    folder: Path = parser.parse_args().folder
    folder.mkdir(parents=True, exist_ok=True)
    write(measured(folder))


if __name__ == "__main__":
    main()
