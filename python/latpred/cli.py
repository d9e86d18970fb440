"""The command `latpred`: the verbs of the library, for people and (with `--json`) for programs.

Exit codes: 0 done, 2 bad input (one line on standard error), 130 interrupted.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

import latpred as lp
from latpred import cli_store

__all__ = ["app", "main"]

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Measure, predict and search the latency of neural networks.",
)

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]
Width = Annotated[float | None, typer.Option(help="Channel multiplier of the space.")]
Seed = Annotated[int, typer.Option(min=0, help="Same seed, same result.")]
ArchFile = Annotated[
    Path | None,
    typer.Option("--archs", help="File with an architecture a line, or a CSV with such a column."),
]
SpaceName = Annotated[str, typer.Argument(metavar="SPACE", help="See `latpred spaces`.")]
SpaceOption = Annotated[str, typer.Option("--space", help="Space of the table.")]
TableFile = Annotated[Path, typer.Argument(metavar="TABLE", help="Latency table, CSV.")]
ModelFile = Annotated[Path, typer.Argument(metavar="MODEL", help="Saved predictor, .latpred.")]
ACCURACY = "ofa-distilled"


def _show(document: Any, as_json: bool) -> None:
    """A document: as JSON, or its rows (else its entries) as a table."""
    from latpred.report import json_text

    if as_json:
        print(json_text(document))
        return
    rows = document if isinstance(document, list) else document.get("rows")
    if isinstance(document, dict):
        for name, value in document.items():
            if name != "rows":
                print(f"{name + ':':<22} {_text(value)}")
    if rows:
        _print_rows(rows)


def _text(value: Any) -> str:
    from latpred.report import cell_text

    return ", ".join(map(cell_text, value)) if isinstance(value, list | tuple) else cell_text(value)


def _print_rows(rows: Sequence[Mapping[str, Any]]) -> None:
    """Columns as wide as they need: an architecture must be copied whole from a terminal."""
    names = list(rows[0])
    texts = [[_text(row[name]) for name in names] for row in rows]
    widths = [max(map(len, column)) for column in zip(names, *texts, strict=True)]
    for line in [names, *texts]:
        print(
            "  ".join(f"{cell:<{size}}" for cell, size in zip(line, widths, strict=True)).rstrip()
        )


def _architectures(space: lp.Space, texts: Sequence[str], file: Path | None) -> lp.Architectures:
    if file is not None:
        texts = [*texts, *_lines(file)]
    if not texts:
        raise lp.ConfigError("no architectures: give some, or a file by --archs")
    return space.architectures(list(texts))


def _lines(file: Path) -> list[str]:
    """Architectures of a text file, or of the first column of a CSV file."""
    import csv

    try:
        with file.open(encoding="utf-8", newline="") as stream:
            if file.suffix.lower() != ".csv":
                return [line.strip() for line in stream if line.strip()]
            return [row[0] for row in list(csv.reader(stream))[1:] if row]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise lp.StorageError(f"{file}: not readable: {error}") from error


@app.command()
def spaces(as_json: Json = False) -> None:
    """List the search spaces."""
    rows = []
    for name in lp.space_names():
        space = lp.space(name)
        row = {"space": name, "width": space.width, "resolutions": space.resolutions}
        rows.append({**row, "genes": len(space.genes), "networks": space.size})
    _show(rows, as_json)


@app.command()
def sample(
    space: SpaceName,
    count: Annotated[int, typer.Option("--count", "-n", min=1, help="How many.")] = 10,
    width: Width = None,
    seed: Seed = 0,
    unique: Annotated[bool, typer.Option(help="No network twice.")] = True,
    as_json: Json = False,
) -> None:
    """Draw random architectures and count their cost for one image."""
    place = lp.space(space, width=width)
    archs = place.sample(count, seed=seed, unique=unique)
    costs = place.count(archs)
    rows = [
        {"architecture": text, "macs": costs["macs"][i], "params": costs["params"][i]}
        for i, text in enumerate(archs.to_strings())
    ]
    _show(rows, as_json)


@app.command()
def measure(
    space: SpaceName,
    out: Annotated[Path, typer.Option(help="Latency table to write, CSV.")],
    archs: ArchFile = None,
    count: Annotated[int, typer.Option("--count", "-n", min=1, help="Random ones.")] = 10,
    width: Width = None,
    threads: Annotated[int, typer.Option(min=1)] = 1,
    batch_size: Annotated[int, typer.Option(min=1, help="Images a run.")] = 1,
    effort: Annotated[str, typer.Option(help="fast, default, gold or dataset.")] = "default",
    seed: Seed = 0,
    as_json: Json = False,
) -> None:
    """Measure architectures on this machine and write the latency table."""
    place = lp.space(space, width=width)
    chosen = _architectures(place, [], archs) if archs else place.sample(count, seed=seed)
    meter = lp.LatencyMeter(lp.Device(threads=threads, batch_size=batch_size), effort=effort)
    try:
        table = lp.measure(chosen, meter, progress=not as_json)
    except KeyboardInterrupt:
        if meter.last_table is not None:
            meter.last_table.to_csv(out)
            print(f"{len(meter.last_table)} finished rows are in {out}", file=sys.stderr)
        raise
    table.to_csv(out)
    rows = table_rows(table)
    _show({"table": str(out), "device": table.device, "rows": rows}, as_json)


def table_rows(table: Any) -> list[dict[str, Any]]:
    """A latency table as one dict an architecture."""
    columns = {"architecture": table.archs.to_strings(), "latency_ms": table.latency_ms}
    for name in ("low_ms", "high_ms", "status"):
        if getattr(table, name, None) is not None:
            columns[name] = getattr(table, name)
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


@app.command()
def fit(
    table: TableFile,
    out: Annotated[Path, typer.Option(help="Predictor file to write, .latpred.")],
    space: SpaceOption = "ofa-mobilenetv3",
    width: Width = None,
    predictor: Annotated[str, typer.Option(help="One of: additive, flops, mlp.")] = "additive",
    held_out: Annotated[float, typer.Option(min=0, max=0.9, help="Share to judge on.")] = 0.2,
    seed: Seed = 0,
    as_json: Json = False,
) -> None:
    """Fit a predictor to a latency table, judge it on held-out networks and save it.

    The figures are those of a predictor that never saw the held-out networks; the saved one is
    fitted on all rows.
    """
    make = _predictor(predictor)
    rows = lp.read_latency_table(table, lp.space(space, width=width))
    document: dict[str, Any] = {"predictor": predictor}
    if held_out > 0:
        train, test = rows.split("architecture", (1 - held_out, held_out), seed=seed)
        model = make().fit(train)
        document |= {"fitted_on": len(train), "judged_on": len(test)}
        document |= lp.evaluate(test.latency_ms, model.predict(test.archs))
    make().fit(rows).save(out)
    _show(document | {"saved": str(out), "saved_fitted_on": len(rows)}, as_json)


def _predictor(name: str) -> Any:
    known = {"additive": lp.AdditivePredictor, "flops": lp.FlopsPredictor, "mlp": lp.MlpPredictor}
    if name not in known:
        raise lp.ConfigError(f"unknown predictor {name!r}; known: {', '.join(known)}")
    return known[name]


@app.command()
def evaluate(model: ModelFile, table: TableFile, as_json: Json = False) -> None:
    """Judge a saved predictor on a latency table."""
    predictor = lp.load_predictor(model)
    rows = lp.read_latency_table(table, predictor.space)
    metrics = lp.evaluate(rows.latency_ms, predictor.predict(rows.archs))
    _show({"judged_on": len(rows), **metrics}, as_json)


@app.command()
def predict(
    model: ModelFile,
    architectures: Annotated[list[str] | None, typer.Argument(metavar="[ARCH]...")] = None,
    archs: ArchFile = None,
    as_json: Json = False,
) -> None:
    """Predict latencies in ms with a saved predictor."""
    predictor = lp.load_predictor(model)
    chosen = _architectures(predictor.space, architectures or [], archs)
    latency = predictor.predict(chosen)
    columns = zip(chosen.to_strings(), latency, strict=True)
    _show([{"architecture": text, "latency_ms": ms} for text, ms in columns], as_json)


@app.command()
def search(
    model: ModelFile,
    limit_ms: Annotated[list[float], typer.Option(help="Latency limit; may be repeated.")],
    accuracy: Annotated[str, typer.Option(help="Built-in accuracy model or its file.")] = ACCURACY,
    space: Annotated[str | None, typer.Option(help="Space, if not the predictor's.")] = None,
    method: Annotated[str, typer.Option(help="evolution or exhaustive.")] = "evolution",
    population: Annotated[int, typer.Option(min=4)] = 100,
    generations: Annotated[int, typer.Option(min=0)] = 500,
    seed: Seed = 0,
    as_json: Json = False,
) -> None:
    """Search the most accurate network under each latency limit."""
    predictor, objective = lp.load_predictor(model), lp.load_accuracy(accuracy)
    own = predictor.space
    place = own if space is None else lp.space(space, width=own.width)
    rows = []
    for limit in limit_ms:
        found = lp.search(
            place,
            objective=objective,
            latency=predictor,
            limit_ms=limit,
            method=method,
            population=population,
            generations=generations,
            seed=seed,
            progress=not as_json,
        )
        row = {"limit_ms": limit, "latency_ms": found.latency_ms, "accuracy": found.objective}
        row |= {"evaluations": found.evaluations}
        rows.append({**row, "architecture": found.architecture.to_strings()[0]})
    _show(rows, as_json)


@app.command()
def demo(
    out: Annotated[Path, typer.Option(help="Folder for page, figures and tables.")] = Path("demo"),
    minutes: Annotated[float, typer.Option(min=0.1, help="Time for measuring.")] = 8.0,
    smoke: Annotated[bool, typer.Option("--smoke", help="Tiny sizes, to see it run.")] = False,
    as_json: Json = False,
) -> None:
    """Measure, learn, search and verify on this machine; writes a page with the results."""
    from latpred import demo as demo_room

    settings = demo_room.smoke_settings() if smoke else demo_room.DemoSettings(minutes=minutes)
    done = demo_room.run(out, settings, say=_to_stderr if as_json else print)
    if as_json:
        document = json.loads((done.out / "results.json").read_text(encoding="utf-8"))
        _show(document, as_json)


def _to_stderr(line: str) -> None:
    print(line, file=sys.stderr)


cli_store.register(app)


def main() -> None:
    """Entry point: runs the command and turns latpred's errors into one line and exit code 2."""
    try:
        app()
    except lp.LatpredError as error:
        text = " ".join(str(error).split()) or type(error).__name__
        print(f"latpred: {text}", file=sys.stderr)
        sys.exit(2)


if __name__ == "__main__":
    main()
