"""Onboarding on a synthetic device takes no real time."""

from __future__ import annotations

import sys

import latpred._core as core
import pytest

from tests.kernels import stand_in

if not hasattr(core, "kernels"):
    core.kernels = stand_in
    sys.modules["latpred._core.kernels"] = stand_in

PLACES = ("learning", "choosing", "probes", "verification", "pack", "pack_reading", "models")


@pytest.fixture
def synthetic(monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.kernels.probe_device import measured

    monkeypatch.setattr("latpred.kernels.measuring.measure_graphs", measured)
    monkeypatch.setattr("latpred.kernels.run.environment_of", lambda _: {"cpu": "synthetic"})
    monkeypatch.setattr("latpred.kernels.probing.probe_references", stand_in.references)
    for place in PLACES:
        monkeypatch.setattr(f"latpred.kernels.{place}._native", stand_in)
