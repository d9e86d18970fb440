"""Which networks a round measures: by design, where models disagree, at random, and again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from latpred._core import guided as _guided
from latpred.datasets.table import LatencyTable
from latpred.onboarding.learning import Learnt
from latpred.onboarding.rows import PackRows
from latpred.spaces import Architectures, Space
from latpred.transfer.few_shot import TransferPredictor

__all__ = ["Batch", "Chooser"]

POOL = 2000  # candidates looked at in a round
SMALL_SPACE = 20_000  # whose networks are all candidates
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
        again = self._again(count // 8, number, rows)
        drawn = min(-(-count // 3), len(pool))
        chosen = [(one, "again") for one in again]
        rest = max(count - drawn - len(again), 0)
        texts = pool.to_strings()
        chosen += [(texts[i], "random") for i in range(drawn)]  # the pool is in random order
        chosen += self._by_design(rest, number, rows, pool[drawn:], learnt)
        return self._batch(chosen)

    def checks(self, count: int, number: int, rows: PackRows, failed: Sequence[str]) -> Batch:
        """Networks to judge by: at random, none that was measured."""
        pool = self._pool(number, rows, failed)[:count]
        return self._batch([(text, "check") for text in pool.to_strings()])

    def _batch(self, chosen: list[tuple[str, str]]) -> Batch:
        archs = self._space.architectures([text for text, _ in chosen])
        return Batch(archs, tuple(why for _, why in chosen))

    def _pool(self, number: int, rows: PackRows, failed: Sequence[str]) -> Architectures:
        """Networks without a latency, in random order."""
        order = np.random.default_rng([self._seed, number])
        if self._small:
            every = self._space.enumerate()
            every = every[order.permutation(len(every))]
        else:
            every = self._space.sample(POOL, seed=_seed(self._seed, number), unique=True)
        known = {*rows.names, *failed}
        free = [i for i, text in enumerate(every.to_strings()) if text not in known]
        return every[free[:POOL]]

    def _again(self, count: int, number: int, rows: PackRows) -> list[str]:
        """Labelled networks, of which fewer than enough were labelled twice."""
        twice = rows.columns["chosen"].count("again")
        once = sorted(name for name, times in Counter(rows.names).items() if times == 1)
        order = np.random.default_rng([self._seed, number, 1]).permutation(len(once))
        return [once[i] for i in order[: min(count, max(PAIRS - twice, 0))]]

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
            disagreement=0.5,
            seed=_seed(self._seed, number),
        )
        return [(texts[i], why) for i, why in zip(found.rows, found.reasons, strict=True)]


def _seed(seed: int, number: int) -> int:
    """Another one for each round."""
    return int(np.random.SeedSequence([seed, number]).generate_state(1)[0])
