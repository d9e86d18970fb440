"""A device of another kind, of which few samples and other models know more than the factors."""

from __future__ import annotations

import copy
from pathlib import Path

import latpred as lp
import numpy as np
import pytest
from latpred import device_generic as dg

PHONES = {"a": (2.2, 10, 4, 34.1), "b": (2.0, 3, 1, 7.46), "c": (2.8, 5, 2, 29.8)}
SPACE = lp.space("nas-bench-201")
KNOWN, OTHERS = SPACE.sample(150, seed=0, unique=True), SPACE.sample(160, seed=1, unique=True)
TARGET = dg.DeviceDescription(2.6, 6, 32, 26)
# ms of none, skip, 1x1, 3x3 and pooling: on the target a pooling costs more than a convolution.
PHONE_MS, TARGET_MS = np.array([1, 1, 40, 200, 20.0]), np.array([0.2, 0.2, 10, 12, 40.0])


def sums(archs: lp.Architectures, each: np.ndarray, seed: int) -> np.ndarray:
    noise = np.random.default_rng(seed).lognormal(0, 0.02, len(archs))
    return np.asarray((30 + each[archs.genes].sum(axis=1)) * noise)


@pytest.fixture(scope="module")
def model() -> dg.DeviceGenericPredictor:
    devices = {name: dg.DeviceDescription(*four) for name, four in PHONES.items()}
    tables = {
        name: lp.LatencyTable(KNOWN, sums(KNOWN, PHONE_MS, seed) * one.ms_per_factor)
        for seed, (name, one) in enumerate(devices.items())
    }
    return dg.DeviceGenericPredictor().fit(tables, devices)


def test_a_model_without_factors_is_taken_where_it_is_better(
    model: dg.DeviceGenericPredictor, tmp_path: Path
) -> None:
    truth = sums(OTHERS, TARGET_MS, 9)
    taken = model.choose(OTHERS, 12)
    rest = np.setdiff1d(np.arange(len(OTHERS)), taken)
    adapted = model.adapt(TARGET, OTHERS[taken], truth[taken])
    assert adapted._fitted().has_companion
    assert (
        lp.evaluate(truth[rest], adapted.predict(OTHERS[rest])).mape_percent < 12
    )  # 22 by factors
    low, high = adapted.predict_interval(OTHERS[rest], confidence=0.9)
    assert ((low <= truth[rest]) & (truth[rest] <= high)).mean() > 0.75
    adapted.save(tmp_path / "m.latpred")
    read = lp.load_predictor(tmp_path / "m.latpred")
    assert (read.predict(OTHERS) == adapted.predict(OTHERS)).all()
    order = np.random.default_rng(0).permutation(len(taken))
    again = model.adapt(TARGET, OTHERS[taken[order]], truth[taken[order]])
    assert (again.predict(OTHERS) == adapted.predict(OTHERS)).all()


def test_a_device_like_the_others_needs_none(model: dg.DeviceGenericPredictor) -> None:
    truth = sums(OTHERS, PHONE_MS, 9) * TARGET.ms_per_factor
    taken = model.choose(OTHERS, 12)
    assert not model.adapt(TARGET, OTHERS[taken], truth[taken])._fitted().has_companion
    few = taken[:7]
    odd = sums(OTHERS, TARGET_MS, 9)
    assert not model.adapt(TARGET, OTHERS[few], odd[few])._fitted().has_companion


def test_the_model_of_devices_is_copied_by_fitting_again(model: dg.DeviceGenericPredictor) -> None:
    copied, empty = copy.deepcopy(model), copy.deepcopy(dg.DeviceGenericPredictor())
    same = copied.for_device(TARGET).predict(OTHERS)
    assert (same == model.for_device(TARGET).predict(OTHERS)).all()
    assert "3 devices" in repr(copied)
    assert "not fitted" in repr(empty)
