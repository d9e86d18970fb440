"""Tables measured on a synthetic device; files; export."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import latpred as lp
import numpy as np
import pytest
from latpred._core import predictors as native
from latpred.lookup import measure as lookup_measurement

from tests.lookup.synthetic_device import Device, WholeMeter, part_ms


@pytest.fixture(scope="module")
def space() -> Any:
    return lp.space("ofa-mobilenetv3", width=1.2, resolutions=[160])


def measure(device: Device, space: Any, **settings: Any) -> lp.LookupMeasurement:
    settings = {"runnable": device.runnable, "progress": False} | settings
    return lp.measure_lookup_table(space, device.meter(), **settings)


@pytest.fixture(scope="module")
def table(space: Any) -> lp.LookupMeasurement:
    return measure(Device(), space)


def test_every_part_is_measured_once(space: Any) -> None:
    device = Device()
    table = measure(device, space)
    names = [name for name in device.made if name != "reference"]
    assert sorted(names) == sorted(entry.key for entry in table.entries)
    for entry in table.entries:
        assert entry.latency_ms == pytest.approx(part_ms(entry.key), rel=1e-5)
        assert entry.low_ms <= entry.latency_ms <= entry.high_ms
        assert entry.status == "converged"
    assert table.missing == []


def test_predictor_is_the_sum(table: Any, space: Any, tmp_path: Path) -> None:
    archs = space.sample(30, seed=3)
    exact = Device().latency(table.catalogue, archs)
    model = table.predictor()
    assert isinstance(model, lp.LookupTablePredictor)
    np.testing.assert_allclose(model.predict(archs), exact, rtol=1e-5)
    model.save(tmp_path / "m.latpred")
    np.testing.assert_array_equal(
        lp.load_predictor(tmp_path / "m.latpred").predict(archs), model.predict(archs)
    )


def test_csv_comes_back(table: Any, space: Any, tmp_path: Path) -> None:
    table.write_csv(tmp_path / "t.csv")
    again = lp.LookupMeasurement.read_csv(tmp_path / "t.csv", space)
    assert again.entries == table.entries
    assert (again.mode, again.by, again.device) == ("alone", "block", table.device)


def test_csv_serves_other_spaces_of_the_same_parts(table: Any, tmp_path: Path) -> None:
    table.write_csv(tmp_path / "t.csv")
    two = lp.space("ofa-mobilenetv3", width=1.2, resolutions=[160, 224])
    both = lp.LookupMeasurement.read_csv(tmp_path / "t.csv", two)
    assert len(both.missing) == len(both) - len(table)
    with pytest.raises(lp.LookupTableError, match="was not measured"):
        both.predictor()
    with pytest.raises(lp.SchemaError, match="none of its"):
        lp.LookupMeasurement.read_csv(tmp_path / "t.csv", lp.space("ofa-resnet50"))


@pytest.mark.parametrize("damage", ["", "# {}\n", "no json\npart\n", "cut"])
def test_damaged_csv(table: Any, space: Any, tmp_path: Path, damage: str) -> None:
    path = tmp_path / "t.csv"
    table.write_csv(path)
    path.write_text(path.read_text()[:-30] if damage == "cut" else damage)
    with pytest.raises(lp.CorruptionError, match=r"(no|not a) look-up table of latpred"):
        lp.LookupMeasurement.read_csv(path, space)
    with pytest.raises(lp.StorageError, match="cannot read"):
        lp.LookupMeasurement.read_csv(tmp_path / "none.csv", space)


def test_interrupted_table_goes_on(space: Any, tmp_path: Path) -> None:
    out = tmp_path / "t.csv"
    device = Device()

    def failing(graph: Any, name: str) -> Any:
        if len(device.made) > 60:
            raise KeyboardInterrupt
        return device.runnable(graph, name)

    with pytest.raises(KeyboardInterrupt):
        measure(device, space, out=out, runnable=failing)
    partial = lp.LookupMeasurement.read_csv(out, space)
    assert 0 < len(partial.missing) < len(partial)
    rest = Device()
    whole = measure(rest, space, out=out)
    assert whole.missing == []
    assert len([n for n in rest.made if n != "reference"]) == len(partial.missing)
    with pytest.raises(lp.SchemaError, match="to go on"):
        lp.measure_lookup_table(
            space, lp.LatencyMeter(lp.Device(batch_size=2)), out=out, progress=False
        )


def test_time_is_up(space: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    times = iter(np.arange(0.0, 1e6, 40.0))
    monkeypatch.setattr(lookup_measurement.time, "monotonic", lambda: float(next(times)))
    table = measure(Device(), space, budget_minutes=1)
    assert 0 < len(table.missing) < len(table)
    assert {e.status for e in table.entries} == {"converged", "not measured"}


def test_a_failing_part_is_a_row(space: Any) -> None:
    device = Device()
    bad = native.PartCatalogue(space, "block").key(7)

    def runnable(graph: Any, name: str) -> Any:
        if name != bad:
            return device.runnable(graph, name)

        def fail() -> None:
            raise RuntimeError("out of memory")

        return fail

    table = measure(device, space, runnable=runnable)
    assert [entry.status for entry in table.missing] == ["failed"]
    assert table.missing[0].key == bad


@pytest.mark.parametrize(
    "name", ["ofa-mobilenetv3", "ofa-proxyless", "compofa-fixed", "compofa-elastic"]
)
def test_ofa_yaml_comes_back(name: str, tmp_path: Path) -> None:
    space = lp.space(name, resolutions=[160, 192])
    table = measure(Device(), space)
    paths = table.to_ofa_yaml(tmp_path / "tables")
    assert [p.name for p in paths] == ["160_lookup_table.yaml", "192_lookup_table.yaml"]
    if name == "compofa-fixed":  # OFA's reader asks for parts that no network of it has
        with pytest.raises(lp.LookupTableError):
            lp.LookupTablePredictor.from_yaml(tmp_path / "tables", space)
        return
    again = lp.LookupTablePredictor.from_yaml(tmp_path / "tables", space)
    archs = space.sample(40, seed=2)
    np.testing.assert_allclose(again.predict(archs), table.predictor().predict(archs), rtol=1e-9)


def test_ofa_keys_cannot_name_bottlenecks(tmp_path: Path) -> None:
    space = lp.space("ofa-resnet50", resolutions=[160])
    with pytest.raises(lp.ConfigError, match="no entry can name the block"):
        measure(Device(), space).to_ofa_yaml(tmp_path)


def test_additivity_finds_overhead_and_slope(table: Any, space: Any) -> None:
    device = Device(lambda total: 1.5 + 0.8 * total)
    archs = space.sample(30, seed=9)
    meter = WholeMeter(device, table.catalogue, noise=0.005)
    report = table.additivity(archs, meter, progress=False)
    assert meter.measured == 30
    assert report.constant_ms.low < 1.5 < report.constant_ms.high
    assert report.slope.low < 0.8 < report.slope.high
    assert report.remaining_percent.value < 1 < report.spread_percent.value
    corrected = table.predictor(report)
    others = space.sample(30, seed=10)
    np.testing.assert_allclose(
        corrected.predict(others), device.latency(table.catalogue, others), rtol=0.01
    )
    assert '"remaining_percent"' in corrected.notes["error"]
    with pytest.raises(lp.ConfigError, match="either a meter or"):
        table.additivity(archs)


def test_context_measures_a_design(space: Any) -> None:
    catalogue = native.PartCatalogue(space, "block")
    meter: Any = WholeMeter(Device(lambda total: total + 2), catalogue, noise=0.002)
    table = lp.measure_lookup_table(space, meter, mode="context", networks=90, progress=False)
    assert meter.measured == 90
    assert {e.status for e in table.entries} <= {"fitted", "expected"}
    archs = space.sample(50, seed=77)
    errors = lp.evaluate(meter.of.latency(catalogue, archs), table.predictor().predict(archs))
    _, low, high = table.meta["held_out"]["spread_percent"]
    assert errors.mape_percent < 5
    assert low < high < 8


def test_wrong_settings(space: Any) -> None:
    meter = lp.LatencyMeter()
    with pytest.raises(lp.ConfigError, match="'alone' or 'context' expected"):
        lp.measure_lookup_table(space, meter, mode="both")
    with pytest.raises(lp.ConfigError, match="above 0 expected"):
        lp.measure_lookup_table(space, meter, budget_minutes=0)
    with pytest.raises(lp.ConfigError, match="parts run on libtorch, libtorch-cuda"):
        lp.measure_lookup_table(space, lp.LatencyMeter(lp.Device("python")), progress=False)


def test_figures(table: Any, space: Any) -> None:
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("Agg")
    from latpred import plots

    archs = space.sample(60, seed=9)
    device = Device(lambda total: 1 + total)
    latency = device.latency(table.catalogue, archs)
    ax = plots.additivity(table.additivity(archs, latency_ms=latency))
    assert ax.get_xlabel() == "sum of the parts, ms"
    context = lp.fit_lookup_table(lp.LatencyTable(archs, latency), alone=table)
    assert plots.lookup_tables(table, context, ax=ax) is ax
    other = measure(Device(), lp.space("nas-bench-201"), by="layer")
    with pytest.raises(lp.ConfigError, match="no part is in both"):
        plots.lookup_tables(other, context)


@pytest.mark.parametrize("runtime", ["onnxruntime", "openvino"])
def test_parts_run_on_other_runtimes(runtime: str) -> None:
    pytest.importorskip("onnx")
    pytest.importorskip(runtime)
    space = lp.space("nas-bench-201")
    meter = lp.LatencyMeter(lp.Device(runtime), effort="dataset")
    table = lp.measure_lookup_table(space, meter, by="layer", progress=False)
    assert table.missing == []
    assert (table.latency_ms > 0).all()
    assert table.device.startswith(runtime)
