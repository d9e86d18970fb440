"""Statistics, hashes and parallel loops."""

from __future__ import annotations

import math
import threading
import time

import latpred as lp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from latpred._core import base
from scipy import stats

samples = st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=50)


@given(samples, st.floats(0, 1))
def test_quantiles_equal_numpy(values: list[float], q: float) -> None:
    assert base.quantile(values, q) == pytest.approx(np.quantile(values, q), abs=1e-6)
    assert base.median(values) == pytest.approx(np.median(values), abs=1e-6)


@given(samples)
def test_deviation_equals_scipy(values: list[float]) -> None:
    expected = stats.median_abs_deviation(values)
    assert base.median_absolute_deviation(values) == pytest.approx(expected, abs=1e-6)


@given(st.lists(st.integers(0, 5).map(float), max_size=40))
def test_ranks_equal_scipy(values: list[float]) -> None:
    assert base.average_ranks(values).tolist() == stats.rankdata(values).tolist()


@given(st.lists(st.floats(allow_infinity=False), min_size=1, max_size=30), st.floats(0, 1))
def test_one_nan_makes_the_answer_nan_wherever_it_stands(values: list[float], q: float) -> None:
    for place in range(0, len(values) + 1, 7):
        sample = [*values[:place], math.nan, *values[place:]]
        assert math.isnan(base.median(sample))
        assert math.isnan(base.quantile(sample, q))
        assert math.isnan(base.median_absolute_deviation(sample))
        assert np.isnan(base.average_ranks(sample)).all()


def test_infinite_values_have_quantiles() -> None:
    assert base.median([-math.inf, -math.inf]) == -math.inf
    assert base.quantile([1.0, math.inf, math.inf, math.inf], 0.5) == math.inf


@given(samples)
def test_robust_scales_follow_from_medians(values: list[float]) -> None:
    assert base.robust_deviation(values) == 1.4826 * base.median_absolute_deviation(values)
    assert base.robust_scale(values) == 1.4826 * base.median(np.abs(values))


@given(samples, st.floats(0.1, 3), st.floats(0, 10))
def test_huber_weights_equal_the_formula(
    residuals: list[float], corner: float, least: float
) -> None:
    bound = corner * max(1.4826 * np.median(np.abs(residuals)), least)
    sizes = np.abs(residuals)
    outside = sizes > bound
    expected = np.where(outside, bound / np.where(outside, sizes, 1), 1)
    assert base.huber_weights(residuals, corner, least) == pytest.approx(expected, rel=1e-12)
    assert np.all(base.huber_weights(residuals, 0.0, least) == 1)


def test_an_empty_sample_has_no_quantile() -> None:
    with pytest.raises(lp.DataError, match="empty sample"):
        base.median([])
    with pytest.raises(lp.ConfigError, match=r"q must lie in \[0, 1\]"):
        base.quantile([1.0], 1.5)


def reference_hash(data: bytes) -> int:
    """FNV-1a finished as SplitMix64, in Python integers."""
    mask = 2**64 - 1
    state = 0xCBF29CE484222325
    for byte in data:
        state = ((state ^ byte) * 0x100000001B3) & mask
    z = (state + 0x9E3779B97F4A7C15) & mask
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & mask
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & mask
    return z ^ (z >> 31)


@given(st.binary(max_size=100))
def test_hashes_equal_the_reference(data: bytes) -> None:
    assert base.hash64(data) == reference_hash(data)


@pytest.mark.parametrize("threads", [1, 2, 4])
@given(count=st.integers(0, 60), grain=st.integers(1, 20))
def test_every_item_is_visited_once(threads: int, count: int, grain: int) -> None:
    chunks: list[tuple[int, int]] = []
    base.parallel_for(count, grain, threads, lambda begin, end: chunks.append((begin, end)))
    assert sorted(chunks) == [(i, min(i + grain, count)) for i in range(0, count, grain)]


@pytest.mark.parametrize("threads", [1, 3])
def test_the_first_error_stops_the_loop_and_is_raised(threads: int) -> None:
    visited: list[int] = []

    def body(begin: int, end: int) -> None:
        visited.append(end)
        if begin == 5:
            raise ValueError("item 5")
        if begin > 5:  # the others take minutes, the thread of the error never that long to tell
            time.sleep(0.005)

    with pytest.raises(ValueError, match="item 5"):
        base.parallel_for(10**5, 1, threads, body)
    assert len(visited) < 10**5


def test_other_threads_take_part() -> None:
    """Two chunks that wait for each other end only where two threads work."""
    barrier = threading.Barrier(2, timeout=600)
    base.parallel_for(2, 1, 2, lambda *_: barrier.wait())
    assert not barrier.broken
