"""How an onboarding spends its time, on devices of which the cost of everything is known."""

from __future__ import annotations

import itertools

import latpred as lp
import pytest
from latpred._core import guided


def play(
    budget: float,
    each: float,
    start: float = 2.0,
    check: float = 6.0,
    learning: float = 1e-5,
    target_at: int | None = None,
) -> tuple[list[tuple[str, int, float, float]], float, str]:
    """Rounds of a device where a label costs `each` and a check `check` times that."""
    rounds: list[tuple[str, int, float, float]] = []
    spent, rows = 0.0, 0
    for _ in range(100):
        kind, networks, seconds, reason = guided.plan_round(
            budget=budget,
            spent=spent,
            rows=rows,
            rounds=rounds,
            good_enough=target_at is not None and rows >= target_at,
        )
        if kind == "stop":
            return rounds, spent, reason
        took = start + each * networks * (check if kind == "checks" else 1)
        measured = networks if took <= seconds else int(networks * seconds / took)
        learnt = 0.2 + learning * (rows + measured) ** 2
        rounds.append((kind, measured, min(took, seconds), learnt))
        rows += measured
        spent += min(took, seconds) + learnt
    raise AssertionError("does not end")


@pytest.mark.parametrize("budget", [60.0, 120.0, 600.0, 1200.0])
@pytest.mark.parametrize("each", [0.3, 1.0, 2.5])
@pytest.mark.parametrize("learning", [0.0, 1e-5, 6e-5])
def test_the_time_is_kept(budget: float, each: float, learning: float) -> None:
    rounds, spent, reason = play(budget, each, learning=learning)
    assert spent <= 1.1 * budget
    if sum(one[1] for one in rounds) < 1900:
        assert spent >= 0.8 * budget  # learning from more may cost all that is left
        assert reason == "the time is used"


def test_checks_come_half_way_where_there_is_time() -> None:
    rounds, _, _ = play(600.0, 1.0)
    kinds = [kind for kind, *_ in rounds]
    assert kinds.count("checks") == 1
    place = kinds.index("checks")
    assert rounds[place][1] >= 20
    assert place >= 2
    assert kinds[-1] == "labels"
    short, _, _ = play(60.0, 2.0)
    assert all(kind == "labels" for kind, *_ in short)


@pytest.mark.parametrize("budget", [120.0, 300.0, 600.0, 1200.0, 3600.0])
@pytest.mark.parametrize("each", [0.02, 0.1, 0.3, 0.8])
@pytest.mark.parametrize("start", [0.0, 2.0, 10.0])
@pytest.mark.parametrize("learning", [0.0, 1e-6, 3e-5])
def test_rounds_before_the_checks_are_worth_their_learning(
    budget: float, each: float, start: float, learning: float
) -> None:
    rounds, _, _ = play(budget, each, start=start, learning=learning)
    kinds = [kind for kind, *_ in rounds]
    if "checks" not in kinds:
        return
    before = rounds[: kinds.index("checks")]
    for (*_, learnt), (_, _, measuring, _) in itertools.pairwise(before):
        assert measuring >= learnt


@pytest.mark.parametrize("spent", [255.0, 262.0, 268.4, 269.9])
def test_checks_come_at_once_where_no_worthy_round_is_left(spent: float) -> None:
    """45 % of the budget are nearly reached, and learning takes 11 seconds."""
    rounds = [("labels", 16, 10.0, 2.0), ("labels", 300, 150.0, 8.0), ("labels", 160, 80.0, 11.0)]
    settings = {"budget": 600.0, "rows": 476, "rounds": rounds}
    kind, networks, *_ = guided.plan_round(spent=spent, **settings)
    assert (kind, networks >= 20) == (("labels", True) if spent < 256 else ("checks", True))
    cheap = [(kind, networks, measuring, 0.1) for kind, networks, measuring, _ in rounds]
    kind, *_ = guided.plan_round(spent=spent, **{**settings, "rounds": cheap})
    assert kind == ("checks" if spent > 267 else "labels")


def test_checks_that_cost_more_than_thought_are_cut_by_the_time() -> None:
    _, spent, _ = play(600.0, 1.0, check=30.0)
    assert spent <= 660


def test_a_target_stops_it_once_checked() -> None:
    rounds, spent, reason = play(600.0, 1.0, target_at=100)
    assert spent < 450
    assert reason == "the error target is reached"
    assert rounds[-1][0] == "checks"


def test_a_fast_device_is_not_measured_for_ever() -> None:
    rounds, spent, reason = play(1200.0, 0.01)
    assert sum(one[1] for one in rounds) <= 2100
    assert reason == "as many rows as are of use"
    assert spent < 600
    assert any(kind == "checks" for kind, *_ in rounds)


def test_a_slow_device_still_gets_a_round() -> None:
    rounds, spent, _ = play(60.0, 30.0)
    assert rounds
    assert spent <= 66


def test_few_overrun_a_budget_that_was_too_short_for_any() -> None:
    empty = [("labels", 0, 9.0, 0.1), ("labels", 0, 22.0, 0.1)]
    settings = {"budget": 30.0, "spent": 31.2, "rounds": empty}
    assert guided.plan_round(rows=0, **settings)[:3] == ("labels", 4, 0.0)
    assert guided.plan_round(rows=3, **settings)[0] == "stop"  # of an earlier run


@pytest.mark.parametrize("budget", [0.0, -1.0, float("nan"), float("inf")])
def test_wrong_budgets(budget: float) -> None:
    with pytest.raises(lp.ConfigError):
        guided.plan_round(budget=budget, spent=0.0, rows=0, rounds=[])


def test_wrong_rounds() -> None:
    with pytest.raises(lp.DataError):
        guided.plan_round(budget=1.0, spent=0.0, rows=0, rounds=[("rest", 1, 1.0, 1.0)])
