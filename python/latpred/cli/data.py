"""The verbs `latpred data …`: published data by name."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from latpred.cli.common import Json, show
from latpred.cli.outputs import output_folder

__all__ = ["data_app", "register"]

data_app = typer.Typer(
    rich_markup_mode=None, no_args_is_help=True, help="List and fetch published data by name."
)


@data_app.command("list")
def list_data(as_json: Json = False) -> None:
    """List the data that can be fetched.

    Each with its licence and size, and whether it is here.
    """
    from latpred.downloads import catalogue, is_here

    rows = [
        {
            "data": one.name,
            "here": is_here(one.name),
            "files": len(one.files),
            "bytes": one.bytes,
            "licence": one.licence,
            "source": one.repository,
            "title": one.title,
        }
        for one in catalogue().values()
    ]
    show(rows, as_json)


@data_app.command()
def fetch(
    name: Annotated[str, typer.Argument(metavar="NAME", help="A name of `latpred data list`.")],
    mirror: Annotated[
        str | None,
        typer.Option(
            help="Folder or address with the files as <repository>/<commit>/<path>, or a template "
            "with {path}; the code host where left out."
        ),
    ] = None,
    folder: Annotated[
        Path | None, output_folder(help="Where to put the data; the cache folder where left out.")
    ] = None,
    tries: Annotated[int, typer.Option(min=1, help="Attempts at each file.")] = 4,
    as_json: Json = False,
) -> None:
    """Fetch data, check them and put them where latpred seeks them.

    A transfer that broke off goes on where it ended.
    """
    from latpred import downloads

    done = downloads.fetch(name, folder, mirror, tries=tries, progress=not as_json)
    document = {"data": done.name, "folder": str(done.folder), "new": done.new}
    show(document | {"files": [str(path) for path in done.files]}, as_json, listed=["files"])


def register(app: typer.Typer) -> None:
    """Add the verbs to the command `latpred`."""
    app.add_typer(data_app, name="data")
