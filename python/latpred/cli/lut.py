"""The verb `latpred lut`: look-up tables of this machine."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

import latpred as lp
from latpred.cli.common import Json, SpaceName, Width, show
from latpred.cli.options import BatchSize, Effort, Threads

__all__ = ["lut", "register"]

Out = Annotated[
    Path, typer.Option("--out", "-o", help="CSV; where it exists, measuring goes on (mode alone).")
]
Mode = Annotated[str, typer.Option(help="alone (each part by itself) or context (in networks).")]
By = Annotated[str, typer.Option(help="Cut networks into parts by block or layer.")]
Resolutions = Annotated[str, typer.Option(help="Input sizes, e.g. 160,192; all where empty.")]
Check = Annotated[
    int, typer.Option(min=0, help="Measure this many whole networks (at least 8) beside the sums.")
]
Yaml = Annotated[Path | None, typer.Option("--ofa-yaml", help="Folder for tables in OFA's form.")]
ModelOut = Annotated[Path | None, typer.Option("--model", help="Predictor to write, .latpred.")]


def lut(
    space: SpaceName,
    out: Out = Path("lookup_table.csv"),
    mode: Mode = "alone",
    by: By = "block",
    resolutions: Resolutions = "",
    width: Width = None,
    effort: Effort = "fast",
    threads: Threads = 1,
    batch_size: BatchSize = 1,
    networks: Annotated[int | None, typer.Option(help="In context: how many.")] = None,
    budget_minutes: Annotated[float | None, typer.Option(help="Stop after about.")] = None,
    check: Check = 0,
    ofa_yaml: Yaml = None,
    model: ModelOut = None,
    seed: Annotated[int, typer.Option(min=0, help="Same seed, same order and networks.")] = 0,
    as_json: Json = False,
) -> None:
    """Measure a look-up table on this machine, and how far its sums are from whole networks."""
    try:
        sizes = [int(text) for text in resolutions.split(",") if text] or None
    except ValueError as error:
        raise lp.ConfigError(f"--resolutions {resolutions!r}: e.g. 160,192 expected") from error
    place = lp.space(space, **_given(width=width, resolutions=sizes))
    meter = lp.LatencyMeter(lp.Device(threads=threads, batch_size=batch_size), effort, seed)
    settings: dict[str, Any] = {"mode": mode, "by": by, "networks": networks, "out": out}
    table = lp.measure_lookup_table(
        place, meter, **settings, budget_minutes=budget_minutes, seed=seed, progress=not as_json
    )
    document: dict[str, Any] = {"table": str(out), "device": table.device, "parts": len(table)}
    document |= {"missing": len(table.missing), **dict(table.meta)}
    if ofa_yaml is not None:
        document["ofa_yaml"] = [str(path) for path in table.to_ofa_yaml(ofa_yaml)]
    if not table.missing:
        document |= _after(table, meter, check, model, seed, not as_json)
    show(document, as_json)


def _after(
    table: Any, meter: Any, check: int, model: Path | None, seed: int, progress: bool
) -> dict[str, Any]:
    """What a complete table is for: the check against whole networks, the predictor."""
    document: dict[str, Any] = {}
    report = None
    if check:
        archs = table.space.sample(check, seed=seed + 1, unique=True)
        report = table.additivity(archs, meter, progress=progress)
        document["additivity"] = report.to_dict()
    if model is not None:
        table.predictor(report).save(model)
        document["model"] = str(model)
    return document


def _given(**settings: Any) -> dict[str, Any]:
    return {name: value for name, value in settings.items() if value is not None}


def register(app: typer.Typer) -> None:
    """Add the verb to the command."""
    app.command()(lut)
