"""One run of an onboarding of networks: rounds until the time is used or the error is small."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, replace

from latpred._core import guided as _guided
from latpred.base.json import plain
from latpred.errors import MeasurementError
from latpred.kernels.choosing import Chooser
from latpred.kernels.learning import Learnt, learn
from latpred.kernels.measuring import Measured, measure
from latpred.kernels.rounds import ChosenProbe, ProbeRound
from latpred.kernels.state import State
from latpred.measurement.stored import environment_of

__all__ = ["Run"]

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

    def go(self) -> None:
        """Measure and learn, round after round, and leave a whole pack behind."""
        state = self.state
        self._note_environment()
        state.save(self.learnt)  # a kill in the first round leaves a pack, too
        self.learnt = self._learn_all()
        stopped = self._resume()
        while not stopped:
            networks, seconds, stopped = self._plan()
            stopped = stopped or self._round(networks, seconds)
        state.runs[-1] |= {"complete": True, "stopped": stopped}
        state.save(self.learnt)

    def _note_environment(self) -> None:
        """Of the machine that measures; what cannot be reached is told by measuring."""
        with suppress(MeasurementError):
            self.state.document["environment"] = plain(environment_of(self.state.meter))

    def _learn_all(self) -> Learnt:
        return learn(self.state.labels(), self.state.probes, self.state.settings.seed)

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
            rows=len(state.labels()),
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
        state, pending = self.state, self.state.pending_round()
        if pending is None:
            return ""
        chosen, seconds = pending
        if seconds:
            seconds = min(max(state.left, 1.0), seconds)
        return self._measure(chosen, seconds, 0.0)

    def _round(self, count: int, seconds: float) -> str:
        state, begin = self.state, self.state.spent
        chosen = self._chooser.choose(
            count, state.number, state.labels(), state.aside(), self.learnt
        )
        state.folder.write_pending(
            {
                "number": state.number,
                "seconds": seconds,
                "probes": [asdict(one) for one in chosen],
            }
        )
        return self._measure(chosen, seconds, state.spent - begin)

    def _measure(self, chosen: tuple[ChosenProbe, ...], seconds: float, choosing: float) -> str:
        """Measure and learn; the reason to stop, or nothing. No seconds set no limit."""
        state, number, begin = self.state, self.state.number, self.state.spent
        clock = state.settings.clock
        found = measure(
            {one.name: state.probes.graph(one.probe) for one in chosen},
            state.meter.at("dataset"),
            state.rows,
            state.folder.probes,
            end=clock() + seconds if seconds else math.inf,
            clock=clock,
            progress=self._progress(f"round {number}"),
        )
        measured = state.spent
        one = ProbeRound(
            number,
            run=state.run,
            chosen=dict(Counter(each.why for each in chosen)),
            networks=len(chosen),
            measured=len(found.known),
            failed=found.sentences(),
            statuses=found.statuses(),
            seconds={"measuring": measured - begin, "choosing": choosing},
            probes=chosen,
            levels=state.rows.levels[-1] if found.campaigns else (),
            cut=found.cut,
        )
        self._note(found, chosen, one)
        self._learn(one, measured)
        last = [each.measured for each in state.rounds[-MOST_EMPTY:]]
        empty = len(last) == MOST_EMPTY and not any(last)
        return "the device measures nothing any more" if empty else ""

    def _note(self, found: Measured, chosen: tuple[ChosenProbe, ...], one: ProbeRound) -> None:
        """Failed networks are not asked again."""
        failed = found.failed
        self.state.put_aside([each.probe for each in chosen if each.name in failed])
        self.state.rounds.append(one)

    def _learn(self, one: ProbeRound, since: float) -> None:
        state = self.state
        found = self._learn_all()
        if found.model is not None:
            self.learnt = found
            found.model.save(str(state.folder.model))
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
            state.beat()
            state.settings.tell(state.spent, f"{what}: network {done} of {expected}")

        return report
