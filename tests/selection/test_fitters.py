"""Fitters: settings as text, canonical rows, seeds, Python classes among them."""

from __future__ import annotations

import json
from typing import Any

import latpred as lp
import numpy as np
import pytest
from latpred import _core
from latpred.predictors.fitters import fitter_of

SPACE = lp.space("ofa-mobilenetv3")
ARCHS = SPACE.sample(80, seed=0, unique=True)
COSTS = np.asarray(SPACE.count(ARCHS)["macs"], dtype=float) * 1e-8
VALUES = 2 + COSTS * np.random.default_rng(0).uniform(0.95, 1.05, 80)
FRESH = SPACE.sample(20, seed=9)
from_settings = _core.predictors.fitter_from_settings


class Halved(lp.FlopsPredictor):
    """A user's class that changes what is fitted."""

    def fit(self, table: Any, latency_ms: Any = None) -> Halved:
        return super().fit(table, np.asarray(latency_ms) / 2)


class Mean(lp.predictors.Predictor):
    """A user's class without a compiled model."""

    def __init__(self, factor: float = 1.0, seed: int = 0) -> None:
        self.factor = factor
        self.seed = seed

    def fit(self, archs: Any, values: Any) -> Mean:  # noqa: ARG002
        self.mean_ = float(np.mean(values)) * self.factor + self.seed
        return self

    def predict(self, archs: Any) -> np.ndarray:
        return np.full(len(archs), self.mean_)


class Alien:
    """No class of ours: it only has fit and predict."""

    def fit(self, archs: Any, values: Any) -> Alien:  # noqa: ARG002
        self.mean_ = float(np.mean(values))
        return self

    def predict(self, archs: Any) -> list[float]:
        return [self.mean_] * len(archs)


def source() -> lp.AdditivePredictor:
    return lp.AdditivePredictor().fit(ARCHS, VALUES * 2)


KINDS = {
    "flops": lp.FlopsPredictor,
    "additive": lambda: lp.AdditivePredictor(huber=1.5, ignore=("ks",), interactions="depths"),
    "gaussian-process": lambda: lp.GaussianProcessPredictor(evidence_rows=64),
    "gaussian-process with source": lambda: lp.GaussianProcessPredictor(source=source()),
    "ensemble": lambda: lp.EnsemblePredictor([lp.FlopsPredictor()], members=3, seed=4),
    "accuracy": lambda: lp.AccuracyPredictor(base=lp.FlopsPredictor()),
    "auto": lambda: lp.AutoPredictor(
        candidates={"a": lp.FlopsPredictor(), "b": lp.AdditivePredictor()}, folds=3
    ),
    "affine": lambda: lp.FineTunedPredictor(source(), "affine"),
    "fine-tuned, auto": lambda: lp.FineTunedPredictor(source(), seed=3),
    "Python": Halved,
}


@pytest.mark.parametrize("name", KINDS)
def test_a_fitter_fits_what_the_predictor_fits(name: str) -> None:
    predictor = KINDS[name]()
    fitter = fitter_of(predictor)
    expected = predictor.fit(ARCHS, VALUES).predict(FRESH)
    np.testing.assert_array_equal(fitter.fit(ARCHS, VALUES).evaluate(FRESH), expected)


@pytest.mark.parametrize("name", KINDS)
def test_settings_as_text_make_an_equal_fitter(name: str) -> None:
    if name == "Python":
        pytest.skip("has a test of its own")
    fitter = fitter_of(KINDS[name]())
    again = from_settings(fitter.settings)
    assert again.settings == fitter.settings
    assert again.kind == fitter.kind == json.loads(fitter.settings)["kind"]
    models = [f.fit(ARCHS, VALUES, seed=2).to_bytes() for f in (fitter, again)]
    assert models[0] == models[1]


@pytest.mark.parametrize("name", [name for name in KINDS if name != "Python"])
def test_the_order_of_the_rows_does_not_matter(name: str) -> None:
    fitter = fitter_of(KINDS[name]())
    archs, values = ARCHS[np.r_[:80, :10]], np.r_[VALUES, VALUES[:5], VALUES[5:10] * 1.1]
    order = np.random.default_rng(3).permutation(90)
    assert (
        fitter.fit(archs, values).to_bytes() == fitter.fit(archs[order], values[order]).to_bytes()
    )


@pytest.mark.libtorch
def test_the_perceptron_is_a_fitter() -> None:
    predictor = lp.MlpPredictor(hidden=(8,), epochs=3, batch_size=16, seed=5, weight_decay=0.25)
    fitter = fitter_of(predictor)
    again = from_settings(fitter.settings)
    assert again.settings == fitter.settings
    first, second = (f.fit(ARCHS, VALUES).evaluate(FRESH) for f in (fitter, again))
    np.testing.assert_array_equal(first, second)
    other = fitter.fit(ARCHS, VALUES, seed=1).evaluate(FRESH)
    assert (other != first).any()
    expected = lp.MlpPredictor(hidden=(8,), epochs=3, batch_size=16, seed=6, weight_decay=0.25)
    direct = fitter_of(expected).fit(ARCHS, VALUES).evaluate(FRESH)
    np.testing.assert_array_equal(other, direct)  # seeds add up


def test_users_classes_are_called_in_python() -> None:
    assert fitter_of(Halved()).kind == "python"
    half = fitter_of(Halved()).fit(ARCHS, VALUES)
    assert half.kind == "flops"  # its model is compiled all the same
    plain = lp.FlopsPredictor().fit(ARCHS, VALUES / 2)
    np.testing.assert_allclose(half.evaluate(FRESH), plain.predict(FRESH))
    mean = fitter_of(Mean(factor=2.0)).fit(ARCHS, VALUES, seed=3)
    np.testing.assert_allclose(mean.evaluate(FRESH), 2 * VALUES.mean() + 3)
    with pytest.raises(lp.ConfigError, match="predicts in Python"):
        mean.to_bytes()
    alien = fitter_of(Alien()).fit(ARCHS, VALUES)
    np.testing.assert_allclose(alien.evaluate(FRESH), VALUES.mean())
    with pytest.raises(lp.ConfigError, match="predictor expected"):
        fitter_of(object())


def test_python_settings_name_a_class_that_is_imported() -> None:
    trees = fitter_of(lp.TreesPredictor(trees=7))
    name = "latpred.predictors.trees:TreesPredictor"
    assert json.loads(trees.settings)["class"] == name
    assert from_settings(trees.settings).settings == trees.settings
    earlier = trees.settings.replace(name, "latpred.trees:TreesPredictor")  # where it once stood
    assert from_settings(earlier).settings == trees.settings
    own = fitter_of(Mean(factor=3.0))
    model = from_settings(own.settings).fit(ARCHS, VALUES)
    np.testing.assert_allclose(model.evaluate(FRESH), 3 * VALUES.mean())
    for name in ("os:system", "antigravity:fly", "latpred.spaces:space", "", "latpred.trees:"):
        text = json.dumps({"kind": "python", "class": name, "settings": "{}"})
        with pytest.raises(lp.ConfigError, match="no predictor class"):
            from_settings(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "JSON"),
        ("[]", "kind"),
        ('{"kind": 3}', "kind"),
        ('{"kind": "magic"}', "magic"),
        ('{"kind": "additive", "hubert": 1}', "hubert"),
        ('{"kind": "additive", "huber": "x"}', "huber"),
        ('{"kind": "additive", "evidence_rows": -4}', "evidence_rows"),
        ('{"kind": "additive", "evidence_rows": 1e99}', "evidence_rows"),
        ('{"kind": "ensemble", "bases": 4}', "bases"),
        ('{"kind": "ensemble", "bases": []}', "base"),
        ('{"kind": "gaussian-process", "source": "zz"}', "source"),
        ('{"kind": "seeded", "seed": 1}', "base"),
        ('{"kind": "fine-tuned"}', "source"),
        ('{"kind": "ensemble", "bases": ' + "[" * 10000 + "]" * 10000 + "}", "nested"),
    ],
)
def test_wrong_settings(text: str, words: str) -> None:
    with pytest.raises(lp.ConfigError, match=words) as caught:
        from_settings(text)
    assert len(str(caught.value)) < 400


def test_a_damaged_source_in_settings_is_refused() -> None:
    text = fitter_of(lp.GaussianProcessPredictor(source=source())).settings
    settings = json.loads(text)
    damaged = settings["source"][:-2] + ("00" if settings["source"][-2:] != "00" else "01")
    with pytest.raises(lp.CorruptionError):
        from_settings(json.dumps({**settings, "source": damaged}))


def test_unusable_rows() -> None:
    fitter = fitter_of(lp.FlopsPredictor())
    for wrong in (np.nan, 0.0, -1.0, np.inf):
        with pytest.raises(lp.DataError, match="row 3"):
            fitter.fit(ARCHS, np.where(np.arange(80) == 3, wrong, VALUES))
    with pytest.raises(lp.DataError, match="79 values"):
        fitter.fit(ARCHS, VALUES[:79])
    with pytest.raises(lp.DataError, match="percent"):
        fitter_of(lp.AccuracyPredictor(base=lp.FlopsPredictor())).fit(ARCHS, VALUES * 1000)


def test_device_fitters_keep_their_settings() -> None:
    make = _core.predictors.device_fitter_from_settings
    model = lp.HardwareAwarePredictor(huber=0.5)
    fitter = model._device_fitter(["cores", "clock"])
    assert fitter.kind == "hardware-additive"
    assert make(fitter.settings).settings == fitter.settings
    with pytest.raises(lp.ConfigError, match="magic"):
        make('{"kind": "magic"}')
