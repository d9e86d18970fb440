"""Values and tables as text."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from html import escape

import numpy as np

__all__ = ["cell_text", "flat", "html_table", "is_number", "table_text", "value_text"]


def cell_text(value: object) -> str:
    """A table cell: floats with four digits, a dash for what is missing.

    Example:
        >>> from latpred.report import cell_text
        >>> cell_text(3.14159), cell_text(None)
        ('3.142', '–')
    """
    if value is None:
        return "–"
    if isinstance(value, bool | np.bool_):
        return "yes" if value else "no"
    if isinstance(value, int | np.integer):
        return f"{value:,}"
    if not isinstance(value, float | np.floating):
        return str(value)
    number = float(value)
    if math.isnan(number):
        return "–"
    if number == 0 or math.isinf(number):
        return f"{number:g}"
    return f"{number:#.4g}" if abs(number) < 1000 else f"{number:,.0f}"


def value_text(value: object) -> str:
    """A cell, or the cells of a list with commas between them."""
    return ", ".join(map(cell_text, value)) if isinstance(value, list | tuple) else cell_text(value)


def flat(value: object) -> object:
    """A value of a record for one cell: lists and mappings as one text, None where they are empty.

    Example:
        >>> from latpred.base.text import flat
        >>> flat({"cores": 2, "boost": None}), flat(["a", "b"]), flat(3.5)
        ('cores=2, boost=None', 'a, b', 3.5)
    """
    if isinstance(value, Mapping):
        return ", ".join(f"{key}={item}" for key, item in value.items()) or None
    return ", ".join(map(str, value)) or None if isinstance(value, list | tuple) else value


def is_number(value: object) -> bool:
    """Whether a cell stands to the right: numbers, and what is missing among them."""
    numbers = int | float | np.integer | np.floating
    return value is None or (isinstance(value, numbers) and not isinstance(value, bool))


def table_text(rows: Sequence[Sequence[str]]) -> str:
    """Rows of cells as lines with aligned columns, the first to the left, the others to the right.

    Args:
        rows: Cells, one or more a row, without those at the end that are empty; as wide as they
            need, nothing is cut.
    """
    import pandas as pd

    if not rows:
        return ""
    names, width = [row[0] for row in rows], max(map(len, rows))
    if width == 1:
        return "\n".join(names)
    cells = [[*row[1:], *[""] * (width - len(row))] for row in rows]
    text = pd.DataFrame(cells, index=names, dtype=object).to_string(header=False)
    return "\n".join(line.rstrip() for line in text.splitlines())


def html_table(columns: Mapping[str, Sequence[str]], caption: str = "") -> str:
    """Columns of cells as a table of HTML, whole and escaped; for notebooks."""
    import pandas as pd

    frame = pd.DataFrame(dict(columns), dtype=object)
    with pd.option_context("display.max_colwidth", None):
        text: str = frame.to_html(index=False, border=0, justify="left")
    return f"<p>{escape(caption)}</p>{text}" if caption else text
