"""Onboarding on a synthetic device takes no real time."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.kernels import stand_in
from tests.kernels.probe_device import measured

PLACES = ("learning", "choosing", "probes", "verification", "pack_reading", "models")


@pytest.fixture(scope="module")
def real_model() -> Iterator[None]:
    """Only what runs is synthetic."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("latpred.kernels.measuring.measure_graphs", measured)
        patch.setattr("latpred.kernels.run.environment_of", lambda _: {"cpu": "synthetic"})
        yield


@pytest.fixture(scope="module")
def synthetic(request: pytest.FixtureRequest) -> Iterator[None]:
    """Probes and model are stand-ins too, which take no time."""
    request.getfixturevalue("real_model")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("latpred.kernels.probing.probe_references", stand_in.references)
        for place in PLACES:
            patch.setattr(f"latpred.kernels.{place}._native", stand_in)
        yield
