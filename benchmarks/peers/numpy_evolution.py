"""The tutorial's evolutionary finder, a generation at a time, in NumPy."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

import numpy as np

from benchmarks.peers.numpy_mbv3 import CHOICES, Floats, Genes, canonical

Model = Callable[[Genes], Floats]


@dataclass
class NumpyEvolution:
    """Population 100, a quarter parents, half mutants, half crossovers, all under the limit.

    With `unique` no network is evaluated twice; the original has no such memory.
    """

    accuracy: Model
    latency: Model
    limit_ms: float
    unique: bool
    population: int = 100
    parents: int = 25
    rate: float = 0.1
    seen: set[bytes] = field(default_factory=set)

    def run(self, generations: int, seed: int) -> tuple[Genes, float, int]:
        """The best genes (1 x 46), their accuracy and the number of accuracy evaluations."""
        self.rng, self.seen = np.random.default_rng(seed), set()
        genes = self._valid(self._draw, self.population)
        values = self.accuracy(genes)
        evaluations = len(genes)
        for _ in range(generations):
            best = np.argsort(-values, kind="stable")[: self.parents]
            genes, values = genes[best], values[best]
            mutants = self._valid(partial(self._mutate, genes), self.population // 2)
            mixed = self._valid(partial(self._cross, genes), self.population // 2)
            children = np.vstack([mutants, mixed])
            genes = np.vstack([genes, children])
            values = np.concatenate([values, self.accuracy(children)])
            evaluations += len(children)
        winner = int(values.argmax())
        return genes[winner : winner + 1], float(values[winner]), evaluations

    def _valid(self, make: Callable[[int], Genes], count: int) -> Genes:
        """`count` candidates under the limit (and new, with `unique`), drawn in batches."""
        chosen: list[Genes] = []
        found = 0
        for attempt in range(1_000_000):
            batch = make(max(2 * (count - found), 32))
            batch = batch[self.latency(batch) <= self.limit_ms]
            if self.unique:
                batch = batch[[i for i, row in enumerate(batch) if self._is_new(row)]]
            chosen.append(batch[: count - found])
            found += len(chosen[-1])
            if found == count:
                break
            if attempt == 8:  # parents that mix to nothing new
                make = self._draw_near(make)
        return np.vstack(chosen)

    def _is_new(self, row: Genes) -> bool:
        known = len(self.seen)
        self.seen.add(row.tobytes())
        return len(self.seen) > known

    def _draw_near(self, make: Callable[[int], Genes]) -> Callable[[int], Genes]:
        """The same candidates, mutated."""
        return lambda count: self._mutate(make(count), count)

    def _draw(self, count: int) -> Genes:
        return canonical(self.rng.integers(0, CHOICES, (count, 46)).astype(np.int16))

    def _mutate(self, genes: Genes, count: int) -> Genes:
        children = genes[self.rng.integers(0, len(genes), count)]
        hit = self.rng.random((count, 46)) < self.rate
        hit[:, 20:40] = hit[:, :20]  # kernel and expansion of a block together
        fresh = self.rng.integers(0, CHOICES, (count, 46)).astype(np.int16)
        return canonical(np.where(hit, fresh, children))

    def _cross(self, genes: Genes, count: int) -> Genes:
        a, b = genes[self.rng.integers(0, len(genes), (2, count))]
        return canonical(np.where(self.rng.random((count, 46)) < 0.5, a, b))
