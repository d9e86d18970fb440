"""Results that tell themselves as a JSON document, or as a table with sentences below it."""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import Any

from latpred.base.files import write
from latpred.base.json import json_text
from latpred.base.text import html_table, table_text

__all__ = ["Documented", "ToldTable"]


class Documented:
    """A result with a document of plain values."""

    def document(self) -> dict[str, Any]:
        """All of it as plain values."""
        raise NotImplementedError

    def to_json(self, path: str | Path | None = None) -> str:
        """All of it as a JSON document, which is also written to `path`.

        Raises:
            StorageError: Where it cannot be written.
        """
        text = json_text(self.document(), indent=2)
        if path is not None:
            write(path, text + "\n")
        return text


class ToldTable(Documented):
    """A result that is a table and what its sentences say of it."""

    def sentences(self) -> list[str]:
        """What the table means."""
        raise NotImplementedError

    def _lines(self) -> list[list[str]]:
        """The table as people read it, its head first."""
        raise NotImplementedError

    def to_markdown(self) -> str:
        """Table and sentences as Markdown."""
        escaped = [[cell.replace("|", "\\|") for cell in line] for line in self._lines()]
        lines = [escaped[0], ["---"] * len(escaped[0]), *escaped[1:]]
        table = "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
        return "\n".join([table, "", *(f"- {one}" for one in self.sentences())])

    def __str__(self) -> str:
        """Table and sentences."""
        return "\n".join([table_text(self._lines()), "", *self.sentences()])

    def _repr_html_(self) -> str:
        """The table of a notebook, with the sentences below it."""
        head, *lines = self._lines()
        table = html_table({name: [line[i] for line in lines] for i, name in enumerate(head)})
        return table + "".join(f"<p>{escape(one)}</p>" for one in self.sentences())
