"""HTML pages that hold all they show: text, tables and figures in one file.

The look stands in `templates/`: `base.html` is what every page of latpred extends, and it escapes
every text and attribute.
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

if TYPE_CHECKING:
    from jinja2 import Environment
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["Report"]

# What stands in templates/parts.html is drawn from these.
Part = tuple[str, dict[str, Any]]  # name of a macro, what it is given


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
    """A page built from top to bottom; every method adds at the end and returns the report.

    Args:
        title: Title of page and window.
        lead: First paragraph, one sentence on what the page says.

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
        """A section starts."""
        return self._add("heading", text=text)

    def text(self, text: str, kind: str = "") -> Report:
        """A paragraph; kind is "", "lead", "note", "good" or "bad"."""
        if kind not in ("", "lead", "note", "good", "bad"):
            raise ConfigError(f"report text: got kind {kind!r}, expected '', lead, note, good, bad")
        return self._add("text", text=text, kind=kind)

    def code(self, text: str) -> Report:
        """Text as typed: a command or an architecture."""
        return self._add("code", text=text)

    def table(self, rows: Sequence[Mapping[str, Any]], caption: str = "") -> Report:
        """A table; the columns are those of the first row, numbers stand right.

        Raises:
            ConfigError: Where a row has other columns than the first.
        """
        columns = list(rows[0]) if rows else []
        for number, row in enumerate(rows):
            if list(row) != columns:
                raise ConfigError(f"report table row {number}: got {list(row)}, expected {columns}")
        right = {name for name in columns if all(is_number(row[name]) for row in rows)}
        return self._add(
            "table",
            columns=[(name, "number" if name in right else None) for name in columns],
            rows=[[cell_text(row[name]) for name in columns] for row in rows],
            caption=caption,
        )

    def facts(self, facts: Mapping[str, Any], caption: str = "") -> Report:
        """A table of two columns, name and value."""
        rows = [{"what": name, "value": cell_text(value)} for name, value in facts.items()]
        return self.table(rows, caption)

    def figure(self, source: Axes | Figure, caption: str, *, form: str = "svg") -> Report:
        """A figure, inlined as SVG or PNG; the caption is also its text for screen readers."""
        kind = {"svg": "image/svg+xml", "png": "image/png"}.get(form)
        if kind is None:
            raise ConfigError(f"report figure: got form {form!r}, expected svg or png")
        data = base64.b64encode(image_bytes(source, form=form)).decode("ascii")
        self.images += 1
        return self._add("figure", source=f"data:{kind};base64,{data}", caption=caption)

    def footer(self, text: str) -> Report:
        """Closing line."""
        return self._add("footer", text=text)

    def html(self) -> str:
        """The page as text."""
        page = _templates().get_template("page.html")
        return page.render(title=self.title, lead=self.lead, parts=self._parts)

    def write(self, path: str | Path) -> Path:
        """Write the page; its folder is made where missing.

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
