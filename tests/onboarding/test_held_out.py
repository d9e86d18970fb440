"""A pack keeps what models that did not see a row predict of it: its page shows that."""

from __future__ import annotations

import latpred as lp
import numpy as np
import pytest
from latpred.onboarding.page import pack_page

from tests.onboarding.synthetic_device import SyntheticDevice


def test_held_out_predictions_are_kept(calm: tuple[lp.DevicePack, SyntheticDevice]) -> None:
    table = lp.load_pack(calm[0].folder).table
    assert table is not None
    held_out = np.asarray(table.measured["held_out_ms"], dtype=float)
    assert np.isfinite(held_out).all()
    random = np.isin(table.measured["chosen"], ("random", "check"))
    error = lp.evaluate(table.latency_ms[random], held_out[random]).mape_percent
    assert error == pytest.approx(calm[0].rounds[-1].mape_percent, rel=0.05)
    assert "by a model that did not see the network" in pack_page(calm[0]).html()
