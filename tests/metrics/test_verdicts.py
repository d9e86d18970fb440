"""Verdicts by interval against their definition."""

from __future__ import annotations

import math

import latpred as lp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from latpred._core import metrics as core

REAL = st.floats(0.1, 100)
ROWS = st.lists(st.tuples(REAL, REAL, REAL), min_size=1, max_size=20)


@given(ROWS, REAL)
def test_the_words_follow_the_interval(
    rows: list[tuple[float, float, float]], limit: float
) -> None:
    low, value, high = np.array([sorted(row) for row in rows]).T
    for i, word in enumerate(lp.metrics.limit_verdicts(limit, value, low, high)):
        expected = "under" if high[i] <= limit else "over" if low[i] > limit else None
        assert word == (expected or "not distinguishable")


def test_a_limit_for_each_row() -> None:
    found = lp.metrics.limit_verdicts([1.0, 3.0], [2.0, 2.0], [1.9, 1.9], [2.1, 2.1])
    assert found == ["over", "under"]


def test_what_is_not_known_is_said() -> None:
    nan = math.nan
    assert lp.metrics.limit_verdicts(5, [1.0, nan, 1.0], [nan, nan, 0.5], [2.0, nan, nan]) == [
        "no interval",
        "not measured",
        "no interval",
    ]
    assert lp.metrics.limit_verdicts(5, [1.0, 9.0]) == ["no interval"] * 2
    assert lp.metrics.limit_verdicts(5, [1.0], [0.0], [math.inf]) == ["not distinguishable"]
    assert lp.metrics.limit_verdicts(math.inf, [1.0], [0.0], [math.inf]) == ["under"]
    assert lp.metrics.limit_verdicts(5, []) == []


@pytest.mark.parametrize(
    ("given_values", "said"),
    [
        ((5.0, [1.0], [0.9, 0.8], [1.1]), "2 values beside 1"),
        (([5.0, 6.0], [1.0], [0.9], [1.1]), "2 values beside 1"),
        ((math.nan, [1.0], [0.9], [1.1]), "limit 0 is not a number"),
        ((5.0, [1.0], [1.1], [0.9]), "runs from 1.1 to 0.9"),
        (("fast", [1.0], [1.1], [0.9]), "limit_ms must be numbers"),
    ],
)
def test_refused(given_values: tuple[object, ...], said: str) -> None:
    with pytest.raises(lp.DataError, match=said):
        lp.metrics.limit_verdicts(*given_values)  # type: ignore[arg-type]


def test_changes() -> None:
    reference = np.array([[1.0, 2.0]] * 4).T
    low, high = np.array([[2.1, 3.0], [0.5, 0.9], [1.5, 2.5], [math.nan, 3.0]]).T
    assert core.change_verdicts(*reference, low, high) == [
        "larger",
        "smaller",
        "not distinguishable",
        "no interval",
    ]
