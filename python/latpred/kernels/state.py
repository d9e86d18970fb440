"""What a run of an onboarding of networks knows and keeps: its document, rows and time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from latpred.base.documents import entries, same_json
from latpred.base.json import plain
from latpred.errors import ConfigMismatchError, CorruptionError
from latpred.kernels.any_run import AnyRun, RunSettings
from latpred.kernels.device_record import meter_fields
from latpred.kernels.folder import MEANS_ANOTHER, NetworkPackFolder
from latpred.kernels.learning import Learnt
from latpred.kernels.probes import Probes
from latpred.kernels.rounds import ChosenProbe, ProbeRound, rounds_of
from latpred.kernels.rows import LabelledProbes, labelled
from latpred.measurement.meter import LatencyMeter

__all__ = ["State"]

BEAT_SECONDS = 5.0


@dataclass
class State(AnyRun):
    """A network pack while it is made."""

    meter: LatencyMeter
    folder: NetworkPackFolder
    settings: RunSettings
    rounds: list[ProbeRound] = field(default_factory=list)
    runs: list[dict[str, Any]] = field(default_factory=list)
    document: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.probes = Probes(self.settings.seed, self.meter.device.batch_size)
        fields = same_json({"meter": meter_fields(self.meter, seed=self.settings.seed)})
        found = self.folder.read()
        if found is not None:
            self.folder.refuse_another(found, fields, MEANS_ANOTHER)
            where = self.folder.document
            self.rounds = rounds_of(found, where)
            self.runs = [dict(one) for one in entries(found.get("runs", []), where, "runs")]
        self.document = {**(found or {}), **fields}
        self.rows = self.folder.read_rows(self.folder.probes)
        self._refuse_other_probes()
        self._beaten = -BEAT_SECONDS
        self.begin_run(self.folder)

    def _refuse_other_probes(self) -> None:
        """ConfigMismatchError where a number means another network than when it was measured."""
        for one in self.labels().chosen:
            now = self.probes.chosen(one.probe, one.why)
            if now != one:
                raise ConfigMismatchError(
                    f"{self.folder.path}: {one.name} had {one.macs:,.0f} MACs when it was "
                    f"measured, number {one.probe} is {now.name} of {now.macs:,.0f} now: another "
                    "latpred made the pack; another folder expected",
                    {"macs": (one.macs, now.macs)},
                )

    @property
    def number(self) -> int:
        """Of the round that comes next."""
        return len(self.rounds) + 1

    @property
    def left(self) -> float:
        """Seconds of the budget that are left."""
        return self.settings.budget_seconds - self.spent

    def labels(self) -> LabelledProbes:
        """All labels on one scale."""
        return labelled(self.rows, self.rounds)

    def beat(self) -> None:
        """A sign of life, every few seconds."""
        spent = self.spent
        if spent >= self._beaten + BEAT_SECONDS:
            self._beaten = spent
            self.folder.write_seconds(self.run, spent)

    def pending_round(self) -> tuple[tuple[ChosenProbe, ...], float] | None:
        """Probes and seconds of a round that was begun and has not ended; None without one.

        Raises:
            CorruptionError: For a damaged file.
        """
        found = self.folder.read_pending()
        try:
            if found is None or found["number"] != self.number:
                return None
            probes = tuple(ChosenProbe(**one) for one in found["probes"])
            return tuple(self.probes.chosen(one.probe, one.why) for one in probes), found["seconds"]
        except (KeyError, TypeError) as error:
            where = self.folder.pending
            raise CorruptionError(f"{where}: not a round: {error!s:.100}") from error

    def aside(self) -> set[int]:
        """Probes not to measure: those without a latency, and those to verify by."""
        return set(self.document.get("aside", []))

    def put_aside(self, probes: list[int]) -> None:
        """Probes more."""
        self.document["aside"] = sorted({*self.aside(), *probes})

    def save(self, learnt: Learnt) -> None:
        """Write the document."""
        self.note_run()
        noise = self.labels().noise
        self.document |= {
            "rounds": [one.to_dict() for one in self.rounds],
            "runs": self.runs,
            "noise_percent": 100 * noise if noise > 0 else None,
            "learning_failure": learnt.failure,
        }
        self.folder.write(self.document)

    def expect_verification(self, names: list[str]) -> None:
        """Write down that these networks are to be measured, and never learnt from."""
        self.folder.verifying.unlink(missing_ok=True)
        self.runs[-1]["verifying"] = names
        self.folder.write(self.document)

    def to_verify(self) -> list[str] | None:
        """Fresh networks that wait to be measured; None without any."""
        return self.runs[-1].get("verifying") or None

    def end_verification(self, figures: Mapping[str, object]) -> None:
        """Keep what is known of it beside its rows."""
        self.runs[-1].pop("verifying", None)
        self.folder.verifying.unlink(missing_ok=True)
        self.document["verification"] = plain(dict(figures))
        self.folder.write(self.document)
