"""Means with intervals and paired tests, against SciPy."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from latpred import _core
from latpred.errors import DataError
from scipy import stats

metrics = _core.metrics


@given(st.lists(st.floats(-1e3, 1e3), min_size=2, max_size=30))
def test_interval_of_a_mean(values: list[float]) -> None:
    mean, deviation, low, high = metrics.mean_interval(values)
    assert mean == pytest.approx(np.mean(values), abs=1e-9)
    assert deviation == pytest.approx(np.std(values, ddof=1), abs=1e-9)
    half = stats.t.ppf(0.975, len(values) - 1) * stats.sem(values)
    assert (high - low) / 2 == pytest.approx(half, rel=2e-3, abs=1e-9)


def test_few_values() -> None:
    assert metrics.mean_interval([3.0])[0] == 3.0
    assert np.isnan(metrics.mean_interval([3.0])[1:]).all()
    assert np.isnan(metrics.mean_interval([])).all()
    assert np.isnan(metrics.mean_interval([1.0, np.nan, 2.0])).all()


@pytest.mark.parametrize("degrees", [1, 2, 3, 4, 5, 8, 30])
def test_quantile_of_student(degrees: int) -> None:
    assert metrics.student_quantile(degrees) == pytest.approx(
        stats.t.ppf(0.975, degrees), rel=1.5e-3
    )


@pytest.mark.parametrize("pairs", [2, 5, 13])
def test_exact_p_value_is_that_of_scipy(pairs: int) -> None:
    rng = np.random.default_rng(pairs)
    a, b = rng.normal(0.3, 1, pairs), rng.normal(0, 1, pairs)
    count, difference, _, _, p = metrics.paired_test(a, b)
    expected = stats.permutation_test(
        (a, b), lambda x, y: np.mean(x - y), permutation_type="samples", n_resamples=1 << 17
    )
    assert count == pairs
    assert difference == pytest.approx(np.mean(a - b))
    assert p == pytest.approx(expected.pvalue, abs=1e-9)


def test_random_flips_of_many_pairs() -> None:
    rng = np.random.default_rng(0)
    a, b = rng.normal(0.25, 1, 60), rng.normal(0, 1, 60)
    p = metrics.paired_test(a, b)[4]
    assert p == pytest.approx(stats.ttest_rel(a, b).pvalue, abs=0.02)
    assert metrics.paired_test(a, b, seed=0)[4] == p
    assert metrics.paired_test(a, a)[4] == 1
    assert metrics.paired_test(a + 9, a)[4] == pytest.approx(1 / 20001)


@pytest.mark.parametrize(
    ("first", "second"), [([], []), ([1.0], [1.0, 2.0]), ([np.nan, 1.0], [1.0, 1.0])]
)
def test_what_cannot_be_paired(first: list[float], second: list[float]) -> None:
    with pytest.raises(DataError, match="paired test"):
        metrics.paired_test(first, second)
