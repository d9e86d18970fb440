"""Several references: pairing, one scale, calm sweeps; and waiting while the machine is crowded."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from latpred import ConfigError
from latpred._core import measurement as core

from tests.measurement.synthetic_machine import Machine


def three(machine: Machine) -> list[Any]:
    return [machine.network(f"r{i}", ms) for i, ms in enumerate((4.0, 8.0, 16.0))]


def test_each_network_is_measured_beside_its_reference() -> None:
    machine = Machine()
    records: list[Any] = []
    networks = [machine.network(f"n{i}", 5.0 + i) for i in range(4)]
    result = machine.measure(
        networks, three(machine), pairing=[2, 0, 1, 0], effort="fast", on_visit=records.append
    )
    assert [row.reference for row in result.rows] == [2, 0, 1, 0]
    for record in records:
        fields = record.fields()
        subjects = {leg[0] for leg in fields["legs"]} - {-1}
        if record.kind == "visit":
            assert subjects == {[2, 0, 1, 0][record.network]}
        else:
            assert subjects == {0, 1, 2}
    for i, row in enumerate(result.rows):
        assert row.latency_ms == pytest.approx(5.0 + i)
    assert [r.latency_ms for r in result.references] == pytest.approx([4.0, 8.0, 16.0])
    assert result.reference.name == "r1"


def test_networks_beside_different_references_are_on_one_scale() -> None:
    """The machine slows down by half; each reference is mostly timed at another speed."""
    machine = Machine(speed=lambda seconds: 1.0 + min(seconds / 40.0, 0.5), noise=0.01)
    truth = np.array([4.4, 4.6, 8.5, 9.0, 15.0, 17.0])
    networks = [machine.network(str(ms), ms) for ms in truth]
    result = machine.measure(networks, three(machine), pairing=[0, 0, 1, 1, 2, 2], group=2)
    measured = np.array([row.latency_ms for row in result.rows])
    np.testing.assert_allclose(measured / measured[2], truth / truth[2], rtol=0.015)


def test_wrong_pairings_are_refused() -> None:
    machine = Machine()
    network = machine.network("n", 5.0)
    with pytest.raises(ConfigError, match="2 references are chosen for 1 networks"):
        machine.measure([network], three(machine), pairing=[0, 1])
    with pytest.raises(ConfigError, match="reference 3 is chosen, there are 3"):
        machine.measure([network], three(machine), pairing=[3])
    with pytest.raises(ConfigError, match="no reference"):
        machine.measure([network], [])


def test_milliseconds_rest_on_calm_sweeps() -> None:
    """Half of the time everything takes 30 % longer, while others wait for the processor."""
    machine = Machine(noise=0.005)

    def speed(seconds: float) -> float:
        busy = int(seconds / 3.0) % 2 == 1
        machine.clock.set_pressure(40.0 if busy else 0.0)
        return 1.3 if busy else 1.0

    machine.speed = speed
    result = machine.measure(
        [machine.network("n", 10.0), machine.network("m", 9.0)],
        machine.network("r", 8.0),
        effort="gold",
    )
    assert result.calibrated
    assert result.reference.latency_ms == pytest.approx(8.0, rel=0.01)
    assert result.rows[0].latency_ms == pytest.approx(10.0, rel=0.02)


def test_a_machine_never_calm_is_not_calibrated() -> None:
    machine = Machine(noise=0.005)
    machine.clock.set_pressure(40.0)
    result = machine.measure([machine.network("n", 10.0)], machine.network("r", 8.0))
    assert not result.calibrated
    assert result.rows[0].status == "converged"


def test_waits_three_times_while_the_machine_is_crowded() -> None:
    """10 s each at effort default; work itself takes a second or two."""

    def wall(pressure: float, effort: str = "default", **options: Any) -> float:
        machine = Machine()
        machine.clock.set_pressure(pressure)
        result = machine.measure(
            [machine.network("n", 10.0)], machine.network("r", 8.0), effort=effort, **options
        )
        assert result.rows[0].status == "converged"
        return float(result.wall_seconds)

    calm = wall(50.0)
    assert wall(90.0) == pytest.approx(calm + 30.0)
    for budget in (15.0, 40.0):  # a twentieth of it, in three parts
        assert wall(90.0, budget_seconds=budget) == pytest.approx(calm + 0.05 * budget)
    assert wall(90.0, "fast") == pytest.approx(wall(50.0, "fast"))
    assert wall(float("nan")) == pytest.approx(calm)


def test_disturbed_legs_are_tried_again_up_to_three_times() -> None:
    """Three of four runs are held up: a leg of three samples goes on until two are clean."""
    machine = Machine()
    held_up = iter(np.random.default_rng(1).random(10**6) < 0.75)
    records: list[Any] = []
    machine.measure(
        [machine.network("n", 10.0, lambda: 3.0 * next(held_up))],
        machine.network("r", 8.0),
        effort="dataset",
        on_visit=records.append,
    )
    machine.measure(
        [machine.network("n", 10.0, lambda: 3.0 * next(held_up))],
        machine.network("r", 8.0),
        effort="fast",
        on_visit=records.append,
    )
    legs = [leg for r in records for leg in r.fields()["legs"] if leg[0] == -1]
    assert {leg[4] for leg in legs} > {3, 4, 5}
    assert all(3 <= leg[4] <= 12 for leg in legs)
    assert all(leg[5] == 2 or leg[4] in (3, 12) for leg in legs)


def test_a_machine_that_is_never_free_is_not_tried_again() -> None:
    """After about a hundred disturbed samples a leg has three samples and no more."""
    machine = Machine()
    records: list[Any] = []
    machine.measure(
        [machine.network("n", 10.0, lambda: 3.0)],
        machine.network("r", 8.0, lambda: 3.0),
        on_visit=records.append,
    )
    samples = [leg[4] for r in records for leg in r.fields()["legs"]]
    assert samples[0] == 12
    assert set(samples[-6:]) == {3}


def test_pressure_of_this_machine_is_a_percentage_or_unknown() -> None:
    pressure = core.SystemClock().pressure()
    assert np.isnan(pressure) or 0.0 <= pressure <= 100.0


def test_bookkeeping_of_a_long_campaign_is_linear() -> None:
    """Estimates of the references for each finished network would go over all legs each time."""

    def estimated(count: int) -> int:
        clock = core.SyntheticClock()
        works = [core.ScriptedRunnable(f"n{i}", clock, [5.0]) for i in range(count)]
        beside = [core.ScriptedRunnable(f"r{i}", clock, [ms]) for i, ms in enumerate((4.0, 8.0))]
        arguments = core.MeterArguments(clock=clock, effort="dataset")
        result = core.measure_runnables(works, beside, arguments, [0] * count)
        assert all(row.latency_ms == pytest.approx(5.0) for row in result.rows)
        return int(result.estimated_values)

    few, many = estimated(1600), estimated(6400)
    assert many < 1.5 * 4 * few
