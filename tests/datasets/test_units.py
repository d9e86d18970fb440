"""Units: what names of columns say, and tables that are wholly in another unit."""

from __future__ import annotations

from pathlib import Path

import latpred as lp
import numpy as np
import pytest
from latpred._core import datasets as core

SPACE = lp.space("nas-bench-201")
ARCHS = SPACE.sample(6, seed=0, unique=True)


def write(path: Path, column: str, values: list[str], delimiter: str = ",") -> Path:
    rows = [delimiter.join(["architecture", column])]
    rows += [delimiter.join(pair) for pair in zip(ARCHS.to_strings(), values, strict=True)]
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("column", "stem", "unit"),
    [
        ("latency_ms", "latency", "ms"),
        ("latency_us", "latency", "us"),
        ("latency_s", "latency", "s"),
        ("Latency (s)", "latency", "s"),
        ("latency[ns]", "latency", "ns"),
        ("Latency [µs]", "latency", "us"),
        ("latency (μs)", "latency", "us"),
        ("latencyMs", "latency", "ms"),
        ("latencyus", "latency", "us"),
        ("Latency in seconds", "latency_in", "s"),
        ("latency / ms", "latency", "ms"),
        ("latency-usec", "latency", "us"),
        ("latency.milliseconds", "latency", "ms"),
        ("time_msec", "time", "ms"),
        ("mean_us", "mean", "us"),
        ("inference time {s}", "inference_time", "s"),
        ("low_us", "low", "us"),
        ("latency", "latency", ""),
        ("latency_mean", "latency_mean", ""),
        ("latency_p95", "latency_p95", ""),
        ("latency_gpu", "latency_gpu", ""),
        ("latency_pixel3", "latency_pixel3", ""),
        ("edgegpu_latency", "edgegpu_latency", ""),
        ("top1", "top1", ""),
        ("top1 (%)", "top1_%", ""),
        ("images/s", "images_s", ""),
        ("params", "params", ""),
        ("status", "status", ""),
        ("", "", ""),
    ],
)
def test_names_of_columns(column: str, stem: str, unit: str) -> None:
    assert core.column_name(column) == (stem, unit)


@pytest.mark.parametrize(
    "column",
    ["latency_cycles", "latency (ticks)", "latency_fps", "latency [min]", "time_h", "latency_xs",
     "latency_ms_s", "latency (Mcycles)", "runtime_minutes"],
)  # fmt: skip
def test_units_that_are_unknown_are_refused(column: str, tmp_path: Path) -> None:
    with pytest.raises(lp.DataError, match="ns, us, ms or s expected"):
        core.column_name(column)
    path = write(tmp_path / "t.csv", column, ["1.5"] * 6)
    with pytest.raises(lp.DataError, match=r"t\.csv: column"):
        lp.read_latency_table(path, SPACE, value=column)
    assert lp.read_latency_table(path, SPACE, value=column, unit="us").latency_ms[0] == 0.0015


@pytest.mark.parametrize(
    ("column", "ms"),
    [("latency_us", 0.0125), ("latency (s)", 12500.0), ("latency[ns]", 1.25e-5), ("latency", 12.5),
     ("Latency_MS", 12.5), ("latencySec", 12500.0), ("latency_µs", 0.0125)],
)  # fmt: skip
def test_values_are_ms(column: str, ms: float, tmp_path: Path) -> None:
    path = write(tmp_path / "t.csv", column, ["12.5"] * 6)
    for value in (None, column):
        found = lp.read_latency_table(path, SPACE, value=value)
        np.testing.assert_allclose(found.latency_ms, ms, rtol=1e-15)


def test_an_asked_unit_is_that_of_the_values(tmp_path: Path) -> None:
    path = write(tmp_path / "t.csv", "note10", ["2"] * 6)
    assert lp.read_latency_table(path, SPACE, value="note10", unit="s").latency_ms[0] == 2000
    with pytest.raises(lp.ConfigError, match="unit='hours'"):
        lp.read_latency_table(path, SPACE, value="note10", unit="hours")


def test_bounds_have_units_of_their_own(tmp_path: Path) -> None:
    lines = ["architecture,latency_us,low_us,high_ms,status"]
    lines += [f"{text},2000,1900,2.5,converged" for text in ARCHS.to_strings()]
    lines[2] = lines[2].replace("1900", "")
    (tmp_path / "t.csv").write_text("\n".join(lines))
    table = lp.read_latency_table(tmp_path / "t.csv", SPACE)
    assert table.latency_ms[0] == 2.0
    assert table.low_ms is not None
    assert table.high_ms is not None
    assert table.low_ms[0] == 1.9
    assert np.isnan(table.low_ms[1])
    assert table.high_ms[0] == 2.5
    (tmp_path / "t.csv").write_text("\n".join(lines).replace("2.5", "soon", 1))
    with pytest.raises(lp.DataError, match="line 2: high_ms: 'soon' is no number"):
        lp.read_latency_table(tmp_path / "t.csv", SPACE)


def test_several_columns_of_latencies(tmp_path: Path) -> None:
    path = write(tmp_path / "t.csv", "latency_us,latency (s)", ["1,2"] * 6)
    with pytest.raises(lp.DataError, match="several columns of latencies"):
        lp.read_latency_table(path, SPACE)
    assert lp.read_latency_table(path, SPACE, value="latency (s)").latency_ms[0] == 2000


def of_speed(space: lp.Space, macs_per_ms: float, rows: int = 30) -> lp.LatencyTable:
    archs = space.sample(rows, seed=1, unique=True)
    return lp.LatencyTable(archs, space.count(archs)["macs"] / macs_per_ms + 1)


SPACES = {
    "ofa-mobilenetv3": (2e6, 3e7),
    "ofa-resnet50": (3e7, 9e7),
    "nas-bench-201": (1e6, 4e6),
    "fbnet": (3e6, 5e7),
}


@pytest.mark.parametrize("name", SPACES)
def test_whole_tables_in_another_unit_are_found(name: str) -> None:
    """As phones, processors and accelerators are: seconds and microseconds read as ms."""
    for speed in SPACES[name]:
        table = of_speed(lp.space(name), speed)
        assert not table.audit().of_kind("unit")
        for factor, word in ((1e-3, "seconds"), (1e3, "microseconds"), (1e6, "microseconds")):
            other = lp.LatencyTable(table.archs, table.latency_ms * factor)
            (found,) = other.audit().of_kind("unit")
            assert word in found.message
            assert len(found.rows) == len(table)
            assert not other.audit().ok


def whole_unit(table: lp.LatencyTable) -> bool:
    """Whether all rows are suspect; single ones are in some published tables."""
    return any(len(found.rows) == len(table) for found in table.audit().of_kind("unit"))


@pytest.mark.usefixtures("data_dir")
def test_published_tables() -> None:
    """27 devices each of two spaces: none is suspect; in seconds or µs all but one are."""
    for name in ("fbnet", "nas-bench-201"):
        tables = lp.transfer.load_tables(name)
        for device in tables.devices:
            table = tables[device][:200]
            assert not whole_unit(table), device
            for factor in (1e-3, 1e3):
                other = lp.LatencyTable(table.archs, table.latency_ms * factor)
                # Its networks take 800 ms, which in seconds a fast accelerator needs in ms.
                slow = (name, device, factor) == ("fbnet", "gold_6226", 1e-3)
                assert whole_unit(other) != slow, (name, device, factor)


def test_single_rows_in_another_unit_are_found_as_before() -> None:
    table = of_speed(lp.space("fbnet"), 1e7, rows=80)
    latency = table.latency_ms.copy()
    latency[5] *= 1e3
    (found,) = lp.LatencyTable(table.archs, latency).audit().of_kind("unit")
    assert found.rows.tolist() == [5]
