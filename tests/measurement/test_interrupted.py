"""Ctrl-C during a campaign without a store: what was measured is there."""

from __future__ import annotations

import sys
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import latpred as lp
import numpy as np
import pytest
from latpred.measurement.elsewhere import nearest_references
from latpred.measurement.interrupted import note_kept, rows_so_far

from tests.measurement.synthetic_machine import Machine

SPACE = lp.space("ofa-mobilenetv3", resolutions=[112])
ARCHS, REFERENCES = SPACE.sample(5, seed=1), SPACE.sample(2, seed=9)


def records_of(effort: str) -> tuple[list[Any], lp.LatencyMeter, Any]:
    """All steps of a synthetic campaign, and its rows."""
    machine = Machine(noise=0.01)
    records: list[Any] = []
    campaign = machine.measure(
        [machine.network(name, 3.0 + i) for i, name in enumerate(ARCHS.to_strings())],
        [machine.network(name, 4.0) for name in REFERENCES.to_strings()],
        pairing=nearest_references(ARCHS, REFERENCES),
        on_visit=records.append,
        effort=effort,
    )
    return records, lp.LatencyMeter(effort=effort, reference=REFERENCES), campaign


@pytest.mark.parametrize("effort", ["dataset", "fast"])
def test_rows_of_what_was_visited(effort: str) -> None:
    records, meter, _ = records_of(effort)
    for kept in (1, len(records) // 3, len(records) - 1):
        rows, known = rows_so_far(ARCHS, REFERENCES, meter.settings(), records[:kept])
        assert known["references"][0]["latency_ms"] == pytest.approx(4.0, rel=0.05)
        visited = {one.network for one in records[:kept] if one.kind == "visit"}
        assert {row.index for row in rows if np.isfinite(row.latency_ms)} == visited
        for row in rows:
            assert row.latency_ms == pytest.approx(3.0 + row.index, rel=0.05)
            assert row.name == ARCHS.to_strings()[row.index]


def test_all_records_give_the_rows_of_the_campaign() -> None:
    records, meter, campaign = records_of("fast")
    rows, _ = rows_so_far(ARCHS, REFERENCES, meter.settings(), records)
    for row, whole in zip(rows, campaign.rows, strict=True):
        assert (row.status, row.visits) == (whole.status, whole.visits)
        assert row.latency_ms == pytest.approx(whole.latency_ms, rel=1e-12)


def test_without_a_record_there_is_no_row() -> None:
    assert rows_so_far(ARCHS, REFERENCES, lp.LatencyMeter().settings(), []) == ([], {})


@pytest.mark.libtorch
def test_networks_that_are_not_done_are_kept_too() -> None:
    def stop(done: int, _expected: int, _text: str) -> None:
        if done >= 9:
            raise KeyboardInterrupt

    archs = ARCHS[:3]
    meter = lp.LatencyMeter(effort="gold", reference=REFERENCES[:1])
    with pytest.raises(KeyboardInterrupt) as caught:
        meter.measure(archs, progress=stop)
    (note,) = caught.value.__notes__
    assert note.startswith("3 of 3 rows are in meter.last_table, and in last_table of this")
    assert "sys.last_value.last_table" in note
    assert vars(caught.value)["last_table"] is meter.last_table
    assert meter.last_table is not None
    assert meter.last_table.archs == archs
    assert meter.last_table.measured["visits"].sum() >= 9
    assert set(meter.last_table.status) == {"budget"}
    assert meter.last_table.meta["environment"]


@pytest.mark.libtorch
def test_without_a_meter_the_interrupt_has_the_table(monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(done: int, _expected: int, _text: str) -> None:
        if done >= 4:
            raise KeyboardInterrupt

    bar = "latpred.measurement.measuring.progress_bar"
    monkeypatch.setattr(bar, lambda *_, **__: nullcontext(stop))
    archs = ARCHS[:2]
    with pytest.raises(KeyboardInterrupt) as caught:
        lp.measure(archs, effort="dataset")
    kept = vars(caught.value)["last_table"]
    assert 1 <= len(kept) <= 2
    assert set(kept.archs.to_strings()) <= set(archs.to_strings())


def test_an_interrupt_before_the_first_visit_has_no_table() -> None:
    stop = KeyboardInterrupt()
    note_kept(stop, None, 7)
    assert vars(stop)["last_table"] is None
    assert stop.__notes__[0].startswith("0 of 7 rows")


def _interrupted_there(
    networks: Any, references: Any, device: Any, _where: Any, settings: Any, pairing: Any
) -> Any:
    """Measures on a synthetic machine; the first visit on the device "there" is interrupted."""

    def visited(record: Any) -> None:
        settings.on_visit(record)
        if device.name == "there" and record.kind == "visit":
            raise KeyboardInterrupt

    machine = Machine(noise=0.01)
    return machine.measure(
        [machine.network(name, 3.0 + i) for i, (name, _) in enumerate(networks)],
        [machine.network(name, 4.0) for name, _ in references],
        pairing=pairing,
        on_visit=visited,
        effort=settings.effort,
        seed=settings.seed,
    )


def test_own_networks_that_were_measured_are_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those of the device that is done, and of the one at work what its first visits say."""
    pytest.importorskip("onnx", reason="needs the extra onnx")
    paths = {name: tmp_path / f"{name}.onnx" for name in "ab"}
    for number, path in enumerate(paths.values()):
        lp.to_onnx(ARCHS[number : number + 1], path)

    place = "latpred.measurement.network_campaign"
    monkeypatch.setattr(f"{place}.nearest_by_command", lambda *_: REFERENCES[:1])
    monkeypatch.setattr(f"{place}.measure_by_command", _interrupted_there)
    devices = [lp.Device("command", name=name) for name in ("here", "there", "nowhere")]
    command = f"{sys.executable} {{onnx}}"
    with pytest.raises(KeyboardInterrupt) as caught:
        lp.measure_network(paths, devices=devices, command=command, effort="dataset", seed=3)
    found = vars(caught.value)["last_table"]
    assert isinstance(found, lp.NetworkComparison)
    where = [row.device.partition(":")[0] for row in found.rows]
    assert where == ["here", "here", "there"]
    assert [row.name for row in found.rows[:2]] == ["a", "b"]
    for row in found.rows:
        assert row.latency_ms == pytest.approx(3.0 + "ab".index(row.name), rel=0.05)
    assert found.sentences()
    (note,) = caught.value.__notes__
    assert note.startswith("3 of 6 rows are in last_table of this interrupt")


def test_an_interrupt_before_own_networks_run_has_no_table(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("latpred.measurement.own_network.measure_on", stop)
    with pytest.raises(KeyboardInterrupt) as caught:
        lp.measure_network("tests.worker.broken_networks:Work")
    assert vars(caught.value)["last_table"] is None
    assert caught.value.__notes__[0].startswith("0 of 1 rows")
