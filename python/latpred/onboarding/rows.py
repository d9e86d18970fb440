"""What a pack has measured: rows as each campaign read them, and on one scale for all."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from latpred.base.tables import TextColumns, read_columns
from latpred.errors import CorruptionError
from latpred.kernels.levels import factors_of
from latpred.measurement.table import MeasuredTable
from latpred.onboarding.rounds import Round
from latpred.spaces import Space

__all__ = ["PackRows"]

Floats = NDArray[np.float64]
_NUMBERS = ("raw_ms", "raw_low_ms", "raw_high_ms")
_INTEGERS = ("round", "reference", "visits")
_TEXTS = ("status", "chosen")
_HELD_OUT = "held_out_ms"  # predicted by a model that did not see the row


class PackRows:
    """Rows of all rounds, each beside the round and the reference that it was measured with.

    Attributes:
        names: Architectures as texts, in the order of their measurement.
        columns: Column -> N values.
    """

    def __init__(self, space: Space, device: str) -> None:
        self.space, self.device = space, device
        self.names: list[str] = []
        self.columns: dict[str, list[Any]] = {
            name: [] for name in (*_NUMBERS, *_INTEGERS, *_TEXTS, _HELD_OUT)
        }

    def __len__(self) -> int:
        return len(self.names)

    def add(self, table: MeasuredTable, number: int, chosen: Sequence[str]) -> None:
        """The rows of a round; `chosen` says of each why."""
        names = table.archs.to_strings()
        unknown = np.full(len(names), np.nan)
        self.names += names
        added: dict[str, Any] = {
            "raw_ms": table.latency_ms,
            "raw_low_ms": unknown if table.low_ms is None else table.low_ms,
            "raw_high_ms": unknown if table.high_ms is None else table.high_ms,
            "round": [number] * len(names),
            "reference": table.measured["reference"],
            "visits": table.measured["visits"],
            "status": table.status or [""] * len(names),
            "chosen": chosen,
            _HELD_OUT: unknown,
        }
        for name, values in added.items():
            self.columns[name] += np.asarray(values).tolist()

    def note_held_out(self, predicted_ms: Floats) -> None:
        """Predictions of all rows, each by a model that did not see it."""
        self.columns[_HELD_OUT] = predicted_ms.tolist()

    def keep(self, rounds: set[int]) -> None:
        """Leave out rows of other rounds, which a kill kept from being noted."""
        kept = [place for place, number in enumerate(self.columns["round"]) if number in rounds]
        self.names = [self.names[place] for place in kept]
        for name, values in self.columns.items():
            self.columns[name] = [values[place] for place in kept]

    def table(self, rounds: Sequence[Round]) -> MeasuredTable | None:
        """All rows, each reference at its median level over the rounds; None without any."""
        if not self.names:
            return None
        factors = self._factors(rounds)
        latency, low, high = (np.asarray(self.columns[name]) * factors for name in _NUMBERS)
        table = MeasuredTable(
            self.space.architectures(self.names),
            latency,
            self.device,
            low,
            high,
            self.columns["status"],
            {"rounds": len(rounds)},
        )
        others = ("round", "chosen", "visits", "reference", *_NUMBERS, _HELD_OUT)
        table.measured = {name: np.asarray(self.columns[name]) for name in others}
        return table

    def _factors(self, rounds: Sequence[Round]) -> Floats:
        places = {one.number: place for place, one in enumerate(rounds)}
        found = factors_of(rounds)
        rows = [places[number] for number in self.columns["round"]]
        chosen: Floats = found[rows, np.asarray(self.columns["reference"], dtype=np.intp)]
        return chosen

    def pairs(self, table: MeasuredTable) -> tuple[Floats, Floats]:
        """First and second latency of networks that were labelled again."""
        seen: dict[str, float] = {}
        first, second = [], []
        for name, chosen, ms in zip(
            self.names, self.columns["chosen"], table.latency_ms.tolist(), strict=True
        ):
            if chosen == "again" and name in seen:
                first.append(seen[name])
                second.append(ms)
            elif chosen != "check":
                seen.setdefault(name, ms)
        return np.asarray(first), np.asarray(second)

    @classmethod
    def read(cls, path: Path, space: Space, device: str) -> PackRows:
        """The rows of a pack's table.

        Raises:
            CorruptionError: Where a column is missing, or a cell is not what it should be.
        """
        rows, found = cls(space, device), read_columns(path)
        try:
            rows.names = list(found["architecture"])
            rows.columns[_HELD_OUT] = [math.nan] * len(rows.names)
            if _HELD_OUT in found:
                rows._take(found, (_HELD_OUT,), float)
            for name, to in ((_NUMBERS, float), (_INTEGERS, int), (_TEXTS, str)):
                rows._take(found, name, to)
            space.architectures(rows.names)
        except (KeyError, ValueError) as error:
            raise CorruptionError(f"{path}: not the table of a pack: {error}") from error
        return rows

    def _take(self, found: TextColumns, names: Sequence[str], to: type) -> None:
        for name in names:
            self.columns[name] = [to(cell) for cell in found[name]]
