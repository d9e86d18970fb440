"""The page on predictors: its code runs, and it names every kind."""

from __future__ import annotations

import re
from pathlib import Path

import latpred as lp

PAGE = Path(__file__).resolve().parents[2] / "docs/predictors.md"
TEXT = PAGE.read_text(encoding="utf-8")
SPACE = lp.space("ofa-mobilenetv3")


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
