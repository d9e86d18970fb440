"""Ranks, hypervolumes and attainment surfaces of points beside pymoo and brute force."""

from __future__ import annotations

import latpred as lp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from latpred._core.searching import non_dominated_ranks
from pymoo.indicators.hv import HV
from pymoo.util.nds.non_dominated_sorting import NonDominatedSorting


@st.composite
def clouds(draw, most_goals=5, most_points=40):
    """N x M values on a coarse grid, so that equal points and coordinates are frequent."""
    goals = draw(st.integers(1, most_goals))
    row = st.lists(st.integers(0, 5), min_size=goals, max_size=goals)
    points = draw(st.lists(row, min_size=1, max_size=most_points))
    return np.array(points, dtype=float)


@given(clouds(), st.randoms())
def test_ranks_equal_pymoo(values, random):
    up = [random.random() < 0.5 for _ in range(values.shape[1])]
    fronts = NonDominatedSorting().do(values * np.where(up, -1, 1))
    want = np.empty(len(values), dtype=int)
    for rank, members in enumerate(fronts):
        want[members] = rank
    np.testing.assert_array_equal(non_dominated_ranks(values, up), want)


def volume(values, reference, up):
    """latpred's, by names."""
    names = [f"goal {i}" for i in range(values.shape[1])]
    wanted = [name for name, more in zip(names, up, strict=True) if more]
    front = dict(zip(names, values.T, strict=True))
    return lp.hypervolume(front, dict(zip(names, reference, strict=True)), wanted)


@given(clouds(most_points=25), st.randoms())
def test_hypervolume_equals_pymoo(values, random):
    up = [random.random() < 0.5 for _ in range(values.shape[1])]
    reference = np.where(up, 1.0, 4.0)  # some points lie outside
    sign = np.where(up, -1, 1)
    want = HV(ref_point=reference * sign)(values * sign)
    assert volume(values, reference, up) == pytest.approx(want, rel=1e-12)


@given(st.integers(0, 2**32 - 1), st.integers(2, 6))
def test_hypervolume_of_random_points_equals_pymoo(seed, goals):
    values = np.random.default_rng(seed).random((30, goals))
    want = HV(ref_point=np.ones(goals))(values)
    assert volume(values, [1.0] * goals, [False] * goals) == pytest.approx(want, rel=1e-10)


def test_hypervolume_of_nothing_is_zero():
    assert volume(np.empty((0, 3)), [0.0] * 3, [True] * 3) == 0
    assert volume(np.array([[1.0, 1.0]]), [1.0, 0.0], [True, True]) == 0


def count_reached(fronts, point):
    """How many of the fronts (first goal up, second down) have a point at least as good."""
    return sum(bool(((f[:, 0] >= point[0]) & (f[:, 1] <= point[1])).any()) for f in fronts)


@settings(max_examples=60)
@given(st.integers(0, 2**32 - 1), st.integers(1, 7))
def test_attainment_by_counting(seed, runs):
    rng = np.random.default_rng(seed)
    fronts = [rng.integers(0, 8, (rng.integers(1, 12), 2)).astype(float) for _ in range(runs)]
    named = [{"up": f[:, 0], "down": f[:, 1]} for f in fronts]
    found = lp.attainment(named, maximise=["up"])
    levels = {"best": 1, "median": (runs + 1) // 2, "worst": runs}
    for name, level in levels.items():
        surface = getattr(found, name)
        for point in np.mgrid[-1:9, -1:9].reshape(2, -1).T:
            covered = bool(((surface[:, 0] >= point[0]) & (surface[:, 1] <= point[1])).any())
            assert covered == (count_reached(fronts, point) >= level)
        assert (np.diff(surface[:, 0]) > 0).all()
        assert (np.diff(surface[:, 1]) > 0).all()
    assert found.runs == runs


def test_of_one_run_all_surfaces_are_its_front():
    values = {"ms": np.array([3.0, 1.0, 2.0, 3.0]), "top1": np.array([9.0, 5.0, 7.0, 6.0])}
    found = lp.attainment([values], goals=("top1", "ms"), maximise=["top1"])
    want = [[5.0, 1.0], [7.0, 2.0], [9.0, 3.0]]
    for surface in (found.best, found.median, found.worst):
        assert surface.tolist() == want


def test_wrong_fronts_raise():
    values = {"a": [1.0], "b": [2.0]}
    with pytest.raises(lp.ConfigError, match="at least one result"):
        lp.attainment([])
    with pytest.raises(lp.ConfigError, match="maximise="):
        lp.attainment([values])
    with pytest.raises(lp.ConfigError, match="no goal 'c' among 'a', 'b'"):
        lp.hypervolume(values, {"c": 0.0}, [])
    with pytest.raises(lp.ConfigError, match="goals= of two names"):
        lp.attainment([values | {"c": [1.0]}], maximise=[])
