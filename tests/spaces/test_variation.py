"""Mutation and crossover: children valid, canonical, determined by (seed, row)."""

from __future__ import annotations

import latpred as lp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

NAMES = ["ofa-mobilenetv3", "compofa-fixed", "compofa-elastic"]
DEPTHS, RESOLUTION = slice(40, 45), 45


def assert_inside(space, archs):
    """Every row passes the space's own validation and is its own canonical form."""
    again = space.architectures(archs.genes)
    np.testing.assert_array_equal(again.genes, archs.genes)


@settings(max_examples=40, deadline=None)
@given(
    name=st.sampled_from(NAMES),
    seed=st.integers(0, 2**63 - 1),
    rate=st.sampled_from([0, 0.1, 1]),
)
def test_mutants_stay_in_the_space(name, seed, rate):
    space = lp.space(name)
    assert_inside(space, space.mutate(space.sample(30, seed=seed), seed=seed, rate=rate))


@settings(max_examples=40, deadline=None)
@given(name=st.sampled_from(NAMES), seed=st.integers(0, 2**63 - 1))
def test_crossings_stay_in_the_space(name, seed):
    space = lp.space(name)
    a, b = space.sample(30, seed=seed), space.sample(30, seed=seed // 2 + 1)
    assert_inside(space, space.crossover(a, b, seed=seed))


def test_rate_zero_changes_nothing():
    space = lp.space("ofa-mobilenetv3")
    parents = space.sample(50, seed=1)
    assert space.mutate(parents, seed=2, rate=0) == parents


def test_rate_one_draws_like_the_sampler():
    space = lp.space("ofa-mobilenetv3")
    parents = space.architectures(np.zeros((6000, 46), dtype=np.int64))
    genes = space.mutate(parents, seed=3, rate=1.0).genes
    for column in (0, 20, 40, 44):
        shares = np.bincount(genes[:, column], minlength=3) / len(genes)
        np.testing.assert_allclose(shares, 1 / 3, atol=0.03)
    np.testing.assert_allclose(np.bincount(genes[:, RESOLUTION]) / len(genes), 0.2, atol=0.03)


def test_mutation_rate_is_the_share_of_redrawn_genes():
    space = lp.space("ofa-mobilenetv3")
    parents = space.architectures(np.zeros((20000, 46), dtype=np.int64))
    genes = space.mutate(parents, seed=4, rate=0.1).genes
    # A redrawn depth is another one in 2 of 3 cases, a resolution in 4 of 5.
    np.testing.assert_allclose((genes[:, DEPTHS] != 0).mean(), 0.1 * 2 / 3, atol=0.005)
    np.testing.assert_allclose((genes[:, RESOLUTION] != 0).mean(), 0.1 * 4 / 5, atol=0.008)
    # ks and e of a block are redrawn together: both keep their value or both were drawn.
    np.testing.assert_allclose((genes[:, 0] != 0).mean(), 0.1 * 2 / 3, atol=0.008)
    both = ((genes[:, 0] != 0) & (genes[:, 20] != 0)).mean()
    np.testing.assert_allclose(both, 0.1 * 4 / 9, atol=0.006)


def test_deepening_draws_the_new_slots():
    space = lp.space("ofa-mobilenetv3")
    parents = space.architectures(np.zeros((20000, 46), dtype=np.int64))
    genes = space.mutate(parents, seed=5, rate=0.2).genes
    deepened = genes[genes[:, 40] == 2]
    shares = np.bincount(deepened[:, 3], minlength=3) / len(deepened)
    np.testing.assert_allclose(shares, 1 / 3, atol=0.06)


@pytest.mark.parametrize("name", NAMES)
def test_crossing_takes_every_gene_from_a_parent_that_uses_it(name):
    space = lp.space(name)
    a, b = space.sample(500, seed=6), space.sample(500, seed=7)
    child, first, second = space.crossover(a, b, seed=8).genes, a.genes, b.genes
    for row in range(500):
        for stage in range(5):
            for slot in range(4):
                used = [p[row] for p in (first, second) if slot < p[row, 40 + stage] + 2]
                if slot >= child[row, 40 + stage] + 2:
                    continue
                block = 4 * stage + slot
                assert child[row, block] in [p[block] for p in used]
                if name == "ofa-mobilenetv3":
                    assert child[row, 20 + block] in [p[20 + block] for p in used]
                else:
                    assert child[row, 20 + block] == child[row, 40 + stage]
    assert 0.4 < (child[:, RESOLUTION] == first[:, RESOLUTION]).mean() < 0.8


def test_rows_do_not_depend_on_the_batch():
    space = lp.space("ofa-mobilenetv3")
    a, b = space.sample(40, seed=9), space.sample(40, seed=10)
    assert space.mutate(a, seed=11)[:7] == space.mutate(a[:7], seed=11)
    assert space.crossover(a, b, seed=11)[:7] == space.crossover(a[:7], b[:7], seed=11)
    assert space.mutate(a, seed=11) != space.mutate(a, seed=12)


def test_wrong_arguments_raise():
    space = lp.space("ofa-mobilenetv3")
    archs = space.sample(3, seed=0)
    with pytest.raises(lp.ConfigError, match="0 to 1"):
        space.mutate(archs, seed=0, rate=1.5)
    with pytest.raises(lp.ConfigError, match="0 to 1"):
        space.mutate(archs, seed=0, rate=float("nan"))
    with pytest.raises(lp.ConfigError, match="3 and 2"):
        space.crossover(archs, archs[:2], seed=0)
    with pytest.raises(lp.SchemaError):
        space.mutate(lp.space("ofa-mobilenetv3", width=1.2).sample(2, seed=0), seed=0)
    with pytest.raises(lp.ArchitectureError):
        lp.space("compofa-fixed").mutate(archs, seed=0)
