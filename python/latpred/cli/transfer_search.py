"""The verbs `latpred transfer search` and `search-study`: the best network under a limit."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

import latpred as lp
from latpred.cli.common import (
    ArchFile,
    Json,
    Limits,
    Seed,
    architectures_of,
    limits_of,
    show,
    write_csv,
)
from latpred.cli.outputs import output
from latpred.cli.transfer_adapt import Devices, Measured, Method, Sources, Space, tables_of

__all__ = ["register"]

Accuracy = Annotated[
    str,
    typer.Option(help="What to maximise: a cost such as macs, a table of accuracies, or a model."),
]
Column = Annotated[
    str | None, typer.Option(help="Column of the accuracies in a table, such as c100_test200.")
]
Limit = Annotated[float | None, typer.Option("--limit-ms", help="Largest latency allowed, in ms.")]
Confidence = Annotated[
    float, typer.Option(help="Probability that a network that was not measured keeps the limit.")
]
Verify = Annotated[int, typer.Option(min=0, help="Most candidates measured, by the table.")]
Samples = Annotated[int, typer.Option(min=1, help="Networks measured before each search.")]
Seeds = Annotated[int, typer.Option(min=1, help="Number of seeds.")]
Generated = Annotated[
    Path | None, typer.Option(help="MetaD2A's file of candidates; all networks if left out.")
]
Finalists = Annotated[
    int | None,
    typer.Option(
        min=1, help="Candidates ranked by the file's scores; so many best are trained to decide."
    ),
]
Out = Annotated[Path | None, output("--out", "-o", help="CSV file for all searches.")]


def search(
    sources: Sources,
    measured: Measured,
    accuracy: Accuracy,
    limit_ms: Limit = None,
    limits: Limits = None,
    column: Column = None,
    confidence: Confidence = 0.95,
    method: Method = "best",
    devices: Devices = "",
    space: Space = None,
    archs: ArchFile = None,
    seed: Seed = 0,
    as_json: Json = False,
) -> None:
    """Find the best network that keeps a limit on a new device.

    It is sought in the space, or in --archs. Measure it, add it to the measured networks, and
    search again where it breaks the limit.
    """
    tables = tables_of(sources, devices, space)
    model = lp.TransferPredictor(tables, method)
    model.fit(lp.read_latency_table(measured, tables.space))
    found = lp.transfer.search(
        model,
        limit_ms,
        _accuracy(accuracy, column),
        limits=limits_of(limits),
        candidates=None if archs is None else architectures_of(tables.space, [], archs),
        confidence=confidence,
        seed=seed,
        progress=not as_json,
    )
    show(found.to_dict(), as_json)


def search_study(
    task: Annotated[str, typer.Argument(metavar="TASK", help="Name of a task, such as ND.")],
    accuracy: Accuracy,
    limit: Annotated[
        list[str] | None,
        typer.Option(help="Limits of a target, such as pixel2=14,18; HELP's if left out."),
    ] = None,
    column: Column = None,
    method: Method = "best",
    verify: Verify = 0,
    confidence: Confidence = 0.95,
    samples: Samples = 20,
    seeds: Seeds = 5,
    candidates: Generated = None,
    finalists: Finalists = None,
    out: Out = None,
    seed: Seed = 0,
    as_json: Json = False,
) -> None:
    """Search under limits on the target devices of a task.

    What is found is judged by the true latencies.
    """
    given = None if candidates is None else lp.transfer.read_candidates(candidates)
    if finalists is not None and given is None:
        raise lp.ConfigError("--finalists needs --candidates, whose scores rank them")
    found = lp.transfer.search_study(
        task,
        _accuracy(accuracy, column),
        lp.transfer.HELP_LIMITS if not limit else dict(map(_limits, limit)),
        predictor=method,
        candidates=None if given is None else given.archs,
        score=None if given is None or finalists is None else given.score,
        finalists=finalists or 1,
        verify=verify,
        confidence=confidence,
        samples=samples,
        seeds=seeds,
        seed=seed,
        progress=not as_json,
    )
    if out is not None:
        write_csv(out, found.rows)
    show({"task": task, "method": method, "verify": verify, "rows": _means(found)}, as_json)


def _means(found: lp.transfer.SearchStudy) -> list[dict[str, Any]]:
    """Of each device and limit, and of all of them."""
    rows: list[dict[str, Any]] = [
        {"device": device, "limit_ms": ms} | of for (device, ms), of in found.per_limit.items()
    ]
    return [*rows, {"device": "mean", "limit_ms": None} | dict(found)]


def _accuracy(name: str, column: str | None) -> Any:
    """A cost by its name, else a model or table of accuracies."""
    known = name.endswith((".csv", ".parquet", ".latpred", ".pth")) or column is not None
    if known or name in ("ofa-top1", "ofa-distilled"):
        return lp.load_accuracy(name, column=column)
    return lp.cost_objective(name)


def _limits(text: str) -> tuple[str, list[float]]:
    device, _, numbers = text.partition("=")
    try:
        return device, [float(number) for number in numbers.split(",")]
    except ValueError:
        raise lp.ConfigError(f"--limit {text[:60]!r}: e.g. pixel2=14,18 expected") from None


def register(app: typer.Typer) -> None:
    """Add the verbs to `latpred transfer`."""
    app.command()(search)
    app.command("search-study")(search_study)
