"""Sets of visits between changes of the references: which of them a row rests on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tests.measurement.synthetic_machine import Machine

STATUSES = {"labelled", "converged", "budget", "drift", "suspect"}


def measured(machine: Machine, **options: Any) -> tuple[Any, list[Any]]:
    """Two networks, each beside its own reference, and the records of the campaign."""
    records: list[Any] = []
    networks = [machine.network("a", 5.0), machine.network("b", 9.0)]
    references = [machine.network("r0", 4.0), machine.network("r1", 8.0)]
    result = machine.measure(
        networks, references, pairing=[0, 1], on_visit=records.append, **options
    )
    return result, records


def clean_ratios(records: list[Any], network: int) -> list[float]:
    """Network / reference in each undisturbed visit, by the definition."""
    found = []
    for record in records:
        if record.kind != "visit" or record.network != network:
            continue
        first, middle, last = (leg[1] for leg in record.fields()["legs"])
        ratio = middle / np.sqrt(first * last)
        found.append(ratio if record.fields()["legs"][1][0] == -1 else 1.0 / ratio)
    return [ratio for ratio in found if np.isfinite(ratio)]


def check_nothing_is_lost(result: Any, records: list[Any]) -> None:
    for row in result.rows:
        made = sum(r.kind == "visit" and r.network == row.index for r in records)
        assert row.visits + row.apart_visits == made
        assert row.status in STATUSES
        if made:
            assert np.isfinite([row.latency_ms, row.ratio, row.cpu_ms]).all()
            assert row.visits > 0
        if row.status == "drift":
            assert row.apart_visits == 0
            assert row.reason
            assert row.low_ms <= row.latency_ms <= row.high_ms
            if row.time == "wall":
                ratios = clean_ratios(records, row.index)
                assert row.ratio_low == pytest.approx(min(ratios))
                assert row.ratio_high == pytest.approx(max(ratios))
        if row.status == "converged":
            assert row.low_ms <= row.latency_ms <= row.high_ms


def steps(*times: float, size: float = 1.1) -> Callable[[float], float]:
    """One, and `size` between the first and the second time, the third and the fourth …"""
    return lambda seconds: size if sum(seconds >= time for time in times) % 2 else 1.0


def after_visits(count: int) -> float:
    """The time, in seconds, when both have had so many visits and the next sweep begins."""
    _, records = measured(Machine(noise=0.004), effort="gold")
    return max(r.seconds for r in records if r.kind == "visit" and r.number == count - 1) + 0.05


@pytest.mark.parametrize("effort", ["fast", "default", "gold", "dataset"])
@pytest.mark.parametrize("period", [1.0, 3.0, 8.0, 20.0])
def test_nothing_measured_is_thrown_away(effort: str, period: float) -> None:
    """However often the references change against each other."""
    machine = Machine(noise=0.01)
    machine.factors = {"r1": steps(*np.arange(period, 4000.0, period), size=1.06)}
    result, records = measured(machine, effort=effort, seed=int(period))
    check_nothing_is_lost(result, records)


@pytest.mark.parametrize("budget", np.linspace(0.5, 12.0, 12).tolist())
def test_time_that_runs_out_at_any_moment_leaves_a_latency(budget: float) -> None:
    machine = Machine(noise=0.01)
    machine.factors = {"r1": steps(2.0, 5.0, 6.0, 9.0)}
    result, records = measured(machine, effort="gold", budget_seconds=budget)
    check_nothing_is_lost(result, records)


def test_the_last_set_counts_where_sets_agree() -> None:
    """Only r0 changes, and only a is measured beside it: b is one and the same beside r1."""
    machine = Machine(noise=0.004)
    machine.factors = {"r0": steps(after_visits(12), size=1.08)}
    result, records = measured(machine, effort="gold")
    assert result.changes == 1
    check_nothing_is_lost(result, records)
    a, b = result.rows
    assert a.status == "drift"
    assert a.ratio_low < 5.0 / (4.0 * 1.08) < 5.0 / 4.0 < a.ratio_high
    assert "its latency beside them by" in a.reason
    assert b.status == "converged"
    assert b.apart_visits >= 6
    assert b.ratio == pytest.approx(9.0 / 8.0, rel=0.01)


def test_what_follows_its_reference_has_not_changed() -> None:
    """a and r0 slow down together: the ratio holds, and so does the row."""
    machine = Machine(noise=0.004)
    machine.factors = dict.fromkeys(("r0", "a"), steps(after_visits(12), size=1.08))
    result, records = measured(machine, effort="gold")
    check_nothing_is_lost(result, records)
    assert [row.status for row in result.rows] == ["converged", "converged"]
    assert result.rows[0].ratio == pytest.approx(5.0 / 4.0, rel=0.01)


def test_an_earlier_set_counts_where_the_last_is_too_small() -> None:
    """Two visits remain after the change; the set before has enough for an interval."""
    machine = Machine(noise=0.004)
    begin = after_visits(7)
    machine.factors = {"r0": steps(begin, size=1.08)}
    _, records = measured(machine, effort="gold")
    (end,) = (r.seconds for r in records if r.kind == "visit" and r.network == 1 and r.number == 9)
    machine = Machine(noise=0.004)
    machine.factors = {"r0": steps(begin, size=1.08)}
    result, records = measured(machine, effort="gold", budget_seconds=end + 0.01)
    check_nothing_is_lost(result, records)
    b = result.rows[1]
    assert (b.status, b.reason) == ("budget", "the time ran out")
    assert (b.visits, b.apart_visits > 0) == (7, True)
    assert b.ratio_low < 9.0 / 8.0 < b.ratio_high


@pytest.mark.parametrize(
    ("disturbed", "status"),
    [
        (lambda _: False, "labelled"),
        (lambda run: run < 20, "labelled"),
        (lambda _: True, "suspect"),
    ],
)
def test_a_label_rests_on_undisturbed_visits(disturbed: Callable[[int], bool], status: str) -> None:
    machine = Machine()
    runs = iter(range(10**6))
    held_up: Callable[[], float] = lambda: 3.0 * disturbed(next(runs))  # noqa: E731
    networks = [machine.network("a", 5.0, held_up)]
    (row,) = machine.measure(networks, machine.network("r", 4.0), effort="dataset").rows
    assert row.status == status
    assert bool(row.reason) == (status == "suspect")
    assert row.latency_ms == pytest.approx(5.0)
    assert np.isnan([row.low_ms, row.high_ms]).all()
    assert (row.clean_samples == 0) == (status == "suspect")
    assert (row.time, row.clean_visits > 0) == (
        ("cpu", False) if status == "suspect" else ("wall", True)
    )


def test_statuses_of_intervals_are_not_for_labels() -> None:
    for effort in ("fast", "default", "gold"):
        result, _ = measured(Machine(noise=0.002), effort=effort)
        assert {row.status for row in result.rows} == {"converged"}
    result, _ = measured(Machine(noise=0.002), effort="dataset")
    assert {row.status for row in result.rows} == {"labelled"}
