"""NSGA-II: fronts against enumeration and pymoo, limits, counting, ranks by brute force."""

from __future__ import annotations

import latpred as lp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from latpred._core.searching import crowding_distances, non_dominated_ranks
from pymoo.algorithms.moo.nsga2 import NSGA2
from pymoo.core.problem import Problem
from pymoo.indicators.hv import HV
from pymoo.operators.crossover.sbx import SBX
from pymoo.operators.mutation.pm import PM
from pymoo.operators.repair.rounding import RoundingRepair
from pymoo.operators.sampling.rnd import IntegerRandomSampling
from pymoo.operators.survival.rank_and_crowding.metrics import calc_crowding_distance
from pymoo.optimize import minimize

from tests.searching.made_up import macs, rough_score
from tests.searching.ofa_objectives import Accuracy, Note10


def dominates(score, latency):
    """N x N: whether the point of the row dominates that of the column."""
    no_worse = (score[:, None] >= score) & (latency[:, None] <= latency)
    return no_worse & ((score[:, None] > score) | (latency[:, None] < latency))


UP_DOWN = [True, False]  # score, latency


def front_of(score, latency):
    kept = ~dominates(score, latency).any(axis=0)
    return sorted(set(zip(latency[kept], score[kept], strict=True)))


def nsga2(space, **more):
    options = {"objective": rough_score, "latency": macs, "progress": False}
    return lp.search(space, method="nsga2", **(options | more))


# Few different values, so that equal points and equal coordinates are frequent.
points = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=1, max_size=40)


@given(points)
def test_ranks_equal_repeated_peeling(given_points):
    score, latency = np.array(given_points, dtype=float).T
    want = np.full(len(score), -1)
    rank = 0
    while (want < 0).any():
        left = np.flatnonzero(want < 0)
        beaten = dominates(score[left], latency[left]).any(axis=0)
        want[left[~beaten]] = rank
        rank += 1
    np.testing.assert_array_equal(non_dominated_ranks(np.c_[score, latency], UP_DOWN), want)


@given(st.integers(0, 2**32 - 1), st.integers(1, 60), st.integers(1, 4))
def test_crowding_equals_pymoo(seed, count, goals):
    values = np.random.default_rng(seed).random((count, goals))
    senses = [goal % 2 == 0 for goal in range(goals)]
    ranks, ours = non_dominated_ranks(values, senses), crowding_distances(values, senses)
    for rank in range(ranks.max() + 1):
        chosen = ranks == rank
        if chosen.sum() < 3:
            assert np.isinf(ours[chosen]).all()  # pymoo: 0 for a lone point
            continue
        theirs = calc_crowding_distance((values * np.where(senses, -1, 1))[chosen])
        # pymoo divides by the number of objectives.
        np.testing.assert_allclose(ours[chosen], goals * theirs, rtol=1e-9)


@pytest.mark.parametrize("maximise", [True, False])
@pytest.mark.parametrize("share", [None, 0.3])
def test_exact_front_of_compofa(maximise, share):
    space = lp.space("compofa-fixed", width=1.2)
    archs = space.enumerate()
    score, size = rough_score(archs), macs(archs)
    limit = None if share is None else float(np.quantile(size, share))
    inside = size <= (np.inf if limit is None else limit)
    # 20 x 31 evaluations: half of the space.
    found = nsga2(space, limit_ms=limit, maximise=maximise, population=20, generations=30)
    sign = 1 if maximise else -1
    want = front_of(sign * score[inside], size[inside])
    got = zip(found.front.latency_ms, sign * found.front.objective, strict=True)
    assert list(got) == want
    assert found.objective == (score[inside].max() if maximise else score[inside].min())
    assert found.latency_ms == macs(found.architecture)[0]


def test_a_small_space_is_seen_whole_and_then_ends():
    space = lp.space("compofa-fixed")
    limit = float(np.median(macs(space.enumerate())))
    found = nsga2(space, limit_ms=limit)
    assert found.evaluations == (macs(space.enumerate()) <= limit).sum()
    assert found.stopped == "every architecture within the limits seen"


@settings(max_examples=15)
@given(
    seed=st.integers(0, 2**63 - 1),
    limit=st.one_of(st.none(), st.floats(75, 500)),
    name=st.sampled_from(["ofa-mobilenetv3", "compofa-elastic"]),
)
def test_the_front_is_what_the_evaluated_leave_undominated(seed, limit, name):
    seen = []

    def objective(archs):
        seen.append(archs)
        return rough_score(archs)

    found = nsga2(
        lp.space(name), objective=objective, limit_ms=limit, population=20, generations=8, seed=seed
    )
    archs = sum(seen[1:], seen[0])
    score, size = rough_score(archs), macs(archs)
    assert len(set(archs.hashes.tolist())) == len(archs) == found.evaluations == 20 * 9
    np.testing.assert_array_equal(found.history["evaluations"], 20 * np.arange(1, 10))
    assert limit is None or size.max() <= limit
    got = list(zip(found.front.latency_ms, found.front.objective, strict=True))
    assert got == front_of(score, size)
    np.testing.assert_array_equal(macs(found.front.archs), found.front.latency_ms)
    assert found.objective == score.max() == found.front.objective[-1]


def test_tight_limits_are_met_by_constrained_domination():
    space = lp.space("ofa-mobilenetv3")
    drawn = space.sample(20000, seed=0)
    params_of = lambda archs: archs.space.count(archs)["params"].astype(float)  # noqa: E731
    size, params = macs(drawn).min() * 0.97, float(params_of(drawn).min())
    found = nsga2(space, limit_ms=size, limits=[(params_of, params)], population=20, generations=10)
    assert (found.front.latency_ms <= size).all()
    assert (params_of(found.front.archs) <= params).all()
    assert found.evaluations > 20
    assert found.queries > found.evaluations


def test_the_seed_determines_the_front():
    space = lp.space("ofa-mobilenetv3")
    a, b, c = (nsga2(space, generations=5, seed=seed) for seed in (7, 7, 8))
    assert a.front.archs == b.front.archs
    np.testing.assert_array_equal(a.front.objective, b.front.objective)
    assert a.front.archs != c.front.archs


def test_errors_are_typed():
    space = lp.space("compofa-fixed")
    least = macs(space.enumerate()).min()
    with pytest.raises(lp.ConfigError, match="without a latency"):
        nsga2(space, latency=None)
    with pytest.raises(lp.ConfigError, match="at least 2"):
        nsga2(space, population=1)
    with pytest.raises(lp.InfeasibleError) as caught:
        nsga2(space, limit_ms=least * 0.999)
    assert caught.value.minimum_ms == least
    with pytest.raises(lp.DataError, match="objective is NaN"):
        nsga2(space, objective=lambda archs: np.full(len(archs), np.nan))


class PymooProblem(Problem):
    """The same two objectives, minimised, with at most one limit."""

    def __init__(self, space, objective, latency, limit):
        most = np.array([2] * 45 + [4])  # kernels, expansions, depths, resolution
        super().__init__(n_var=46, n_obj=2, n_ieq_constr=int(limit is not None), xl=0, xu=most)
        self.parts = space, objective, latency, limit

    def _evaluate(self, x, out, *_args, **_options):
        space, objective, latency, limit = self.parts
        archs = space.architectures(np.asarray(x, dtype=np.int16))
        ms = latency(archs)
        out["F"] = np.column_stack([-objective(archs), ms])
        if limit is not None:
            out["G"] = (ms - limit)[:, None]


def pymoo_front(problem, population, generations, seed):
    algorithm = NSGA2(
        pop_size=population,
        sampling=IntegerRandomSampling(),
        crossover=SBX(prob=0.9, eta=15, vtype=float, repair=RoundingRepair()),
        mutation=PM(eta=20, vtype=float, repair=RoundingRepair()),
    )
    budget = ("n_eval", population * (generations + 1))
    return minimize(problem, algorithm, budget, seed=seed).F


@pytest.mark.parametrize("limit", [None, 25.0, 18.0])
def test_hypervolume_beside_pymoo(data_dir, limit):
    objective = Accuracy(data_dir / "ofa/checkpoints/acc_predictor.pth")
    latency = Note10(data_dir / "ofa/lut_note10")
    space = lp.space("ofa-mobilenetv3", width=1.2)
    problem = PymooProblem(space, objective, latency, limit)
    volume = HV(ref_point=np.array([-70.0, 60.0]))
    ours, theirs = [], []
    for seed in range(5):
        found = nsga2(
            space,
            objective=objective,
            latency=latency,
            limit_ms=limit,
            population=100,
            generations=49,
            seed=seed,
        )
        assert found.evaluations == 5000
        ours.append(volume(np.column_stack([-found.front.objective, found.front.latency_ms])))
        theirs.append(volume(pymoo_front(problem, 100, 49, seed)))
    # pymoo's own volumes scatter by 2 % between seeds.
    assert np.median(ours) >= 0.98 * np.median(theirs)
