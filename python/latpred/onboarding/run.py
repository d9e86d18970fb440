"""One run of an onboarding: rounds until the time is used or the error is small enough."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from latpred._core import guided as _guided
from latpred._core import predictors as _predictors
from latpred.base.json import plain
from latpred.datasets.table import LatencyTable
from latpred.errors import LatpredError
from latpred.lookup.fit import fit_lookup_table
from latpred.measurement.meter import LatencyMeter
from latpred.measurement.table import MeasuredTable
from latpred.metrics import noise_ceiling
from latpred.onboarding.campaigns import Measured, measure_round
from latpred.onboarding.choosing import Batch, Chooser
from latpred.onboarding.device_record import meter_fields
from latpred.onboarding.learning import Learnt, learn
from latpred.onboarding.pack_file import PackFolder, rounds_of, same_json
from latpred.onboarding.rounds import Round
from latpred.onboarding.rows import PackRows
from latpred.spaces import Architectures, Space, space_text

__all__ = ["Run", "RunSettings"]

BEAT_SECONDS = 5.0
EFFORTS = {"labels": "dataset", "checks": "default"}
LEAST_PAIRS = 6
AFTER_ROUNDS = 1_000_000  # numbers of verifications, for their seeds
MOST_EMPTY = 2  # rounds in a row without a row
Tell = Callable[[float, str], None]  # seconds spent, text


@dataclass(frozen=True)
class RunSettings:
    """What a run was asked for."""

    budget_seconds: float
    target_percent: float | None
    seed: int
    clock: Callable[[], float]
    begin: float
    tell: Tell


@dataclass
class Run:
    """One run in the folder of a pack; it goes on where a killed one stopped."""

    space: Space
    meter: LatencyMeter
    folder: PackFolder
    sources: Mapping[str, LatencyTable]
    settings: RunSettings
    rounds: list[Round] = field(default_factory=list)
    runs: list[dict[str, Any]] = field(default_factory=list)
    learnt: Learnt = field(default_factory=Learnt)
    document: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        fields = {"space": space_text(self.space), "meter": meter_fields(self.meter, self.space)}
        fields = same_json(fields)
        found = self.folder.read()
        if found is not None:
            self.folder.refuse_another(found, fields)
            self.rounds, self.runs = rounds_of(found), list(found["runs"])
        self.document = {**(found or {}), **fields}
        self.rows = PackRows(self.space, self.meter.device.id)
        if self.folder.table.exists():
            self.rows = PackRows.read(self.folder.table, self.space, self.meter.device.id)
            self.rows.keep({one.number for one in self.rounds})
        self.chooser = Chooser(self.space, self.sources, self.settings.seed)
        self._earlier = self._begin_run()
        self._beat = -BEAT_SECONDS

    def _begin_run(self) -> float:
        """Seconds that this run had spent before it was killed; 0 of a new one."""
        last = self.runs[-1] if self.runs else {"complete": True}
        if "verifying" in last:
            return float(last["seconds"])
        if not last["complete"]:
            return max(last["seconds"], self.folder.seconds_of(len(self.runs)))
        self.runs.append({"complete": False, "seconds": 0.0, "stopped": ""})
        return 0.0

    @property
    def only_verifies(self) -> bool:
        """Whether a killed call had only the verification left."""
        return "verifying" in self.runs[-1]

    @property
    def learnt_nothing(self) -> bool:
        """Whether there is no predictor to verify."""
        return not self.folder.predictor.exists()

    @property
    def spent(self) -> float:
        """Seconds of this run so far."""
        return self._earlier + (self.settings.clock() - self.settings.begin)

    def go(self) -> None:
        """Measure and learn, round after round, and leave a whole pack behind."""
        self.folder.make()
        table = self._table()
        if table is not None:
            self.learnt = learn(table, self.sources, self._noise(table), self.settings.seed)
        stopped = self._resume()
        while not stopped:
            plan = self._plan()
            stopped = plan[3] or self._round(plan[0], plan[1], plan[2])
        self._finish(stopped)

    def _plan(self) -> tuple[str, int, float, str]:
        current = [one for one in self.rounds if one.run == len(self.runs)]
        seconds = [one.seconds for one in current]
        learning = [one.get("choosing", 0.0) + one.get("learning", 0.0) for one in seconds]
        found: tuple[str, int, float, str] = _guided.plan_round(
            budget=self.settings.budget_seconds,
            spent=self.spent,
            rows=len(self.rows),
            good_enough=self._good_enough(),
            rounds=[
                (one.kind, one.measured, one.seconds["measuring"], learnt)
                for one, learnt in zip(current, learning, strict=True)
            ],
        )
        return found

    def _good_enough(self) -> bool:
        target, found = self.settings.target_percent, self.learnt
        checked = found.check_mape_percent
        error = found.mape_percent if checked != checked else checked
        return target is not None and error <= target

    def _resume(self) -> str:
        """The round that was begun before a kill."""
        pending = self.folder.read_pending()
        if pending is None or pending["number"] != len(self.rounds) + 1:
            return ""
        batch = Batch(self.space.architectures(pending["networks"]), tuple(pending["chosen"]))
        left = self.settings.budget_seconds - self.spent
        return self._measure(pending["kind"], batch, min(max(left, 1.0), pending["seconds"]), 0.0)

    def _round(self, kind: str, count: int, seconds: float) -> str:
        number, begin = len(self.rounds) + 1, self.spent
        failed = self._failed()
        batch = (
            self.chooser.checks(count, number, self.rows, failed)
            if kind == "checks"
            else self.chooser.labels(count, number, self.rows, failed, self.learnt)
        )
        if len(batch.archs) == 0:
            return "every network of the space is measured"
        self.folder.write_pending(
            {
                "number": number,
                "kind": kind,
                "seconds": seconds,
                "networks": batch.archs.to_strings(),
                "chosen": batch.chosen,
            }
        )
        return self._measure(kind, batch, seconds, self.spent - begin)

    def _measure(self, kind: str, batch: Batch, seconds: float, choosing: float) -> str:
        """Measure and learn; the reason to stop, or nothing."""
        number, begin = len(self.rounds) + 1, self.spent
        meter = self.meter.at(EFFORTS[kind], budget_seconds=seconds)
        store = self.folder.store(f"round-{number:02d}")
        found = measure_round(batch.archs, meter, store, self._progress(f"round {number}, {kind}"))
        measured = self.spent
        one = Round(
            number,
            kind,
            run=len(self.runs),
            chosen=batch.counts(),
            networks=len(batch.archs),
            measured=0 if found.table is None else len(found.table),
            failed=found.failed,
            statuses=found.statuses(),
            levels=found.levels(),
            clean_percent=found.clean_percent(),
        )
        self._note(found, batch, one)
        times = {"measuring": measured - begin, "choosing": choosing}
        self._learn(replace(one, seconds={**times, "learning": self.spent - measured}), measured)
        return self._reason_to_stop()

    def _note(self, found: Measured, batch: Batch, one: Round) -> None:
        self.rounds.append(one)
        known = set() if found.table is None else {*found.table.archs.to_strings()}
        lacking = [text for text in batch.archs.to_strings() if text not in known]
        if found.table is not None:  # where the device did not answer, it is not their fault
            self.document["set_aside"] = [*self._failed(), *lacking]
            why = found.reasons(batch.chosen, batch.archs)
            self.rows.add(found.table, one.number, why)
            self.document["environment"] = plain(found.meta.get("environment", {}))

    def _learn(self, one: Round, since: float) -> None:
        table = self._table()
        noise = self._noise(table)
        self.learnt = learn(table, self.sources, noise, self.settings.seed)
        found = self.learnt
        if found.predictor is not None:
            found.predictor.add_notes({"onboarding": f"{len(self.rows)} rows, {found.best}"})
            found.predictor.save(self.folder.predictor)
        self.folder.write_table(table)
        earlier = sum(run["seconds"] for run in self.runs[:-1])
        self.rounds[-1] = replace(
            one,
            seconds={**one.seconds, "learning": self.spent - since},
            minutes=(earlier + self.spent) / 60,
            scores=found.scores,
            best=found.best,
            mape_percent=found.mape_percent,
            check_mape_percent=found.check_mape_percent,
        )
        self._save(table, noise)
        self.folder.end_pending()
        self.settings.tell(self.spent, f"round {one.number}: error {found.mape_percent:.1f} %")

    def _reason_to_stop(self) -> str:
        last = [one.measured for one in self.rounds[-MOST_EMPTY:]]
        if len(last) == MOST_EMPTY and not any(last):
            return "the device measures nothing any more"
        return ""

    def _finish(self, stopped: str) -> None:
        table = self._table()
        if table is not None:
            try:
                fit_lookup_table(table).write_csv(self.folder.lookup)
            except LatpredError as error:
                self.document["lookup"] = f"none: {str(error)[:200]}"
        self.runs[-1] |= {"complete": True, "stopped": stopped}
        self._save(table, self._noise(table))

    def _save(self, table: MeasuredTable | None, noise: float) -> None:
        self.runs[-1] |= {
            "budget_seconds": self.settings.budget_seconds,
            "target_percent": self.settings.target_percent,
            "seconds": self.spent,
        }
        percent = 100 * noise if noise > 0 else None
        ceiling = {}
        if table is not None and percent is not None:
            ceiling = dict(noise_ceiling(table.latency_ms, percent, seed=self.settings.seed))
        self.document |= {
            "rounds": [one.to_dict() for one in self.rounds],
            "runs": self.runs,
            "noise_percent": percent,
            "ceiling": plain(ceiling),
            "sources": sorted(self.sources),
        }
        self.folder.write(self.document)

    def _table(self) -> MeasuredTable | None:
        return self.rows.table(self.rounds)

    def _noise(self, table: MeasuredTable | None) -> float:
        """Deviation of ln of a label; 0 where it is not known."""
        if table is None:
            return 0.0
        first, second = self.rows.pairs(table)
        return _predictors.pair_noise(first, second) if len(first) >= LEAST_PAIRS else 0.0

    def _failed(self) -> list[str]:
        """Networks that are not asked for again: those that have no latency, and the verified."""
        return list(self.document.get("set_aside", []))

    def expect_verification(self, count: int) -> None:
        """Draw the fresh networks, and write down that they are to be measured."""
        if self.only_verifies or count == 0 or self.learnt_nothing:
            return
        number = AFTER_ROUNDS + len(self.runs)
        batch = self.chooser.checks(count, number, self.rows, self._failed())
        self.runs[-1]["verifying"] = batch.archs.to_strings()
        self.document["set_aside"] = [*self._failed(), *self.runs[-1]["verifying"]]
        self.folder.write(self.document)

    def to_verify(self) -> Architectures | None:
        """Fresh networks that wait to be measured; None without any."""
        texts = self.runs[-1].get("verifying")
        return self.space.architectures(texts) if texts else None

    def end_verification(self, table: MeasuredTable | None, figures: dict[str, Any]) -> None:
        """Keep what was measured; the pack judges its predictor by it whenever it is read."""
        if table is not None:
            table.to_csv(self.folder.verified)
        self.runs[-1].pop("verifying", None)
        self.document["verification"] = figures
        self.folder.write(self.document)

    def _progress(self, what: str) -> Callable[[int, int, str], None]:
        def report(done: int, expected: int, _: str) -> None:
            spent = self.spent
            if spent - self._beat >= BEAT_SECONDS:
                self._beat = spent
                self.folder.write_seconds(len(self.runs), spent)
            self.settings.tell(spent, f"{what}: visit {done} of {expected}")

        return report
