"""Splits: file order, seeded, and free of leaks."""

from __future__ import annotations

from itertools import chain

import latpred as lp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

SPACE = lp.space("compofa-fixed")


def make_table(rows: int, seed: int = 0) -> lp.LatencyTable:
    """Many repeats: the space holds 1,215 networks. Latencies are the row numbers from 1."""
    return lp.LatencyTable(SPACE.sample(rows, seed=seed), np.arange(1, rows + 1))


def rows_of(part: lp.LatencyTable) -> list[int]:
    return [int(value) - 1 for value in part.latency_ms]


def test_file_order_is_the_tutorials() -> None:
    parts = make_table(10000).split("file")
    assert [len(part) for part in parts] == [7000, 1500, 1500]
    assert rows_of(parts[1]) == list(range(7000, 8500))


def test_random_depends_on_the_seed_only() -> None:
    table = make_table(500)
    first, again, other = (table.split("random", seed=seed) for seed in (1, 1, 2))
    assert list(map(rows_of, first)) == list(map(rows_of, again))
    assert list(map(rows_of, first)) != list(map(rows_of, other))
    assert sorted(chain(*map(rows_of, first))) == list(range(500))
    assert rows_of(first[0]) == sorted(rows_of(first[0]))


@given(st.integers(60, 400), st.integers(0, 2**32), st.booleans())
def test_no_network_falls_in_two_parts(rows: int, seed: int, ignore_resolution: bool) -> None:
    table = make_table(rows, seed)
    parts = table.split("architecture", seed=seed, ignore_resolution=ignore_resolution)
    keys = [part.archs.genes[:, :-1] if ignore_resolution else part.archs.genes for part in parts]
    networks = [set(map(bytes, key)) for key in keys]
    for i, one in enumerate(networks):
        for other in networks[i + 1 :]:
            assert not one & other
    assert sorted(chain(*map(rows_of, parts))) == list(range(rows))


def test_architecture_parts_have_about_their_fractions() -> None:
    table = make_table(3000)
    for ignore_resolution in (False, True):
        parts = table.split("architecture", ignore_resolution=ignore_resolution)
        shares = [len(part) / 3000 for part in parts]
        assert shares == pytest.approx([0.7, 0.15, 0.15], abs=0.02)


def test_architecture_split_does_not_depend_on_the_order_of_rows() -> None:
    table = make_table(300)
    order = np.random.default_rng(0).permutation(300)
    plain = table.split("architecture", seed=3)
    shuffled = table[order].split("architecture", seed=3)
    assert [sorted(rows_of(part)) for part in shuffled] == list(map(rows_of, plain))


def test_rest_of_the_fractions_is_left_out() -> None:
    (part,) = make_table(100).split("file", [0.25])
    assert len(part) == 25


@pytest.mark.parametrize("fractions", [[], [0.5, 0.6], [0.0, 1.0], [-0.1, 0.5], [float("nan")]])
def test_wrong_fractions_are_refused(fractions: list[float]) -> None:
    with pytest.raises(lp.ConfigError, match="fractions"):
        make_table(100).split("random", fractions)


def test_wrong_methods_and_empty_parts_are_refused() -> None:
    with pytest.raises(lp.ConfigError, match="'by-luck'; known: file, random, architecture"):
        make_table(100).split("by-luck")  # type: ignore[arg-type]
    with pytest.raises(lp.DataError, match="part 2 of 2 rows"):
        make_table(2).split("file")
