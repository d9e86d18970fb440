"""The verbs of the command line that measure."""

from __future__ import annotations

import dataclasses
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

import latpred as lp
from latpred.cli.common import ArchFile, Json, SpaceName, Width, architectures_of, show
from latpred.cli.options import MeasureOptions, with_options

__all__ = ["measure", "measure_network", "table_rows"]

DEFAULTS = MeasureOptions()
Store = Annotated[
    Path | None,
    typer.Option(
        help="File that keeps each step; the same command then resumes after any interruption."
    ),
]


@with_options
def measure(
    space: SpaceName,
    out: Annotated[Path, typer.Option(help="CSV file for the latency table.")],
    archs: ArchFile = None,
    count: Annotated[
        int,
        typer.Option(
            "--count", "-n", min=1, help="Number of random architectures, without --archs."
        ),
    ] = 10,
    width: Width = None,
    options: MeasureOptions = DEFAULTS,
    store: Store = None,
    as_json: Json = False,
) -> None:
    """Measure architectures on this machine or another and write the latency table."""
    place = lp.space(space, width=width)
    seed = options.seed
    chosen = architectures_of(place, [], archs) if archs else place.sample(count, seed=seed)
    meter = lp.LatencyMeter(options.device(), options.effort, seed, **options.steps())
    try:
        table = lp.measure(chosen, meter, store=store, progress=not as_json)
    except KeyboardInterrupt:
        if meter.last_table is not None:
            meter.last_table.to_csv(out)
            print(f"{len(meter.last_table)} finished rows are in {out}", file=sys.stderr)
        raise
    table.to_csv(out)
    show({"table": str(out), "device": table.device, "rows": table_rows(table)}, as_json)


@with_options
def measure_network(
    network: Annotated[
        str, typer.Argument(metavar="FILE", help="ONNX file or exported program (.pt2).")
    ],
    options: MeasureOptions = DEFAULTS,
    as_json: Json = False,
) -> None:
    """Measure a network of one's own; exit code 1 where it failed."""
    usual = "onnxruntime" if network.lower().endswith(".onnx") else "libtorch"
    device, steps = options.device(usual), options.steps()
    found = lp.measure_network(network, device, effort=options.effort, seed=options.seed, **steps)
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
