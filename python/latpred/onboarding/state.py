"""What a run of an onboarding knows and keeps: the document of the pack, its rows, its time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from latpred._core import predictors as _predictors
from latpred.base.json import plain
from latpred.datasets.table import LatencyTable
from latpred.kernels.any_run import AnyRun, RunSettings
from latpred.measurement.meter import LatencyMeter
from latpred.measurement.table import MeasuredTable
from latpred.metrics import noise_ceiling
from latpred.onboarding.device_record import meter_fields
from latpred.onboarding.pack_file import MEANS_ANOTHER, PackFolder, rounds_of, same_json
from latpred.onboarding.rounds import Round
from latpred.onboarding.rows import PackRows
from latpred.spaces import Architectures, Space, space_text

__all__ = ["State"]

LEAST_PAIRS = 6


@dataclass
class State(AnyRun):
    """A pack while it is made."""

    space: Space
    meter: LatencyMeter
    folder: PackFolder
    sources: Mapping[str, LatencyTable]
    settings: RunSettings
    rounds: list[Round] = field(default_factory=list)
    runs: list[dict[str, Any]] = field(default_factory=list)
    document: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        meant = {"space": space_text(self.space), "meter": meter_fields(self.meter, self.space)}
        fields = same_json(meant)
        found = self.folder.read()
        if found is not None:
            self.folder.refuse_another(found, fields, MEANS_ANOTHER)
            self.rounds, self.runs = rounds_of(found), list(found["runs"])
        self.document = {**(found or {}), **fields}
        self.rows = PackRows(self.space, self.meter.device.id)
        if self.folder.table.exists():
            self.rows = PackRows.read(self.folder.table, self.space, self.meter.device.id)
            self.rows.keep({one.number for one in self.rounds})
        self.begin_run(self.folder)

    @property
    def number(self) -> int:
        """Of the round that comes next."""
        return len(self.rounds) + 1

    def set_aside(self) -> list[str]:
        """Networks not to measure: those without a latency, and those to verify by."""
        return list(self.document.get("set_aside", []))

    def put_aside(self, names: list[str]) -> None:
        """Networks more."""
        self.document["set_aside"] = [*self.set_aside(), *names]

    def table(self) -> MeasuredTable | None:
        """All rows on one scale; None without any."""
        return self.rows.table(self.rounds)

    def noise(self, table: MeasuredTable | None) -> float:
        """Deviation of ln of a label; 0 where it is not known."""
        if table is None:
            return 0.0
        first, second = self.rows.pairs(table)
        return _predictors.pair_noise(first, second) if len(first) >= LEAST_PAIRS else 0.0

    def save(self, table: MeasuredTable | None, noise: float) -> None:
        """Write the document."""
        self.note_run()
        percent = 100 * noise if noise > 0 else None
        ceiling: Mapping[str, float] = {}
        if table is not None and percent is not None:
            ceiling = noise_ceiling(table.latency_ms, percent, seed=self.settings.seed)
        self.document |= {
            "rounds": [one.to_dict() for one in self.rounds],
            "runs": self.runs,
            "noise_percent": percent,
            "ceiling": plain(dict(ceiling)),
            "sources": sorted(self.sources),
        }
        self.folder.write(self.document)

    def expect_verification(self, archs: Architectures) -> None:
        """Write down that these networks are to be measured, and never learnt from."""
        self.runs[-1]["verifying"] = archs.to_strings()
        self.put_aside(archs.to_strings())
        self.folder.write(self.document)

    def to_verify(self) -> Architectures | None:
        """Fresh networks that wait to be measured; None without any."""
        texts = self.runs[-1].get("verifying")
        return self.space.architectures(texts) if texts else None

    def end_verification(self, table: MeasuredTable | None, figures: Mapping[str, object]) -> None:
        """Keep what was measured; the pack judges its predictor by it whenever it is read."""
        if table is not None:
            table.to_csv(self.folder.verified)
        self.runs[-1].pop("verifying", None)
        self.document["verification"] = plain(dict(figures))
        self.folder.write(self.document)
