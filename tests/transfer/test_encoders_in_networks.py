"""Learned encodings, and several joined, beside what networks of transfer read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import latpred as lp
import numpy as np
import pytest
from latpred.transfer import MultiPredictPredictor, NasflatPredictor

from tests.transfer.few_shot_world import tables

pytestmark = pytest.mark.libtorch

BRIEF = {"epochs": 2, "transfer_epochs": 2, "folds": 0}
SMALL = {"width": 16, **BRIEF}


@pytest.mark.parametrize(
    ("kind", "given", "alone"),
    [
        (NasflatPredictor, {"settings": SMALL}, True),
        (MultiPredictPredictor, {"settings": BRIEF}, True),
        (MultiPredictPredictor, {"preset": "mlp-quick", "settings": BRIEF}, False),
    ],
)
def test_encoders_beside_networks(tmp_path: Path, kind: Any, given: Any, alone: bool) -> None:
    sources, target = tables(30, 3)
    coder = lp.Arch2VecEncoder(hops=1, hidden=8, latent=4, epochs=1)
    coder.fit(target.archs, progress=False)
    size = lp.NetworkFeatures(target.archs, target.archs.genes[:, :2], name="zcp")
    joined = lp.joined_features(coder, size, archs=target.archs)
    rows = target.archs[:8], target.latency_ms[:8]
    found = []
    for encoding in (None if alone else size, coder, coder.features(), joined):
        model = kind(sources, encoding, **given).fit(*rows)
        found.append(model.predict(target.archs))
        model.save(tmp_path / "model.latpred")
        back = lp.load_predictor(tmp_path / "model.latpred")
        assert np.array_equal(back.predict(target.archs), found[-1])
    assert np.array_equal(found[1], found[2])
    assert not np.array_equal(found[0], found[1])
    assert not np.array_equal(found[1], found[3])


def test_encoders_choose_samples() -> None:
    sources, target = tables(30, 3)
    coder = lp.Arch2VecEncoder(hops=1, hidden=8, latent=4, epochs=1)
    coder.fit(target.archs, progress=False)
    size = lp.NetworkFeatures(target.archs, target.archs.genes[:, :2], name="zcp")
    joined = lp.joined_features(coder, size, archs=target.archs)
    settings = {**SMALL, "sampler": "cosine"}
    chosen = NasflatPredictor(sources, joined, settings=settings).choose(target.archs, 5)
    assert len(set(chosen)) == 5
