"""The command `latpred`: the verbs of the library, for people and (with `--json`) for programs.

Exit codes: 0 done, 2 bad input (one line on standard error), 130 interrupted.
"""

from __future__ import annotations

import errno
import json
import sys
from collections.abc import Callable
from functools import partial
from importlib import metadata
from pathlib import Path
from typing import Annotated, Any

import typer

import latpred as lp
from latpred.cli import convert as cli_convert
from latpred.cli import data as cli_data
from latpred.cli import device_generic as cli_device_generic
from latpred.cli import lut as cli_lut
from latpred.cli import measure as cli_measure
from latpred.cli import network as cli_network
from latpred.cli import onboard as cli_onboard
from latpred.cli import predict_network as cli_predict_network
from latpred.cli import profile as cli_profile
from latpred.cli import profile_search as cli_profile_search
from latpred.cli import search as cli_search
from latpred.cli import store as cli_store
from latpred.cli import terminal
from latpred.cli import transfer as cli_transfer
from latpred.cli import tune as cli_tune
from latpred.cli.common import (
    ArchFile,
    Json,
    ModelFile,
    Seed,
    SpaceName,
    SpaceOption,
    TableFile,
    Width,
    architectures_of,
    show,
    table_of,
)
from latpred.cli.outputs import output, output_folder, refuse_inputs

__all__ = ["app", "main"]

# Written down for the help, which must not wait for the compiled core; a test holds it against
# `latpred.predictors.fitted_kinds`.
PREDICTORS = (
    "additive", "auto", "block-sequence", "ensemble", "flops", "gaussian-process", "graph", "mlp",
    "trees",
)  # fmt: skip
Version = Annotated[bool, typer.Option("--version", help="Print the version and nothing else.")]

app = typer.Typer(
    rich_markup_mode=None,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Measure, predict and search the latency of neural networks.",
)


@app.callback(invoke_without_command=True)
def version(context: typer.Context, version: Version = False) -> None:
    if version:
        print(f"latpred {_version()}")
        raise typer.Exit
    if context.invoked_subcommand is None:
        print(context.get_help())
        raise typer.Exit(2)


def _version() -> str:
    """Of the installed package, which needs no compiled core; else what the core says."""
    try:
        return metadata.version("latpred")
    except metadata.PackageNotFoundError:
        return lp.__version__


@app.command()
def spaces(as_json: Json = False) -> None:
    """List the search spaces."""
    rows = []
    for name in lp.space_names():
        space = lp.space(name)
        row = {"space": name, "width": space.width, "resolutions": space.resolutions}
        rows.append({**row, "genes": len(space.genes), "networks": space.size})
    show(rows, as_json)


@app.command()
def sample(
    space: SpaceName,
    count: Annotated[
        int, typer.Option("--count", "-n", min=1, help="Number of architectures.")
    ] = 10,
    width: Width = None,
    seed: Seed = 0,
    unique: Annotated[bool, typer.Option(help="Whether all networks differ.")] = True,
    as_json: Json = False,
) -> None:
    """Draw random architectures and count their cost.

    The cost is that of one image.
    """
    place = lp.space(space, width=width)
    archs = place.sample(count, seed=seed, unique=unique)
    costs = place.count(archs)
    rows = [
        {"architecture": text, "macs": costs["macs"][i], "params": costs["params"][i]}
        for i, text in enumerate(archs.to_strings())
    ]
    show(rows, as_json)


app.command()(cli_measure.measure)
app.command()(cli_network.measure_network)
app.command()(cli_onboard.onboard)
app.command()(cli_predict_network.predict_network)


@app.command()
def fit(
    table: TableFile,
    out: Annotated[Path, output("--out", "-o", help="Where to save the predictor (.latpred).")],
    space: SpaceOption = None,
    width: Width = None,
    predictor: Annotated[str, typer.Option(help=f"One of: {', '.join(PREDICTORS)}.")] = "additive",
    held_out: Annotated[
        float, typer.Option(min=0, max=0.9, help="Share of the networks to judge on.")
    ] = 0.2,
    intervals: Annotated[
        bool | None,
        typer.Option(
            "--intervals/--no-intervals",
            help="Keep how far off predictions are, found by five or ten more fits. [default: for "
            "additive and flops, where they take a moment, from 9 rows on]",
        ),
    ] = None,
    seed: Seed = 0,
    as_json: Json = False,
) -> None:
    """Fit a predictor to a latency table, judge and save it.

    The figures are those of a predictor that never saw the held-out networks; the saved one is
    fitted on all rows.
    """
    make = _maker(predictor)
    refuse_inputs(out, table)
    rows = table_of(table, space, width)
    document: dict[str, Any] = {"predictor": predictor}
    if held_out > 0:
        train, test = rows.split("architecture", (1 - held_out, held_out), seed=seed)
        model = make().fit(train)
        document |= {"fitted_on": len(train), "judged_on": len(test)}
        document |= lp.evaluate(test.latency_ms, model.predict(test.archs))
    final = make().fit(rows)
    if intervals or (intervals is None and predictor in ("additive", "flops") and len(rows) >= 9):
        final.calibrate(rows, folds=10 if len(rows) < 200 else 5, seed=seed)
    final.save(out)
    if predictor == "auto":
        document["chosen"] = final.best_name_
    show(document | {"saved": str(out), "saved_fitted_on": len(rows)}, as_json)


def _maker(name: str) -> Callable[[], Any]:
    """What makes predictors of that kind."""
    from latpred.base.names import did_you_mean
    from latpred.predictors import fitted_kinds, made

    known = sorted(fitted_kinds())
    if name not in known:
        raise lp.ConfigError(
            f"unknown predictor {name[:60]!r}; known: {', '.join(known)}{did_you_mean(name, known)}"
        )
    return partial(made, name)


@app.command()
def evaluate(model: ModelFile, table: TableFile, as_json: Json = False) -> None:
    """Judge a saved predictor on a latency table."""
    predictor = lp.load_predictor(model)
    device = predictor.device_name or None
    rows = lp.read_latency_table(table, predictor.space, device=device)
    metrics = lp.evaluate(rows.latency_ms, predictor.predict(rows.archs))
    show({"judged_on": len(rows), **metrics}, as_json)


@app.command()
def predict(
    model: ModelFile,
    architectures: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="ARCH", help="Architectures as text, as `latpred sample` prints them."
        ),
    ] = None,
    archs: ArchFile = None,
    as_json: Json = False,
) -> None:
    """Predict latencies in ms with a saved predictor."""
    predictor = lp.load_predictor(model)
    chosen = architectures_of(predictor.space, architectures or [], archs)
    latency = predictor.predict(chosen)
    columns = zip(chosen.to_strings(), latency, strict=True)
    show([{"architecture": text, "latency_ms": ms} for text, ms in columns], as_json)


@app.command()
def demo(
    out: Annotated[
        Path, output_folder("--out", "-o", help="Folder for the page, its figures and its tables.")
    ] = Path("demo"),
    minutes: Annotated[float, typer.Option(min=0.1, help="Minutes to spend on measuring.")] = 4.0,
    smoke: Annotated[
        bool, typer.Option("--smoke", help="Use tiny sizes, to see whether it runs.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Measure, learn, search and verify on this machine.

    Writes a page with the results.
    """
    from latpred import demo as demo_room

    settings = demo_room.smoke_settings() if smoke else demo_room.DemoSettings(minutes=minutes)
    done = demo_room.run(out, settings, say=_to_stderr if as_json else print)
    if as_json:
        document = json.loads((done.out / "results.json").read_text(encoding="utf-8"))
        show(document, as_json)


def _to_stderr(line: str) -> None:
    print(line, file=sys.stderr)


cli_search.register(app)
cli_profile.register(app)
cli_profile_search.register(app)
cli_convert.register(app)
cli_store.register(app)
cli_tune.register(app)
cli_lut.register(app)
cli_transfer.register(app)
cli_data.register(app)
cli_device_generic.register(app)


def main() -> None:
    """Entry point: runs the command and turns latpred's errors into one line and exit code 2."""
    terminal.take_any_text()
    try:
        try:
            app()
        finally:
            terminal.flush()
    except lp.LatpredError as error:
        text = " ".join(str(error).split()) or type(error).__name__
    except OSError as error:
        if error.filename is not None or error.strerror is None:
            raise
        terminal.give_up()
        if error.errno == errno.EPIPE:  # as `head` leaves it
            sys.exit(1)
        text = f"the output cannot be written: {error.strerror}"
    else:
        return
    terminal.line(f"latpred: {text}", "red", errors=True)
    sys.exit(2)
