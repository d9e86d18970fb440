"""Onboarding on a synthetic device takes no real time; nor may looking at this machine."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import latpred as lp
import pytest
from latpred.devices.environment import environment_record

from tests.onboarding.short_runs import device, onboard
from tests.onboarding.synthetic_device import SyntheticDevice


@cache
def _record() -> dict[str, Any]:
    return environment_record(wait=lambda _: None)


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("latpred.measurement.stored.environment_record", _record)
    monkeypatch.setattr("tests.onboarding.synthetic_device.environment_record", _record)


@pytest.fixture(autouse=True, scope="session")
def _no_page() -> Iterator[None]:
    """The page of a pack takes longer than all the rest, and has tests of its own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("latpred.onboarding.loop.write_page", lambda *_: None)
        yield


@pytest.fixture(scope="session")
def calm(tmp_path_factory: pytest.TempPathFactory) -> tuple[lp.DevicePack, SyntheticDevice]:
    """A pack of a device without any fault."""
    on = device()
    return onboard(on, tmp_path_factory.mktemp("calm") / "pack", budget_minutes=4.0), on
