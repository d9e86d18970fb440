"""Which probe networks a round measures: each family in turn, where the model is unsure, again."""

from __future__ import annotations

from latpred._core import kernels as _native
from latpred.kernels.learning import Learnt
from latpred.kernels.probes import Probes
from latpred.kernels.rounds import ChosenProbe
from latpred.kernels.rows import LabelledProbes

__all__ = ["Chooser"]

POOL = 300  # networks that the model looks at in a round
LEAST_AGAIN = 4  # of a round
PAIRS = 24  # labelled twice, from which the noise of a label is known well enough


class Chooser:
    """Chooses among probes that were not measured and did not fail.

    Args:
        probes: All networks.
        seed: Seed of the choices; each round makes others.
    """

    def __init__(self, probes: Probes, seed: int) -> None:
        self._probes, self._seed = probes, seed

    def choose(
        self, count: int, number: int, labels: LabelledProbes, aside: set[int], learnt: Learnt
    ) -> tuple[ChosenProbe, ...]:
        """A third of new networks by family, up to an eighth again, the others by the model.

        Args:
            count: How many.
            number: Of the round.
            labels: What is known.
            aside: Networks not to measure.
            learnt: What they teach.
        """
        taken = [*dict.fromkeys([*(one.probe for one in labels.chosen), *sorted(aside)])]
        again = self._again(count, labels, aside)
        left = count - len(again)
        turn = self._probes.in_turn(left if learnt.model is None else left // 3 or 1, taken)
        unsure = self._unsure(left - len(turn), number, [*taken, *turn], learnt)
        parts = {"again": again, "families": turn, "unsure": unsure}
        return tuple(self._probes.chosen(one, why) for why, those in parts.items() for one in those)

    def _again(self, count: int, labels: LabelledProbes, aside: set[int]) -> list[int]:
        """Probes that were labelled once, while fewer than enough were labelled twice."""
        twice = [one for one in labels.chosen if one.why == "again"]
        wanted = max(LEAST_AGAIN, count // 8)
        once = [one for one in labels.once() if one not in aside]
        free = once[: PAIRS - len(twice)] if len(twice) < PAIRS else []
        return free[: min(wanted, count // 2)]

    def _unsure(self, count: int, number: int, taken: list[int], learnt: Learnt) -> list[int]:
        """Those of which the model learns most."""
        if count <= 0 or learnt.model is None:
            return []
        pool = self._probes.in_turn(max(POOL, 2 * count), taken)
        graphs = [self._probes.tensors(one) for one in pool]
        found = _native.choose_next(learnt.model, graphs, count, self._seed ^ (number << 32))
        return [pool[place] for place in found]
