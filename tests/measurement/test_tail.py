"""The tail of a network's times: its 90th percentile, from the samples themselves."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.measurement.synthetic_machine import Machine


def measured(machine: Machine, network: Any, **options: Any) -> tuple[Any, list[float]]:
    """The row, and the times of the network's undisturbed samples as the records have them."""
    records: list[Any] = []
    reference = machine.network("r", 8.0)
    row = machine.measure([network], reference, on_visit=records.append, **options).rows[0]
    legs = [leg for r in records for leg in r.fields()["legs"] if leg[0] == -1]
    assert all(len(leg[6]) == leg[5] for leg in legs)
    return row, [ms for leg in legs for ms in leg[6]]


def test_it_is_that_of_the_undisturbed_samples() -> None:
    """Some runs take twice as long without any evidence; a fifth is held up by others."""
    machine, rng = Machine(), np.random.default_rng(3)
    own: set[float] = set()

    def run() -> None:
        kind = rng.random()
        ms = 10.0 * float(np.exp(0.01 * rng.standard_normal())) * (2.0 if kind < 0.15 else 1.0)
        held_up = kind > 0.8
        begin = machine.clock.wall_ns()
        machine.clock.advance(ms + 5.0 * held_up, ms, switches=int(held_up))
        if not held_up:
            own.add((machine.clock.wall_ns() - begin) / 1e6)

    row, times = measured(machine, run, effort="gold")
    assert row.clean_samples == len(times) >= 64
    assert set(times) <= own
    assert row.p90_ms == np.quantile(times, 0.9)
    assert row.latency_ms == pytest.approx(10.0, rel=0.02)
    assert row.p90_ms == pytest.approx(20.0, rel=0.05)


def test_samples_of_several_runs_give_times_of_one() -> None:
    machine = Machine()
    row, times = measured(machine, machine.network("n", 0.05), effort="gold")
    assert row.runs_per_sample >= 4
    assert row.p90_ms == np.quantile(times, 0.9) == pytest.approx(0.05, rel=1e-4)


def test_there_is_none_from_few_samples() -> None:
    machine = Machine()
    row, times = measured(machine, machine.network("n", 10.0), effort="dataset")
    assert len(times) == row.clean_samples < 64
    assert np.isnan(row.p90_ms)
