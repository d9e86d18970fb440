"""The verbs of the command line that measure."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

import latpred as lp
from latpred.cli import terminal
from latpred.cli.common import ArchFile, Json, SpaceName, Width, architectures_of, show
from latpred.cli.options import MeasureOptions, with_options
from latpred.cli.outputs import kept_in, output, refuse_inputs

__all__ = ["measure", "table_rows"]

DEFAULTS = MeasureOptions()
Out = Annotated[
    Path,
    output(
        "--out",
        "-o",
        help="File for the latency table (.csv or .parquet).",
        endings=(".csv", ".parquet"),
    ),
]
Store = Annotated[
    Path | None,
    output(
        help="File that keeps each step; the same command then resumes after any interruption. "
        "[default: the name of --out with .campaign.db]"
    ),
]


@with_options
def measure(
    space: SpaceName,
    out: Out,
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
    """Measure architectures and write the latency table.

    They run on this machine, or on another by --worker or --command.
    """
    refuse_inputs(out, archs)
    seed = options.seed
    meter = lp.LatencyMeter(options.device(), options.effort, seed, **options.steps())
    meter.check()
    place = lp.space(space, width=width)
    chosen = architectures_of(place, [], archs) if archs else place.sample(count, seed=seed)
    kept = Path(f"{out}.campaign.db") if store is None else store
    if kept.resolve() == out.resolve():
        raise lp.ConfigError(f"--out and --store are both {out}; two files expected")
    with kept_in(kept):
        table = _measured(chosen, meter, kept, store is None, not as_json)
    (table.to_parquet if out.suffix.lower() == ".parquet" else table.to_csv)(out)
    document = {"table": str(out), "device": table.device, "campaign": str(kept)}
    show(document | {"rows": table_rows(table)}, as_json)
    if not as_json:
        terminal.line(_kept(kept, len(meter.last_campaign)))


def _measured(
    archs: lp.Architectures, meter: lp.LatencyMeter, kept: Path, own: bool, progress: bool
) -> lp.LatencyTable:
    """Measure with a store; `own`: one that nobody asked for, so that the way out is told."""
    try:
        return lp.measure(archs, meter, store=kept, progress=progress)
    except lp.ConfigMismatchError as error:
        if not own:
            raise
        raise lp.ConfigMismatchError(
            f"{error}; {kept} keeps what was measured for this --out: give another --out or "
            "--store, or remove that file",
            error.differences,
        ) from error


def _kept(kept: Path, measured: int) -> str:
    if measured == 0:
        return f"Nothing was measured now: all is in {kept}; remove it to measure anew."
    return f"Each visit is kept in {kept}: the same command only reads it, more networks go on."


def table_rows(table: lp.LatencyTable) -> list[dict[str, Any]]:
    """A latency table as one dict an architecture."""
    columns = {"architecture": table.archs.to_strings(), "latency_ms": table.latency_ms}
    for name in ("low_ms", "high_ms", "status"):
        if getattr(table, name, None) is not None:
            columns[name] = getattr(table, name)
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
