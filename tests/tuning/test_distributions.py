"""Distributions, grids, and values that follow from (seed, number) alone."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from latpred._core import tuning as core
from latpred.errors import ConfigError
from latpred.tuning import Choice, Fixed, Float, Integer
from latpred.tuning.parameters import Parameters
from scipy import stats

seeds = st.integers(0, 2**63 - 1)
numbers = st.integers(0, 10**6)


@st.composite
def distributions(draw: st.DrawFn) -> Float | Integer | Choice | Fixed:
    kind = draw(st.sampled_from(["float", "integer", "choice", "fixed"]))
    if kind == "choice":
        return Choice(draw(st.lists(st.integers() | st.text(), min_size=1, max_size=5)))
    if kind == "fixed":
        return Fixed(draw(st.none() | st.booleans() | st.text()))
    log = draw(st.booleans())
    if kind == "float":
        low = draw(st.floats(1e-6 if log else -1e6, 1e6))
        return Float(low, draw(st.floats(low, 1e7)), log)
    low = draw(st.integers(1 if log else -(10**6), 10**6))
    return Integer(low, draw(st.integers(low, low + 10**6)), log)


spaces = st.dictionaries(st.text(min_size=1), distributions(), min_size=1, max_size=4)


def drawn(space: Parameters, seed: int, trial: int) -> list[float]:
    return core.random_configuration(space.native, seed, trial)


@given(spaces, seeds, numbers)
def test_draws_lie_inside_and_round_trip(given_space: dict, seed: int, trial: int) -> None:
    space = Parameters(given_space)
    numbers = drawn(space, seed, trial)
    assert all(p.contains(n) for p, n in zip(space.native, numbers, strict=True))
    values = space.values(numbers)
    again = space.values(space.configuration(values))
    assert again == values
    for name, d in space.distributions.items():
        if isinstance(d, Integer):
            assert isinstance(values[name], int)


@given(seeds, numbers)
def test_a_value_does_not_depend_on_other_parameters(seed: int, trial: int) -> None:
    alone = Parameters({"x": Float(0, 1)})
    among = Parameters({"a": Integer(0, 9), "x": Float(0, 1), "z": [1, 2]})
    assert drawn(alone, seed, trial)[0] == drawn(among, seed, trial)[1]


@pytest.mark.parametrize(
    ("distribution", "cdf"),
    [
        (Float(-2, 5), stats.uniform(-2, 7).cdf),
        (Float(1e-5, 1e-1, log=True), stats.loguniform(1e-5, 1e-1).cdf),
    ],
)
def test_real_draws_have_their_distribution(distribution: Float, cdf: object) -> None:
    space = Parameters({"v": distribution})
    values = [drawn(space, 7, trial)[0] for trial in range(4000)]
    assert stats.kstest(values, cdf).pvalue > 1e-3


@pytest.mark.parametrize(
    ("distribution", "weights"),
    [
        (Integer(3, 8), np.ones(6)),
        (Integer(1, 6, log=True), np.diff(np.log(np.arange(0.5, 7)))),
        (Choice(["a", "b", "c"]), np.ones(3)),
    ],
)
def test_whole_draws_have_their_distribution(distribution: Integer, weights: np.ndarray) -> None:
    space = Parameters({"v": distribution})
    found = [drawn(space, 3, trial)[0] for trial in range(6000)]
    counts = np.unique(found, return_counts=True)[1]
    assert stats.chisquare(counts, 6000 * weights / weights.sum()).pvalue > 1e-3


@given(spaces, seeds, st.integers(1, 4))
def test_grid_holds_each_combination_once(given_space: dict, seed: int, points: int) -> None:
    space = Parameters(given_space)
    grid = core.Grid(space.native, points, seed)
    found = {tuple(grid.configuration(i)) for i in range(len(grid))}
    axes = [p.grid(points) for p in space.native]
    assert len(found) == len(grid) == math.prod(map(len, axes))
    assert all(
        set(column) == set(a) for column, a in zip(zip(*found, strict=True), axes, strict=True)
    )


def test_grid_values() -> None:
    native = Parameters({"r": Float(1e-4, 1e-2, log=True), "i": Integer(1, 100), "c": "abc"}).native
    assert native[0].grid(3) == pytest.approx([1e-4, 1e-3, 1e-2])
    assert native[1].grid(3) == [1, 51, 100]
    assert native[2].grid(3) == [0]
    order = [core.Grid(native[:2], 3, seed).configuration(0) for seed in range(8)]
    assert len(set(map(tuple, order))) > 1


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ({}, "no hyper-parameters"),
        ({"x": Float(2, 1)}, "hyper-parameter x: bad bounds"),
        ({"x": Float(0, 1, log=True)}, "low > 0"),
        ({"x": Float(0, math.inf)}, "finite"),
        ({"x": Integer(0, 2**40)}, "too wide"),
        ({"x": []}, "no choices"),
        ({"x": [object()]}, "JSON"),
    ],
)
def test_bad_parameters(bad: dict, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        Parameters(bad)


def test_too_large_grid() -> None:
    space = Parameters({f"p{i}": Float(0, 1) for i in range(8)})
    with pytest.raises(ConfigError, match="more than 1000000 points"):
        core.Grid(space.native, 10, 0)


def test_values_outside_are_refused() -> None:
    space = Parameters({"x": Float(0, 1), "c": ["a"]})
    with pytest.raises(ConfigError, match="hyper-parameter x: 2"):
        space.configuration({"x": 2, "c": "a"})
