"""What breaks: networks, references, clocks, settings, interrupts; and what is restored."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from latpred import ConfigError, MeasurementError
from latpred._core import measurement as core

from tests.measurement.synthetic_machine import Machine


def test_a_failing_network_is_a_row() -> None:
    machine = Machine()
    countdown = iter(range(20, -1, -1))

    def breaks() -> None:
        machine.clock.advance(1.0)
        if next(countdown) == 0:
            raise ValueError("no memory left\nstack of the library")

    class Unprepared:
        name = "unprepared"

        def prepare(self) -> None:
            raise RuntimeError("no such file")

        def run(self) -> None:
            raise AssertionError("never run")

    networks = [machine.network("a", 5.0), breaks, Unprepared(), machine.network("b", 6.0)]
    seen = []
    campaign = machine.measure(
        networks, machine.network("r", 8.0), on_result=lambda row, _: seen.append(row.index)
    )
    assert [row.status for row in campaign.rows] == ["converged", "failed", "failed", "converged"]
    assert campaign.rows[1].reason == "ValueError: no memory left"
    assert campaign.rows[2].reason == "RuntimeError: no such file"
    assert np.isnan(campaign.rows[1].latency_ms)
    assert campaign.rows[3].latency_ms == pytest.approx(6.0)
    assert sorted(seen) == [0, 1, 2, 3]


def test_a_failing_reference_ends_the_campaign() -> None:
    machine = Machine()

    def breaks() -> None:
        raise ValueError("gone")

    with pytest.raises(MeasurementError, match=r"reference .* cannot be measured: ValueError"):
        machine.measure([machine.network("a", 5.0)], breaks)


def test_a_clock_that_stands_still_is_refused() -> None:
    machine = Machine()
    row = machine.measure([lambda: None], machine.network("r", 8.0)).rows[0]
    assert row.status == "failed"
    assert "no time by the clock" in row.reason


def test_a_thread_without_cpu_time_is_refused() -> None:
    machine = Machine()
    row = machine.measure(
        [lambda: machine.clock.advance(5.0, 0.0)], machine.network("r", 8.0)
    ).rows[0]
    assert row.status == "failed"
    assert "no CPU time" in row.reason


def test_an_interrupt_keeps_the_finished_rows() -> None:
    """Whichever of the three comes first finishes; one of the other two then interrupts."""
    machine = Machine()
    finished: list[Any] = []

    def run() -> None:
        machine.clock.advance(5.0)
        if finished:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        machine.measure(
            [run, run, run],
            machine.network("r", 8.0),
            group=1,
            on_result=lambda row, _: finished.append(row),
        )
    assert [row.status for row in finished] == ["converged"]
    assert finished[0].latency_ms == pytest.approx(5.0)


def test_denormals_are_flushed_while_measuring_and_restored() -> None:
    machine = Machine()
    inside: list[bool] = []

    def run() -> None:
        inside.append(core.flushes_denormals())
        machine.clock.advance(5.0)

    assert not core.flushes_denormals()
    machine.measure([run], machine.network("r", 8.0))
    assert all(inside)
    assert not core.flushes_denormals()
    with pytest.raises(MeasurementError):
        machine.measure([run], lambda: None)
    assert not core.flushes_denormals()


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"effort": "thorough"}, "effort 'thorough' is unknown, expected one of fast, default"),
        ({"group": 0}, "group is 0"),
        ({"budget_seconds": 0.0}, "budget_seconds is 0"),
        ({"budget_seconds": float("nan")}, "budget_seconds is nan"),
    ],
)
def test_wrong_settings_are_typed_errors(options: dict[str, Any], text: str) -> None:
    machine = Machine()
    with pytest.raises(ConfigError, match=text):
        machine.measure([], machine.network("r", 8.0), **options)


def test_a_runnable_must_be_callable() -> None:
    machine = Machine()
    with pytest.raises(ConfigError, match="callable"):
        machine.measure([], 3)
    row = machine.measure([3], machine.network("r", 8.0)).rows[0]
    assert row.status == "failed"
    assert "callable" in row.reason
