"""The folder of a pack: what lies where, and how it is written so that a kill loses little."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from latpred.base.documents import DocumentFolder, same_json
from latpred.errors import CorruptionError
from latpred.measurement.table import MeasuredTable
from latpred.onboarding.rounds import Round

__all__ = ["MEANS_ANOTHER", "PackFolder", "rounds_of", "same_json"]

MEANS_ANOTHER = {"space": "space", "meter": "device, references or seed"}


class PackFolder(DocumentFolder):
    """Paths in the folder of a pack, and its documents."""

    form, what, made_by = "latpred-pack", "device pack", "lp.onboard"

    def __init__(self, path: str | Path) -> None:
        super().__init__(path)
        self.table = self.path / "table.csv"
        self.verified = self.path / "verification.csv"
        self.predictor = self.path / "predictor.latpred"
        self.lookup = self.path / "lookup.csv"
        self.report = self.path / "report.html"

    def make(self) -> None:
        """Make the folder where there is none; StorageError where that fails."""
        self._make(self.path / "campaigns")

    def store(self, name: str) -> Path:
        """The campaign store of a round or of a verification."""
        return self.path / "campaigns" / f"{name}.db"

    def write_table(self, table: MeasuredTable | None) -> None:
        """Write the rows so far."""
        if table is not None:
            table.to_csv(self.table)


def rounds_of(document: Mapping[str, Any]) -> list[Round]:
    """The rounds of a pack's document; CorruptionError for what are none."""
    rounds: Sequence[Any] = document.get("rounds", [])
    try:
        return [Round.of_dict(fields) for fields in rounds]
    except (TypeError, AttributeError) as error:
        raise CorruptionError(f"pack: its rounds are not readable: {str(error)[:100]}") from error
