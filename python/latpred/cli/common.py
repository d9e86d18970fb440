"""What the verbs of the command line share: options, and how results are shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

import latpred as lp

__all__ = [
    "ACCURACY",
    "ArchFile",
    "Json",
    "ModelFile",
    "Seed",
    "SpaceName",
    "SpaceOption",
    "TableFile",
    "Width",
    "architectures_of",
    "show",
]

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


def show(document: Any, as_json: bool) -> None:
    """A document: as JSON, or its rows (else its entries) as a table."""
    from latpred.report.page import json_text

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
    from latpred.report.page import cell_text

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


def architectures_of(space: lp.Space, texts: Sequence[str], file: Path | None) -> lp.Architectures:
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
