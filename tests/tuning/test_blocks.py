"""Blocks of trials that a learning sampler draws together."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from latpred import ConfigError
from latpred._core import tuning as core


@given(st.integers(0, 2**63), st.integers(0, 500), st.integers(1, 40), st.integers(1, 500))
def test_a_block_ends_at_a_multiple_of_its_size(
    seed: int, begin: int, size: int, more: int
) -> None:
    trials = begin + more
    count, drawn = core.trial_block(seed, begin, size, trials)
    assert begin + count == min((begin // size + 1) * size, trials)
    assert drawn == core.trial_seed(seed, begin) % 2**32


@pytest.mark.parametrize(("begin", "size", "trials"), [(0, 0, 5), (5, 1, 5), (0, 1, 0)])
def test_no_such_block(begin: int, size: int, trials: int) -> None:
    with pytest.raises(ConfigError, match="at least 1"):
        core.trial_block(1, begin, size, trials)
