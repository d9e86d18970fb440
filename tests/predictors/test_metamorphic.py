"""What no predictor may depend on: the order of rows, repeated rows, the unit, the batch, names.

A fit reads rows in an order of their own (cpp/predictors/training_rows.hpp), so changes of a table
that say nothing about the device leave the model as it is.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import latpred as lp
import numpy as np
import pytest

from tests.device_generic.hardware_world import efficiency
from tests.predictors.real_data import WITH_TORCH, skip_if_unavailable

SPACE = lp.space("ofa-mobilenetv3", resolutions=[160, 192, 224])
FRESH = SPACE.sample(150, seed=99)


def latency(archs: lp.Architectures) -> np.ndarray:
    """Costs, what no cost tells, and noise."""
    noise = np.random.default_rng(5).normal(1, 0.01, len(archs))
    return (archs.space.count(archs)["macs"] / 1e8 + efficiency(archs) / 10) * noise


def rows() -> tuple[lp.Architectures, np.ndarray]:
    """100 networks at each resolution in turn: the order of a table measured by a grid."""
    genes = np.repeat(SPACE.sample(100, seed=1, unique=True).genes, 3, axis=0)
    genes[:, -1] = np.arange(300) % 3
    archs = SPACE.architectures(genes)
    return archs, latency(archs)


def ensemble() -> lp.Predictor:
    return lp.EnsemblePredictor([lp.AdditivePredictor(), lp.FlopsPredictor()])


def auto() -> lp.Predictor:
    chosen = {"flops": lp.FlopsPredictor(), "additive": lp.AdditivePredictor()}
    return lp.AutoPredictor(candidates=chosen)


def frozen_features() -> lp.Predictor:
    return lp.FrozenFeaturesPredictor(body=(16, 12), head=5, epochs=20)


def graph() -> lp.Predictor:
    return lp.GraphPredictor(hidden=(8,), head=8, epochs=2)


def mlp() -> lp.Predictor:
    return lp.MlpPredictor(hidden=(8, 8), epochs=2)


@cache
def source() -> lp.Predictor:
    archs = SPACE.sample(200, seed=3)
    return lp.AdditivePredictor().fit(archs, latency(archs))


class OfTwoDevices:
    """The hardware-aware model of two devices, as a model of the first."""

    def fit(self, archs: Any, values: np.ndarray | None = None) -> lp.Predictor:
        if values is None:
            archs, values = archs.archs, archs.latency_ms
        slower = (archs, 2 * values)
        hardware = {
            "a": lp.DeviceParameters(2000, 8, 300),
            "b": lp.DeviceParameters(1000, 8, 150),
        }
        model = lp.HardwareAwarePredictor(devices=hardware)
        return model.fit({"a": (archs, values), "b": slower}).for_device("a")


MODELS: dict[str, Callable[[], Any]] = {
    "flops": lp.FlopsPredictor,
    "additive": lp.AdditivePredictor,
    "interactions": lambda: lp.AdditivePredictor(interactions=("depths",)),
    "gaussian-process": lp.GaussianProcessPredictor,
    "ensemble": ensemble,
    "auto": auto,
    "trees": lambda: lp.TreesPredictor(trees=20),
    "frozen-features": frozen_features,
    "graph": graph,
    "mlp": mlp,
    "fine-tuned": lambda: lp.FineTunedPredictor(source(), "feature"),
    "hardware-aware": OfTwoDevices,
    "accuracy": lambda: lp.AccuracyPredictor(base=lp.AdditivePredictor(share_slots=False)),
}
TORCH = {"frozen-features", "graph", "mlp", "fine-tuned", "hardware-aware"}


def model_of(kind: str) -> Any:
    skip_if_unavailable(kind)
    if kind in TORCH and not WITH_TORCH:
        pytest.skip("a build without LibTorch")
    return MODELS[kind]()


@cache
def fitted(kind: str) -> Any:
    return model_of(kind).fit(*rows())


@pytest.mark.parametrize("kind", MODELS)
def test_order_of_rows(kind: str) -> None:
    archs, values = rows()
    expected = fitted(kind).predict(FRESH)
    for order in (
        np.random.default_rng(0).permutation(len(values)),
        np.argsort(archs.genes[:, -1], kind="stable"),
        np.argsort(values)[::-1],
    ):
        model = model_of(kind).fit(archs[order], values[order])
        np.testing.assert_array_equal(model.predict(FRESH), expected)


@pytest.mark.parametrize("kind", MODELS)
def test_repeated_rows(kind: str) -> None:
    archs, values = rows()
    twice = np.concatenate([np.arange(len(values)), np.arange(0, len(values), 3)])
    model = model_of(kind).fit(archs[twice], values[twice])
    np.testing.assert_array_equal(model.predict(FRESH), fitted(kind).predict(FRESH))


@pytest.mark.parametrize("kind", [kind for kind in MODELS if kind != "accuracy"])
def test_unit_of_the_values(kind: str) -> None:
    archs, values = rows()
    model = model_of(kind).fit(archs, 1024 * values)
    np.testing.assert_allclose(model.predict(FRESH), 1024 * fitted(kind).predict(FRESH), rtol=1e-9)


@pytest.mark.parametrize("kind", MODELS)
def test_batch_of_a_prediction(kind: str) -> None:
    model = fitted(kind)
    expected = model.predict(FRESH)
    for size in (1, 7, 64):
        parts = [model.predict(FRESH[i : i + size]) for i in range(0, len(FRESH), size)]
        np.testing.assert_array_equal(np.concatenate(parts), expected)
    order = np.random.default_rng(1).permutation(len(FRESH))
    np.testing.assert_array_equal(model.predict(FRESH[order]), expected[order])


@pytest.mark.parametrize("kind", [kind for kind in MODELS if kind != "accuracy"])
def test_names_and_slices_of_tables(kind: str) -> None:
    archs, values = rows()
    more = SPACE.architectures(np.concatenate([archs.genes, FRESH.genes]))
    longer = lp.LatencyTable(more, np.concatenate([values, latency(FRESH)]), device="one")
    renamed = lp.LatencyTable(archs, values, device="another")
    for given in (longer[: len(values)], renamed):
        model = model_of(kind).fit(given)
        np.testing.assert_array_equal(model.predict(FRESH), fitted(kind).predict(FRESH))
