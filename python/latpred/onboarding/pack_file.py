"""The folder of a pack: what lies where, and how it is written so that a kill loses little."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from latpred.base.files import kind_of, read_if_there, write
from latpred.base.json import json_document, json_text
from latpred.errors import ConfigMismatchError, CorruptionError, ModelVersionError, StorageError
from latpred.measurement.table import MeasuredTable
from latpred.onboarding.rounds import Round

__all__ = ["VERSION", "PackFolder"]

FORMAT, VERSION = "latpred-pack", 1
_MEANS_ANOTHER = ("space", "meter")


class PackFolder:
    """Paths in the folder of a pack, and its documents."""

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        self.document = self.path / "pack.json"
        self.pending = self.path / "pending.json"
        self.beat = self.path / "spent.json"
        self.table = self.path / "table.csv"
        self.verified = self.path / "verification.csv"
        self.predictor = self.path / "predictor.latpred"
        self.lookup = self.path / "lookup.csv"
        self.report = self.path / "report.html"

    def make(self) -> None:
        """Make the folder where there is none; StorageError where that fails."""
        try:
            (self.path / "campaigns").mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StorageError(f"cannot make {self.path}: {error.strerror}") from error

    def store(self, name: str) -> Path:
        """The campaign store of a round or of a verification."""
        return self.path / "campaigns" / f"{name}.db"

    def read(self) -> dict[str, Any] | None:
        """The pack's document; None where there is none yet.

        Raises:
            StorageError: Where the folder is a file.
            CorruptionError: Where it is not one.
            ModelVersionError: Where a newer latpred wrote it.
        """
        if self.path.is_file():
            kind = kind_of(self.path) or "a file"
            raise StorageError(f"{self.path}: {kind}, not the folder of a device pack")
        found = self._document(self.document)
        if found is None:
            return None
        if found.get("format") != FORMAT:
            raise CorruptionError(f"{self.document}: not the document of a device pack")
        if found.get("version") != VERSION:
            raise ModelVersionError(
                f"{self.document}: version {str(found.get('version'))[:20]} of packs, "
                f"{VERSION} expected"
            )
        return found

    def read_pending(self) -> dict[str, Any] | None:
        """The round that was begun and has not ended."""
        return self._document(self.pending)

    def seconds_of(self, run: int) -> float:
        """Seconds that a killed run had spent when it was last heard of; 0 of another run."""
        found = self._document(self.beat) or {}
        return float(found["seconds"]) if found.get("run") == run else 0.0

    def write(self, document: Mapping[str, Any]) -> None:
        """Write the pack's document, whole or not at all."""
        head = {"format": FORMAT, "version": VERSION}
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

    def write_table(self, table: MeasuredTable | None) -> None:
        """Write the rows so far."""
        if table is not None:
            table.to_csv(self.table)

    def refuse_another(self, found: Mapping[str, Any], wanted: Mapping[str, Any]) -> None:
        """ConfigMismatchError where the folder holds a pack of another space or device."""
        for name in _MEANS_ANOTHER:
            if found.get(name) != wanted[name]:
                what = "space" if name == "space" else "device, references or seed"
                raise ConfigMismatchError(
                    f"{self.path} holds a pack of another {what}: another folder, or what it was "
                    "begun with, expected",
                    {name: (found.get(name), wanted[name])},
                )

    def _document(self, path: Path) -> dict[str, Any] | None:
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


def rounds_of(document: Mapping[str, Any]) -> list[Round]:
    """The rounds of a pack's document; CorruptionError for what are none."""
    rounds: Sequence[Any] = document.get("rounds", [])
    try:
        return [Round.of_dict(fields) for fields in rounds]
    except (TypeError, AttributeError) as error:
        raise CorruptionError(f"pack: its rounds are not readable: {str(error)[:100]}") from error


def same_json(fields: Mapping[str, object]) -> dict[str, object]:
    """The fields as they come back from a file."""
    found: dict[str, object] = json.loads(json_text(fields))
    return found
