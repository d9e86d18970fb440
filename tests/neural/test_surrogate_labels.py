"""Predictors learn a surrogate's labels: coarse bounds, of few rows and epochs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import latpred as lp
import pytest

from benchmarks.questions.surrogate_labels import CONVOLUTIONS

pytestmark = pytest.mark.libtorch

SPACE = lp.space("ofa-mobilenetv3", width=1.2, resolutions=[224])


@pytest.mark.parametrize(
    ("model", "most"),
    [
        (lp.GraphPredictor(**{**CONVOLUTIONS, "epochs": 40}), 3.0),
        (
            lp.BlockSequencePredictor(
                hidden=32, epochs=30, dropout=0.0, learning_rate=3e-3, schedule="cosine"
            ),
            12.0,
        ),
    ],
    ids=["graph", "block-sequence"],
)
def test_errors_on_fresh_networks(model: Any, most: float, data_dir: Path) -> None:
    path = data_dir / "block_profiling" / "autobuild_ofa_mbv3_latency_npu.npz"
    if not path.is_file():
        pytest.skip("no surrogate among the data")
    surrogate = lp.profiling.load_surrogate(path)
    train, test = (SPACE.sample(rows, seed=seed) for seed, rows in ((1, 600), (2, 300)))
    model.fit(train, surrogate.predict(train), progress=False)
    found = lp.evaluate(surrogate.predict(test), model.predict(test))
    assert found.mape_percent < most
    assert found.spearman > 0.95
