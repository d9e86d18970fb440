"""Write python/latpred/data/nas-bench-201-order.bin from a table of the benchmark.

    python tools/make_nas_bench_201_order.py nb201_accuracy.csv

The table has a row a cell with the columns `idx` (its official number) and `code` (its six official
operation numbers as digits). The file holds the codes, read in base five, in official order as
little-endian uint16.
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

import numpy as np

TARGET = Path(__file__).resolve().parent.parent / "python/latpred/data/nas-bench-201-order.bin"


def main() -> None:
    with Path(sys.argv[1]).open(newline="", encoding="utf-8") as file:
        codes = {int(row["idx"]): int(row["code"], 5) for row in csv.DictReader(file)}
    if sorted(codes) != list(range(5**6)) or sorted(codes.values()) != list(range(5**6)):
        sys.exit(f"{sys.argv[1]}: each number and each code expected once")
    TARGET.write_bytes(np.array([codes[i] for i in range(5**6)], dtype="<u2").tobytes())


if __name__ == "__main__":
    main()
