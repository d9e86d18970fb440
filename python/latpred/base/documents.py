"""Folders that hold a pack: its document, what is under way, and a sign of life of the run."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from latpred.base.files import kind_of, read_if_there, write
from latpred.base.json import json_document, json_text
from latpred.errors import ConfigMismatchError, CorruptionError, ModelVersionError, StorageError

__all__ = ["DocumentFolder", "entries", "form_of", "same_json"]

DOCUMENT = "pack.json"


class DocumentFolder:
    """The folder of a pack, written so that a kill loses little.

    A class says what packs of its kind are called in files (`form`, `version`) and in messages
    (`what`, `made_by`).
    """

    form, version = "", 1
    what, made_by = "pack", ""

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        self.document = self.path / DOCUMENT
        self.pending = self.path / "pending.json"
        self.beat = self.path / "spent.json"

    def make(self) -> None:
        """Make the folder where there is none; StorageError where that fails."""
        self._make(self.path)

    def _make(self, path: Path) -> None:
        try:
            path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StorageError(f"cannot make {self.path}: {error.strerror}") from error

    def read(self) -> dict[str, Any] | None:
        """The pack's document; None where there is none yet.

        Raises:
            StorageError: Where the folder is a file, or holds a pack of another kind.
            CorruptionError: Where it is not one.
            ModelVersionError: Where a newer latpred wrote it.
        """
        if self.path.is_file():
            kind = kind_of(self.path) or "a file"
            raise StorageError(f"{self.path}: {kind}, not the folder of a {self.what}")
        found = _document(self.document)
        if found is None:
            return None
        form = found.get("format")
        if form != self.form:
            if form in _forms():
                raise StorageError(
                    f"{self.path}: the folder of a {_forms()[form]}, that of a {self.what} expected"
                )
            raise CorruptionError(f"{self.document}: not the document of a {self.what}")
        if found.get("version") != self.version:
            raise ModelVersionError(
                f"{self.document}: version {str(found.get('version'))[:20]} of packs, "
                f"{self.version} expected"
            )
        return found

    def required(self) -> dict[str, Any]:
        """The pack's document; StorageError where there is none, others as of `read`."""
        found = self.read()
        if found is None:
            raise StorageError(f"{self.path}: no {self.what}; {self.made_by} makes one")
        return found

    def read_pending(self) -> dict[str, Any] | None:
        """The round that was begun and has not ended."""
        return _document(self.pending)

    def seconds_of(self, run: int) -> float:
        """Seconds that a killed run had spent when it was last heard of; 0 of another run."""
        found = _document(self.beat) or {}
        try:
            return float(found["seconds"]) if found.get("run") == run else 0.0
        except (KeyError, TypeError, ValueError) as error:
            raise CorruptionError(f"{self.beat}: seconds of a run expected") from error

    def write(self, document: Mapping[str, Any]) -> None:
        """Write the pack's document, whole or not at all."""
        head = {"format": self.form, "version": self.version}
        write(self.document, json_text(head | dict(document), indent=1))

    def write_pending(self, plan: Mapping[str, Any]) -> None:
        """Write down what is going to be measured."""
        write(self.pending, json_text(plan))

    def write_seconds(self, run: int, seconds: float) -> None:
        """A sign of life of a run."""
        write(self.beat, json_text({"run": run, "seconds": seconds}))

    def end_pending(self) -> None:
        """The round that was begun has ended."""
        self.pending.unlink(missing_ok=True)

    def refuse_another(
        self, found: Mapping[str, Any], wanted: Mapping[str, Any], parts: Mapping[str, str]
    ) -> None:
        """ConfigMismatchError where a pack of something else is in the folder.

        Args:
            found: The document that is there.
            wanted: What it should be of.
            parts: Entry that must be the same -> what it is, for the message.
        """
        for name, what in parts.items():
            if found.get(name) != wanted[name]:
                raise ConfigMismatchError(
                    f"{self.path} holds a pack of another {what}: another folder, or what it was "
                    "begun with, expected",
                    {name: (found.get(name), wanted[name])},
                )


def _forms() -> dict[str, str]:
    """What packs of each kind are called in files -> in messages."""
    return {one.form: one.what for one in DocumentFolder.__subclasses__()}


def form_of(path: str | Path) -> str:
    """What the pack in a folder calls itself; "" where there is none.

    Raises:
        CorruptionError: Where its document is not readable.
    """
    document = Path(path) / DOCUMENT
    return str((_document(document) or {}).get("format", "")) if document.is_file() else ""


def _document(path: Path) -> dict[str, Any] | None:
    content = read_if_there(path)
    if content is None:
        return None
    try:
        found = json_document(content)
    except (ValueError, RecursionError) as error:
        raise CorruptionError(f"{path}: not readable: {str(error)[:100]}") from error
    if not isinstance(found, dict):
        raise CorruptionError(f"{path}: an object expected")
    return found


def same_json(fields: Mapping[str, object]) -> dict[str, object]:
    """The fields as they come back from a file."""
    found: dict[str, object] = json.loads(json_text(fields))
    return found


def entries(values: object, where: Path, name: str) -> Sequence[Mapping[str, Any]]:
    """A list of objects out of a document; CorruptionError for anything else."""
    if not isinstance(values, list) or not all(isinstance(one, dict) for one in values):
        raise CorruptionError(f"{where}: {name}: a list of objects expected")
    return values
