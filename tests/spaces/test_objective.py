"""The objective: Python callables behind the interface of predictors."""

from __future__ import annotations

import latpred as lp
import numpy as np
import pandas as pd
import pytest
from latpred._core.spaces import as_objective


@pytest.fixture
def archs():
    return lp.space("compofa-fixed").sample(12, seed=0)


def test_a_callable_is_an_objective(archs):
    objective = as_objective(lambda a: a.genes.sum(axis=1))
    values = objective.evaluate(archs)
    assert values.dtype == np.float64
    np.testing.assert_array_equal(values, archs.genes.sum(axis=1))
    assert as_objective(objective) is objective


def test_an_object_with_a_native_objective_is_one(archs):
    class Model:
        _native = as_objective(lambda a: np.arange(len(a)))

    np.testing.assert_array_equal(as_objective(Model()).evaluate(archs), np.arange(12))


def test_exceptions_of_the_callable_pass_through(archs):
    def broken(_):
        raise ZeroDivisionError("my own")

    with pytest.raises(ZeroDivisionError, match="my own"):
        as_objective(broken).evaluate(archs)


@pytest.mark.parametrize(
    ("returned", "words"),
    [
        (np.zeros(3), "3 values"),
        (np.zeros((12, 1)), "2 dimensions"),
        (np.where(np.arange(12) == 5, np.nan, 0.0), "NaN for architecture 5"),
        ("twelve", "texts"),
        (None, "missing"),
        (True, "value 0 is bool True|truth values"),
        ([0.5] * 11 + [True], "value 11 is bool True"),
        (np.ma.masked_array(np.zeros(12), np.arange(12) == 7), "value 7 is missing"),
        (np.zeros(12, bool), "truth values"),
        (np.zeros(12, complex), "complex"),
        (np.zeros(12, "datetime64[s]"), "points in time"),
        (pd.Series([1.0] * 11 + [None], dtype="Float64"), "value 11 is missing"),
    ],
)
def test_wrong_values_raise(archs, returned, words):
    with pytest.raises(lp.DataError, match=words):
        as_objective(lambda _: returned).evaluate(archs)


def test_what_is_no_objective_raises():
    with pytest.raises(lp.ConfigError, match="callable expected"):
        as_objective(3)
