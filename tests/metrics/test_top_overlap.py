"""Overlap of the networks that predictions and measurements put first."""

from __future__ import annotations

import latpred as lp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

VALUES = st.lists(st.tuples(st.integers(-9, 9), st.integers(-9, 9)), min_size=1, max_size=30)


@given(pairs=VALUES, share=st.floats(0.01, 1), largest=st.booleans())
def test_against_numpy(pairs: list[tuple[int, int]], share: float, largest: bool) -> None:
    truth, predicted = np.array(pairs, float).T
    count = max(1, round(share * len(pairs)))
    sign = -1 if largest else 1
    firsts = [set(np.argsort(sign * v, kind="stable")[:count]) for v in (truth, predicted)]
    expected = len(firsts[0] & firsts[1]) / count
    found = lp.metrics.top_overlap(truth, predicted, count, largest=largest)
    assert found == expected
    assert found == lp.metrics.top_overlap(predicted, truth, count, largest=largest)
    assert lp.metrics.top_overlap(-truth, -predicted, count, largest=not largest) == expected


def test_what_is_refused() -> None:
    for truth, predicted, count in [
        ([1.0, 2.0], [1.0], 1),
        ([], [], 1),
        ([1.0, np.nan], [1.0, 2.0], 1),
        ([1.0, 2.0], [1.0, 2.0], 0),
        ([1.0, 2.0], [1.0, 2.0], 3),
    ]:
        with pytest.raises(lp.DataError, match="top_overlap"):
            lp.metrics.top_overlap(truth, predicted, count)
