"""Random numbers: known answers, a reference in Python, distributions."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from latpred._core import base
from scipy import stats

words = st.integers(0, 2**32 - 1)


@pytest.mark.parametrize(
    ("counter", "key", "expected"),
    [
        ([0] * 4, [0] * 2, [0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8]),
        ([2**32 - 1] * 4, [2**32 - 1] * 2, [0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD]),
        (
            [0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344],
            [0xA4093822, 0x299F31D0],
            [0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1],
        ),
    ],
)
def test_philox_known_answers(counter: list[int], key: list[int], expected: list[int]) -> None:
    """The vectors of Random123 (Salmon et al. 2011)."""
    assert base.philox4x32(counter, key) == expected


def reference_philox(counter: list[int], key: list[int]) -> list[int]:
    """Philox4x32-10 in Python integers, from the paper's figure."""
    for _ in range(10):
        left, right = counter[0] * 0xD2511F53, counter[2] * 0xCD9E8D57
        counter = [
            (right >> 32) ^ counter[1] ^ key[0],
            right & 0xFFFFFFFF,
            (left >> 32) ^ counter[3] ^ key[1],
            left & 0xFFFFFFFF,
        ]
        key = [(key[0] + 0x9E3779B9) & 0xFFFFFFFF, (key[1] + 0xBB67AE85) & 0xFFFFFFFF]
    return counter


@given(st.lists(words, min_size=4, max_size=4), st.lists(words, min_size=2, max_size=2))
def test_philox_equals_the_reference(counter: list[int], key: list[int]) -> None:
    assert base.philox4x32(counter, key) == reference_philox(counter, key)


@given(st.integers(0, 2**64 - 1), st.integers(0, 2**64 - 1))
def test_stream_counts_offset_and_subsequence(seed: int, subsequence: int) -> None:
    rng = base.Rng(seed, subsequence)
    drawn = [rng.next_u32() for _ in range(8)]
    low, high = subsequence & 0xFFFFFFFF, subsequence >> 32
    key = [seed & 0xFFFFFFFF, seed >> 32]
    assert drawn[:4] == reference_philox([0, 0, low, high], key)
    assert drawn[4:] == reference_philox([1, 0, low, high], key)


def test_streams_of_other_purposes_and_entities_differ() -> None:
    first = {
        base.Rng.of(seed, purpose, entity).next_u64()
        for seed in (0, 1)
        for purpose in ("sample", "mutate")
        for entity in (0, 1)
    }
    assert len(first) == 8


def test_uniform_normal_and_bounded_numbers_have_their_distributions() -> None:
    rng = base.Rng(7)
    uniform = [rng.uniform() for _ in range(5000)]
    normal = [rng.normal() for _ in range(5000)]
    below = np.bincount([rng.below(7) for _ in range(7000)], minlength=7)
    assert stats.kstest(uniform, "uniform").pvalue > 1e-3
    assert stats.kstest(normal, "norm").pvalue > 1e-3
    assert stats.chisquare(below).pvalue > 1e-3
    assert 0 <= min(uniform) < max(uniform) < 1


@given(st.integers(0, 2**32), st.integers(1, 60))
def test_permutations_are_permutations(seed: int, count: int) -> None:
    assert sorted(base.Rng(seed).permutation(count)) == list(range(count))


def test_all_orders_of_three_are_equally_likely() -> None:
    rng = base.Rng(3)
    orders = [tuple(rng.permutation(3)) for _ in range(6000)]
    counts = [orders.count(order) for order in sorted(set(orders))]
    assert len(counts) == 6
    assert stats.chisquare(counts).pvalue > 1e-3
