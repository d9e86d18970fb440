"""What `lp.onboard` says while it runs: warnings once a run, and lines where nobody watches."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
from latpred.measurement import ready

from tests.onboarding.short_runs import device, onboard

BUSY = "other work wants the processor {} % of the time (load {})"


@pytest.fixture
def busy(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine that is busy in each campaign, each time to another degree."""
    count = itertools.count(20)

    def found(_: object) -> list[str]:
        return [BUSY.format(next(count), 1.5), "the clock rate changes by itself"]

    monkeypatch.setattr(ready, "environment_warnings", found)


@pytest.mark.usefixtures("busy")
def test_warnings_come_once_a_run(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    on = device()
    for expected in (1, 2):
        pack = onboard(on, tmp_path / "pack", verify=5)
        assert len(pack.rounds) > 3
        said = [record.getMessage() for record in caplog.records if record.name == "latpred"]
        assert sum("other work" in text for text in said) == expected
        assert sum("clock rate" in text for text in said) == expected


def test_lines_where_nobody_watches(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pack = onboard(device(), tmp_path / "pack", verify=5, progress=True, target_percent=30.0)
    first, *_ = (line for line in capsys.readouterr().err.splitlines() if "onboarding: " in line)
    assert pack.runs[-1]["stopped"] == "the error target is reached"
    assert " of 120 seconds (" in first
    assert "; round " in first
    assert "left" not in first  # it came to its end before
