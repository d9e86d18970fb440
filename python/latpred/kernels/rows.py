"""What a network pack has measured: probes as each round read them, and on one scale for all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from latpred._core import predictors as _native
from latpred.base.tables import read_columns, write_columns
from latpred.errors import CorruptionError, DataError
from latpred.kernels.levels import factors_of
from latpred.kernels.rounds import ProbeRound

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["ProbeRows"]

Floats = NDArray[np.float64]
KINDS: dict[str, type] = {
    "probe": int,
    "family": str,
    "macs": int,
    "round": int,
    "chosen": str,
    "reference": int,
    "status": str,
    "raw_ms": float,
    "raw_low_ms": float,
    "raw_high_ms": float,
}
LEAST_PAIRS = 6  # from which on the noise of a label is known
_RAW = ("raw_ms", "raw_low_ms", "raw_high_ms")
_SCALED = ("latency_ms", "low_ms", "high_ms")


class ProbeRows:
    """Rows of all rounds, each beside the round and the reference that it was measured with.

    Attributes:
        columns: Column -> N values.
    """

    def __init__(self) -> None:
        self.columns: dict[str, list[Any]] = {name: [] for name in KINDS}

    def __len__(self) -> int:
        return len(self.columns["probe"])

    @property
    def probes(self) -> list[int]:
        """Number of each row's probe."""
        return self.columns["probe"]

    def add(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """More rows, of all columns."""
        for one in rows:
            for name, to in KINDS.items():
                self.columns[name].append(to(one[name]))

    def keep(self, rounds: set[int]) -> None:
        """Leave out rows of other rounds, which a kill kept from being noted."""
        kept = [place for place, number in enumerate(self.columns["round"]) if number in rounds]
        for name, values in self.columns.items():
            self.columns[name] = [values[place] for place in kept]

    def scaled(self, rounds: Sequence[ProbeRound]) -> dict[str, Floats]:
        """latency_ms, low_ms and high_ms of N rows: each reference at its median level."""
        if len(self) == 0:
            return {name: np.zeros(0) for name in _SCALED}
        places = {one.number: place for place, one in enumerate(rounds)}
        factors = factors_of(rounds)
        at = [places[number] for number in self.columns["round"]]
        each = factors[at, np.asarray(self.columns["reference"], dtype=np.intp)]
        pairs = zip(_SCALED, _RAW, strict=True)
        return {name: np.asarray(self.columns[raw]) * each for name, raw in pairs}

    def frame(self, rounds: Sequence[ProbeRound]) -> pd.DataFrame:
        """All columns, latencies on one scale first."""
        import pandas as pd

        return pd.DataFrame({**self.columns, **self.scaled(rounds)})

    def noise(self, latency_ms: Floats) -> float:
        """Deviation of ln of a label, from probes that were labelled twice; 0 where not known."""
        seen: dict[int, float] = {}
        first, second = [], []
        for probe, chosen, ms in zip(
            self.probes, self.columns["chosen"], latency_ms.tolist(), strict=True
        ):
            if chosen == "again" and probe in seen:
                first.append(seen[probe])
                second.append(ms)
            seen.setdefault(probe, ms)
        if len(first) < LEAST_PAIRS:
            return 0.0
        return float(_native.pair_noise(np.asarray(first), np.asarray(second)))

    def once(self) -> list[int]:
        """Probes that were labelled once."""
        return [probe for probe, times in Counter(self.probes).items() if times == 1]

    def write(self, path: Path) -> None:
        """Write them as a table."""
        if len(self):
            write_columns(path, self.columns)

    @classmethod
    def read(cls, path: Path, rounds: Sequence[ProbeRound]) -> ProbeRows:
        """The rows of a pack's table that are of these rounds.

        Raises:
            CorruptionError: Where a column is missing, or a cell is not what it should be.
        """
        rows = cls()
        if not path.exists():
            return rows
        try:
            found = read_columns(path)
            for name, to in KINDS.items():
                rows.columns[name] = [to(cell) for cell in found[name]]
        except (DataError, KeyError, ValueError) as error:
            raise CorruptionError(f"{path}: not the probes of a pack: {error!s:.100}") from error
        rows.keep({one.number for one in rounds})
        widths = {one.number: len(one.levels) for one in rounds}
        for number, reference in zip(rows.columns["round"], rows.columns["reference"], strict=True):
            if not 0 <= reference < widths[number]:
                raise CorruptionError(
                    f"{path}: reference {reference} of round {number}, which has {widths[number]}"
                )
        return rows
