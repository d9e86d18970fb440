"""`python -m benchmarks.any_network PART --folder DIR …`: the zoo of networks of others.

Parts: "check" (is each network read, and does it cost what PyTorch's own counter says: check.csv),
"export" (the zoo as ONNX files with networks.csv) and "collect" (their latencies on a device: a CSV
that grows). Each goes on where it was interrupted. The packages pytorchcv and transformers are
needed for the first two.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import latpred as lp

from benchmarks.any_network import collect as collecting
from benchmarks.any_network.export import export, read_table, turns, write_table


def _check(args: argparse.Namespace) -> Iterator[dict[str, Any]]:
    from benchmarks.any_network.check import COLUMNS, checked
    from benchmarks.any_network.zoo import zoo

    table = args.folder / "check.csv"
    rows: dict[str, dict[str, Any]] = dict(read_table(table))
    for row in checked([one for one in turns(zoo()) if one.name not in rows][: args.count]):
        rows[row["name"]] = row
        write_table(table, rows, COLUMNS)
        yield row


def _export(args: argparse.Namespace) -> Iterator[dict[str, Any]]:
    from benchmarks.any_network.zoo import zoo

    return export(turns(zoo()), args.folder, args.most_macs, args.count)


def _collect(args: argparse.Namespace) -> Iterator[dict[str, Any]]:
    device = lp.Device(args.runtime, threads=args.threads)
    measure = collecting.on_device(device, args.effort, worker=args.worker)
    table = args.table or args.folder / "latencies.csv"
    return collecting.collect(args.folder, table, device.id, measure)


PARTS = {"check": _check, "export": _export, "collect": _collect}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="benchmarks.any_network", description=__doc__)
    parser.add_argument("part", choices=list(PARTS))
    parser.add_argument("--folder", type=Path, required=True, help="of the files and tables")
    parser.add_argument("--count", type=int, default=1000, help="networks after which it ends")
    parser.add_argument("--most-macs", type=float, default=1.5e9, help="of an exported network")
    parser.add_argument("--table", type=Path, help="of part collect; else FOLDER/latencies.csv")
    parser.add_argument("--runtime", default="onnxruntime")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--effort", default="dataset")
    parser.add_argument("--worker", help="as of lp.measure_network")
    return parser


def main(arguments: list[str] | None = None) -> int:
    """Does one part, with a line for each network."""
    args = _parser().parse_args(arguments)
    args.folder.mkdir(parents=True, exist_ok=True)
    for row in PARTS[args.part](args):
        shown = {name: value for name, value in row.items() if value not in ("", None)}
        print(" ".join(f"{name}={value}" for name, value in shown.items()), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
