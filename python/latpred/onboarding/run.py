"""One run of an onboarding: rounds until the time is used or the error is small enough."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from latpred._core import guided as _guided
from latpred.base.json import plain
from latpred.errors import LatpredError
from latpred.lookup.fit import fit_lookup_table
from latpred.onboarding.campaigns import Measured, measure_round
from latpred.onboarding.choosing import Batch, Chooser
from latpred.onboarding.learning import Learnt, learn
from latpred.onboarding.rounds import Round
from latpred.onboarding.state import State

__all__ = ["Run"]

BEAT_SECONDS = 5.0
EFFORTS = {"labels": "dataset", "checks": "default"}
AFTER_ROUNDS = 1_000_000  # numbers of verifications, for their seeds
MOST_EMPTY = 3  # rounds in a row without a row
Plan = tuple[str, int, float, str]  # kind, networks, seconds, why to stop


class Run:
    """One run in the folder of a pack; it goes on where a killed one stopped."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.learnt = Learnt()
        self._chooser = Chooser(state.space, state.sources, state.settings.seed)
        self._beat = -BEAT_SECONDS

    def go(self) -> None:
        """Measure and learn, round after round, and leave a whole pack behind."""
        state = self.state
        table = state.table()
        state.save(table, state.noise(table))  # a kill in the first round leaves a pack, too
        if table is not None:
            self.learnt = learn(table, state.sources, state.noise(table), state.settings.seed)
        stopped = self._resume()
        while not stopped:
            kind, networks, seconds, stopped = self._plan()
            stopped = stopped or self._round(kind, networks, seconds)
        self._finish(stopped)

    def draw_verification(self, count: int) -> None:
        """Draw networks that nothing was learnt from, to verify by."""
        state = self.state
        if count and not state.only_verifies and state.folder.predictor.exists():
            number = AFTER_ROUNDS + state.run
            drawn = self._chooser.checks(count, number, state.rows, state.set_aside())
            state.expect_verification(drawn.archs)

    def _plan(self) -> Plan:
        state = self.state
        plan: Plan = _guided.plan_round(
            budget=state.settings.budget_seconds,
            spent=state.spent,
            rows=len(state.rows),
            good_enough=self._good_enough(),
            rounds=[
                (one.kind, one.measured, one.seconds["measuring"], one.computing)
                for one in state.rounds
                if one.run == state.run
            ],
        )
        return plan

    def _good_enough(self) -> bool:
        target, found = self.state.settings.target_percent, self.learnt
        return target is not None and found.error_percent <= target

    def _resume(self) -> str:
        """The round that was begun before a kill."""
        state, pending = self.state, self.state.folder.read_pending()
        if pending is None or pending["number"] != state.number:
            return ""
        networks = state.space.architectures(pending["networks"])
        batch = Batch(networks, tuple(pending["chosen"]))
        seconds = pending["seconds"]
        if seconds:
            seconds = min(max(state.settings.budget_seconds - state.spent, 1.0), seconds)
        return self._measure(pending["kind"], batch, seconds, 0.0)

    def _round(self, kind: str, count: int, seconds: float) -> str:
        state, begin = self.state, self.state.spent
        given = (count, state.number, state.rows, state.set_aside())
        batch = (
            self._chooser.checks(*given)
            if kind == "checks"
            else self._chooser.labels(*given, self.learnt)
        )
        if len(batch.archs) == 0:
            return "every network of the space is measured"
        state.folder.write_pending(
            {
                "number": state.number,
                "kind": kind,
                "seconds": seconds,
                "networks": batch.archs.to_strings(),
                "chosen": batch.chosen,
            }
        )
        return self._measure(kind, batch, seconds, state.spent - begin)

    def _measure(self, kind: str, batch: Batch, seconds: float, choosing: float) -> str:
        """Measure and learn; the reason to stop, or nothing. No seconds set no limit."""
        state, number, begin = self.state, self.state.number, self.state.spent
        meter = state.meter.at(EFFORTS[kind], budget_seconds=seconds or None)
        store = state.folder.store(f"round-{number:02d}")
        found = measure_round(batch.archs, meter, store, self._progress(f"round {number}, {kind}"))
        measured = state.spent
        one = Round(
            number,
            kind,
            run=state.run,
            chosen=batch.counts(),
            networks=len(batch.archs),
            measured=0 if found.table is None else len(found.table),
            failed=found.failed,
            statuses=found.statuses(),
            seconds={"measuring": measured - begin, "choosing": choosing},
            levels=found.levels(),
            clean_percent=found.clean_percent(),
            cut=found.cut,
        )
        self._note(found, batch, one)
        self._learn(one, measured)
        last = [each.measured for each in state.rounds[-MOST_EMPTY:]]
        empty = len(last) == MOST_EMPTY and not any(last)
        return "the device measures nothing any more" if empty else ""

    def _note(self, found: Measured, batch: Batch, one: Round) -> None:
        state = self.state
        state.rounds.append(one)
        if found.table is None:
            return  # the device did not answer, which is not the networks' fault
        known = {*found.table.archs.to_strings()}
        if not found.cut:
            state.put_aside([text for text in batch.archs.to_strings() if text not in known])
        state.rows.add(found.table, one.number, found.reasons(batch.chosen, batch.archs))
        state.document["environment"] = plain(found.meta.get("environment", {}))

    def _learn(self, one: Round, since: float) -> None:
        state, table = self.state, self.state.table()
        noise = state.noise(table)
        found = self.learnt = learn(table, state.sources, noise, state.settings.seed)
        if found.predictor is not None:
            found.predictor.add_notes({"onboarding": f"{len(state.rows)} rows, {found.best}"})
            found.predictor.save(state.folder.predictor)
            state.rows.note_held_out(found.held_out_ms)
        state.folder.write_table(state.table())
        state.rounds[-1] = replace(
            one,
            seconds={**one.seconds, "learning": state.spent - since},
            minutes=state.minutes(),
            scores=found.scores,
            best=found.best,
            mape_percent=found.mape_percent,
            check_mape_percent=found.check_mape_percent,
        )
        state.save(table, noise)
        state.folder.end_pending()
        state.settings.tell(state.spent, f"round {one.number}: error {found.error_percent:.1f} %")

    def _finish(self, stopped: str) -> None:
        state, table = self.state, self.state.table()
        if table is not None:
            try:
                fit_lookup_table(table).write_csv(state.folder.lookup)
            except LatpredError as error:
                state.document["lookup"] = f"none: {str(error)[:200]}"
        state.runs[-1] |= {"complete": True, "stopped": stopped}
        state.save(table, state.noise(table))

    def _progress(self, what: str) -> Callable[[int, int, str], None]:
        state = self.state

        def report(done: int, expected: int, _: str) -> None:
            spent = state.spent
            if spent >= self._beat + BEAT_SECONDS:
                self._beat = spent
                state.folder.write_seconds(state.run, spent)
            state.settings.tell(spent, f"{what}: visit {done} of {expected}")

        return report
