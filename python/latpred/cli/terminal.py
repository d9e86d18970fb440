"""What people see of the command line: tables and lines of rich; plain text where nobody looks."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

__all__ = ["document", "entries", "flush", "give_up", "line", "rows", "table", "take_any_text"]

# As wide as they need: an architecture must be copied whole from a terminal, and a file of the
# output has no width.
WIDTH = 1_000_000
MOST_ROWS = 500  # of a table of rich, which takes half a millisecond for each


def _console(errors: bool = False) -> Console:
    from rich.console import Console

    return Console(stderr=errors, width=WIDTH, highlight=False, markup=False, emoji=False)


def take_any_text() -> None:
    """Let the streams write "?" for letters that their encoding does not have."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper) and stream.errors != "replace":
            stream.reconfigure(errors="replace")


def flush() -> None:
    """Write what is left, while an error of it can still be told."""
    if sys.stdout is not None:
        sys.stdout.flush()


def give_up() -> None:
    """Drop what is still to be written to standard output, which takes no more."""
    place = os.open(os.devnull, os.O_WRONLY)
    os.dup2(place, sys.stdout.fileno())
    os.close(place)


def document(text: str) -> None:
    """A text of JSON; letters that the encoding of standard output does not have are escaped."""
    try:
        text.encode(getattr(sys.stdout, "encoding", None) or "utf-8")
    except UnicodeEncodeError:
        import json

        text = json.dumps(json.loads(text))
    print(text)


def line(text: str, style: str = "", *, errors: bool = False) -> None:
    """A line; a style as "bold red" shows on terminals alone."""
    _console(errors).print(text, style=style or None, soft_wrap=True)


def table(made: Table) -> None:
    """A table of rich, without its frame and without spaces at the ends of lines in plain text."""
    console = _console()
    if console.is_terminal:
        console.print(made)
        return
    made.box = None
    with console.capture() as text:
        console.print(made)
    sys.stdout.write("".join(f"{one.rstrip()}\n" for one in text.get().splitlines()))


def rows(shown: Sequence[Mapping[str, Any]]) -> None:
    """Rows of the same columns."""
    from latpred.base.text import is_number, table_text, value_text

    texts = [[value_text(value) for value in row.values()] for row in shown]
    if not _console().is_terminal or len(shown) > MOST_ROWS:
        print(table_text([list(shown[0]), *texts]))
        return
    from rich.table import Table

    made = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for name in shown[0]:
        number = all(is_number(row[name]) for row in shown)
        made.add_column(name, justify="right" if number else "left", no_wrap=True)
    for row in texts:
        made.add_row(*row)
    table(made)


def entries(shown: Mapping[str, Any], listed: Collection[str] = ()) -> None:
    """Names and values, a line each.

    Args:
        shown: Entries that are entries again stand indented below their name.
        listed: Names of entries that are lists of sentences: their number, then a line for each.
    """
    from rich.table import Table

    from latpred.base.text import value_text

    made = Table.grid(padding=(0, 1, 0, 0))
    made.add_column(style="cyan", no_wrap=True, min_width=22)
    made.add_column(no_wrap=True)
    for name, value in shown.items():
        if name in listed:
            made.add_row(f"{name}:", str(len(value)))
            for one in value:
                made.add_row("", one)
        elif isinstance(value, dict):
            made.add_row(f"{name}:", "")
            for inner, one in value.items():
                if not isinstance(one, dict):
                    made.add_row(f"  {inner}:", _inner_text(one))
        else:
            made.add_row(f"{name}:", value_text(value))
    table(made)


def _inner_text(value: Any) -> str:
    """Three numbers are a value and its interval."""
    from latpred.base.text import is_number, value_text

    ranged = isinstance(value, list) and len(value) == 3 and all(map(is_number, value))
    return "{:.4g} [{:.4g}, {:.4g}]".format(*value) if ranged else value_text(value)
