"""The verb `latpred lut`: look-up tables of this machine."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

import latpred as lp
from latpred.cli.common import Json, SpaceName, Width, show
from latpred.cli.options import BatchSize, Effort, Threads
from latpred.cli.outputs import kept_in, output, output_folder

__all__ = ["lut", "register"]

Out = Annotated[
    Path,
    output("--out", "-o", help="CSV file to write; in mode alone an existing one is continued."),
]
Mode = Annotated[
    str, typer.Option(help="Measure each part by itself (alone) or inside networks (context).")
]
By = Annotated[str, typer.Option(help="What a part is: block or layer.")]
Resolutions = Annotated[str, typer.Option(help="Input sizes, such as 160,192; empty for all.")]
Check = Annotated[
    int, typer.Option(min=0, help="Compare the sums with this many measured networks (at least 8).")
]
Yaml = Annotated[
    Path | None, output_folder("--ofa-yaml", help="Folder for tables in OFA's YAML form.")
]
Networks = Annotated[
    int | None, typer.Option(help="Number of networks to measure in mode context.")
]
Minutes = Annotated[float | None, typer.Option(help="Stop after about this many minutes.")]
ModelOut = Annotated[
    Path | None, output("--model", help="Where to save a predictor of the table (.latpred).")
]


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
    networks: Networks = None,
    budget_minutes: Minutes = None,
    check: Check = 0,
    ofa_yaml: Yaml = None,
    model: ModelOut = None,
    seed: Annotated[
        int, typer.Option(min=0, help="Seed of the order of parts and of the networks.")
    ] = 0,
    as_json: Json = False,
) -> None:
    """Measure a look-up table on this machine.

    With --check, also how far its sums are from whole networks.
    """
    sizes = _sizes(resolutions)
    place = lp.space(space, **_given(width=width, resolutions=sizes))
    meter = lp.LatencyMeter(lp.Device(threads=threads, batch_size=batch_size), effort, seed)
    settings: dict[str, Any] = {"mode": mode, "by": by, "networks": networks, "out": out}
    settings |= {"budget_minutes": budget_minutes, "seed": seed, "progress": not as_json}
    kept = out
    if mode == "context":
        kept = settings["store"] = Path(f"{out}.campaign.db")
    meter.check()
    with kept_in(kept):
        table = lp.measure_lookup_table(place, meter, **settings)
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


def _sizes(text: str) -> list[int] | None:
    try:
        return [int(one) for one in text.split(",") if one] or None
    except ValueError as error:
        raise lp.ConfigError(f"--resolutions {text!r}: e.g. 160,192 expected") from error


def _given(**settings: Any) -> dict[str, Any]:
    return {name: value for name, value in settings.items() if value is not None}


def register(app: typer.Typer) -> None:
    """Add the verb to the command."""
    app.command()(lut)
