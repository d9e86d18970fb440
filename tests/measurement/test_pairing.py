"""Choosing a reference, and first guesses of how long something takes."""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from latpred import ConfigError, DataError
from latpred._core import measurement as core

TIMES = st.lists(st.floats(1e-3, 5e3), min_size=1, max_size=12)


@given(st.floats(1e-3, 1e4), TIMES)
def test_the_nearest_of_those_that_were_timed(network: float, times: list[float]) -> None:
    asked: list[int] = []

    def time_ms(number: int) -> float:
        asked.append(number)
        return times[number]

    chosen, nearest = core.match_references(network, len(times), time_ms)
    long_enough = [i for i, ms in enumerate(times) if ms >= min(network, 1000.0)]
    timed = range((long_enough or [len(times) - 1])[0] + 1)
    assert asked == list(timed)
    distance = [abs(math.log(times[i] / network)) for i in timed]
    assert distance[chosen[nearest]] == pytest.approx(min(distance), abs=1e-12)
    assert chosen == sorted(set(chosen))
    assert len(chosen) == min(2, len(times))


def test_what_cannot_be_matched() -> None:
    with pytest.raises(DataError, match="at least one reference"):
        core.match_references(1.0, 0, lambda _: 1.0)
    with pytest.raises(DataError, match="size 0"):
        core.match_references(1.0, 2, lambda _: 0.0)

    class Odd(Exception):
        pass

    def fails(_: int) -> float:
        raise Odd

    with pytest.raises(Odd):
        core.match_references(1.0, 2, fails)


def scripted(clock: core.SyntheticClock, wall: list[float]) -> core.ScriptedRunnable:
    return core.ScriptedRunnable("n", clock, wall, cpu_ms=[ms / 2 for ms in wall])


@given(st.lists(st.floats(0.001, 100), min_size=1, max_size=6))
def test_a_first_guess_is_the_shortest_of_three_after_one(wall: list[float]) -> None:
    clock = core.SyntheticClock()
    found = core.quick_ms(clock, scripted(clock, wall))
    cycle = [wall[i % len(wall)] for i in range(1, 4)]
    assert found == pytest.approx(min(cycle), abs=2e-6)


def test_a_clock_that_stands_still_gives_a_time_above_zero() -> None:
    assert core.quick_ms(core.SyntheticClock(), lambda: None) > 0


@given(st.lists(st.floats(0.001, 100), min_size=1, max_size=6), st.integers(1, 9))
def test_what_a_call_costs_is_a_median(wall: list[float], rounds: int) -> None:
    clock = core.SyntheticClock()
    found = core.median_spent(clock, scripted(clock, wall), rounds)
    middle = statistics.median(wall[i % len(wall)] for i in range(rounds)) / 1e3
    assert found == pytest.approx((middle, middle / 2), abs=2e-9)


def test_no_round_is_refused() -> None:
    with pytest.raises(ConfigError, match="at least 1"):
        core.median_spent(core.SystemClock(), lambda: None, 0)


@pytest.mark.parametrize("run", [core.quick_ms, core.median_spent])
def test_errors_and_interrupts_pass(run: Callable[..., object]) -> None:
    def fails() -> None:
        raise ZeroDivisionError("mine")

    def stops() -> None:
        raise KeyboardInterrupt

    for work, error in ((fails, ZeroDivisionError), (stops, KeyboardInterrupt)):
        with pytest.raises(error):
            run(core.SystemClock(), work)
    with pytest.raises(ConfigError, match="a callable"):
        run(core.SystemClock(), object())
