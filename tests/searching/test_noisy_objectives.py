"""Objectives that are no functions, and objectives that break: an answer or a typed error."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import latpred as lp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

SMALL = lp.space("ofa-mobilenetv3").restrict(
    "small", allowed={"ks": [3], "e": [3, 4], "d": [2], "r": [160]}
)
LARGE = lp.space("ofa-mobilenetv3")
METHODS = ["evolution", "genetic", "nsga2", "random", "exhaustive"]
Objective = Callable[[Any], Any]


def search(space: lp.Space, method: str, latency: Objective, **changes: Any) -> lp.SearchResult:
    options: dict[str, Any] = {"objective": lambda a: a.genes.sum(axis=1), "limit_ms": 25.0}
    options |= {"population": 8, "generations": 4, "progress": False, **changes}
    return lp.search(space, latency=latency, method=method, **options)


def attempt(*args: Any, **options: Any) -> tuple[lp.SearchResult | None, float]:
    """The result, or the least value of the error that nothing keeps the limits."""
    try:
        return search(*args, **options), 0.0
    except lp.InfeasibleError as error:
        return None, error.minimum_ms


def answers(*values: float) -> Objective:
    """Answers value by value of calls; the last one for ever."""
    left = list(values)
    return lambda archs: np.full(len(archs), left.pop(0) if len(left) > 1 else left[0])


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("space", [SMALL, LARGE], ids=["small", "large"])
@pytest.mark.parametrize("calls", range(8))
def test_a_latency_that_rises_for_ever(method: str, space: lp.Space, calls: int) -> None:
    if space is LARGE and method == "exhaustive":
        return
    for values in ([10.0] * calls + [100.0], [100.0] * calls + [10.0, 100.0]):
        found, least = attempt(space, method, answers(*values))
        if found is None:
            assert least in (10.0, 100.0)
            continue
        assert len(found.architecture) == 1
        assert found.latency_ms == 10.0
        assert (found.front.latency_ms == 10.0).all()


def test_one_answer_below_the_limit_is_taken_at_its_word() -> None:
    """The first batch is judged 100; a lone 10 later, then 100 for ever."""
    for calls in range(1, 300, 7):
        left = {"calls": calls}

        def latency(archs: Any, left: dict[str, int] = left) -> Any:
            left["calls"] -= 1
            return np.full(len(archs), 10.0 if left["calls"] == 0 else 100.0)

        found, least = attempt(LARGE, "evolution", latency, generations=1)
        assert least in (10.0, 100.0) if found is None else found.latency_ms == 10.0


@settings(max_examples=60)
@given(st.integers(0, 2**32 - 1), st.sampled_from(METHODS), st.booleans(), st.booleans())
def test_noise_of_any_kind_ends(seed: int, method: str, small: bool, spikes: bool) -> None:
    """Latencies and objectives redrawn at every call."""
    rng = np.random.default_rng(seed)
    space = SMALL if small or method == "exhaustive" else LARGE
    middle = rng.choice([5.0, 24.0, 26.0, 60.0])

    def noisy(archs: Any) -> Any:
        values = rng.normal(middle, 10, len(archs))
        return np.where(rng.random(len(archs)) < 0.2, np.inf, values) if spikes else values

    def objective(archs: Any) -> Any:
        return rng.normal(size=len(archs))

    found, least = attempt(space, method, noisy, objective=objective, seed=seed)
    if found is None:
        assert least > 25.0
        return
    assert found.latency_ms <= 25.0
    assert (found.front.latency_ms <= 25.0).all()
    assert found.evaluations >= len(found.front) >= 1


class Broken(Exception):
    """What a user's code raises."""


def throw(error: type[BaseException]) -> Any:
    raise error


BAD: list[tuple[Callable[[int], Any], type[BaseException]]] = [
    (lambda n: np.full(n, np.nan), lp.DataError),
    (lambda n: np.r_[np.zeros(n - 1), np.nan], lp.DataError),
    (lambda n: np.zeros(n + 1), lp.DataError),
    (lambda n: np.zeros((n, 1)), lp.DataError),
    (lambda n: np.zeros(n, complex), lp.DataError),
    (lambda n: ["1.5"] * n, lp.DataError),
    (lambda n: [None] * n, lp.DataError),
    (lambda _: "text", lp.DataError),
    (lambda _: None, lp.DataError),
    (lambda _: {"latency": 3}, lp.DataError),
    (lambda n: [[1.0]] * (n - 1) + [[1.0, 2.0]], lp.DataError),
    (lambda _: throw(Broken), Broken),
    (lambda _: throw(KeyboardInterrupt), KeyboardInterrupt),
]


@pytest.mark.parametrize("case", range(len(BAD)))
@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("which", ["latency", "objective"])
def test_answers_that_are_none_at_any_call(case: int, method: str, which: str) -> None:
    bad, expected = BAD[case]
    for call in (0, 1, 3):
        calls = {"left": call}

        def breaks(archs: Any, calls: dict[str, int] = calls) -> Any:
            calls["left"] -= 1
            return bad(len(archs)) if calls["left"] < 0 else np.ones(len(archs))

        fine = {"objective": lambda a: a.genes.sum(axis=1)} if which == "latency" else {}
        given_latency = breaks if which == "latency" else lambda a: np.ones(len(a))
        if which == "objective":
            fine = {"objective": breaks}
        raised = None
        try:
            search(SMALL, method, given_latency, **fine)
        except expected as error:
            raised = error
        assert (raised is None) == (calls["left"] >= 0)  # where the search was over before
        assert len(str(raised)) < 600


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("value", [np.inf, -np.inf])
def test_infinite_goals_are_refused(method: str, value: float) -> None:
    with pytest.raises(lp.DataError, match=r"objective is -?inf for ks=.*finite"):
        search(SMALL, method, lambda a: np.ones(len(a)), objective=lambda a: np.full(len(a), value))
    with pytest.raises(lp.DataError, match=r"latency is -?inf for ks=.*finite"):
        search(SMALL, method, lambda a: np.full(len(a), value), limit_ms=None)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("limit", [-np.inf, -1.0, 0.0])
def test_limits_that_nothing_keeps(method: str, limit: float) -> None:
    with pytest.raises(lp.InfeasibleError) as caught:
        search(SMALL, method, lambda a: np.ones(len(a)), limit_ms=limit)
    assert caught.value.minimum_ms == 1.0
    with pytest.raises(lp.InfeasibleError) as caught:
        search(SMALL, method, lambda a: np.full(len(a), np.inf), limit_ms=25.0)
    assert caught.value.minimum_ms == np.inf


@pytest.mark.parametrize("method", METHODS)
def test_a_space_without_networks(method: str) -> None:
    nothing = LARGE.restrict(bans=[{"r[0]": r} for r in (160, 176, 192, 208, 224)])
    assert nothing.size == 0
    with pytest.raises(lp.ConfigError, match=r"hardly any|no architecture"):
        search(nothing, method, lambda a: np.ones(len(a)))
