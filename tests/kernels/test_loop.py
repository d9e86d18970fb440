"""`lp.onboard("networks")` on devices that behave, fail, drift, hang and are killed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import latpred as lp
import numpy as np
import pytest

from tests.kernels.short_runs import MINUTES, device, error_percent, onboard, says


@pytest.mark.parametrize("settings", [{}, {"start_seconds": 5.0}, {"slow": 20.0}], ids=str)
def test_the_budget_holds_and_the_pack_predicts(settings: dict[str, Any], tmp_path: Path) -> None:
    on = device(**settings)
    pack = onboard(on, tmp_path / "pack")
    assert pack.complete
    assert 0.9 * 60 * MINUTES <= on.seconds() <= 1.1 * 60 * MINUTES
    assert pack.runs[0]["seconds"] == pytest.approx(on.seconds(), abs=1.0)
    assert error_percent(pack, on) < 5.0
    assert len(pack.probes) == sum(one.measured for one in pack.rounds)
    assert not says(pack, "drifted")
