"""HTML pages that hold all they show: text, tables and figures in one file.

The page is an element tree, so every text and attribute is escaped by its serialiser.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import numpy as np

from latpred.base.files import write
from latpred.base.images import image_bytes
from latpred.base.text import cell_text
from latpred.errors import ConfigError, StorageError

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["Report"]

STYLE = """
:root { color-scheme: light; }
body { font: 16px/1.55 system-ui, sans-serif; color: #1b1f24; margin: 0; background: #fff; }
main { max-width: 60rem; margin: 0 auto; padding: 2rem 1.25rem 4rem; }
h1 { font-size: 1.9rem; line-height: 1.2; margin: 0 0 .4rem; }
h2 { font-size: 1.25rem; margin: 2.6rem 0 .5rem; padding-top: .6rem; }
h2 { border-top: 1px solid #d7dce1; }
p { margin: .5rem 0 .9rem; }
p.lead { font-size: 1.1rem; color: #3c4650; }
p.note { border-left: 4px solid #E69F00; padding: .3rem .9rem; background: #fff8ea; }
p.good { border-left: 4px solid #009E73; padding: .3rem .9rem; background: #eefaf5; }
p.bad { border-left: 4px solid #D55E00; padding: .3rem .9rem; background: #fdf1ea; }
div.wide { overflow-x: auto; }
table { border-collapse: collapse; font-size: .92rem; margin: .6rem 0 1rem; }
caption { text-align: left; color: #56616c; padding-bottom: .35rem; }
th, td { padding: .3rem .8rem; border-bottom: 1px solid #e3e7eb; text-align: left; }
th { border-bottom: 2px solid #b9c1c9; }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; }
figure { margin: 1rem 0 1.4rem; }
figure img { max-width: 100%; height: auto; }
figcaption { color: #56616c; font-size: .92rem; }
code, pre { font-family: ui-monospace, monospace; font-size: .88rem; }
pre { background: #f5f7f9; padding: .7rem .9rem; overflow-x: auto; }
footer { margin-top: 3rem; color: #56616c; font-size: .88rem; }
"""


def _is_number(value: Any) -> bool:
    numbers = int | float | np.integer | np.floating
    return value is None or (isinstance(value, numbers) and not isinstance(value, bool))


class Report:
    """A page built from top to bottom; every method adds at the end and returns the report.

    Args:
        title: Title of page and window.
        lead: First paragraph, one sentence on what the page says.
    """

    def __init__(self, title: str, lead: str = "") -> None:
        self.title = title
        self.images = 0
        self._html = ET.Element("html", {"lang": "en"})
        head = ET.SubElement(self._html, "head")
        ET.SubElement(head, "meta", {"charset": "utf-8"})
        view = {"name": "viewport", "content": "width=device-width, initial-scale=1"}
        ET.SubElement(head, "meta", view)
        ET.SubElement(head, "title").text = title
        ET.SubElement(head, "style").text = STYLE
        self._main = ET.SubElement(ET.SubElement(self._html, "body"), "main")
        self._add("h1", title)
        if lead:
            self._add("p", lead, {"class": "lead"})

    def _add(self, tag: str, text: str = "", attributes: dict[str, str] | None = None) -> Any:
        element = ET.SubElement(self._main, tag, attributes or {})
        element.text = text
        return element

    def heading(self, text: str) -> Report:
        """A section starts."""
        self._add("h2", text)
        return self

    def text(self, text: str, kind: str = "") -> Report:
        """A paragraph; kind is "", "lead", "note", "good" or "bad"."""
        if kind not in ("", "lead", "note", "good", "bad"):
            raise ConfigError(f"report text: got kind {kind!r}, expected '', lead, note, good, bad")
        self._add("p", text, {"class": kind} if kind else None)
        return self

    def code(self, text: str) -> Report:
        """Text as typed: a command or an architecture."""
        self._add("pre", text)
        return self

    def table(self, rows: Sequence[Mapping[str, Any]], caption: str = "") -> Report:
        """A table; the columns are those of the first row, numbers stand right.

        Raises:
            ConfigError: Where a row has other columns than the first.
        """
        columns = list(rows[0]) if rows else []
        for number, row in enumerate(rows):
            if list(row) != columns:
                raise ConfigError(f"report table row {number}: got {list(row)}, expected {columns}")
        table = ET.SubElement(self._add("div", attributes={"class": "wide"}), "table")
        if caption:
            ET.SubElement(table, "caption").text = caption
        right = {name for name in columns if all(_is_number(row[name]) for row in rows)}
        line = ET.SubElement(ET.SubElement(table, "thead"), "tr")
        for name in columns:
            look = {"class": "number"} if name in right else {}
            ET.SubElement(line, "th", {"scope": "col", **look}).text = name
        body = ET.SubElement(table, "tbody")
        for row in rows:
            line = ET.SubElement(body, "tr")
            for name in columns:
                look = {"class": "number"} if name in right else {}
                ET.SubElement(line, "td", look).text = cell_text(row[name])
        return self

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
        figure = self._add("figure")
        picture = {"src": f"data:{kind};base64,{data}", "alt": caption}
        ET.SubElement(figure, "img", picture)
        ET.SubElement(figure, "figcaption").text = caption
        self.images += 1
        return self

    def footer(self, text: str) -> Report:
        """Closing line."""
        self._add("footer", text)
        return self

    def html(self) -> str:
        """The page as text."""
        body = ET.tostring(self._html, encoding="unicode", method="html")
        return f"<!DOCTYPE html>\n{body}\n"

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
