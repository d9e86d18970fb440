"""The verb `latpred transfer published`: published figures beside ours, under both protocols."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

import latpred as lp
from latpred.cli.common import Json, show
from latpred.cli.outputs import kept_in, output

__all__ = ["register"]

Quick = Annotated[
    bool,
    typer.Option(
        "--quick/--full",
        help="100 networks of each source and at most 40 epochs, or as many as published.",
    ),
]
Tasks = Annotated[
    list[str] | None,
    typer.Option(
        "--task", help="A task; may be given several times; all complete ones if left out."
    ),
]
Methods = Annotated[
    list[str] | None, typer.Option("--method", help="A method; may be given several times.")
]
Seeds = Annotated[int, typer.Option(min=1, help="Number of seeds.")]
Store = Annotated[
    Path | None, typer.Option(help="Folder of the results; what is in it is not computed again.")
]
Executor = Annotated[str, typer.Option(help="Where jobs run: threads, process or ray.")]
Workers = Annotated[int | None, typer.Option(min=1, help="Jobs at the same time.")]
Out = Annotated[Path | None, output("--out", "-o", help="CSV file for the table.")]
Html = Annotated[Path | None, output(help="HTML file for the table.")]
Markdown = Annotated[bool, typer.Option("--markdown", help="Print the table as Markdown.")]
Figures = Annotated[
    bool, typer.Option("--figures", help="List the published figures only; compute nothing.")
]


def published(
    quick: Quick = True,
    task: Tasks = None,
    method: Methods = None,
    seeds: Seeds = 3,
    store: Store = None,
    executor: Executor = "threads",
    workers: Workers = None,
    out: Out = None,
    html: Html = None,
    markdown: Markdown = False,
    figures: Figures = False,
    as_json: Json = False,
) -> None:
    """Compare the published methods: their figures and ours.

    Ours are by their protocol, and honest ones. A run that was killed goes on where it was, with
    the same --store.
    """
    if figures:
        _show_figures(out, as_json)
        return
    with kept_in(store):
        found = lp.transfer.published_table(
            "quick" if quick else "full",
            tasks=task or lp.transfer.PUBLISHED_TASKS,
            methods=method or None,
            seeds=seeds,
            store=store,
            executor=executor,
            workers=workers,
            progress=not (as_json or markdown),
        )
    _write(found, out, html)
    if markdown:
        typer.echo(found.to_markdown())
        return
    document: dict[str, Any] = {"computed": found.suite.computed}
    if found.suite.failures:
        document["failures"] = found.suite.failures
    show(document | {"rows": [dict(row) for row in found.rows]}, as_json)


def _write(found: lp.transfer.PublishedTable, out: Path | None, html: Path | None) -> None:
    """The table as files."""
    if out is not None:
        found.to_csv(out)
    if html is not None:
        from latpred.base.files import write

        write(html, found.to_html())


def _show_figures(out: Path | None, as_json: bool) -> None:
    frame = lp.transfer.published()
    rows = [{str(name): value for name, value in row.items()} for row in frame.to_dict("records")]
    if out is not None:
        from latpred.base.tables import write_rows

        write_rows(out, rows)
    show(rows, as_json)


def register(app: typer.Typer) -> None:
    """Add the verb to `latpred transfer`."""
    app.command()(published)
