"""Waiting for accelerators: on torch's device "meta" with events whose times are given."""

from __future__ import annotations

from typing import Any

import latpred as lp
import pytest
from latpred._core import measurement as core
from latpred._core import networks as native

PASS_MS = 3.0


@pytest.fixture
def clock() -> Any:
    return core.SyntheticClock()


@pytest.fixture
def accelerator(clock: Any) -> Any:
    return native.SyntheticAccelerator(clock, PASS_MS)


def runnable(name: str = "n", **settings: Any) -> Any:
    graph = lp.space("nas-bench-201").sample(1, seed=0).graph()
    return native.NetworkRunnable(graph, name, device="meta", **settings)


def test_a_run_lasts_until_the_device_has_done_it(clock: Any, accelerator: Any) -> None:
    one = runnable()
    one.prepare()
    for _ in range(4):
        before, waits = clock.wall_ns(), accelerator.waits
        one.run()
        assert clock.wall_ns() - before == PASS_MS * 1e6
        assert accelerator.waits == waits + 1
    assert clock.cpu_ns() == 0


def test_nothing_is_left_over_when_runs_begin(clock: Any, accelerator: Any) -> None:
    """What `prepare` gives the device is done before the first run is timed."""
    one = runnable()
    one.prepare()
    assert accelerator.waits == 1
    assert clock.wall_ns() == accelerator.records * PASS_MS * 1e6


def test_a_device_without_events_is_not_waited_for(clock: Any) -> None:
    one = runnable()
    one.prepare()
    one.run()
    assert clock.wall_ns() == 0


@pytest.mark.usefixtures("accelerator")
def test_the_meter_sees_the_time_of_the_device(clock: Any) -> None:
    meter = lp.LatencyMeter(lp.Device("libtorch-cuda"), effort="fast", clock=clock)
    rows = meter.measure_callables([runnable("a"), runnable("b")], runnable("r"), waits=True)
    for row in rows:
        assert row.status == "converged"
        assert row.latency_ms == pytest.approx(PASS_MS)
        assert row.ratio == pytest.approx(1.0)


def test_processor_time_of_accelerators_does_not_count() -> None:
    assert lp.Device().own_thread
    assert not lp.Device(threads=2).own_thread
    assert not lp.Device("libtorch-cuda").own_thread
    assert not lp.Device("command").own_thread
    for device in (lp.Device(), lp.Device(threads=2), lp.Device("openvino")):
        assert (device.scope == core.Scope.thread) == device.own_thread


def test_one_at_a_time_and_gone_afterwards(clock: Any) -> None:
    accelerator = native.SyntheticAccelerator(clock, PASS_MS)
    one = runnable()
    one.prepare()
    with pytest.raises(lp.ConfigError, match="one at a time expected"):
        native.SyntheticAccelerator(clock, PASS_MS)
    del accelerator
    with pytest.raises(lp.LatpredError, match="is gone"):
        one.run()
    runnable().prepare()
    with pytest.raises(lp.ConfigError, match="above 0 expected"):
        native.SyntheticAccelerator(clock, 0.0)
