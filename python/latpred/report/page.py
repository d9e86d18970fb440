"""Self-contained HTML pages: text, tables and figures in one file.

The layout is in `templates/`: every page of latpred extends `base.html`, which escapes every text
and attribute.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from latpred.base.files import write
from latpred.base.images import image_bytes
from latpred.base.text import cell_text, is_number
from latpred.errors import ConfigError, StorageError
from latpred.report.words import in_words

if TYPE_CHECKING:
    from jinja2 import Environment
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["Report"]

# Parts are rendered by the macros in templates/parts.html.
Part = tuple[str, dict[str, Any]]  # name of a macro, its arguments


@lru_cache(maxsize=1)
def _templates() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    return Environment(
        loader=PackageLoader(__package__),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


class Report:
    """A page built from top to bottom; every method appends to it and returns the report.

    Args:
        title: Title of the page and the window.
        lead: First paragraph: one sentence that says what the page shows.

    Example:
        >>> from latpred.report import Report
        >>> page = Report("My networks", "One of them.").heading("Latency")
        >>> page.table([{"name": "a", "ms": 1.5}]).write("page.html").name
        'page.html'
    """

    def __init__(self, title: str, lead: str = "") -> None:
        self.title = title
        self.lead = lead
        self.images = 0
        self._parts: list[Part] = []

    def _add(self, macro: str, **values: Any) -> Report:
        self._parts.append((macro, values))
        return self

    def heading(self, text: str) -> Report:
        """Start a section."""
        return self._add("heading", text=text)

    def text(self, text: str, kind: str = "") -> Report:
        """Add a paragraph; `kind` is "", "lead", "note", "good" or "bad"."""
        if kind not in ("", "lead", "note", "good", "bad"):
            raise ConfigError(f"report text: got kind {kind!r}, expected '', lead, note, good, bad")
        return self._add("text", text=text, kind=kind)

    def code(self, text: str) -> Report:
        """Add literal text, such as a command or an architecture."""
        return self._add("code", text=text)

    def table(self, rows: Sequence[Mapping[str, Any]], caption: str = "") -> Report:
        """Add a table with the columns of the first row; numbers are right-aligned.

        Names of fields, such as "latency_ms", become words: "latency in ms".

        Raises:
            ConfigError: Where the columns of a row differ from those of the first.
        """
        columns = list(rows[0]) if rows else []
        for number, row in enumerate(rows):
            if list(row) != columns:
                raise ConfigError(f"report table row {number}: got {list(row)}, expected {columns}")
        right = {name for name in columns if all(is_number(row[name]) for row in rows)}
        return self._add(
            "table",
            columns=[(in_words(name), "number" if name in right else None) for name in columns],
            rows=[[cell_text(row[name]) for name in columns] for row in rows],
            caption=caption,
        )

    def facts(self, facts: Mapping[str, Any], caption: str = "") -> Report:
        """Add a table of two columns, name and value."""
        rows = [
            {"what": in_words(name), "value": cell_text(value)} for name, value in facts.items()
        ]
        return self.table(rows, caption)

    def figure(self, source: Axes | Figure, caption: str, *, form: str = "svg") -> Report:
        """Add a figure, inlined as SVG or PNG; screen readers read its caption."""
        kind = {"svg": "image/svg+xml", "png": "image/png"}.get(form)
        if kind is None:
            raise ConfigError(f"report figure: got form {form!r}, expected svg or png")
        data = base64.b64encode(image_bytes(source, form=form)).decode("ascii")
        self.images += 1
        return self._add("figure", source=f"data:{kind};base64,{data}", caption=caption)

    def footer(self, text: str) -> Report:
        """Set the closing line."""
        return self._add("footer", text=text)

    def html(self) -> str:
        """The page as HTML text."""
        page = _templates().get_template("page.html")
        return page.render(title=self.title, lead=self.lead, parts=self._parts)

    def write(self, path: str | Path) -> Path:
        """Write the page; its folder is created if missing.

        Raises:
            StorageError: Where the file cannot be written.
        """
        path = Path(path)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StorageError(f"{path}: page not written: {error.strerror}") from error
        write(path, self.html())
        return path
