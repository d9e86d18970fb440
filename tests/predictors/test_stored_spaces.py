"""Model files carry the space: own descriptions, image size, classes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import latpred as lp
import numpy as np
import pytest

OWN: dict[str, Any] = {
    "resolutions": [64, 96],
    "stem": {"channels": 16, "activation": "relu6"},
    "units": [
        {"depth": [1, 2], "channels": [16, 24], "kernel": [3, 5], "expand": [3, 6], "stride": 2},
        {"block": "basic", "channels": [32], "expand": [0.5, 1], "stride": 2, "activation": "relu"},
    ],
    "head": {"channels": 64, "classes": 7},
}


@pytest.mark.parametrize(
    "space",
    [
        lp.define_space("own", **OWN),
        lp.space("nas-bench-201", image_size=224, classes=100),
        lp.space("fbnet", classes=10),
        lp.space("fbnetv3", image_size=248),
        lp.space("ofa-resnet50", resolutions=[128, 224]),
        lp.space("ofa-proxyless"),
    ],
    ids=lambda space: space.name,
)
def test_the_space_comes_back(space: lp.Space, tmp_path: Path) -> None:
    archs = space.sample(300, seed=0)
    noise = 1 + 0.01 * np.random.default_rng(0).standard_normal(len(archs))
    table = lp.LatencyTable(archs, (1 + space.count(archs)["macs"] / 1e8) * noise)
    for model in (lp.AdditivePredictor().fit(table), lp.FlopsPredictor().fit(table)):
        model.save(tmp_path / "m.latpred")
        loaded = lp.load_predictor(tmp_path / "m.latpred")
        assert np.array_equal(loaded.predict(archs), model.predict(archs))


def test_another_space_of_that_name_is_refused(tmp_path: Path) -> None:
    space = lp.define_space("own", **OWN)
    archs = space.sample(100, seed=0)
    lp.FlopsPredictor().fit(lp.LatencyTable(archs, np.arange(1.0, 101.0))).save(tmp_path / "m")
    loaded = lp.load_predictor(tmp_path / "m")
    other = lp.define_space("own", **{**OWN, "head": {"channels": 64, "classes": 8}})
    with pytest.raises(lp.SchemaError, match="own"):
        loaded.predict(other.sample(2, seed=0))


def test_definition_reads_back() -> None:
    space = lp.define_space("own", **OWN)
    again = lp.define_space(**json.loads(space.definition))
    assert again.same_family(space)
    assert again.definition == space.definition
