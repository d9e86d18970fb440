"""`lp.measure(…, store=…)`: real networks, but nothing here depends on how long they take."""

from __future__ import annotations

import os
import shutil
import signal
from pathlib import Path
from typing import Any

import latpred as lp
import numpy as np
import pytest
from latpred.measurement.stored import measure_with_store
from latpred.store.reader import read_store

pytestmark = pytest.mark.libtorch


@pytest.fixture(scope="module")
def archs() -> Any:
    return lp.space("ofa-mobilenetv3", resolutions=[112]).sample(3, seed=0)


def meter(**options: Any) -> Any:
    """Beside one reference no sweep is made again, however restless the machine is."""
    reference = lp.space("ofa-mobilenetv3", resolutions=[112]).sample(1, seed=1)
    given = {"effort": "dataset", "group": 2, "reference": reference} | options
    return lp.LatencyMeter(lp.Device(name="here"), **given)


def visits(path: Path) -> list[tuple[Any, ...]]:
    rows = read_store(path).tables["visits"]
    names = ("campaign", "sequence", "kind", "network", "name", "group", "sweep", "number")
    return [tuple(row[name] for name in names) for row in rows]


def interrupt(path: Path, archs: Any, at: int) -> None:
    """Stop when so many visits are done."""

    def stop(done: int, *_: Any) -> None:
        if done >= at:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt) as caught:
        measure_with_store(archs, meter(), path, progress=stop)
    assert f"goes on from {path}" in " ".join(caught.value.__notes__)


def test_a_second_call_measures_nothing(archs: Any, tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    first = lp.measure(archs, meter(), store=path, progress=False)
    rows = read_store(path).rows
    again = lp.measure(archs, meter(), store=path, progress=False)
    assert read_store(path).rows == rows
    np.testing.assert_array_equal(again.latency_ms, first.latency_ms)
    assert again.archs == first.archs == archs
    assert again.status == first.status
    assert set(first.status) <= {"labelled", "suspect"}
    assert again.device == "here:libtorch-runner-fastest-t1-b1-fp32"
    assert again.meta["store"] == str(path)
    assert again.meta["references"] == first.meta["references"]
    np.testing.assert_array_equal(again.measured["ratio"], first.measured["ratio"])


def test_an_interrupted_campaign_goes_on(archs: Any, tmp_path: Path) -> None:
    interrupt(tmp_path / "a.db", archs, at=2)
    kept = visits(tmp_path / "a.db")
    assert len(kept) > 0
    lp.measure(archs, meter(), store=tmp_path / "a.db", progress=False)
    tables = read_store(tmp_path / "a.db").tables
    assert visits(tmp_path / "a.db")[: len(kept)] == kept
    assert [row["sequence"] for row in tables["visits"]] == list(range(len(tables["visits"])))
    assert [row["session"] for row in tables["sessions"]] == [0, 1]
    assert sorted(row["position"] for row in tables["results"] if row["final"]) == [0, 1, 2]


def test_more_networks_are_added(archs: Any, tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    some = lp.measure(archs[:1], meter(), store=path, progress=False)
    more = lp.measure(archs[[2, 0]], meter(), store=path, progress=False)
    assert more.latency_ms[1] == some.latency_ms[0]
    assert len(more) == 2
    assert [row["campaign"] for row in read_store(path).tables["networks"]] == [0, 1]


def test_a_network_given_twice_is_measured_twice(archs: Any, tmp_path: Path) -> None:
    twice = archs[[0, 0]]
    table = lp.measure(twice, meter(), store=tmp_path / "a.db", progress=False)
    assert len(table) == 2
    rows = read_store(tmp_path / "a.db").tables["networks"]
    assert [row["repeat"] for row in rows] == [0, 1]
    again = lp.measure(twice, meter(), store=tmp_path / "a.db", progress=False)
    np.testing.assert_array_equal(again.latency_ms, table.latency_ms)


def test_what_the_time_did_not_suffice_for_is_measured_next_time(
    archs: Any, tmp_path: Path
) -> None:
    path = tmp_path / "a.db"
    with pytest.raises(lp.MeasurementError, match="time ran out"):
        lp.measure(archs, meter(budget_seconds=1e-9), store=path, progress=False)
    table = lp.measure(archs, meter(), store=path, progress=False)
    assert len(table) == 3
    assert table.meta["failed"] == []
    repeats = [row["repeat"] for row in read_store(path).tables["networks"]]
    assert repeats == [0, 0, 0, 1, 1, 1]


def test_an_unfinished_campaign_of_others_is_refused(archs: Any, tmp_path: Path) -> None:
    interrupt(tmp_path / "a.db", archs, at=2)
    with pytest.raises(
        lp.ConfigMismatchError, match="unfinished campaign of 3 networks, of which 2"
    ):
        lp.measure(archs[:1], meter(), store=tmp_path / "a.db", progress=False)


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"effort": "fast"}, "effort: stored 'dataset', given 'fast'"),
        ({"seed": 7}, "seed: stored 0, given 7"),
    ],
)
def test_other_settings_are_refused(
    options: dict[str, Any], text: str, archs: Any, tmp_path: Path
) -> None:
    interrupt(tmp_path / "a.db", archs, at=1)
    with pytest.raises(lp.ConfigMismatchError, match=text):
        lp.measure(archs, meter(**options), store=tmp_path / "a.db", progress=False)
    other = lp.space("ofa-mobilenetv3", resolutions=[128]).sample(1, seed=0)
    with pytest.raises(lp.ConfigMismatchError, match="space_hash"):
        lp.measure(other, meter(), store=tmp_path / "a.db", progress=False)


def test_a_worker_is_where_the_environment_is(archs: Any, tmp_path: Path) -> None:
    """Its machine may be another one; its record is the one that is kept."""
    path = tmp_path / "a.db"
    table = lp.measure(archs[:1], meter(worker=True), store=path, progress=False)
    (row,) = read_store(path).tables["environments"]
    assert row["env_id"] == table.meta["environment"]["env_id"]
    again = lp.measure(archs[:1], meter(worker=True), store=path, progress=False)
    assert again.latency_ms == table.latency_ms
    here = lp.measure(archs[:1], meter(), store=path, progress=False)  # the same device
    assert here.latency_ms == table.latency_ms


def test_no_architecture_is_no_campaign(archs: Any, tmp_path: Path) -> None:
    meter = lp.LatencyMeter(effort="dataset")
    for settings in ({"store": tmp_path / "a.db"}, {}):
        with pytest.raises(lp.ConfigError, match="no architecture given, at least one expected"):
            lp.measure(archs[:0], meter, progress=False, **settings)
    assert list(tmp_path.iterdir()) == []


def test_records_are_kept_in_one_place(archs: Any, tmp_path: Path) -> None:
    with pytest.raises(lp.ConfigError, match="keeps the records"):
        lp.measure(archs, meter(), store=tmp_path / "a.db", on_visit=print, progress=False)


def test_sigterm_ends_in_order(archs: Any, tmp_path: Path) -> None:
    """Row 21: what was measured is stored, and the exit code is that of SIGTERM."""
    path = tmp_path / "a.db"
    pid = os.fork()
    if pid == 0:
        code = 99
        try:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)

            def kill(done: int, *_: Any) -> None:
                if done >= 4:
                    os.kill(os.getpid(), signal.SIGTERM)

            measure_with_store(archs, meter(), path, progress=kill)
        except SystemExit as stop:
            code = int(str(stop.code))
        finally:
            os._exit(code)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 143
    assert len(visits(path)) >= 4
    lp.measure(archs, meter(), store=path, progress=False)


KEPT = Path(__file__).resolve().parents[1] / "store" / "data"  # files that version 2 wrote


def old_meter(**device: Any) -> Any:
    reference = lp.space("ofa-mobilenetv3", resolutions=[112]).sample(1, seed=1)
    device = {"name": "here", "mode": "plain"} | device
    return lp.LatencyMeter(lp.Device(**device), effort="dataset", group=2, reference=reference)


@pytest.mark.parametrize("name", ["version_2", "version_2_ended"])
def test_a_store_of_version_2_goes_on_as_the_runners(name: str, archs: Any, tmp_path: Path) -> None:
    """It said "libtorch-plain": what was measured is taken over, the rest is measured."""
    path = tmp_path / "a.db"
    shutil.copy(KEPT / f"{name}.sqlite", path)
    before = read_store(path)
    kept = visits(path)
    assert before.version == 2
    with pytest.raises(lp.ConfigMismatchError, match=r"runner-plain.*libtorch-eager-plain"):
        lp.measure(archs, old_meter(program="eager"), store=path, progress=False)
    table = lp.measure(archs, old_meter(), store=path, progress=False)
    assert len(table) == 3
    assert table.device == "here:libtorch-runner-plain-t1-b1-fp32"
    assert set(table.status) <= {"labelled", "suspect"}
    assert visits(path)[: len(kept)] == kept
    done = {row["name"]: row["latency_ms"] for row in before.tables["results"] if row["final"]}
    for text, latency in zip(archs.to_strings(), table.latency_ms, strict=True):
        assert done.get(text, latency) == latency
    assert len(done) == (2 if name.endswith("ended") else 0)
    assert (tmp_path / "a.db.v2").exists()
