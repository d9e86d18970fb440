"""A folder of a device pack is a place where a predictor lies."""

from __future__ import annotations

from pathlib import Path

import latpred as lp
import numpy as np
import pytest
from latpred.predictors.registry import PACK_FILE


@pytest.fixture
def model() -> lp.Predictor:
    space = lp.space("nas-bench-201")
    archs = space.sample(30, seed=0, unique=True)
    return lp.AdditivePredictor().fit(archs, 1 + space.count(archs)["macs"] / 1e8)


def test_the_predictor_in_a_folder(model: lp.Predictor, tmp_path: Path) -> None:
    model.save(tmp_path / PACK_FILE)
    archs = model.space.sample(5, seed=1)
    for place in (tmp_path, str(tmp_path), f"{tmp_path}/"):
        found = lp.load_predictor(place)
        assert type(found) is lp.AdditivePredictor
        np.testing.assert_array_equal(found.predict(archs), model.predict(archs))


@pytest.mark.parametrize("inside", ["nothing", "folder"])
def test_a_folder_without_one(inside: str, tmp_path: Path) -> None:
    if inside == "folder":
        (tmp_path / PACK_FILE).mkdir()
    with pytest.raises(lp.StorageError, match=r"folder without predictor\.latpred.*lp\.load_pack"):
        lp.load_predictor(tmp_path)


def test_what_is_no_path_is_said_as_before() -> None:
    with pytest.raises(lp.ArgumentError, match="a path expected"):
        lp.load_predictor("b" * 9999)
    with pytest.raises(lp.StorageError, match="cannot be read"):
        lp.load_predictor("not-here")
