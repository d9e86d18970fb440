"""NSGA-II over any goals: exact fronts of a small space, limits on goals, warm start, history."""

from __future__ import annotations

import latpred as lp
import numpy as np
import pytest

from tests.searching.made_up import rough_score

SPACE = lp.space("compofa-fixed", width=1.2)
ALL = SPACE.enumerate()
COUNTS = {name: values.astype(float) for name, values in SPACE.count(ALL).items()}


def exact_front(values, senses):
    """Sorted rows of N x M values that no other row beats."""
    scores = values * np.where(senses, 1, -1)
    no_worse = (scores[:, None] >= scores).all(axis=2)
    better = (scores[:, None] > scores).any(axis=2)
    kept = values[~(no_worse & better).any(axis=0)]
    return np.unique(kept, axis=0)


GOALS = {"score": rough_score, "peak": "peak_bytes", "params": "params"}


def run(**more):
    options = {"objectives": GOALS, "maximise": ["score"], "progress": False}
    return lp.search(SPACE, **(options | more))


@pytest.mark.parametrize("method", ["nsga2", "exhaustive"])
@pytest.mark.parametrize("limited", [False, True])
def test_exact_front_of_three_goals(method, limited):
    limits, inside = None, np.ones(len(ALL), dtype=bool)
    if limited:
        limits = {"macs": float(np.quantile(COUNTS["macs"], 0.5)), "params": 6.5e6}
        inside = (COUNTS["macs"] <= limits["macs"]) & (COUNTS["params"] <= 6.5e6)
    found = run(method=method, limits=limits, generations=30)
    values = np.column_stack([rough_score(ALL), COUNTS["peak_bytes"], COUNTS["params"]])
    want = exact_front(values[inside], [True, False, False])
    got = np.column_stack([found.front.values[name] for name in GOALS])
    np.testing.assert_array_equal(np.unique(got, axis=0), want)
    assert len(got) == len(want) > 3
    assert (np.diff(got[:, 2]) >= 0).all()  # the last goal's best first
    np.testing.assert_array_equal(rough_score(found.front.archs), found.front.objective)
    assert found.objective == rough_score(ALL)[inside].max()
    assert found.front.maximise == {"score": True, "peak": False, "params": False}
    assert np.isnan(found.latency_ms)


def test_latency_is_a_further_goal():
    found = run(latency="macs", limit_ms=float(np.median(COUNTS["macs"])), generations=20)
    assert list(found.front.values) == [*GOALS, "latency"]
    np.testing.assert_array_equal(found.front.latency_ms, found.front.values["latency"])
    assert found.latency_ms == found.values["latency"] <= np.median(COUNTS["macs"])


def test_a_limit_on_a_goal_asks_it_once():
    asked = []

    def score(archs):
        asked.append(len(archs))
        return -rough_score(archs)

    goals = {"penalty": score, "params": "params"}
    most = float(np.median(-rough_score(ALL)))
    found = run(objectives=goals, maximise=[], limits={"penalty": most}, generations=10)
    assert (found.front.values["penalty"] <= most).all()
    assert sum(asked) == found.queries


def test_history_holds_the_growing_hypervolume():
    reference = {"score": 0.0, "peak": 2e7, "params": 2e7}
    found = run(population=20, generations=15, reference=reference)
    volumes = found.history["hypervolume"]
    assert (np.diff(volumes) >= 0).all()
    assert volumes[-1] == pytest.approx(lp.hypervolume(found, reference), rel=1e-12)
    assert volumes[0] < volumes[-1]
    assert found.reference == reference
    assert set(run(population=20, generations=2).reference) == set(GOALS)


@pytest.mark.parametrize("options", [{}, {"limits": {"macs": 2.5e8}}])
def test_a_warm_start_never_loses(options):
    first = run(population=20, generations=5, **options)
    second = run(population=20, generations=5, seed=1, initial=first, **options)
    assert second.evaluations >= 20 * 6
    names = list(GOALS)
    for i in range(len(first.front)):
        old = np.array([first.front.values[n][i] for n in names]) * (-1, 1, 1)
        new = np.column_stack([second.front.values[n] for n in names]) * (-1, 1, 1)
        assert (new <= old).all(axis=1).any()
    assert second.objective >= first.objective


def test_evolution_starts_from_given_architectures():
    space = lp.space("ofa-mobilenetv3")
    options = {"objective": rough_score, "population": 20, "progress": False}
    first = lp.search(space, generations=30, **options)
    again = lp.search(space, generations=0, initial=first.architecture, seed=5, **options)
    assert again.architecture == first.architecture
    assert again.history["best"][0] == first.objective
    assert again.evaluations == 20
    more = lp.search(space, generations=30, initial=first, seed=5, **options)
    assert more.objective >= first.objective


def test_wrong_starts_raise():
    base = lp.space("ofa-mobilenetv3", width=1.2)
    with pytest.raises(lp.ArchitectureError):
        run(initial=base.sample(5, seed=0))  # not in the restricted space
    with pytest.raises(lp.SchemaError):
        run(initial=lp.space("ofa-proxyless").sample(2, seed=0))


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"maximise": None}, "also maximise="),
        ({"maximise": ["scores"]}, "scores"),
        ({"objective": rough_score}, "either objective="),
        ({"objectives": None, "maximise": None}, "either objective="),
        ({"objectives": {}}, "empty"),
        ({"objectives": {"score": rough_score}}, "several objectives"),
        ({"method": "evolution"}, "pushes one"),
        ({"objectives": {"score": rough_score, "x": "flops"}}, "peak_bytes"),
        ({"limits": {"speed": 3.0}}, 'cost "speed"'),
        ({"limits": {"macs": "many"}}, "a number expected"),
        ({"limits": [("macs", 1e9), ("macs", 2e9)]}, "two limits"),
        ({"reference": {"score": 1.0}}, "reference of"),
    ],
)
def test_wrong_goals_raise(options, words):
    with pytest.raises(lp.ConfigError, match=words):
        run(**options)
