"""Lists of values in the place of meters, and choices judged by what is true."""

from __future__ import annotations

import math

import latpred as lp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from latpred._core import guided

SPACE = lp.space("nas-bench-201")
ARCHS = SPACE.sample(30, seed=0, unique=True)
VALUES = np.random.default_rng(0).uniform(1, 2, 30)


@given(st.lists(st.integers(0, 29), min_size=1, max_size=60))
def test_networks_are_looked_up_and_repeated_ones_have_their_median(rows: list[int]) -> None:
    noise = np.random.default_rng(len(rows)).uniform(0, 1, len(rows))
    values = VALUES[rows] + noise
    listed = guided.listed_values(ARCHS[np.array(rows)], values)
    for row in set(rows):
        known = values[[i for i, other in enumerate(rows) if other == row]]
        assert listed.evaluate(ARCHS[row : row + 1])[0] == np.median(known)


def test_networks_that_are_not_listed() -> None:
    listed = guided.listed_values(ARCHS[:10], VALUES[:10])
    with pytest.raises(lp.DataError, match="architecture 1 of 2"):
        listed.evaluate(ARCHS[9:11])
    with pytest.raises(lp.SchemaError):
        listed.evaluate(lp.space("fbnet").sample(1, seed=0))
    with pytest.raises(lp.DataError, match="9 values"):
        guided.listed_values(ARCHS[:10], VALUES[:9])


@given(st.integers(0, 29), st.floats(0.5, 2.5))
def test_choices_are_judged(row: int, limit: float) -> None:
    worth = np.random.default_rng(1).permutation(30).astype(float)
    found = guided.judge_choice(ARCHS[row : row + 1], ARCHS, worth, VALUES, limit)
    held = limit >= VALUES
    assert (found.accuracy, found.latency) == (worth[row], VALUES[row])
    assert found.oracle == worth[held].max() if held.any() else math.isnan(found.oracle)
    if held[row]:
        assert found.held_percent == 100
        assert found.regret == worth[held].max() - worth[row]
        assert math.isnan(found.excess_percent)
    else:
        assert found.held_percent == 0
        assert math.isnan(found.regret)
        assert found.excess_percent == pytest.approx(100 * (VALUES[row] / limit - 1))


def test_choices_that_are_none() -> None:
    for choice in (ARCHS[:2], SPACE.sample(200, seed=5, unique=True)[-1:]):
        with pytest.raises(lp.DataError):
            guided.judge_choice(choice, ARCHS[:9], VALUES[:9], VALUES[:9], 1.0)
