"""The verbs of the command line that measure."""

from __future__ import annotations

import dataclasses
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

import latpred as lp
from latpred.cli.common import ArchFile, Json, Seed, SpaceName, Width, architectures_of, show

__all__ = ["measure", "measure_network", "table_rows"]

Runtime = Annotated[
    str | None,
    typer.Option(
        help="libtorch, libtorch-cuda, onnxruntime, openvino or, with --command, command."
    ),
]
Mode = Annotated[str, typer.Option(help="How the runtime prepares networks; empty: its default.")]
Precision = Annotated[str, typer.Option(help="fp32, bf16, int8 or int8-dynamic.")]
Threads = Annotated[int, typer.Option(min=1)]
BatchSize = Annotated[int, typer.Option(min=1, help="Images a run.")]
DeviceName = Annotated[str, typer.Option("--name", help="Of the hardware, chosen freely.")]
Effort = Annotated[str, typer.Option(help="fast, default, gold or dataset.")]
Worker = Annotated[
    str | None,
    typer.Option(help='Command line of a worker: "ssh board python -m latpred.worker".'),
]
Command = Annotated[
    str | None,
    typer.Option(help='Times an ONNX file and prints ms: "ssh board bench {onnx}".'),
]
Store = Annotated[
    Path | None, typer.Option(help="Keeps each step: the same command goes on after anything.")
]
LimitSeconds = Annotated[
    float, typer.Option(help="Of one step of a network in a worker or command; then it is killed.")
]


def _device(
    runtime: str | None,
    command: str | None,
    threads: int,
    batch_size: int,
    precision: str,
    mode: str,
    name: str,
) -> lp.Device:
    if runtime is None:
        runtime = "libtorch" if command is None else "command"
    return lp.Device(runtime, threads, batch_size, precision, mode=mode, name=name)


def measure(
    space: SpaceName,
    out: Annotated[Path, typer.Option(help="Latency table to write, CSV.")],
    archs: ArchFile = None,
    count: Annotated[int, typer.Option("--count", "-n", min=1, help="Random ones.")] = 10,
    width: Width = None,
    runtime: Runtime = None,
    mode: Mode = "",
    precision: Precision = "fp32",
    threads: Threads = 1,
    batch_size: BatchSize = 1,
    name: DeviceName = "",
    effort: Effort = "default",
    seed: Seed = 0,
    store: Store = None,
    worker: Worker = None,
    command: Command = None,
    limit_seconds: LimitSeconds = 60.0,
    as_json: Json = False,
) -> None:
    """Measure architectures on this machine or another and write the latency table."""
    place = lp.space(space, width=width)
    chosen = architectures_of(place, [], archs) if archs else place.sample(count, seed=seed)
    device = _device(runtime, command, threads, batch_size, precision, mode, name)
    meter = lp.LatencyMeter(
        device, effort, seed, worker=worker, command=command, limit_seconds=limit_seconds
    )
    try:
        table = lp.measure(chosen, meter, store=store, progress=not as_json)
    except KeyboardInterrupt:
        if meter.last_table is not None:
            meter.last_table.to_csv(out)
            print(f"{len(meter.last_table)} finished rows are in {out}", file=sys.stderr)
        raise
    table.to_csv(out)
    show({"table": str(out), "device": table.device, "rows": table_rows(table)}, as_json)


def measure_network(
    network: Annotated[str, typer.Argument(metavar="FILE", help="ONNX file or .pt2 program.")],
    runtime: Runtime = None,
    mode: Mode = "",
    precision: Precision = "fp32",
    threads: Threads = 1,
    batch_size: BatchSize = 1,
    name: DeviceName = "",
    effort: Effort = "default",
    seed: Seed = 0,
    worker: Worker = None,
    command: Command = None,
    limit_seconds: LimitSeconds = 60.0,
    as_json: Json = False,
) -> None:
    """Measure a network of one's own; exit code 1 where it failed."""
    if runtime is None and command is None and network.lower().endswith(".onnx"):
        runtime = "onnxruntime"
    device = _device(runtime, command, threads, batch_size, precision, mode, name)
    found = lp.measure_network(
        network,
        device,
        effort=effort,
        seed=seed,
        worker=worker,
        command=command,
        limit_seconds=limit_seconds,
    )
    document: dict[str, Any] = dataclasses.asdict(found)
    del document["meta"]
    show(document, as_json)
    if found.status == "failed":
        raise typer.Exit(1)


def table_rows(table: lp.LatencyTable) -> list[dict[str, Any]]:
    """A latency table as one dict an architecture."""
    columns = {"architecture": table.archs.to_strings(), "latency_ms": table.latency_ms}
    for name in ("low_ms", "high_ms", "status"):
        if getattr(table, name, None) is not None:
            columns[name] = getattr(table, name)
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
