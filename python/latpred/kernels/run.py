"""One run of an onboarding of networks: rounds until the time is used or the error is small."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from latpred._core import guided as _guided
from latpred.base.json import plain
from latpred.kernels.choosing import Batch, Chooser
from latpred.kernels.learning import Learnt, learn
from latpred.kernels.measuring import MeasuredProbes, measure_probes
from latpred.kernels.probes import record_of
from latpred.kernels.rounds import ProbeRound
from latpred.kernels.state import State

__all__ = ["Run"]

BEAT_SECONDS = 5.0
MOST_EMPTY = 3  # rounds in a row without a row
MOST_ROWS = 1000
# The planner of rounds thinks of careful checks half way; labels of all families serve here.
NO_CHECKS = ("checks", 0, 0.0, 0.0)


class Run:
    """One run in the folder of a pack; it goes on where a killed one stopped."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.learnt = Learnt()
        self._chooser = Chooser(state.probes, state.settings.seed)
        self._beat = -BEAT_SECONDS

    def go(self) -> None:
        """Measure and learn, round after round, and leave a whole pack behind."""
        state = self.state
        state.save(self.learnt)  # a kill in the first round leaves a pack, too
        if len(state.rows):
            self.learnt = self._learn_all()
        stopped = self._resume()
        while not stopped:
            networks, seconds, stopped = self._plan()
            stopped = stopped or self._round(networks, seconds)
        state.runs[-1] |= {"complete": True, "stopped": stopped}
        state.save(self.learnt)

    def _learn_all(self) -> Learnt:
        state = self.state
        return learn(state.rows, state.rounds, state.probes, state.settings.seed)

    def _plan(self) -> tuple[int, float, str]:
        """Networks, the most seconds for them (0: no limit), and why to stop."""
        state = self.state
        mine = [
            ("labels", one.measured, one.seconds["measuring"], one.computing)
            for one in state.rounds
            if one.run == state.run
        ]
        kind, networks, seconds, stopped = _guided.plan_round(
            budget=state.settings.budget_seconds,
            spent=state.spent,
            rows=len(state.rows),
            most_rows=MOST_ROWS,
            good_enough=self._good_enough(),
            rounds=[NO_CHECKS, *mine] if mine else [],
        )
        return int(networks), float(seconds), "" if kind == "labels" else str(stopped)

    def _good_enough(self) -> bool:
        target = self.state.settings.target_percent
        return target is not None and self.learnt.mape_percent <= target

    def _resume(self) -> str:
        """The round that was begun before a kill."""
        state, pending = self.state, self.state.folder.read_pending()
        if pending is None or pending.get("number") != state.number:
            return ""
        batch = Batch(tuple(pending["probes"]), tuple(pending["chosen"]))
        seconds = pending["seconds"]
        if seconds:
            seconds = min(max(state.left, 1.0), seconds)
        return self._measure(batch, seconds, 0.0)

    def _round(self, count: int, seconds: float) -> str:
        state, begin = self.state, self.state.spent
        batch = self._chooser.labels(count, state.number, state.rows, state.aside(), self.learnt)
        state.folder.write_pending(
            {
                "number": state.number,
                "seconds": seconds,
                "probes": batch.probes,
                "chosen": batch.chosen,
            }
        )
        return self._measure(batch, seconds, state.spent - begin)

    def _measure(self, batch: Batch, seconds: float, choosing: float) -> str:
        """Measure and learn; the reason to stop, or nothing. No seconds set no limit."""
        state, number, begin = self.state, self.state.number, self.state.spent
        graphs = {state.probes.name(one): state.probes.graph(one) for one in batch.probes}
        found = measure_probes(
            graphs,
            state.meter,
            "dataset",
            seconds or None,
            self._progress(f"round {number}"),
            state.folder.visits,
        )
        measured = state.spent
        one = ProbeRound(
            number,
            run=state.run,
            chosen=batch.counts(),
            networks=len(batch.probes),
            measured=len(found.rows),
            failed=found.sentences(),
            statuses=found.statuses(),
            seconds={"measuring": measured - begin, "choosing": choosing},
            levels=found.levels,
            clean_percent=found.clean_percent,
            cut=found.cut,
        )
        self._note(found, batch, one)
        self._learn(one, measured)
        last = [each.measured for each in state.rounds[-MOST_EMPTY:]]
        empty = len(last) == MOST_EMPTY and not any(last)
        return "the device measures nothing any more" if empty else ""

    def _note(self, found: MeasuredProbes, batch: Batch, one: ProbeRound) -> None:
        state = self.state
        state.rounds.append(one)
        names = {state.probes.name(probe): probe for probe in batch.probes}
        why = dict(zip(batch.probes, batch.chosen, strict=True))
        state.put_aside([names[name] for name in found.failed if name in names])
        for row in found.rows:
            probe = names[row["name"]]
            about = record_of(state.probes, probe)
            state.rows.add([{**row, **about, "round": one.number, "chosen": why[probe]}])
        if found.environment:
            state.document["environment"] = plain(found.environment)

    def _learn(self, one: ProbeRound, since: float) -> None:
        state = self.state
        found = self._learn_all()
        if found.model is not None or self.learnt.model is None:
            self.learnt = found
        if found.model is not None:
            found.model.save(str(state.folder.model))
        state.rows.write(state.folder.probes)
        state.rounds[-1] = replace(
            one,
            seconds={**one.seconds, "learning": state.spent - since},
            minutes=state.minutes(),
            mape_percent=found.mape_percent,
        )
        state.save(found)
        state.folder.end_pending()
        state.settings.tell(state.spent, f"round {one.number}: error {found.mape_percent:.1f} %")

    def _progress(self, what: str) -> Callable[[int, int, str], None]:
        state = self.state

        def report(done: int, expected: int, _: str) -> None:
            spent = state.spent
            if spent >= self._beat + BEAT_SECONDS:
                self._beat = spent
                state.folder.write_seconds(state.run, spent)
            state.settings.tell(spent, f"{what}: visit {done} of {expected}")

        return report
