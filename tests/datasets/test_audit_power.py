"""What the audit finds in simulated tables, and that it leaves clean ones alone."""

from __future__ import annotations

from pathlib import Path

import latpred as lp
import numpy as np
import pytest

OWN = lp.define_space(
    "own", resolutions=[64, 96],
    units=[{"depth": [1, 2, 3], "channels": [16, 24], "kernel": [3, 5], "expand": [3, 6],
            "stride": 2},
           {"depth": [1, 2], "channels": [32, 48], "kernel": [3, 5], "expand": [3, 6],
            "stride": 2}],
)  # fmt: skip
SPACES = [
    *(lp.space(name) for name in ("ofa-mobilenetv3", "ofa-resnet50", "nas-bench-201")),
    OWN,
]
DATA = "ofa/datasets"


def simulated(space: lp.Space, rows: int, seed: int, noise: float = 0.01) -> lp.LatencyTable:
    """Latencies that are no linear function of costs or genes, with `noise` on them."""
    archs = space.sample(rows, seed=100 + seed, unique=True)
    counts = space.count(archs)
    macs = counts["macs"] / 4e7
    exact = 0.5 + macs**0.93 + counts["bytes"] / 2e7 + 0.02 * counts["kernels"]
    weights = 3 * np.random.default_rng(5).random(archs.genes.shape[1])
    exact += 0.01 * macs.mean() * np.sin(archs.genes @ weights)
    errors = np.random.default_rng(seed).standard_normal(rows)
    return lp.LatencyTable(archs, exact * (1 + noise * errors))


@pytest.mark.parametrize("space", SPACES, ids=lambda space: space.name)
@pytest.mark.parametrize("rows", [60, 300, 2200])
def test_clean_tables_are_left_alone(space: lp.Space, rows: int) -> None:
    assert [str(simulated(space, rows, seed).audit()) for seed in range(2)] == [
        f"audit of {rows} rows: nothing found"
    ] * 2


@pytest.mark.parametrize("space", SPACES, ids=lambda space: space.name)
@pytest.mark.parametrize(("first", "last"), [(200, 299), (500, 599)])
def test_a_step_of_two_percent_is_found(space: lp.Space, first: int, last: int) -> None:
    for seed in range(2):
        table = simulated(space, 600, seed)
        table.latency_ms[first : last + 1] *= 1.02
        (finding,) = table.audit()
        assert finding.kind == "shift"
        assert abs(int(finding.rows[0]) - first) <= 30
        assert abs(int(finding.rows[-1]) - last) <= 30


def test_a_session_of_outliers_is_one_finding() -> None:
    table = simulated(SPACES[0], 2500, 0)
    table.latency_ms[1000:1400] *= 1.3
    (finding,) = table.audit()
    assert finding.kind == "shift"
    assert "+2" in finding.message or "+3" in finding.message


def test_residuals_are_the_noise() -> None:
    table = simulated(SPACES[0], 3000, 1)
    report = table.audit()
    assert report.residuals is not None
    assert 0.008 < np.std(report.residuals) < 0.013
    assert report.table is table


def test_sessions_of_the_rtx_file(data_dir: Path) -> None:
    path = data_dir / DATA / "RTX_2080_Ti_GPU_ofa_rows0-8499.csv"
    cold, middle, last = lp.read_latency_table(path, SPACES[0]).audit().of_kind("shift")
    assert cold.rows[0] == 0
    assert 30 <= cold.rows[-1] <= 65
    assert abs(int(middle.rows[0]) - 4300) < 60
    assert abs(int(middle.rows[-1]) - 5200) < 60
    assert abs(int(last.rows[0]) - 8100) < 60
    assert last.rows[-1] == 8499


@pytest.mark.parametrize("name", ["Tesla_P40_GPU_ofa_rows0-8499.csv", "note10_lookuptable_ofa.csv"])
def test_the_other_files_have_no_sessions(data_dir: Path, name: str) -> None:
    report = lp.read_latency_table(data_dir / DATA / name, SPACES[0]).audit()
    assert not report.of_kind("shift")


def test_few_rows_at_the_head_of_the_p40_file_are_named(data_dir: Path) -> None:
    path = data_dir / DATA / "Tesla_P40_GPU_ofa_rows0-8499.csv"
    (outliers,) = lp.read_latency_table(path, SPACES[0]).audit().of_kind("outlier")
    assert "7 of them are in rows 0 to 59: a cold device?" in outliers.message
