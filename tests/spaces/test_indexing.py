"""Rows of a batch are chosen as NumPy chooses those of its first axis."""

from __future__ import annotations

from typing import Any

import latpred as lp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

ARCHS = lp.space("ofa-mobilenetv3").sample(23, seed=0)


@given(st.slices(len(ARCHS)))
def test_slices_of_any_step(index: slice) -> None:
    np.testing.assert_array_equal(ARCHS[index].genes, ARCHS.genes[index])


ROWS = np.arange(46).reshape(2, 23) % 23


@pytest.mark.parametrize(
    "index",
    [
        ROWS[0, ::2],
        ROWS.T[:, 0],
        ROWS[1, ::-3].astype(np.int16),
        np.arange(23) % 3 == 0,
        (np.arange(46) % 3 == 0)[::2],
        [3, 3, -1],
        np.array([], dtype=int),
    ],
)
def test_arrays_that_are_not_contiguous(index: Any) -> None:
    np.testing.assert_array_equal(ARCHS[index].genes, ARCHS.genes[index])


def test_one_row_is_a_batch() -> None:
    np.testing.assert_array_equal(ARCHS[-2].genes, ARCHS.genes[[-2]])
    with pytest.raises(IndexError):
        ARCHS[23]


@pytest.mark.parametrize("index", [True, False, None, np.True_, [[0, 1], [2, 3]]])
def test_more_axes_than_one_are_refused(index: Any) -> None:
    with pytest.raises(IndexError, match="list of integers expected"):
        ARCHS[index]


def test_architectures_are_no_numbers() -> None:
    with pytest.raises(lp.ConfigError, match=r"archs\.genes"):
        np.asarray(ARCHS)
    with pytest.raises(lp.ConfigError, match="no numbers"):
        np.mean(ARCHS)
