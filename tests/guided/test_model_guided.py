"""Search guided by a model of the objective: optima, counts, limits, models of the user's own."""

from __future__ import annotations

from typing import Any

import latpred as lp
import numpy as np
import pytest
from numpy.typing import NDArray

CELLS = lp.space("nas-bench-201")
ALL = CELLS.enumerate()
CHAIN = lp.space("fbnetv3")


def size(archs: lp.Architectures) -> Any:
    return archs.space.count(archs)["macs"] / 1e6


class Accuracy:
    """Effects of triples of operations, a floor that many networks fall to; counts what it is
    asked for."""

    def __init__(self, seed: int = 0) -> None:
        rng = np.random.default_rng(seed)
        self.pairs, self.triples = rng.normal(size=(6, 5, 6, 5)), rng.normal(size=(6, 5, 5, 5))
        self.asked: list[NDArray[Any]] = []

    def true(self, archs: lp.Architectures) -> NDArray[Any]:
        genes = np.array(archs.genes, dtype=int)
        value = np.zeros(len(genes))
        for i in range(6):
            for j in range(i):
                value += self.pairs[i, genes[:, i], j, genes[:, j]]
            a, b, c = (genes[:, (i + k) % 6] for k in range(3))
            value += 0.4 * self.triples[i, a, b, c]
        return np.maximum(value, -2.0)

    def __call__(self, archs: lp.Architectures) -> NDArray[Any]:
        self.asked.append(np.array(archs.genes))
        return self.true(archs)


def guided(accuracy: Any, limit: float | None = None, **options: Any) -> Any:
    return lp.device_generic.search(
        size, accuracy, limit, method="guided", **({"space": CELLS} | options)
    )


@pytest.mark.parametrize("quantile", [0.4, 1.0])
def test_the_best_cell_is_found_with_few_questions(quantile: float) -> None:
    worst = 0.0
    for seed in range(2):
        accuracy = Accuracy(seed)
        limit = float(np.quantile(size(ALL), quantile))
        found = guided(accuracy, limit, budget=1000, seed=seed)
        best = accuracy.true(ALL)[size(ALL) <= limit].max()
        worst = max(worst, best - found.accuracy)
        asked = np.concatenate(accuracy.asked)
        assert found.evaluations == 1000 == len(asked) == len(np.unique(asked, axis=0))
        assert size(CELLS.architectures(asked)).max() <= limit
        assert found.accuracy == accuracy.true(CELLS.architectures(asked)).max()
        assert found.history["evaluations"].tolist() == list(range(100, 1001, 100))
    assert worst == 0


def test_scale_offset_and_order_of_the_accuracy_do_not_matter() -> None:
    accuracy = Accuracy()
    plain = guided(accuracy, budget=300)
    other = guided(lambda archs: accuracy.true(archs) * 8 - 64, budget=300)
    assert plain.architecture == other.architecture
    assert guided(accuracy, budget=300, seed=1).front.archs != plain.front.archs
    again = guided(accuracy, budget=300)
    assert again.front.archs == plain.front.archs


def test_it_ends_where_every_network_within_the_limit_is_known() -> None:
    limit = float(np.sort(size(ALL))[60])
    inside = int((size(ALL) <= limit).sum())
    found = guided(Accuracy(), limit, budget=1000)
    assert found.evaluations == inside
    assert found.regret() == 0
    assert "every architecture" in found.stopped


def test_an_accuracy_that_never_varies() -> None:
    found = guided(lambda archs: np.full(len(archs), 7.0), budget=60)
    assert (found.accuracy, found.evaluations, found.regret()) == (7.0, 60, 0.0)


@pytest.mark.parametrize("model", [None, lp.AdditivePredictor()])
def test_of_a_large_space_candidates_are_bred(model: Any) -> None:
    weights = np.random.default_rng(3).normal(size=28)

    def accuracy(archs: lp.Architectures) -> Any:
        genes = archs.genes.astype(float)
        return genes @ weights + np.sin(genes[:, 0] * genes[:, 27])

    options: dict[str, Any] = {"space": CHAIN, "budget": 150, "seed": 1}
    found = guided(accuracy, 700.0, model=model, **options)
    chance = lp.device_generic.search(size, accuracy, 700.0, method="random", **options)
    assert found.evaluations == 150 >= chance.evaluations
    assert found.latency_ms <= 700
    assert found.accuracy > chance.accuracy


def test_limits_that_nothing_keeps() -> None:
    least = size(ALL).min()
    with pytest.raises(lp.InfeasibleError) as caught:
        guided(Accuracy(), least * 0.9)
    assert caught.value.minimum_ms == least
    with pytest.raises(lp.InfeasibleError):
        guided(Accuracy(), 1.0, space=CHAIN, budget=20)


def test_accuracies_that_are_no_numbers() -> None:
    with pytest.raises(lp.DataError, match="NaN"):
        guided(lambda archs: np.full(len(archs), np.nan), budget=20)
    with pytest.raises(lp.DataError, match="finite"):
        guided(lambda archs: np.full(len(archs), np.inf), budget=20)
