"""The page of published transfer methods: its names exist, and settings that it maps are known."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import latpred as lp
import pytest
from latpred.transfer.method_forms import fitter_of
from latpred.transfer.network_methods import trained_methods

PAGE = (Path(__file__).parents[2] / "docs" / "published_transfer.md").read_text(encoding="utf-8")


def test_names_of_the_page_exist() -> None:
    names = re.findall(r"`lp\.transfer\.(\w+)", PAGE)
    assert len(names) > 8
    assert not [name for name in names if not hasattr(lp.transfer, name)]
    methods = {*lp.transfer.methods(), *trained_methods()}
    assert {"best", "flops", "layer-wise", "nasflat", "nasflat-gin"} <= methods
    assert not [name for name in methods & set(trained_methods()) if f"`{name}`" not in PAGE]


@pytest.mark.libtorch
@pytest.mark.parametrize(
    "settings",
    [
        {"graph": "flow"},
        {"graph": "attention"},
        {"graph": "ensemble"},
        {"operation_wise": False},
        {"nearest": True},
        {"learning_rate": 1e-3, "epochs": 150, "batch_size": 128},
        {"transfer_learning_rate": 1e-3, "transfer_epochs": 30},
        {"pairs": 1.0, "errors": 1.0},
        {"source_networks": 16},
        {"sampler": "random"},
    ],
    ids=str,
)
def test_settings_of_the_map_are_known(settings: dict[str, Any]) -> None:
    assert fitter_of({"method": "nasflat", "settings": settings}).kind == "nasflat"


def test_the_place_of_the_table() -> None:
    marks = re.findall(r"<!-- table of published figures: (\w+)", PAGE)
    assert marks == ["begin", "end"]
