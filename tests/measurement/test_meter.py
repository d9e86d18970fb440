"""The campaign: order, drift, disturbance, failures, cancellation."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from latpred._core import measurement as core

from tests.measurement.synthetic_machine import Machine


def sequence(names: list[str]) -> list[str]:
    """The names with repetitions in a row removed."""
    return [n for n, before in zip(names, [None, *names[:-1]], strict=True) if n != before]


def test_exact_times_come_back_exactly() -> None:
    machine = Machine()
    networks = [machine.network(f"n{i}", 5.0 + i) for i in range(5)]
    campaign = machine.measure(networks, machine.network("r", 8.0))
    assert [row.name for row in campaign.rows] == [f"n{i}" for i in range(5)]
    for i, row in enumerate(campaign.rows):
        assert row.status == "converged"
        assert row.latency_ms == pytest.approx(5.0 + i, rel=1e-9)
        assert row.ratio == pytest.approx((5.0 + i) / 8.0, rel=1e-9)
        assert row.low_ms == pytest.approx(row.high_ms)
        assert row.cpu_ms == pytest.approx(5.0 + i)
        assert (row.visits, row.clean_visits, row.time) == (8, 8, "wall")
    assert campaign.reference.latency_ms == pytest.approx(8.0)
    assert campaign.clean_fraction == 1.0
    assert campaign.warnings == []


def test_a_machine_that_slows_down_by_30_percent_cancels() -> None:
    """The reference slows down with the networks: the ratio stays, wall times do not."""
    machine = Machine(speed=lambda seconds: 1.0 + 0.3 * min(seconds / 2.5, 1.0), noise=0.01)
    truth = np.array([6.0, 6.6, 9.0, 12.0])
    networks = [machine.network(str(ms), ms) for ms in truth]
    campaign = machine.measure(networks, machine.network("r", 8.0))
    assert machine.seconds() > 2.5
    ratios = np.array([row.ratio for row in campaign.rows])
    np.testing.assert_allclose(ratios, truth / 8.0, rtol=0.01)
    cpu = np.array([row.cpu_ms for row in campaign.rows])
    assert (cpu > 1.1 * truth).all()  # what a protocol without reference would have reported


def test_networks_measured_at_different_speeds_keep_their_order() -> None:
    """Groups are measured one after the other on a machine that gets twice as slow."""
    machine = Machine(speed=lambda seconds: 1.0 + min(seconds / 4.0, 1.0))
    truth = np.linspace(5.0, 10.0, 12)
    networks = [machine.network(str(ms), ms) for ms in truth]
    campaign = machine.measure(networks, machine.network("r", 8.0), effort="fast", group=3)
    measured = np.array([row.latency_ms for row in campaign.rows])
    assert (np.diff(measured) > 0).all()
    np.testing.assert_allclose(measured / measured[0], truth / truth[0], rtol=0.01)


def test_disturbed_samples_are_excluded_by_evidence() -> None:
    """Four of ten runs are held up by 3 ms; the evidence is in the counters only."""
    machine = Machine(noise=0.005)
    held_up = iter(np.random.default_rng(1).random(10**5) < 0.4)
    networks = [machine.network("n", 10.0, lambda: 3.0 * next(held_up))]
    campaign = machine.measure(networks, machine.network("r", 8.0))
    row = campaign.rows[0]
    assert row.time == "wall"
    assert row.clean_samples < row.samples
    assert row.latency_ms == pytest.approx(10.0, rel=0.01)


def test_an_unusual_value_without_evidence_is_kept() -> None:
    """Nothing is dropped for being far from the rest: 45 % of the runs take twice as long."""
    machine = Machine()
    slow = iter(np.random.default_rng(2).random(10**5) < 0.45)

    def run() -> None:
        machine.clock.advance(20.0 if next(slow) else 10.0)

    row = machine.measure([run], machine.network("r", 8.0)).rows[0]
    assert row.samples == row.clean_samples
    assert row.high_ms / row.low_ms > 1.3
    assert row.status == "budget"
    assert "2 % asked" in row.reason


def test_cpu_time_where_nothing_is_undisturbed() -> None:
    machine = Machine(noise=0.005)
    late = iter(np.random.default_rng(3).exponential(20.0, 10**5) + 1.0)
    networks = [machine.network("n", 10.0, lambda: next(late))]
    campaign = machine.measure(networks, machine.network("r", 8.0, lambda: next(late)))
    row = campaign.rows[0]
    assert (row.time, campaign.reference.time, row.clean_visits) == ("cpu", "cpu", 0)
    assert row.latency_ms == pytest.approx(10.0, rel=0.01)
    assert "undisturbed" in campaign.warnings[0]


def test_wall_time_of_all_samples_on_several_threads() -> None:
    """CPU time of several threads is no latency: a disturbed campaign says so instead."""
    machine = Machine()

    def network(ms: float) -> Callable[[], None]:
        return lambda: machine.clock.advance(ms, 1.8 * ms, switches=1)

    campaign = machine.measure([network(10.0)], network(8.0), scope=core.Scope.process)
    row = campaign.rows[0]
    assert row.time == "any-wall"
    assert row.latency_ms == pytest.approx(10.0)
    assert row.cpu_ms == pytest.approx(18.0)


def test_contradicting_strata_are_suspect() -> None:
    """Disturbed visits are 20 % slower in CPU time: a cause that is not in the counters alone."""
    machine = Machine(noise=0.001)
    rng = np.random.default_rng(4)
    calls = [0]

    def run() -> None:
        calls[0] += 1
        disturbed = (calls[0] // 40) % 2 == 1
        cpu = 10.0 * (1.2 if disturbed else 1.0) * np.exp(0.05 * rng.standard_normal())
        machine.clock.advance(cpu + 5.0 * disturbed, cpu, switches=int(disturbed))

    row = machine.measure([run], machine.network("r", 8.0), effort="gold").rows[0]
    assert row.status == "suspect"
    assert "differ by more than 3 %" in row.reason


def test_every_visit_is_a_sandwich() -> None:
    """r x r in even sweeps, where neighbours share a leg; x r x in odd ones."""
    machine = Machine()
    networks = [machine.network(f"n{i}", 5.0) for i in range(3)]
    seen: list[tuple[int, list[int], bool]] = []

    def note(record: object) -> None:
        fields = record.fields()  # type: ignore[attr-defined]
        seen.append((fields["sweep"], [leg[0] for leg in fields["legs"]], fields["shared"]))

    machine.measure(networks, machine.network("r", 8.0), effort="fast", on_visit=note)
    assert len(seen) == 3 * 8
    for sweep, subjects, _ in seen:
        assert subjects == ([0, -1, 0] if sweep % 2 == 0 else [-1, 0, -1])
    shared = [shared for sweep, _, shared in seen if sweep == 2]
    assert shared == [False, True, True]
    order = sequence(machine.runs)
    assert order[-6:].count("r") == 2  # the last sweep: x r x y r y


def test_sweeps_visit_each_network_once_in_changing_order() -> None:
    machine = Machine()
    networks = [machine.network(f"n{i}", 5.0) for i in range(6)]
    visits: list[tuple[int, int]] = []
    machine.measure(
        networks,
        machine.network("r", 8.0),
        effort="fast",
        on_visit=lambda record: visits.append((record.sweep, record.network)),
    )
    sweeps = [tuple(n for s, n in visits if s == sweep) for sweep in range(8)]
    assert len(visits) == 48
    assert all(sorted(sweep) == list(range(6)) for sweep in sweeps)
    assert len(set(sweeps)) > 4


def test_order_depends_on_the_seed_only() -> None:
    def order(seed: int) -> list[str]:
        machine = Machine(noise=0.02)
        networks = [machine.network(f"n{i}", 5.0) for i in range(6)]
        machine.measure(networks, machine.network("r", 8.0), seed=seed, effort="fast", group=4)
        return sequence(machine.runs)

    assert order(1) == order(1)
    assert order(1) != order(2)


def test_dataset_effort_visits_twice_and_states_no_interval() -> None:
    machine = Machine(noise=0.01)
    networks = [machine.network(f"n{i}", 5.0 + i) for i in range(4)]
    for i, row in enumerate(
        machine.measure(networks, machine.network("r", 8.0), effort="dataset").rows
    ):
        assert (row.status, row.visits) == ("labelled", 2)
        assert np.isnan([row.low_ms, row.high_ms]).all()
        assert row.latency_ms == pytest.approx(5.0 + i, rel=0.05)


def test_the_time_budget_is_shared_out() -> None:
    """Twelve groups of one network, time for about a quarter of what convergence needs."""
    machine = Machine(noise=0.1)
    networks = [machine.network(f"n{i}", 5.0) for i in range(12)]
    campaign = machine.measure(
        networks, machine.network("r", 8.0), group=1, budget_seconds=12.0, effort="gold"
    )
    assert campaign.wall_seconds == pytest.approx(12.0, abs=1.0)
    assert {row.status for row in campaign.rows} == {"budget"}
    visits = [row.visits for row in campaign.rows]
    assert min(visits) > 0.5 * max(visits)
    assert campaign.rows[0].reason == "the time ran out"


def test_short_runs_are_timed_in_blocks() -> None:
    machine = Machine()
    row = machine.measure([machine.network("tiny", 0.01)], machine.network("r", 8.0)).rows[0]
    assert row.runs_per_sample * 0.01 >= 0.2
    assert row.latency_ms == pytest.approx(0.01)
