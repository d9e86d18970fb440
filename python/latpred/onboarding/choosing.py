"""Which networks a round measures: by design, where models disagree, at random, and again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from latpred._core import guided as _guided
from latpred.datasets.table import LatencyTable
from latpred.onboarding.learning import Learnt
from latpred.onboarding.rows import PackRows
from latpred.sampling import choose
from latpred.spaces import Architectures, Space
from latpred.transfer.few_shot import TransferPredictor

__all__ = ["Batch", "Chooser"]

POOL = 2000  # candidates looked at in a round
SMALL_SPACE = 20_000  # whose networks are all candidates
LEAST_AGAIN = 4  # of a round
PAIRS = 24  # labelled twice, from which the noise of a label is known well enough


@dataclass(frozen=True)
class Batch:
    """Networks to measure, and why each."""

    archs: Architectures
    chosen: tuple[str, ...]

    def counts(self) -> dict[str, int]:
        """How -> how many."""
        return dict(Counter(self.chosen))


class Chooser:
    """Chooses among networks that were not measured and did not fail.

    Args:
        space: What of.
        sources: Tables of other devices, which say what to begin with.
        seed: Seed of all draws; each round draws others.
    """

    def __init__(self, space: Space, sources: Mapping[str, LatencyTable], seed: int) -> None:
        self._space, self._sources, self._seed = space, sources, seed
        self._small = space.size <= SMALL_SPACE

    def labels(
        self, count: int, number: int, rows: PackRows, failed: Sequence[str], learnt: Learnt
    ) -> Batch:
        """Networks to learn from: a third at random, up to an eighth again, the others chosen."""
        pool = self._pool(number, rows, failed)
        count = min(count, len(pool))
        again = self._again(count, number, rows)
        drawn = self._drawn(pool, count // 3 or 1, number)
        taken = {*drawn}
        left = [i for i, text in enumerate(pool.to_strings()) if text not in taken]
        rest = max(count - len([*drawn, *again]), 0)
        return self._batch(
            [
                *((text, "again") for text in again),
                *((text, "random") for text in drawn),
                *self._by_design(rest, number, rows, pool[left], learnt),
            ]
        )

    def checks(self, count: int, number: int, rows: PackRows, failed: Sequence[str]) -> Batch:
        """Networks to judge by: at random, none that was measured."""
        drawn = self._drawn(self._pool(number, rows, failed), count, number)
        return self._batch([(text, "check") for text in drawn])

    def _batch(self, chosen: list[tuple[str, str]]) -> Batch:
        archs = self._space.architectures([text for text, _ in chosen])
        return Batch(archs, tuple(why for _, why in chosen))

    def _seed_of(self, number: int) -> int:
        """Another one for each round."""
        return self._seed ^ (number << 32)

    def _pool(self, number: int, rows: PackRows, failed: Sequence[str]) -> Architectures:
        """Networks without a latency."""
        every = (
            self._space.enumerate()
            if self._small
            else self._space.sample(POOL, seed=self._seed_of(number), unique=True)
        )
        known = {*rows.names, *failed}
        free = every[[i for i, text in enumerate(every.to_strings()) if text not in known]]
        if len(free) <= POOL:
            return free
        return free[choose(free, POOL, method="random", seed=self._seed_of(number))]

    def _drawn(self, archs: Architectures, count: int, number: int) -> list[str]:
        """Networks at random, by their texts."""
        count = min(count, len(archs))
        if count == 0:
            return []
        return archs[choose(archs, count, seed=self._seed_of(number))].to_strings()

    def _again(self, count: int, number: int, rows: PackRows) -> list[str]:
        """Labelled networks, of which fewer than enough were labelled twice."""
        count = min(max(count // 8, LEAST_AGAIN), count // 2)
        twice = rows.columns["chosen"].count("again")
        once = [name for name, times in Counter(rows.names).items() if times == 1]
        wanted = min(count, max(PAIRS - twice, 0))
        return self._drawn(self._space.architectures(once), wanted, number)

    def _by_design(
        self, count: int, number: int, rows: PackRows, pool: Architectures, learnt: Learnt
    ) -> list[tuple[str, str]]:
        count = min(count, len(pool))
        if count == 0:
            return []
        texts = pool.to_strings()
        if self._sources and not rows.names:
            places = TransferPredictor(dict(self._sources)).choose(pool, count)
            return [(texts[i], "design") for i in places]
        found: Any = _guided.next_networks(
            list(learnt.models),
            self._space.architectures(list(dict.fromkeys(rows.names))),
            pool,
            count=count,
            seed=self._seed_of(number),
        )
        return [(texts[i], why) for i, why in zip(found.rows, found.reasons, strict=True)]
