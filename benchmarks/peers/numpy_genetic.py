"""DGL's genetic search in FBNetV3's space as its text and its published code describe it, in NumPy.

Fitness is the accuracy above 70 percent within the limit and 0 beyond; parents by fitness in
proportion, one-point crossover with a random mate in place, so that later mates may be children;
one gene of every twentieth child is redrawn; children replace all parents; the best of all
generations is kept. A batch is evaluated at once, which the original does not do, and where no
network is within the limit parents are drawn evenly, where the original divides by zero.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Genes = NDArray[np.int64]
Values = Callable[[Genes], NDArray[np.float64]]


class NumpyGenetic:
    """The search for one limit.

    Args:
        choices: Number of choices of each gene.
        accuracy: Percent, of N x G genes. latency: ms.
        limit_ms: Largest latency.
    """

    def __init__(
        self, choices: list[int], accuracy: Values, latency: Values, limit_ms: float
    ) -> None:
        self.choices = np.array(choices)
        self.accuracy, self.latency, self.limit_ms = accuracy, latency, limit_ms
        self.mutation_rate, self.crossover_rate = 0.05, 1.0

    def fitness(self, genes: Genes) -> NDArray[np.float64]:
        """Percent above 70, or 0 beyond the limit."""
        inside = self.latency(genes) <= self.limit_ms
        worth: NDArray[np.float64] = np.where(inside, np.maximum(self.accuracy(genes) - 70, 0), 0)
        return worth

    def run(self, population: int, generations: int, seed: int) -> tuple[Genes, float]:
        """The best network of all generations and its fitness."""
        rng = np.random.default_rng(seed)
        genes = rng.integers(0, self.choices, (population, len(self.choices)))
        fitness = self.fitness(genes)
        best, most = genes[fitness.argmax()].copy(), fitness.max()
        for _ in range(generations):
            genes = genes[self._wheel(rng, fitness)]
            self._cross(rng, genes)
            self._mutate(rng, genes)
            fitness = self.fitness(genes)
            if fitness.max() > most:
                best, most = genes[fitness.argmax()].copy(), fitness.max()
        return best, float(most)

    @staticmethod
    def _wheel(rng: Any, fitness: NDArray[np.float64]) -> NDArray[np.int64]:
        count, total = len(fitness), fitness.sum()
        chances = fitness / total if total > 0 else None
        chosen: NDArray[np.int64] = rng.choice(count, count, p=chances)
        return chosen

    def _cross(self, rng: Any, genes: Genes) -> None:
        for i in range(len(genes)):
            if rng.random() < self.crossover_rate:
                cut = rng.integers(0, genes.shape[1])
                genes[i, cut:] = genes[rng.integers(0, len(genes)), cut:]

    def _mutate(self, rng: Any, genes: Genes) -> None:
        for row in genes:
            if rng.random() < self.mutation_rate:
                gene = rng.integers(0, len(self.choices) + 1)
                if gene < len(self.choices):
                    row[gene] = rng.integers(0, self.choices[gene])
