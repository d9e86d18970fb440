"""The verbs `latpred store …` and `latpred doctor`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from latpred.cli.common import Json, show
from latpred.cli.outputs import output

__all__ = ["doctor", "register", "store_app"]

store_app = typer.Typer(
    rich_markup_mode=None,
    no_args_is_help=True,
    help="Check, repair and export files of campaigns.",
)

TABLES = (".csv", ".parquet")
# Entries of the reports that are lists of sentences.
LISTED = ("damage", "rejected")
StoreFile = Annotated[Path, typer.Argument(metavar="STORE", help="File of a campaign (.db).")]


@store_app.command()
def verify(store: StoreFile, as_json: Json = False) -> None:
    """Check each row against its checksum and the chain. Exit code 1 where anything is damaged."""
    from latpred.store.repair import verify_store

    report = verify_store(store)
    show(report.to_dict(), as_json, listed=LISTED)
    if not report.ok:
        raise typer.Exit(1)


@store_app.command()
def repair(
    store: StoreFile,
    out: Annotated[
        Path, output("--out", "-o", help="New store to write; the old one is left as it is.")
    ],
    as_json: Json = False,
) -> None:
    """Copy all whole rows into a new store, list the rest."""
    from latpred.store.repair import repair_store

    show(repair_store(store, out).to_dict(), as_json, listed=LISTED)


@store_app.command()
def export(
    store: StoreFile,
    out: Annotated[
        Path,
        output("--out", "-o", help="Latency table to write (.csv or .parquet).", endings=TABLES),
    ],
    visits: Annotated[
        Path | None,
        output(
            help="Also write one row per visit to this file (.csv or .parquet).", endings=TABLES
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Write the measured networks as a latency table."""
    from latpred.store.repair import export_store

    show(export_store(store, out, visits=visits), as_json)


def doctor(
    self_test: Annotated[
        bool,
        typer.Option(
            "--self-test", help="Also measure two equal pieces of work, for some seconds."
        ),
    ] = False,
    as_json: Json = False,
) -> None:
    """Say what disturbs timing here and what to do. Exit code 1 where times would be wrong."""
    import latpred as lp

    report = lp.doctor(with_self_test=self_test)
    if as_json:
        show(report.to_dict(), as_json)
    else:
        print(report)
    if report.worst == "error":
        raise typer.Exit(1)


def register(app: typer.Typer) -> None:
    """Add the verbs to the command `latpred`."""
    app.add_typer(store_app, name="store")
    app.command()(doctor)
