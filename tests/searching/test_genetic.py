"""The genetic algorithm and random search: operators, roulette, limits, optima, invariances."""

from __future__ import annotations

from typing import Any

import latpred as lp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from latpred._core import searching as core
from numpy.typing import NDArray

from tests.searching.made_up import macs, rough_score, weighted_genes
from tests.searching.test_limits import additive, least_additive

METHODS = ["genetic", "random"]
CHAIN = lp.space("fbnetv3")
CELLS = lp.space("nas-bench-201")


def run(space: lp.Space, method: str = "genetic", **changes: Any) -> lp.SearchResult:
    options: dict[str, Any] = {"objective": weighted_genes, "population": 20, "generations": 10}
    return lp.search(space, method=method, progress=False, **(options | changes))


class Recorder:
    """An objective that keeps the genes it was asked for, batch by batch."""

    def __init__(self) -> None:
        self.batches: list[NDArray[Any]] = []

    def __call__(self, archs: lp.Architectures) -> Any:
        self.batches.append(np.array(archs.genes))
        return weighted_genes(archs)


def test_children_cross_two_parents_at_one_point() -> None:
    """Of parents as they were: a parent that its own crossing changed would give its genes on."""
    seen = Recorder()
    run(CHAIN, objective=seen, mutation_rate=0, generations=1, population=60)
    parents, children = seen.batches
    for child in children:
        heads = [(parents[:, :cut] == child[:cut]).all(axis=1).any() for cut in range(1, 28)]
        tails = [(parents[:, cut:] == child[cut:]).all(axis=1).any() for cut in range(1, 28)]
        assert (np.array(heads) & np.array(tails)).any()


def test_a_mutation_changes_one_gene() -> None:
    seen = Recorder()
    run(CHAIN, objective=seen, mutation_rate=1, crossover_rate=0, generations=1, population=400)
    parents, children = seen.batches
    changed = []
    for child in children:
        other = parents != child
        nearest = other.sum(axis=1).argmin()
        assert other[nearest].sum() == 1
        changed.append(other[nearest].argmax())
    counts = np.bincount(changed, minlength=28)
    assert (counts > 2).all()  # every gene, the last one too
    assert counts.max() < 35


def test_rates_of_genes_weigh_what_mutates() -> None:
    seen = Recorder()
    rates = {"ks": 0.0, "c": 0.0, "d": 0.0}
    run(
        CHAIN,
        objective=seen,
        mutation_rate=1,
        crossover_rate=0,
        generations=1,
        mutation_rates=rates,
    )
    parents, children = seen.batches
    expansions = [i for i, gene in enumerate(CHAIN.genes) if gene.group == "e"]
    for child in children:
        other = parents != child
        assert other[other.sum(axis=1).argmin()].argmax() in expansions


@given(
    st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=30),
    st.integers(0, 20),
    st.integers(-8, 8),
)
def test_the_wheel_turns_by_rank_and_not_by_units(
    scores: list[float], outside: int, power: int
) -> None:
    slots = core.roulette_slots(scores, outside)
    assert (slots > 0).all()
    assert slots.max() <= 1
    inside, beyond = slots[: len(scores)], slots[len(scores) :]
    order = np.argsort(scores, kind="stable")
    assert (np.diff(inside[order]) >= 0).all()
    assert (np.diff(beyond) < 0).all()
    assert beyond.size == 0 or beyond[0] < inside.min()
    scaled = np.array(scores) * 2.0**power
    np.testing.assert_allclose(core.roulette_slots(scaled, outside), slots, rtol=1e-9)
    whole = np.round(scores)
    np.testing.assert_allclose(
        core.roulette_slots(whole + 1e6, outside), core.roulette_slots(whole, outside), rtol=1e-9
    )


def test_slots_without_an_inside_and_of_extreme_scores() -> None:
    np.testing.assert_allclose(core.roulette_slots([], 3), [0.075, 0.05, 0.025])
    np.testing.assert_allclose(core.roulette_slots([-1e308, 0, 1e308], 0), [0.1, 0.55, 1])
    np.testing.assert_allclose(core.roulette_slots([5, 5], 1), [1, 1, 0.05])


@pytest.mark.parametrize("change", [lambda s: s * 4, lambda s: s + 1024, lambda s: s / 8 - 3])
def test_scale_and_offset_of_the_objective_change_nothing(change: Any) -> None:
    def score(archs: lp.Architectures) -> Any:
        return archs.genes.astype(float) @ (np.arange(28) % 5 - 1.0)

    plain = run(CHAIN, objective=score)
    other = run(CHAIN, objective=lambda archs: change(score(archs)))
    assert plain.architecture == other.architecture
    assert other.objective == change(plain.objective)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("maximise", [True, False])
def test_the_optimum_of_a_small_space_is_found(method: str, maximise: bool) -> None:
    space = lp.space("compofa-fixed", width=1.2)
    archs = space.enumerate()
    score, size = rough_score(archs), macs(archs)
    limit = float(np.quantile(size, 0.3))
    worth = np.where(size <= limit, score if maximise else -score, -np.inf)
    found = run(
        space,
        method,
        objective=rough_score,
        latency=macs,
        limit_ms=limit,
        maximise=maximise,
        population=50,
        generations=100,
    )
    assert found.architecture == archs[int(worth.argmax())]
    assert found.stopped == "every architecture within the limits seen"


@pytest.mark.parametrize("quantile", [0.3, 0.8])
def test_the_optimum_of_all_cells_under_a_limit(quantile: float) -> None:
    archs = CELLS.enumerate()
    effects = np.random.default_rng(1).normal(size=(36, 36))

    def score(given: lp.Architectures) -> Any:
        coded = np.eye(6)[given.genes].reshape(len(given), 36)
        return (coded @ effects * coded).sum(axis=1)

    size = macs(archs)
    limit = float(np.quantile(size, quantile))
    best = score(archs)[size <= limit].max()
    found = [
        run(
            CELLS,
            objective=score,
            latency=macs,
            limit_ms=limit,
            population=50,
            generations=39,
            mutation_rate=0.5,
            seed=seed,
        )
        for seed in range(3)
    ]
    assert max(one.objective for one in found) == pytest.approx(best, rel=1e-12)
    assert all(one.latency_ms <= limit for one in found)
    assert all(one.evaluations <= 2000 for one in found)


@pytest.mark.parametrize("method", METHODS)
def test_no_network_is_evaluated_twice(method: str) -> None:
    seen = Recorder()
    found = run(CHAIN, method, objective=seen, latency=macs, limit_ms=700)
    rows = np.concatenate(seen.batches)
    assert found.evaluations == 20 * 11 == len(rows) == len(np.unique(rows, axis=0))
    assert (found.front.latency_ms <= 700).all()
    assert found.objective == weighted_genes(CHAIN.architectures(rows)).max()
    assert (np.diff(found.history["best"]) >= 0).all()


@pytest.mark.parametrize("method", METHODS)
def test_the_seed_determines_what_is_found(method: str) -> None:
    a, b, c = (run(CHAIN, method, latency=macs, seed=seed) for seed in (1, 1, 2))
    assert a.front.archs == b.front.archs
    assert a.front.archs != c.front.archs


@pytest.mark.parametrize("method", METHODS)
def test_limits_that_nothing_keeps(method: str) -> None:
    least = macs(CELLS.enumerate()).min()
    with pytest.raises(lp.InfeasibleError) as caught:
        run(CELLS, method, latency=macs, limit_ms=least * 0.99)
    assert caught.value.minimum_ms == least
    assert run(CELLS, method, latency=macs, limit_ms=least).latency_ms == least
    with pytest.raises(lp.InfeasibleError):
        run(CHAIN, method, latency=macs, limit_ms=1.0)


def test_the_wheel_leads_into_limits_that_no_draw_keeps() -> None:
    space = lp.space("ofa-mobilenetv3")
    limit = least_additive() * 1.4
    assert additive(space.sample(20000, seed=0)).min() > limit
    inside = []

    def score(archs: lp.Architectures) -> Any:
        inside.append(len(archs))
        return weighted_genes(archs)

    found = run(space, objective=score, latency=additive, limit_ms=limit, mutation_rate=0.5)
    assert found.latency_ms <= limit
    assert inside[0] > 1  # a lone one would come from a descent


@pytest.mark.parametrize("rate", [2, -0.1, float("nan")])
@pytest.mark.parametrize("name", ["crossover_rate", "mutation_rate"])
def test_rates_out_of_range_are_refused(name: str, rate: float) -> None:
    with pytest.raises(lp.ConfigError, match=name):
        run(CHAIN, **{name: rate})


def test_several_objectives_are_of_other_methods() -> None:
    with pytest.raises(lp.ConfigError, match="genetic"):
        lp.search(CHAIN, objectives={"macs": "macs"}, maximise=[], method="genetic")


def test_what_was_given_to_start_from_stays_as_it_is() -> None:
    start = CHAIN.sample(20, seed=4, unique=True)
    before = np.array(start.genes)
    found = run(CHAIN, initial=start)
    np.testing.assert_array_equal(start.genes, before)
    assert found.objective >= weighted_genes(start).max()


def test_wheels_and_crossings_beat_chance() -> None:
    for seed in range(3):
        by_method = [
            run(
                CHAIN,
                method,
                objective=rough,
                latency=macs,
                limit_ms=700,
                generations=25,
                mutation_rate=0.3,
                seed=seed,
            ).objective
            for method in METHODS
        ]
        assert by_method[0] > by_method[1]


def rough(archs: lp.Architectures) -> Any:
    genes = archs.genes.astype(float)
    return weighted_genes(archs) + np.cos(genes[:, 5:10]).sum(axis=1) * genes[:, 27]
