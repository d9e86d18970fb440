"""The campaign benchmark: what is compared, and that the page says what was found."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import latpred as lp
import numpy as np
import pytest

from benchmarks.measurement import __main__ as measurement
from benchmarks.measurement import drift as measurement_drift
from benchmarks.measurement import parts as measurement_parts
from benchmarks.measurement import simulation as measurement_simulation
from benchmarks.measurement.parts import QUICK


def test_pairs_differ_by_5_to_25_percent() -> None:
    truth = np.random.default_rng(0).uniform(5, 10, 30)
    pairs = measurement_parts.true_pairs(truth, 50, seed=0)
    assert len(set(pairs)) == 50
    assert all(1.05 <= truth[slower] / truth[faster] <= 1.25 for faster, slower in pairs)


@pytest.mark.libtorch
def test_originals_time_every_network() -> None:
    archs = lp.space("ofa-mobilenetv3", resolutions=[112]).sample(2, seed=0)
    assert (measurement_parts.originals(archs) > 0).all()


def test_hogs_end_with_their_block() -> None:
    with pytest.raises(ValueError, match="out"), measurement_parts.hogs(2):
        raise ValueError("out")


def found(name: str) -> dict[str, Any]:
    about = {
        "networks": 4,
        "status": {"converged": 3, "budget": 1},
        "mean_visits": 12.0,
        "clean_fraction": 0.5,
        "cpu_s_each": 1.0,
    }
    one = {
        "latpred_percent_right": 100.0,
        "originals_percent_right": [61.0, 70.0, 80.0],
        "containment_percent": 92.0,
        "median_error_percent": 0.4,
        "largest_error_percent": 2.0,
        "pairs": 100,
        "latpred_tau": 0.97,
        "originals_tau": 0.5,
        "cpu_s_per_10_ms": 3.0,
        "mean_ms": 9.0,
        "campaign": about,
        "campaigns": [about, about],
    }
    if name == "tau":
        return {"gold, idle": one, "default, idle": one, "default, loaded": one}
    return {"pairs": 50, "idle": one, "loaded": one}


def test_the_page_says_what_is_met(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    parts = {name: lambda _, name=name: found(name) for name in measurement_parts.PARTS}
    monkeypatch.setattr(measurement, "PARTS", parts)
    assert measurement.main(["--part", "pairs", "aa", "--quick", "--out", str(tmp_path)]) == 0
    assert measurement.main(["--part", "tau", "cost", "--quick", "--out", str(tmp_path)]) == 0
    record = json.loads((tmp_path / "measurement.json").read_text())
    assert set(record) == set(measurement_parts.PARTS)
    page = (tmp_path / "measurement.md").read_text(encoding="utf-8")
    assert "a quick look, not a record" in page
    assert "61, 70, 80 % right" in page
    assert page.count("≥ 93: MISSED") == page.count("≥ 90: met") == 1
    assert page.count("≥ 0.98: MISSED") == page.count("≥ 0.96: met") == 1
    assert page.count("≤ 2: MISSED") == page.count("≤ 8: met") == 1


@pytest.mark.libtorch
def test_a_child_leaves_its_campaign(tmp_path: Path) -> None:
    out = tmp_path / "child.json"
    measurement.main(
        ["--child", "dataset", "--quick", "--minutes", "30", "--result", str(out), "--seed", "1"]
    )
    result = json.loads(out.read_text())
    assert len(result["ms"]) == len(result["originals"]) == QUICK.sample
    assert result["about"]["effort"] == "dataset"


def test_the_simulation_writes_its_table(tmp_path: Path) -> None:
    arguments = ["--runs", "50", "--effort", "default", "--drift-runs", "0"]
    arguments += ["--out", str(tmp_path)]
    assert measurement_simulation.main(arguments) == 0
    page = (tmp_path / "measurement_simulation.md").read_text(encoding="utf-8")
    assert page.count("| default |") == len(measurement_simulation.CASES)
    assert "| skewed exponential | 5 % | default |" in page


def test_a_step_is_found_soon_and_seldom_imagined() -> None:
    row = measurement_drift.drift_row(0.005, 5)
    assert row["campaigns"] == 5
    assert row["within_2"] == 1.0
    assert row["wrong"] == 0.0
    assert row["alarms"] < 5.0
