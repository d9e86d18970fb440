"""Adjusted p values and simultaneous intervals against SciPy and first principles."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from latpred._core import profiling
from scipy import stats

p_values = st.lists(st.floats(0, 1), min_size=1, max_size=40)


@given(p_values)
def test_benjamini_hochberg_is_scipy_s(p: list[float]) -> None:
    found = profiling.benjamini_hochberg(np.array(p))
    np.testing.assert_allclose(found, stats.false_discovery_control(p), rtol=1e-12)


@given(p_values)
def test_holm_rejects_what_the_step_down_rule_rejects(p: list[float]) -> None:
    adjusted = profiling.holm(np.array(p))
    for level in (0.01, 0.05, 0.3):
        rejected = np.zeros(len(p), dtype=bool)
        for rank, i in enumerate(np.argsort(p, kind="stable")):
            if p[i] * (len(p) - rank) > level:
                break
            rejected[i] = True
        np.testing.assert_array_equal(adjusted <= level, rejected)


def test_missing_p_values_stay_missing_and_count_for_nothing() -> None:
    p = np.array([0.01, np.nan, 0.04])
    np.testing.assert_allclose(profiling.holm(p), [0.02, np.nan, 0.04])
    np.testing.assert_allclose(profiling.benjamini_hochberg(p), [0.02, np.nan, 0.04])


@given(st.floats(0, 60), st.floats(0.5, 1e5))
def test_student_tail_is_scipy_s(t: float, degrees: float) -> None:
    expected = 2 * stats.t.sf(t, degrees)
    assert profiling.student_tail(-t, degrees) == pytest.approx(expected, rel=1e-8, abs=1e-300)


@given(st.floats(-12, -1e-9), st.floats(1, 1e5))
def test_student_bound_is_scipy_s(exponent: float, degrees: float) -> None:
    tail = 10.0**exponent
    expected = stats.t.isf(tail / 2, degrees)
    assert profiling.student_bound(tail, degrees) == pytest.approx(expected, rel=1e-8, abs=1e-8)


@given(st.floats(1e-300, 1 - 1e-12))
def test_normal_quantile_is_scipy_s(p: float) -> None:
    assert profiling.normal_quantile(p) == pytest.approx(stats.norm.ppf(p), rel=1e-9, abs=1e-12)


def test_level_of_independent_equal_and_opposite_estimates() -> None:
    independent = profiling.simultaneous_level(np.diag([1.0, 4.0, 9.0, 0.5]), 0.95, 3)
    assert independent == pytest.approx(1 - 0.95**0.25, rel=0.05)  # Sidak, exact
    equal = profiling.simultaneous_level(np.ones((3, 3)), 0.95, 3)
    assert equal == pytest.approx(0.05, rel=0.03)
    opposite = profiling.simultaneous_level(np.array([[1.0, -1.0], [-1.0, 1.0]]), 0.95, 3)
    assert opposite == pytest.approx(0.05, rel=0.03)


def test_level_agrees_with_the_normal_integral() -> None:
    correlation = np.full((3, 3), 0.6) + 0.4 * np.eye(3)
    level = profiling.simultaneous_level(correlation, 0.9, 0)
    bound = stats.norm.isf(level / 2)
    inside = stats.multivariate_normal(cov=correlation).cdf(
        np.full(3, bound), lower_limit=np.full(3, -bound)
    )
    assert inside == pytest.approx(0.9, abs=0.006)


def test_level_ignores_what_does_not_vary_and_repeats_itself() -> None:
    covariance = np.diag([1.0, 0.0, 2.0])
    level = profiling.simultaneous_level(covariance, 0.95, 7)
    assert level == profiling.simultaneous_level(covariance, 0.95, 7)
    assert level == profiling.simultaneous_level(np.diag([1.0, 2.0]), 0.95, 7)
    assert profiling.simultaneous_level(np.diag([1.0, 0.0]), 0.95, 7) == pytest.approx(0.05)
