"""The meter from Python: settings, tables, failures, interrupts. Times only where synthetic."""

from __future__ import annotations

import json
import logging
import re
from typing import Any

import latpred as lp
import numpy as np
import pytest
from latpred._core import base as core_base
from latpred._core import measurement as core
from latpred.measurement import MeasuredTable

from tests.measurement.synthetic_machine import Machine


@pytest.fixture(scope="module")
def space() -> Any:
    return lp.space("ofa-mobilenetv3", resolutions=[112])


@pytest.fixture(scope="module")
def archs(space: Any) -> Any:
    return space.sample(3, seed=0)


@pytest.mark.parametrize(
    ("settings", "text"),
    [
        ({"effort": "thorough"}, "effort 'thorough' is unknown"),
        ({"group": 0}, "group is 0"),
        ({"budget_seconds": -1.0}, "budget_seconds is -1"),
    ],
)
@pytest.mark.libtorch
def test_wrong_settings_fail_when_made(settings: dict[str, Any], text: str) -> None:
    with pytest.raises(lp.ConfigError, match=text):
        lp.LatencyMeter(lp.Device(), **settings)


@pytest.mark.libtorch
def test_settings_show() -> None:
    meter = lp.LatencyMeter(lp.Device(threads=2), effort="gold", seed=3)
    assert repr(meter) == "LatencyMeter(libtorch-runner-fastest-t2-b1-fp32, effort='gold', seed=3)"


@pytest.mark.libtorch
def test_no_architecture_is_an_error(space: Any) -> None:
    with pytest.raises(lp.ConfigError, match="at least one expected"):
        lp.LatencyMeter().measure(space.sample(0, seed=0))


@pytest.mark.libtorch
def test_references_are_always_the_same(space: Any, archs: Any) -> None:
    a, b = lp.LatencyMeter(seed=1).reference(space), lp.LatencyMeter(seed=2).reference(space)
    assert a == b
    macs = space.count(space.sample(1000, seed=9))["macs"]
    share = [(macs < one).mean() for one in space.count(a)["macs"]]
    np.testing.assert_allclose(share, [0.1, 0.5, 0.9], atol=0.1)
    assert lp.LatencyMeter(reference=archs[1]).reference(space) == archs[1]


@pytest.mark.libtorch
def test_real_networks_give_a_table(archs: Any) -> None:
    meter = lp.LatencyMeter(lp.Device(name="here"), effort="dataset")
    steps: list[tuple[int, int]] = []
    table = meter.measure(archs, progress=lambda done, total, _: steps.append((done, total)))
    assert table.archs == archs
    assert table.device == "here:libtorch-runner-fastest-t1-b1-fp32"
    assert (table.latency_ms > 0).all()
    assert set(table.status) <= {"labelled", "suspect"}
    assert np.isnan(table.low_ms).all()
    assert steps[-1] == (6, 6)  # visits
    assert table.meta["effort"] == "dataset"
    assert table.meta["reference"]["legs"] >= 7
    assert table.meta["failed"] == []
    assert table.meta["environment"]["torch"].startswith("2.")
    json.dumps(table.meta)
    assert meter.last_table is table
    assert [row.name for row in meter.last_campaign] == archs.to_strings()


@pytest.mark.libtorch
def test_a_meter_is_an_objective(archs: Any) -> None:
    assert lp.LatencyMeter(effort="dataset")(archs[:2]).shape == (2,)


@pytest.mark.libtorch
def test_intervals_hold_their_latency(archs: Any) -> None:
    """The statistic, not the time: records are those of a synthetic machine."""
    machine, records = Machine(noise=0.02), list[Any]()
    work, beside = machine.network("n", 6.0), machine.network("r", 8.0)
    machine.measure([work], beside, effort="fast", on_visit=records.append)
    meter = lp.LatencyMeter(effort="fast", reference=archs[1:2])
    table = lp.measure(archs[:1], meter, progress=False, earlier=records)
    assert table.status == ("converged",)
    assert table.low_ms is not None
    assert table.high_ms is not None
    assert table.low_ms[0] < table.latency_ms[0] < table.high_ms[0]
    assert table.low_ms[0] < 6.0 < table.high_ms[0] < 1.1 * table.low_ms[0]


@pytest.mark.libtorch
def test_real_networks_get_intervals_or_a_reason(archs: Any) -> None:
    """A machine may be too restless for an interval; a latency there is always."""
    meter = lp.LatencyMeter(effort="fast", reference=archs[1:2])
    meter.measure(archs[:1])
    (row,) = meter.last_campaign
    assert row.status in ("converged", "budget", "drift", "suspect")
    assert bool(row.reason) == (row.status != "converged")
    assert row.latency_ms > 0
    if row.status == "converged":
        assert row.low_ms <= row.latency_ms <= row.high_ms


@pytest.mark.libtorch
def test_architectures_need_libtorch(archs: Any) -> None:
    with pytest.raises(lp.ConfigError, match="the device has runtime python"):
        lp.LatencyMeter(lp.Device(runtime="python")).measure(archs)


@pytest.mark.libtorch
def test_networks_are_paired_with_the_nearest_reference(space: Any) -> None:
    meter = lp.LatencyMeter(effort="dataset")
    references = meter.reference(space)
    table = meter.measure(references[[2, 0, 1]])
    assert table.measured["reference"].tolist() == [2, 0, 1]
    with pytest.raises(lp.ConfigError, match="at least one expected"):
        lp.LatencyMeter(reference=references[:0]).measure(references)


@pytest.mark.libtorch
def test_tables_keep_their_columns(archs: Any, tmp_path: Any) -> None:
    table = lp.LatencyMeter(effort="dataset").measure(archs)
    part = table[1:]
    assert part.measured["visits"].tolist() == [2, 2]
    assert part.measured["cpu_ms"].tolist() == table.measured["cpu_ms"][1:].tolist()
    names = [field.name for field in core.row_fields() if field.name in part.measured]
    assert {"cpu_ms", "ratio_low", "visits", "reference", "time"} <= set(names)
    assert list(part.to_frame().columns[-len(names) :]) == names == list(part.measured)
    for field in core.row_fields():
        described = f"`{field.name}`: {field.sentence}" in (MeasuredTable.__doc__ or "")
        assert described == (field.name in names)
    table.to_csv(tmp_path / "t.csv")
    again = lp.read_latency_table(tmp_path / "t.csv", archs.space)
    assert again.latency_ms.tolist() == table.latency_ms.tolist()


@pytest.mark.libtorch
def test_a_campaign_goes_on_from_its_records(archs: Any) -> None:
    """What was measured is taken over exactly; nothing is measured where all is known."""
    records: list[Any] = []
    table = lp.LatencyMeter(effort="dataset").measure(archs, on_visit=records.append)
    assert {r.kind for r in records} == {"sentinel", "visit"}
    more: list[Any] = []
    meter = lp.LatencyMeter(effort="dataset")
    again = lp.measure(archs, meter, progress=False, earlier=records, on_visit=more.append)
    assert more == []
    assert again.latency_ms.tolist() == table.latency_ms.tolist()
    lp.measure(archs, meter, progress=False, earlier=records[:4], on_visit=more.append)
    assert [r.sequence for r in more] == list(range(4, len(records)))
    assert meter.protocol(archs.space) == lp.LatencyMeter(effort="dataset").protocol(archs.space)


@pytest.mark.libtorch
def test_a_clock_that_does_not_move_is_a_measurement_error(archs: Any) -> None:
    meter = lp.LatencyMeter(clock=core.SyntheticClock())
    with pytest.raises(lp.MeasurementError, match="no time by the clock"):
        meter.measure(archs)


@pytest.mark.libtorch
def test_an_interrupted_campaign_keeps_its_table(archs: Any) -> None:
    def interrupt(done: int, _total: int, _text: str) -> None:
        if done >= 3:
            raise KeyboardInterrupt

    # Beside one reference no sweep is made again, however restless the machine is.
    meter = lp.LatencyMeter(effort="dataset", group=1, reference=archs[:1])
    with pytest.raises(KeyboardInterrupt) as stop:
        meter.measure(archs, progress=interrupt)
    # Groups of one network, two visits each: the third visit is of the second network.
    assert stop.value.__notes__[0].startswith("2 of 3 rows are in meter.last_table, ")
    assert meter.last_table is not None
    assert len(meter.last_table) == 2
    assert set(meter.last_table.archs.to_strings()) < set(archs.to_strings())


@pytest.mark.libtorch
def test_time_that_runs_out_leaves_rows_out_and_says_so(
    archs: Any, caplog: pytest.LogCaptureFixture
) -> None:
    meter = lp.LatencyMeter(budget_seconds=1e-9)
    with (
        caplog.at_level(logging.WARNING, "latpred"),
        pytest.raises(lp.MeasurementError, match="time ran out before the first visit"),
    ):
        meter.measure(archs)
    assert "architecture 2" in caplog.text


@pytest.mark.libtorch
def test_callables_beside_a_callable() -> None:
    machine = Machine()
    meter = lp.LatencyMeter(effort="fast", clock=machine.clock)
    rows = meter.measure_callables(
        [machine.network("a", 4.0), machine.network("b", 6.0)], machine.network("r", 5.0)
    )
    assert [row.name for row in rows] == ["a", "b"]
    assert [row.latency_ms for row in rows] == pytest.approx([4.0, 6.0])


@pytest.mark.libtorch
def test_callables_that_wait_are_timed_by_the_wall() -> None:
    clock = core.SyntheticClock()
    meter = lp.LatencyMeter(clock=clock)
    work = [lambda: clock.advance(5.0, 0.1)]
    (row,) = meter.measure_callables(work, lambda: clock.advance(4.0, 0.1), waits=True)
    assert (row.time, row.latency_ms) == ("wall", pytest.approx(5.0))


@pytest.mark.libtorch
def test_bar_shows_networks(archs: Any, capsys: pytest.CaptureFixture[str]) -> None:
    lp.measure(archs, lp.LatencyMeter(effort="dataset"))
    assert re.search(r"measuring: (\d+) of \1 visits \(100 %\)", capsys.readouterr().err)
    lp.measure(archs[:1], lp.LatencyMeter(effort="dataset"), progress=False)
    assert capsys.readouterr().err == ""


@pytest.mark.libtorch
@pytest.mark.parametrize("poll", [1, 2, 3, 5, 8, 20, 50, 100, 200, 400, 800])
def test_an_interrupt_inside_a_network_ends_the_campaign(archs: Any, poll: int) -> None:
    """Whichever of the operators, samples and visits asks: it is no failure of that network."""
    meter = lp.LatencyMeter(lp.Device(), effort="fast")
    with core_base.PollProbe(interrupt_at=poll) as probe, pytest.raises(KeyboardInterrupt):
        meter.measure(archs)
    assert probe.polls == poll
    assert all(row.status != "failed" for row in meter.last_campaign)
