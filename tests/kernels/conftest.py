"""Onboarding on a synthetic device takes no real time."""

from __future__ import annotations

import sys

import latpred._core as core
import pytest

from tests.kernels import stand_in

if not hasattr(core, "kernels"):
    core.kernels = stand_in
    sys.modules["latpred._core.kernels"] = stand_in
from tests.kernels.synthetic_networks import SyntheticCampaign

PLACES = ("learning", "choosing", "probes", "verification", "pack", "models")


@pytest.fixture(autouse=True)
def _synthetic(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("latpred.kernels.measuring.ProbeCampaign", SyntheticCampaign)
    for place in PLACES:
        monkeypatch.setattr(f"latpred.kernels.{place}._native", stand_in)
