"""The page on predictors: its code runs, and it names every kind."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

import latpred as lp
import matplotlib as mpl
import numpy as np
import pytest

PAGE = Path(__file__).resolve().parents[2] / "docs/predictors.md"
TEXT = PAGE.read_text(encoding="utf-8")
SPACE = lp.space("ofa-mobilenetv3")


def table(count: int, seed: int) -> lp.LatencyTable:
    archs = SPACE.sample(count, seed=seed)
    costs = np.asarray(SPACE.count(archs)["macs"], dtype=float) * 1e-8
    return lp.LatencyTable(archs, costs * np.random.default_rng(seed).uniform(0.98, 1.02, count))


def test_the_page_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mpl.use("Agg")
    suite = {"flops": lp.FlopsPredictor(), "additive": lp.AdditivePredictor()}
    monkeypatch.setattr("latpred.evaluation.comparison.predictor_suite", lambda: suite)
    blocks = re.findall(r"^```python\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)
    assert len(blocks) == 3
    (tmp_path / "page.py").write_text("\n".join(blocks), encoding="utf-8")
    given = {"table": table(60, 0), "train": table(120, 1), "test": table(40, 2)}
    given |= {"held_out": table(50, 3)}
    archs = SPACE.sample(30, seed=4)
    names = runpy.run_path(str(tmp_path / "page.py"), init_globals={**given, "archs": archs})
    assert (names["low"] < names["high"]).all()
    assert names["curve"].sizes == (20, 50, 100)
    mpl.pyplot.close("all")


def test_every_kind_is_in_the_table() -> None:
    named = set(re.findall(r"^\| `(\w+)", TEXT, re.MULTILINE))
    assert named == {name for name in lp.__all__ if name.endswith("Predictor")} - {
        "Predictor",  # what all share; the others have places of their own
        "AccuracyPredictor",
        "FrozenFeaturesPredictor",  # of architecture factors: the page on devices
        "AutoPredictor",
        "FineTunedPredictor",
        "HardwareAwarePredictor",
        "TransferPredictor",
    }
