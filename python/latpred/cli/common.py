"""What the verbs of the command line share: options, and how results are shown."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

import latpred as lp
from latpred.cli import terminal

__all__ = [
    "ArchFile",
    "Json",
    "Limits",
    "ModelFile",
    "Seed",
    "SpaceName",
    "SpaceOption",
    "TableFile",
    "Width",
    "architectures_of",
    "limits_of",
    "refuse_files",
    "show",
    "split",
    "table_of",
    "write_csv",
]

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]
Width = Annotated[
    float | None, typer.Option(help="Channel multiplier of the space; its default where left out.")
]
Seed = Annotated[
    int,
    typer.Option(min=0, help="Seed of all random choices; the same seed gives the same result."),
]
ArchFile = Annotated[
    Path | None,
    typer.Option(
        "--archs",
        help="File with one architecture per line, or a CSV whose first column holds them.",
    ),
]
SpaceName = Annotated[
    str,
    typer.Argument(
        metavar="SPACE",
        help="Name of a search space (see `latpred spaces`), or a .json file with what "
        "lp.define_space takes.",
    ),
]
SpaceOption = Annotated[
    str | None,
    typer.Option(
        "--space",
        help="Search space of the table: a name, or a .json file of your own. [default: the one "
        "that the table says]",
    ),
]
TableFile = Annotated[Path, typer.Argument(metavar="TABLE", help="CSV file with a latency table.")]
ModelFile = Annotated[
    Path,
    typer.Argument(
        metavar="MODEL", help="File of a saved predictor (.latpred), or a device pack's folder."
    ),
]


Limits = Annotated[
    list[str] | None,
    typer.Option(
        help="NAME=VALUE: upper limit on latency (in ms, as --limit-ms), a cost or an objective; "
        "repeatable, or with commas between."
    ),
]


def show(document: Any, as_json: bool, *, listed: Collection[str] = ()) -> None:
    """A document as JSON; else its entries, a line each, and its rows as a table.

    Args:
        document: Rows, or entries by name with the rows under "rows". Entries that are entries
            again stand indented below their name.
        listed: Names of entries that are lists of sentences: their number, then a line for each.
    """
    if as_json:
        from latpred.base.json import json_text

        terminal.document(json_text(document))
        return
    rows = document if isinstance(document, list) else document.get("rows")
    if isinstance(document, dict):
        entries = {name: value for name, value in document.items() if value is not rows}
        if entries:
            terminal.entries(entries, listed)
    if isinstance(rows, list) and rows:
        terminal.rows(rows)


def split(texts: Sequence[str]) -> list[str]:
    """Words with commas between them."""
    return [word.strip() for text in texts for word in text.split(",") if word.strip()]


def limits_of(texts: Sequence[str] | None) -> dict[str, float]:
    """Limits of NAME=VALUE by name; ConfigError for another form and a name that comes twice."""
    found: dict[str, float] = {}
    for text in split(texts or []):
        name, _, value = text.partition("=")
        try:
            number = float(value)
        except ValueError:
            raise lp.ConfigError(f"--limits {text[:60]!r}: NAME=NUMBER expected") from None
        if name in found:
            raise lp.ConfigError(f"--limits: {name[:60]} has two limits, one expected")
        found[name] = number
    return found


def write_csv(path: Path, rows: Sequence[Mapping[str, object]]) -> None:
    """Rows of the same columns as a CSV file."""
    from latpred.base.tables import write_rows

    write_rows(path, rows)


def table_of(path: Path, space: str | None, width: float | None = None) -> lp.LatencyTable:
    """The latency table of a file, of the space given or the one that the file says."""
    if space is not None:
        return lp.read_latency_table(path, lp.space(space, width=width))
    table = lp.read_latency_table(path)
    if width is not None and table.space.width != width:
        raise lp.ConfigError(f"--width {width:g}: {path} is of {table.space}")
    return table


def architectures_of(space: lp.Space, texts: Sequence[str], file: Path | None) -> lp.Architectures:
    from latpred.datasets.fitting_spaces import cell_texts

    refuse_files(texts)
    if file is not None:
        texts = [*texts, *_lines(file)]
    if not texts:
        raise lp.ConfigError("no architectures: give some, or a file by --archs")
    return space.architectures(cell_texts(space, texts))


def refuse_files(texts: Sequence[str]) -> None:
    """ConfigError for the name of a file among architectures, which --archs takes."""
    from latpred.base.files import kind_of

    for text in texts:
        if kind := kind_of(text):
            raise lp.ConfigError(
                f"{text}: {kind}, an architecture expected; --archs FILE reads architectures"
            )


def _lines(file: Path) -> list[str]:
    """Architectures of a text file, or of the first column of a CSV file."""
    from latpred.base.tables import read_cells
    from latpred.base.text_files import read_text

    if file.suffix.lower() in (".csv", ".tsv"):
        return [row[0] for row in read_cells(file).rows[1:]]
    try:
        return [line.strip() for line in read_text(file).splitlines() if line.strip()]
    except ValueError as error:
        raise lp.DataError(f"{file}: {error}") from error
