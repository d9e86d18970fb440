"""The audit finds planted and real defects, and nothing in good tables."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import latpred as lp
import numpy as np
import pytest

SPACE = lp.space("ofa-mobilenetv3")


def plausible_ms(archs: lp.Architectures, seed: int = 0) -> np.ndarray:
    """Latency from the costs with 1 % noise."""
    counts = archs.space.count(archs)
    exact = 3 + counts["macs"] / 4e7 + counts["bytes"] / 2e7
    return exact * (1 + 0.01 * np.random.default_rng(seed).standard_normal(len(archs)))


def make_table(rows: int = 600, space: lp.Space = SPACE, seed: int = 0) -> lp.LatencyTable:
    archs = space.sample(rows, seed=seed, unique=True)
    return lp.LatencyTable(archs, plausible_ms(archs, seed))


def changed(table: lp.LatencyTable, rows: Any, factor: float) -> lp.LatencyTable:
    latency = table.latency_ms.copy()
    latency[rows] *= factor
    return lp.LatencyTable(table.archs, latency)


@pytest.mark.parametrize("rows", [1, 5, 60, 600, 3000])
def test_nothing_is_found_in_a_good_table(rows: int) -> None:
    report = make_table(rows).audit()
    assert report.ok, str(report)
    assert "nothing found" in str(report)


@pytest.mark.parametrize("factor", [1e3, 1e-3, 1e6])
def test_rows_in_another_unit(factor: float) -> None:
    rows = np.arange(5, 600, 7)
    report = changed(make_table(), rows, factor).audit()
    (finding,) = report
    assert finding.kind == "unit"
    assert finding.rows.tolist() == rows.tolist()


@pytest.mark.parametrize("factor", [1.4, 0.6, 3.0])
def test_outliers(factor: float) -> None:
    rows = [17, 200, 431]
    report = changed(make_table(), rows, factor).audit()
    (finding,) = report
    assert finding.kind == "outlier"
    assert set(rows) == set(finding.rows.tolist())


def test_a_cold_start_and_a_later_session() -> None:
    table = changed(make_table(3000), slice(0, 60), 0.93)
    report = changed(table, slice(2000, 2600), 1.03).audit()
    cold, later = report.of_kind("shift")
    assert abs(int(cold.rows[-1]) - 59) <= 5
    assert abs(int(later.rows[0]) - 2000) <= 10
    assert abs(int(later.rows[-1]) - 2599) <= 10
    assert "-" in cold.message
    assert not report.ok


def test_labels_that_ignore_a_gene() -> None:
    archs = lp.space("compofa-fixed").enumerate()
    genes = archs.genes.copy()
    genes[:, -1] = 0
    latency = plausible_ms(archs.space.architectures(genes))
    by_network = {bytes(row): value for row, value in zip(genes, latency, strict=True)}
    latency = np.array([by_network[bytes(row)] for row in genes])
    report = lp.LatencyTable(archs, latency).audit()
    (finding,) = report.of_kind("ignored-gene")
    assert "r[0]" in finding.message
    assert len(finding.rows) == 1215
    assert not report.ok


def test_repeats() -> None:
    table = make_table(100)
    rows = [*range(100), 3, 4]
    latency = table.latency_ms[rows]
    assert lp.LatencyTable(table.archs[rows], latency).audit().ok
    latency[-1] *= 1.1
    report = lp.LatencyTable(table.archs[rows], latency).audit()
    assert report.of_kind("duplicate")[0].rows.tolist() == [100]
    assert report.of_kind("conflict")[0].rows.tolist() == [4, 101]
    assert not report.ok


def test_report_reads_as_text_and_html() -> None:
    report = changed(make_table(), [3], 1e3).audit()
    assert str(report).startswith("audit of 600 rows:\n- unit: 1 rows are about 1000 times")
    cells = "".join(line.strip() for line in report._repr_html_().splitlines())
    assert "<td>unit</td><td>1</td>" in cells


@pytest.mark.parametrize(
    ("name", "space"),
    [
        ("RTX_2080_Ti_GPU_fixedkernelcompofa.csv", "compofa-fixed"),
        ("Intel_Xeon_CPU_fixedkernelcompofa.csv", "compofa-fixed"),
    ],
)
def test_the_real_defect_is_found(data_dir: Path, name: str, space: str) -> None:
    table = lp.read_latency_table(data_dir / "ofa/datasets" / name, lp.space(space))
    findings = table.audit().of_kind("ignored-gene")
    assert ["r[0]" in finding.message for finding in findings] == [True]
    assert "243 of 243" in findings[0].message


@pytest.mark.parametrize(
    ("name", "space"),
    [
        ("note10_lookuptable_ofa.csv", "ofa-mobilenetv3"),
        ("note10_lookuptable_fixedkernelcompofa.csv", "compofa-fixed"),
        ("note10_lookuptable_elastickernelcompofa.csv", "compofa-elastic"),
        ("RTX_2080_Ti_GPU_ofa_rows0-8499.csv", "ofa-mobilenetv3"),
        ("Tesla_P40_GPU_ofa_rows0-8499.csv", "ofa-mobilenetv3"),
    ],
)
def test_good_labels_are_not_accused(data_dir: Path, name: str, space: str) -> None:
    table = lp.read_latency_table(data_dir / "ofa/datasets" / name, lp.space(space))
    report = table.audit()
    assert not report.of_kind("ignored-gene")
    assert not report.of_kind("unit")
    assert not report.of_kind("conflict")
    if name.startswith("note10"):
        assert report.ok, str(report)


def test_cold_rows_of_the_rtx_file_are_found(data_dir: Path) -> None:
    path = data_dir / "ofa/datasets/RTX_2080_Ti_GPU_ofa_rows0-8499.csv"
    shifts = lp.read_latency_table(path, SPACE).audit().of_kind("shift")
    assert shifts[0].rows[0] == 0
    assert 40 <= len(shifts[0].rows) <= 80
