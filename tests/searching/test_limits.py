"""Limits that cannot be kept, tight limits, and objectives that misbehave."""

from __future__ import annotations

import latpred as lp
import numpy as np
import pytest
from latpred._core import searching as core

from tests.searching.ofa_objectives import active_blocks


def additive(archs):
    """A look-up table over blocks with an expensive corner: its minimum can be worked out."""
    genes = archs.genes.astype(int)
    cost = 1 + 0.3 * genes[:, :20] + 0.5 * genes[:, 20:40] + 0.1 * np.sin(np.arange(20))
    return (cost * active_blocks(genes)).sum(axis=1) * (1 + 0.2 * genes[:, 45])


def least_additive():
    first_two = np.tile(np.arange(4), 5) < 2
    return float((1 + 0.1 * np.sin(np.arange(20)))[first_two].sum())


def search(space, limit, **more):
    options = {"objective": lambda a: a.genes.sum(axis=1), "generations": 3, "progress": False}
    return lp.search(space, latency=additive, limit_ms=limit, **(options | more))


@pytest.mark.parametrize("method", ["evolution", "exhaustive"])
def test_minimum_of_a_small_space_is_exact(method):
    space = lp.space("compofa-fixed", width=1.2)
    least = additive(space.enumerate()).min()
    with pytest.raises(lp.InfeasibleError, match="latency") as caught:
        search(space, least * 0.999, method=method)
    assert caught.value.minimum_ms == least
    assert search(space, least, method=method).latency_ms == least


@pytest.mark.parametrize("seed", range(5))
def test_minimum_of_an_additive_table_is_found(seed):
    space = lp.space("ofa-mobilenetv3")
    with pytest.raises(lp.InfeasibleError) as caught:
        search(space, 1.0, seed=seed)
    assert caught.value.minimum_ms == pytest.approx(least_additive(), rel=1e-12)


def test_a_limit_that_hardly_any_architecture_keeps():
    space = lp.space("ofa-mobilenetv3")
    limit = least_additive() * 1.1
    assert additive(space.sample(20000, seed=0)).min() > limit
    found = search(space, limit, population=20, generations=10)
    assert found.latency_ms <= limit
    assert found.evaluations > 20


def test_first_exceeded_limit_is_reported():
    space = lp.space("compofa-fixed")
    archs = space.enumerate()
    params = space.count(archs)["params"].astype(float)
    with pytest.raises(lp.InfeasibleError, match=r"limits\[0\]") as caught:
        search(
            space,
            additive(archs).max(),
            limits=[(lambda a: space.count(a)["params"].astype(float), params.min() - 1)],
        )
    assert caught.value.minimum_ms == params.min()


def test_objective_errors_pass_through():
    space = lp.space("compofa-fixed")

    def broken(_):
        raise RuntimeError("no device")

    with pytest.raises(RuntimeError, match="no device"):
        search(space, 100, objective=broken)
    with pytest.raises(RuntimeError, match="no device"):
        lp.search(space, objective=additive, latency=broken, limit_ms=1, progress=False)


def test_nan_names_the_architecture():
    with pytest.raises(lp.DataError, match="objective is NaN for ks="):
        search(lp.space("compofa-fixed"), 100, objective=lambda a: np.full(len(a), np.nan))


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"method": "magic"}, "evolution"),
        ({"population": 1}, "at least 2"),
        ({"parent_ratio": 1.5}, "parent_ratio"),
        ({"mutation_ratio": -0.1}, "mutation_ratio"),
        ({"mutation_rate": float("nan")}, "mutation_rate"),
        ({"objective": 3}, "callable expected"),
        ({"limits": [4]}, "expected"),
        ({"limits": [(additive, float("nan"))]}, "NaN"),
        ({"latency": None}, "limit_ms"),
    ],
)
def test_wrong_settings_raise(options, words):
    base = {"objective": additive, "latency": additive, "limit_ms": 50.0, "progress": False}
    with pytest.raises(lp.ConfigError, match=words):
        lp.search(lp.space("compofa-fixed"), **(base | options))


def test_exhaustion_of_a_large_space_raises():
    with pytest.raises(lp.ConfigError, match="more than"):
        search(lp.space("compofa-elastic"), 50, method="exhaustive")


def test_progress_bar_is_shown_on_demand(capsys):
    search(lp.space("compofa-fixed"), 1000, progress=True)
    assert "search" in capsys.readouterr().err


@pytest.mark.parametrize("call", [core.non_dominated_ranks, core.attainment_surface])
def test_points_that_are_nan_are_refused(call) -> None:
    values = np.array([[1.0, 2.0], [2.0, np.nan]])
    arguments = [values, [True, False]]
    if call is core.attainment_surface:
        arguments = [[values], [True, False], 1]
    with pytest.raises(lp.DataError, match="row 1, goal 1 is NaN"):
        call(*arguments)


def test_long_names_and_lists_are_cut_in_messages() -> None:
    long, archs = "x" * 10**6, lp.space("compofa-fixed").sample(3, seed=0)
    table = lp.LatencyTable(archs, [1.0, 2.0, 3.0])
    calls = [
        lambda: lp.space(long),
        lambda: archs.space.encode(archs, long),
        lambda: lp.LatencyMeter(effort=long),
        lambda: lp.Device(runtime=long),
        lambda: table.split(long),
        lambda: table.split("random", [2.0] * 10**5),
        lambda: lp.space("ofa-mobilenetv3", resolutions=list(range(1, 10**5))),
        lambda: lp.search(archs.space, objective=lambda a: a.genes.sum(1), limits={long: 1.0}),
        lambda: lp.sampling.choose(archs, 1, method=long),
    ]
    for number, call in enumerate(calls):
        with pytest.raises(lp.LatpredError) as caught:
            call()
        assert len(str(caught.value)) < 3000, number
