"""Metrics against SciPy and scikit-learn."""

from __future__ import annotations

import math
import warnings
from typing import Any

import latpred as lp
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats
from sklearn import metrics as oracle

# Few different values make many ties; wide ones test the numerics.
tied = st.integers(1, 6).map(float)
wide = st.floats(0.5, 1e6)
pairs = st.sampled_from([tied, wide]).flatmap(
    lambda values: st.lists(st.tuples(values, values), min_size=2, max_size=60)
)


@given(pairs)
def test_errors_equal_scikit_learn(rows: list[tuple[float, float]]) -> None:
    true, predicted = np.array(rows).T
    result = lp.evaluate(true, predicted)
    assert result.mae_ms == pytest.approx(oracle.mean_absolute_error(true, predicted))
    assert result.rmse_ms == pytest.approx(oracle.root_mean_squared_error(true, predicted))
    expected = 100 * oracle.mean_absolute_percentage_error(true, predicted)
    assert result.mape_percent == pytest.approx(expected)


@given(pairs)
def test_correlations_equal_scipy_with_ties(rows: list[tuple[float, float]]) -> None:
    true, predicted = np.array(rows).T
    assume(np.ptp(true) > 0)
    assume(np.ptp(predicted) > 0)
    result = lp.evaluate(true, predicted)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # SciPy on nearly constant input
        assert result.spearman == pytest.approx(stats.spearmanr(true, predicted)[0], abs=1e-12)
        assert result.kendall == pytest.approx(stats.kendalltau(true, predicted)[0], abs=1e-12)
        assert result.pearson == pytest.approx(stats.pearsonr(true, predicted)[0], abs=1e-9)


@given(st.sampled_from([tied, wide]).flatmap(lambda v: st.lists(v, min_size=2, max_size=80)))
def test_a_sample_agrees_with_itself_exactly(values: list[float]) -> None:
    true = np.array(values)
    assume(np.ptp(true) > 0)
    for other, exact in ((true, 1.0), (-true, -1.0), (4 * true, 1.0)):
        result = lp.evaluate(true, other)
        assert (result.spearman, result.kendall, result.pearson) == (exact, exact, exact)
    cubes = lp.evaluate(true, true**3)
    assert (cubes.spearman, cubes.kendall) == (1.0, 1.0)


def test_all_but_the_same_order_is_less_than_one() -> None:
    true = np.arange(3000.0)
    swapped = true.copy()
    swapped[[0, 1]] = swapped[[1, 0]]
    result = lp.evaluate(true, swapped)
    assert result.kendall == pytest.approx(1 - 4 / (3000 * 2999), rel=1e-15)
    assert result.spearman == pytest.approx(1 - 6 * 2 / (3000 * (3000**2 - 1)), rel=1e-15)
    assert max(result.kendall, result.spearman) < 1


def test_correlations_of_many_values_equal_scipy() -> None:
    rng = np.random.default_rng(0)
    true = rng.normal(20, 3, 3000).round(1)
    predicted = (true + rng.normal(0, 2, 3000)).round(1)
    result = lp.evaluate(true, predicted)
    assert result["spearman"] == pytest.approx(stats.spearmanr(true, predicted)[0], abs=1e-12)
    assert result["kendall"] == pytest.approx(stats.kendalltau(true, predicted)[0], abs=1e-12)


def test_shares_run_to_one_hundred_and_include_their_bound() -> None:
    result = lp.evaluate([100.0, 100.0, 100.0, 100.0], [95.0, 106.0, 110.0, 111.0])
    assert (result.within_5_percent, result.within_10_percent) == (25.0, 75.0)


def test_result_is_a_mapping() -> None:
    result = lp.evaluate([1.0, 2.0], [1.5, 2.0])
    assert dict(result)["mae_ms"] == result.mae_ms == 0.25
    assert list(result)[:2] == ["mae_ms", "rmse_ms"]
    assert len(result) == 8
    with pytest.raises(KeyError, match="mae_ms"):
        result["mae"]
    assert "<td>0.25</td>" in result._repr_html_()


@pytest.mark.parametrize(("true", "predicted"), [([3.0], [4.0]), ([2.0, 2.0], [1.0, 3.0])])
def test_undefined_correlations_are_nan(true: list[float], predicted: list[float]) -> None:
    result = lp.evaluate(true, predicted)
    assert all(math.isnan(result[name]) for name in ("spearman", "kendall", "pearson"))
    assert result.mae_ms == 1.0


def test_relative_errors_of_zero_are_nan() -> None:
    result = lp.evaluate([0.0, 1.0], [1.0, 1.0])
    assert math.isnan(result.mape_percent)
    assert math.isnan(result.within_5_percent)
    assert result.mae_ms == 0.5


@pytest.mark.parametrize(
    ("true", "predicted", "expected"),
    [
        ([], [], "at least one value"),
        ([1.0, 2.0], [1.0], "2 true values but 1 predicted"),
        ([1.0, math.nan], [1.0, 2.0], "true values must be finite; row 1: nan"),
        ([1.0, 2.0], [math.inf, 2.0], "predicted values must be finite; row 0: inf"),
        ([[1.0]], [[1.0]], "vectors expected"),
    ],
)
def test_unusable_values_are_named(true: Any, predicted: Any, expected: str) -> None:
    with pytest.raises(lp.DataError, match=expected):
        lp.evaluate(true, predicted)
