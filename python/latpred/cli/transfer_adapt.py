"""The verbs `latpred transfer choose` and `adapt`: a new device from a few measured networks."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

import latpred as lp
from latpred.cli.common import ArchFile, Json, Seed, architectures_of, show
from latpred.cli.outputs import output, refuse_inputs

__all__ = ["Devices", "Measured", "Method", "Sources", "Space", "register", "tables_of"]

NAMED = ("fbnet", "nas-bench-201")
Sources = Annotated[
    str,
    typer.Option(
        help="Latencies of measured devices: fbnet, nas-bench-201, an .npz file, or a folder."
    ),
]
Devices = Annotated[
    str, typer.Option(help="Which of the devices to learn from, such as a,b; empty for all.")
]
Space = Annotated[
    str | None, typer.Option("--space", help="Search space, where the files do not say it.")
]
Measured = Annotated[
    Path, typer.Option(help="CSV file with the measured networks of the new device, in ms.")
]
Method = Annotated[str, typer.Option(help="Method that learns and adapts.")]
Count = Annotated[int, typer.Option("--count", "-n", min=1, help="Number of networks to measure.")]
Model = Annotated[Path, output("--out", "-o", help="Where to save the predictor (.latpred).")]
Csv = Annotated[Path | None, output("--out", "-o", help="CSV file for the networks, one a line.")]
SamplerOption = Annotated[
    str, typer.Option(help="How networks are chosen: method for its wish, random, flops, …")
]


def choose(
    sources: Sources,
    count: Count = 10,
    method: Method = "best",
    sampler: SamplerOption = "method",
    devices: Devices = "",
    space: Space = None,
    archs: ArchFile = None,
    out: Csv = None,
    seed: Seed = 0,
    as_json: Json = False,
) -> None:
    """List the networks to measure on a new device.

    They are chosen from those of the sources, or from --archs.
    """
    refuse_inputs(out, archs, Path(sources))
    tables = tables_of(sources, devices, space)
    known = tables.archs if archs is None else architectures_of(tables.space, [], archs)
    if sampler == "method":
        rows = lp.TransferPredictor(tables, method).choose(known, count)
    else:
        rows = lp.sampling.choose(known, count, method=sampler, seed=seed)
    texts = known[rows].to_strings()
    if out is None:
        show([{"architecture": text} for text in texts], as_json)
        return
    from latpred.base.tables import write_rows

    write_rows(out, [{"architecture": text} for text in texts])
    show({"networks": len(texts), "written": str(out)}, as_json)


def adapt(
    sources: Sources,
    measured: Measured,
    out: Model,
    method: Method = "best",
    devices: Devices = "",
    space: Space = None,
    as_json: Json = False,
) -> None:
    """Learn from measured devices and adapt to a new one.

    Saves the new device's predictor, with intervals.
    """
    refuse_inputs(out, measured, Path(sources))
    tables = tables_of(sources, devices, space)
    table = lp.read_latency_table(measured, tables.space)
    model = lp.TransferPredictor(tables, method).fit(table)
    model.save(out)
    document: dict[str, Any] = {"method": method, "sources": list(tables.devices)}
    document |= {"measured": len(table), "device": table.device, "saved": str(out)}
    show(document, as_json)


def tables_of(sources: str, devices: str, space: str | None) -> lp.transfer.DeviceTables:
    """Named data, or a file or folder of them; of the devices wanted."""
    if sources in NAMED:
        tables = lp.transfer.load_tables(sources)
    else:
        from latpred.base.names import did_you_mean

        hint = did_you_mean(sources, NAMED)
        if hint and not Path(sources).exists():
            raise lp.ConfigError(
                f"--sources {sources[:60]!r}: neither a file or folder nor one of "
                f"{', '.join(NAMED)}{hint}"
            )
        tables = lp.transfer.read_tables(sources, space)
    wanted = [name.strip() for name in devices.split(",") if name.strip()]
    return tables.select(wanted) if wanted else tables


def register(app: typer.Typer) -> None:
    """Add the verbs to `latpred transfer`."""
    app.command()(choose)
    app.command()(adapt)
