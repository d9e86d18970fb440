"""Measure the example table of latpred here.

`python tools/make_example_table.py FOLDER` measures 200 networks into FOLDER, goes on after Ctrl-C,
and writes `example-latencies.csv` and `.json` into python/latpred/data when all is measured. It
takes three minutes on an idle machine.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import latpred as lp
from latpred.base.tables import write_rows

DATA = Path(__file__).resolve().parents[1] / "python" / "latpred" / "data"
NETWORKS = 200
TOLD = ("cpu", "cores", "hypervisor", "kernel", "python", "torch", "time")


def facts(table: lp.LatencyTable) -> dict[str, Any]:
    """What the table is of, for its `meta`."""
    environment: Any = (table.meta or {})["environment"]
    return {
        "space": "ofa-mobilenetv3",
        "width": 1.2,
        "device": table.device,
        "effort": "dataset: two visits of each network, no interval",
        "machine": {name: environment.get(name) for name in TOLD},
        "note": "Measured by latpred on a shared virtual machine beside other work.",
        "licence": "Apache-2.0, as latpred",
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    folder: Path = parser.parse_args().folder
    folder.mkdir(parents=True, exist_ok=True)
    space = lp.space("ofa-mobilenetv3", width=1.2)
    archs = space.sample(NETWORKS, seed=0, unique=True)
    meter = lp.LatencyMeter(lp.Device(runtime="libtorch"), effort="dataset")
    table = lp.measure(archs, meter, store=folder / "libtorch.db")
    pairs = zip(table.archs.to_strings(), table.latency_ms.tolist(), strict=True)
    rows = [{"architecture": text, "latency_ms": f"{ms:.5g}"} for text, ms in pairs]
    write_rows(DATA / "example-latencies.csv", rows)
    document = json.dumps(facts(table), indent=2, ensure_ascii=False)
    (DATA / "example-latencies.json").write_text(document + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
