"""Margins, changes and running times against NumPy."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from latpred import DataError
from latpred._core import metrics as core

POSITIVE = st.floats(1e-3, 1e3)


@given(st.lists(st.tuples(POSITIVE, POSITIVE), min_size=1, max_size=30), st.floats(0, 1))
def test_the_margin_is_a_quantile_of_the_excess(pairs: list[tuple[float, float]], q: float) -> None:
    measured, predicted = np.array(pairs).T
    expected = max(0.0, float(np.quantile(measured / predicted - 1, q)))
    assert core.safety_margin(measured, predicted, q) == pytest.approx(expected, abs=1e-9)


@given(st.lists(POSITIVE, min_size=1, max_size=8), st.data())
def test_changes(values: list[float], data: st.DataObject) -> None:
    number = st.none() | st.integers(0, len(values) - 1)
    of = data.draw(st.lists(number, min_size=len(values), max_size=len(values)))
    found = core.percent_changes(values, of)
    for value, reference, change in zip(values, of, found, strict=True):
        if reference is None:
            assert change is None
        else:
            expected = 100 * (value - values[reference]) / values[reference]
            assert change == pytest.approx(expected, rel=1e-9, abs=1e-9)


@given(st.lists(st.tuples(st.floats(0, 100), POSITIVE), max_size=30))
def test_running_time_is_a_sum_of_products(pairs: list[tuple[float, float]]) -> None:
    counts, each = np.array(pairs).reshape(-1, 2).T
    assert core.running_seconds(counts, each) == pytest.approx(float(counts @ each) / 1e3)


def test_what_is_refused() -> None:
    for call in (
        lambda: core.safety_margin([1.0], [1.0, 2.0], 0.5),
        lambda: core.safety_margin([], [], 0.5),
        lambda: core.safety_margin([1.0], [0.0], 0.5),
        lambda: core.safety_margin([float("nan")], [1.0], 0.5),
        lambda: core.percent_changes([1.0], []),
        lambda: core.percent_changes([1.0], [1]),
        lambda: core.running_seconds([1.0], []),
    ):
        with pytest.raises(DataError):
            call()
