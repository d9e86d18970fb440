"""What a run of an onboarding of networks knows and keeps: its document, rows and time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from latpred.base.documents import entries, same_json
from latpred.base.json import plain
from latpred.errors import ConfigMismatchError, CorruptionError
from latpred.kernels.device_record import meter_fields
from latpred.kernels.folder import MEANS_ANOTHER, NetworkPackFolder
from latpred.kernels.learning import Learnt
from latpred.kernels.probes import Probes
from latpred.kernels.rounds import ChosenProbe, ProbeRound, rounds_of
from latpred.kernels.rows import LabelledProbes, labelled
from latpred.measurement.meter import LatencyMeter

__all__ = ["RunSettings", "State"]

BEAT_SECONDS = 5.0
Tell = Callable[[float, str], None]  # seconds spent, text


@dataclass(frozen=True)
class RunSettings:
    """What a run was asked for.

    Attributes:
        budget_seconds, target_percent, seed: See `onboard`.
        clock: What gives seconds. begin: What it gave when the call began.
        tell: Whom to tell what goes on.
    """

    budget_seconds: float
    target_percent: float | None
    seed: int
    clock: Callable[[], float]
    begin: float
    tell: Tell


@dataclass
class State:
    """A network pack while it is made."""

    meter: LatencyMeter
    folder: NetworkPackFolder
    settings: RunSettings
    rounds: list[ProbeRound] = field(default_factory=list)
    runs: list[dict[str, Any]] = field(default_factory=list)
    document: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.probes = Probes(self.settings.seed, self.meter.device.batch_size)
        fields = same_json({"meter": meter_fields(self.meter, self.settings.seed)})
        found = self.folder.read()
        if found is not None:
            self.folder.refuse_another(found, fields, MEANS_ANOTHER)
            where = self.folder.document
            self.rounds = rounds_of(found, where)
            self.runs = [dict(one) for one in entries(found.get("runs", []), where, "runs")]
        self.document = {**(found or {}), **fields}
        self.rows = self.folder.read_rows(self.folder.probes)
        self._refuse_other_probes()
        self._earlier, self._beaten = self._begin_run(), -BEAT_SECONDS

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

    def _begin_run(self) -> float:
        """Seconds that this run had spent before it was killed; 0 of a new one."""
        last = self.runs[-1] if self.runs else {"complete": True}
        if "verifying" in last:
            return float(last["seconds"])
        if not last["complete"]:
            return max(last["seconds"], self.folder.seconds_of(self.run))
        self.runs.append({"complete": False, "seconds": 0.0, "stopped": ""})
        return 0.0

    @property
    def run(self) -> int:
        """Number of this run, from 1 up."""
        return len(self.runs)

    @property
    def number(self) -> int:
        """Of the round that comes next."""
        return len(self.rounds) + 1

    @property
    def spent(self) -> float:
        """Seconds of this run so far."""
        return self._earlier + (self.settings.clock() - self.settings.begin)

    @property
    def left(self) -> float:
        """Seconds of the budget that are left."""
        return self.settings.budget_seconds - self.spent

    @property
    def only_verifies(self) -> bool:
        """Whether a killed call had only the verification left."""
        return "verifying" in self.runs[-1]

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

    def minutes(self) -> float:
        """Minutes of all runs so far."""
        earlier = sum(float(run["seconds"]) for run in self.runs[:-1])
        return (earlier + self.spent) / 60

    def save(self, learnt: Learnt) -> None:
        """Write the document."""
        self.runs[-1] |= {
            "budget_seconds": self.settings.budget_seconds,
            "target_percent": self.settings.target_percent,
            "seconds": self.spent,
        }
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
