"""Model files of MlpPredictor, and single predictions beside batches."""

from __future__ import annotations

import pickle

import latpred as lp
import numpy as np
import pytest
from latpred import MlpPredictor

from tests.predictors.damaged_files import check_damage_is_told

SPACE = lp.space("ofa-mobilenetv3")


def fitted(rows=400, **settings):
    archs = SPACE.sample(rows, seed=0)
    latency = 3 + SPACE.count(archs)["macs"] / 2e7
    model = MlpPredictor(**{"hidden": (32, 32), "epochs": 8, **settings})
    return model.fit(archs, latency, progress=False)


@pytest.mark.parametrize("encoding", ["one-hot", "one-hot+cost-features"])
def test_file_gives_the_same_model(tmp_path, encoding):
    model = fitted(hidden=(24,), encoding=encoding, seed=5)
    path = tmp_path / "m.latpred"
    model.save(path)
    again = lp.load_predictor(path)
    assert isinstance(again, MlpPredictor)
    archs = SPACE.sample(300, seed=6)
    np.testing.assert_array_equal(again.predict(archs), model.predict(archs))
    assert again.notes == model.notes
    assert (again.encoding, list(again.hidden), again.seed) == (encoding, [24], 5)
    assert again.notes["best_epoch"] == str(model.best_epoch_)
    assert "1 thread" in again.notes["kernels"]
    copied = pickle.loads(pickle.dumps(model))  # noqa: S301
    np.testing.assert_array_equal(copied.predict(archs), model.predict(archs))


def test_damage_is_told(tmp_path):
    path = tmp_path / "m.latpred"
    fitted(60, hidden=(8,), epochs=1).save(path)
    check_damage_is_told(path)


def test_one_row_equals_a_batch():
    model = fitted(hidden=(400, 100), epochs=2)
    archs = SPACE.sample(60, seed=6)
    alone = [model.predict(archs[i])[0] for i in range(60)]
    np.testing.assert_allclose(alone, model.predict(archs), rtol=1e-5)
