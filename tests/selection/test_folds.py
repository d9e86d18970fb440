"""The one scheme of folds: by architecture, whatever the order of the rows."""

from __future__ import annotations

import latpred as lp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from latpred import _core

SPACE = lp.space("ofa-mobilenetv3")
POOL = SPACE.sample(60, seed=0, unique=True)


@given(
    st.lists(st.integers(0, 59), min_size=2, max_size=80),
    st.integers(2, 12),
    st.integers(0, 2**40),
    st.randoms(use_true_random=False),
)
def test_folds_partition_the_rows_by_network(numbers, count, seed, random) -> None:  # type: ignore[no-untyped-def]
    archs = POOL[np.array(numbers)]
    hashes = np.asarray(archs.hashes)
    if count > len(numbers):
        with pytest.raises(lp.ConfigError, match="folds"):
            _core.selection.folds(archs, count, seed)
        return
    if len(set(numbers)) == 1:
        with pytest.raises(lp.DataError, match="one network"):
            _core.selection.folds(archs, count, seed)
        return
    folds = _core.selection.folds(archs, count, seed)
    assert sorted(np.concatenate([held for _, held in folds])) == list(range(len(numbers)))
    for train, held in folds:
        assert sorted([*train, *held]) == list(range(len(numbers)))
        assert not set(hashes[train]) & set(hashes[held])
    order = list(range(len(numbers)))
    random.shuffle(order)
    again = _core.selection.folds(archs[np.array(order)], count, seed)
    place = np.array(order)
    assert [set(place[held]) for _, held in again] == [set(held) for _, held in folds]


def test_folds_are_of_equal_size_and_of_the_seed() -> None:
    sizes = [len(held) for _, held in _core.selection.folds(POOL, 7, 3)]
    assert max(sizes) - min(sizes) <= 1
    first, again, other = (_core.selection.folds(POOL, 5, seed) for seed in (1, 1, 2))
    assert all((a[1] == b[1]).all() for a, b in zip(first, again, strict=True))
    assert any(set(a[1]) != set(b[1]) for a, b in zip(first, other, strict=True))
