"""Values and tables as text."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

__all__ = ["cell_text", "lines_of", "value_text"]


def cell_text(value: object) -> str:
    """A table cell: floats with four digits, a dash for what is missing."""
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


def lines_of(rows: Sequence[Sequence[str]], *, left: int | None = 1, gap: int = 2) -> list[str]:
    """Rows of cells as lines with aligned columns, as wide as they need.

    Args:
        rows: Cells, all rows of one length or shorter.
        left: How many columns are aligned to the left, the others to the right; None: all.
        gap: Spaces between columns.
    """
    count = max(map(len, rows), default=0)
    widths = [max((len(row[i]) for row in rows if i < len(row)), default=0) for i in range(count)]
    lines = []
    for row in rows:
        cells = [
            cell.ljust(width) if left is None or i < left else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(row, widths, strict=False))
        ]
        lines.append((" " * gap).join(cells).rstrip())
    return lines
