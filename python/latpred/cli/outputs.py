"""What is written and kept: looked at before anything begins, and named when it is interrupted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import typer

from latpred.cli import terminal

__all__ = ["kept_in", "output", "output_folder", "refuse_inputs"]


def output(*names: str, help: str, endings: Sequence[str] = ()) -> Any:  # noqa: A002
    """An option for a file to write, refused at once where it cannot be written.

    Args:
        names: Of the option; that of the parameter where empty.
        help: What it is for.
        endings: Of the names that may be written; empty for any.
    """

    def checked(path: Path | None) -> Path | None:
        if path is not None:
            from latpred.base.files import check_output

            check_output(path, endings)
        return path

    return typer.Option(*names, help=help, callback=checked)


def output_folder(*names: str, help: str) -> Any:  # noqa: A002
    """An option for a folder to write into, refused at once where that cannot be."""

    def checked(path: Path | None) -> Path | None:
        if path is not None:
            from latpred.base.files import check_folder

            check_folder(path)
        return path

    return typer.Option(*names, help=help, callback=checked)


def refuse_inputs(out: Path | None, *inputs: Path | None) -> None:
    """ConfigError where a file would be written over one that is read."""
    if out is None or not out.exists():
        return
    for one in inputs:
        if one is not None and one.exists() and one.samefile(out):
            from latpred.errors import ConfigError

            raise ConfigError(f"{out}: is read by this command, another file to write expected")


@contextmanager
def kept_in(store: Path | None, otherwise: str = "with --store FILE it would be") -> Iterator[None]:
    """On Ctrl-C says where the same command goes on from, or that nothing is kept.

    Args:
        store: The file or folder that keeps what was done.
        otherwise: How to have one.
    """
    try:
        yield
    except KeyboardInterrupt:
        text = f"nothing is kept ({otherwise})"
        if store is not None:
            text = f"what was done is kept in {store}; the same command goes on from there"
        terminal.line(f"latpred: interrupted: {text}", errors=True)
        raise
