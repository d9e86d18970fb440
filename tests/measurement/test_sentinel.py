"""Change of the references against each other: found, and visits kept apart by it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tests.measurement.synthetic_machine import Machine

TRUTH = np.array([3.0, 4.0, 6.0, 8.0, 10.0, 12.0, 14.0, 20.0])
PAIRING = [0, 0, 1, 1, 1, 1, 2, 2]
REFERENCES = (4.0, 8.0, 16.0)


def campaign(
    large: Callable[[float], float], noise: float = 0.005, effort: str = "gold"
) -> tuple[Any, list[Any], Machine]:
    """All networks beside the largest reference, and it, take `large(seconds)` times as long."""
    machine = Machine(noise=noise)
    names = [f"n{i}" for i in range(len(TRUTH))]
    records: list[Any] = []
    machine.factors = {"n6": large, "r2": large}
    result = machine.measure(
        [machine.network(name, ms) for name, ms in zip(names, TRUTH, strict=True)],
        [machine.network(f"r{i}", ms) for i, ms in enumerate(REFERENCES)],
        pairing=PAIRING,
        effort=effort,
        seed=1,
        on_visit=records.append,
    )
    return result, records, machine


def step_at(begin: float, end: float = float("inf"), size: float = 1.03) -> Any:
    return lambda seconds: size if begin <= seconds < end else 1.0


def ratios(result: Any) -> Any:
    return np.array([row.ratio for row in result.rows])


EXPECTED = TRUTH / np.array(REFERENCES)[PAIRING]


def test_a_steady_machine_raises_no_alarm() -> None:
    result, records, _ = campaign(lambda _: 1.0, noise=0.02)
    assert (result.changes, result.quarantined) == (0, 0)
    passes = [r for r in records if r.kind == "sentinel"]
    sweeps = {(r.group, r.sweep) for r in records}
    assert len(passes) <= 2 * len(sweeps) + 1
    assert all(row.apart_visits == 0 for row in result.rows)
    np.testing.assert_allclose(ratios(result), EXPECTED, rtol=0.01)


@pytest.mark.parametrize("noise", [0.002, 0.005, 0.01])
def test_a_step_of_3_percent_is_found_within_two_sweeps(noise: float) -> None:
    """n7 does not change with its reference: before and after, it stands 3 % apart beside it."""
    _, records, _ = campaign(lambda _: 1.0, noise)
    sweep = 7
    begin = next(r.seconds for r in records if r.kind == "visit" and r.sweep == sweep) + 0.1
    result, records, _ = campaign(step_at(begin), noise)
    visits = [r for r in records if r.kind == "visit" and r.network == 7]
    assert result.changes == 1
    assert 1 <= result.quarantined <= 2
    # Found at once or one sweep later: many passes in a sweep say where.
    passes = [r.sweep for r in records if r.kind == "sentinel"]
    alarm = min(s for s in set(passes) if passes.count(s) > 12)
    assert sweep <= alarm <= sweep + 1
    row = result.rows[7]
    assert row.visits + row.apart_visits == len(visits)
    before, after = 20.0 / 16.0, 20.0 / (16.0 * 1.03)
    if row.status == "drift":  # its sets contradict each other: it may be either
        assert row.apart_visits == 0
        assert row.ratio_low < after < before < row.ratio_high
    else:  # the noise hides that: the last set, without a visit from before the change
        assert noise == 0.01
        assert row.ratio == pytest.approx(after, rel=0.008)
    # The others stand to their references as before: their sets agree.
    assert {r.status for r in result.rows[:7]} == {"converged"}
    np.testing.assert_allclose(ratios(result)[:7], EXPECTED[:7], rtol=0.01)


def test_what_passes_is_measured_again() -> None:
    """Slower for a while only: that while is kept apart, what was before still counts."""
    _, records, _ = campaign(lambda _: 1.0)
    begin = next(r.seconds for r in records if r.kind == "visit" and r.sweep == 7) + 0.1
    result, _, _ = campaign(step_at(begin, begin + 2.0, size=1.06))
    assert result.quarantined >= 1
    assert result.changes == 0
    assert 1 <= max(row.apart_visits for row in result.rows) <= 2
    assert {row.status for row in result.rows} == {"converged"}
    np.testing.assert_allclose(ratios(result), EXPECTED, rtol=0.006)


def test_a_machine_that_changes_again_and_again_is_said() -> None:
    def restless(seconds: float) -> float:
        return 1.0 + 0.1 * (int(seconds / 12.0) % 4)

    result, _, _ = campaign(restless, noise=0.01)
    assert result.changes > 2
    assert any("changed against each other" in text for text in result.warnings)
    ended = {row.status for row in result.rows}
    assert ended <= {"converged", "drift", "budget"}
    assert np.isfinite([(row.latency_ms, row.low_ms, row.high_ms) for row in result.rows]).all()


@pytest.mark.parametrize("count", [3, 5])
def test_visits_that_are_all_apart_are_drift(count: int) -> None:
    """Effort `dataset` gives up after six; the reference is changed in each sweep, not after it."""
    machine = Machine()
    visits, passes = 0, 0

    def note(record: Any) -> None:
        nonlocal visits, passes
        visits += record.kind == "visit"
        passes = 0 if record.kind == "visit" else passes + 1

    def changed(_: float) -> float:
        return 1.1 if visits > 2 * (count - 1) and passes < 6 else 1.0

    machine.factors = {"r1": changed}
    result = machine.measure(
        [machine.network(f"n{i}", 5.0) for i in range(count)],
        [machine.network("r0", 4.0), machine.network("r1", 8.0)],
        pairing=[0] * count,
        effort="dataset",
        group=1,
        on_visit=note,
    )
    assert result.quarantined == 6
    assert sorted(row.status for row in result.rows) == ["drift"] + ["labelled"] * (count - 1)
    (row,) = (row for row in result.rows if row.status == "drift")
    assert (row.visits, row.apart_visits) == (6, 0)
    assert "changed in every sweep" in row.reason
    assert row.latency_ms == pytest.approx(5.0)
    assert row.ratio_low <= row.ratio <= row.ratio_high


def test_a_network_that_drifts_alone_is_drift() -> None:
    """Its references stay, the network gets 20 % slower: no interval would cover that."""
    machine = Machine(noise=0.02)
    machine.factors = {"n": lambda seconds: 1.0 + 0.2 * min(1.0, seconds / 12.0)}
    row = machine.measure([machine.network("n", 10.0)], machine.network("r", 8.0)).rows[0]
    assert row.status in {"drift", "budget"}
    assert row.visits == 200
    if row.status == "drift":
        assert row.ratio_low < 1.25 < 1.25 * 1.2 < row.ratio_high * 1.02


def test_one_reference_cannot_be_compared() -> None:
    machine = Machine()
    records: list[Any] = []
    machine.measure([machine.network("a", 5.0)], machine.network("r", 8.0), on_visit=records.append)
    assert {record.kind for record in records} == {"visit"}
