"""The additive predictor: goals on the original tables, and its linear algebra by SciPy."""

from __future__ import annotations

import itertools
from pathlib import Path

import latpred as lp
import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.predictors.real_data import read_device

VALIDATION = slice(7000, 8500)


@pytest.mark.parametrize(("device", "bound_ms"), [("rtx", 0.18), ("p40", 0.13), ("note10", 1e-6)])
def test_error_with_7000_rows(data_dir: Path, device: str, bound_ms: float) -> None:
    archs, latency = read_device(data_dir, device)
    model = lp.AdditivePredictor().fit(archs[:7000], latency[:7000])
    errors = np.abs(model.predict(archs[VALIDATION]) - latency[VALIDATION])
    assert errors.mean() <= bound_ms


@pytest.mark.parametrize("device", ["rtx", "p40", "note10"])
@pytest.mark.parametrize(("rows", "bound_percent"), [(50, 2.5), (200, 1.5)])
def test_error_with_few_rows(data_dir: Path, device: str, rows: int, bound_percent: float) -> None:
    archs, latency = read_device(data_dir, device)
    errors = []
    for seed in range(10):
        chosen = np.random.default_rng(seed).choice(7000, rows, replace=False)
        model = lp.AdditivePredictor().fit(archs[chosen], latency[chosen])
        predicted = model.predict(archs[VALIDATION])
        errors.append(100 * np.mean(np.abs(predicted / latency[VALIDATION] - 1)))
    assert np.mean(errors) <= bound_percent


def test_cold_rows_are_distrusted(data_dir: Path) -> None:
    archs, latency = read_device(data_dir, "rtx")
    model = lp.AdditivePredictor().fit(archs[:7000], latency[:7000])
    assert np.median(model.row_weights_[:60]) < 0.5
    assert np.median(model.row_weights_) > 0.9


def additive_world(archs: lp.Architectures, seed: int) -> np.ndarray:
    """Latencies that are sums of random numbers by (stage, first or later, kernel, expansion)."""
    rng = np.random.default_rng(seed)
    effects = rng.uniform(0.2, 1.0, size=(5, 2, 3, 3))
    genes = archs.genes
    total = np.full(len(archs), 5.0)
    for stage, layer in itertools.product(range(5), range(4)):
        block = 4 * stage + layer
        active = genes[:, 40 + stage] >= layer - 1
        effect = effects[stage, min(layer, 1), genes[:, block], genes[:, 20 + block]]
        total += np.where(active, effect, 0.0)
    return total


@pytest.mark.parametrize("name", ["ofa-mobilenetv3", "compofa-elastic", "compofa-fixed"])
def test_learns_an_additive_device_exactly(name: str) -> None:
    space = lp.space(name)
    archs = space.sample(1500, seed=1)
    truth = additive_world(archs, seed=2)
    model = lp.AdditivePredictor().fit(archs[:1200], truth[:1200])
    errors = np.abs(model.predict(archs[1200:]) / truth[1200:] - 1)
    assert np.quantile(errors, 0.98) < 1e-9
    assert errors.max() < 1e-4  # of networks with a block that no row has at their resolution


def test_outliers_cost_little() -> None:
    space = lp.space("ofa-mobilenetv3", resolutions=[160, 224])
    archs = space.sample(1200, seed=3)
    truth = additive_world(archs, seed=4)
    spoiled = truth[:900] * (1 + 0.002 * np.random.default_rng(5).standard_normal(900))
    spoiled[::15] *= 3
    robust = lp.AdditivePredictor().fit(archs[:900], spoiled)
    plain = lp.AdditivePredictor(robust=False).fit(archs[:900], spoiled)
    error = {m: np.mean(np.abs(m.predict(archs[900:]) / truth[900:] - 1)) for m in (robust, plain)}
    assert error[robust] < 0.01
    assert error[robust] < 0.3 * error[plain]


def test_ignored_genes_have_no_influence() -> None:
    space = lp.space("ofa-mobilenetv3")
    archs = space.sample(300, seed=6)
    latency = additive_world(archs, seed=7)
    model = lp.AdditivePredictor(ignore=("ks",)).fit(archs, latency)
    genes = archs.genes.copy()
    genes[:, :20] = 0
    same = space.architectures(genes)
    np.testing.assert_array_equal(model.predict(same), model.predict(archs))
    with pytest.raises(lp.ConfigError, match="no genes 'kernel'"):
        lp.AdditivePredictor(ignore=("kernel",)).fit(archs, latency)


@given(st.integers(1, 12), st.integers(0, 1000))
@example(2, 543)  # two rows of nearly the same costs
@example(1, 130)  # the one row has nothing of the layer of depth
def test_any_few_rows_give_finite_positive_predictions(rows: int, seed: int) -> None:
    space = lp.space("compofa-elastic")
    archs = space.sample(rows + 20, seed=seed)
    latency = additive_world(archs, seed=seed)
    model = lp.AdditivePredictor().fit(archs[:rows], latency[:rows])
    predicted = model.predict(archs)
    assert np.isfinite(predicted).all()
    assert (np.abs(predicted / latency - 1) < 1).all()


def test_scale_of_the_unit_does_not_matter() -> None:
    space = lp.space("ofa-mobilenetv3")
    archs = space.sample(150, seed=8)
    latency = additive_world(archs, seed=9) * np.random.default_rng(0).normal(1, 0.02, 150)
    in_ms = lp.AdditivePredictor().fit(archs, latency).predict(archs)
    in_us = lp.AdditivePredictor().fit(archs, 1000 * latency).predict(archs)
    np.testing.assert_allclose(in_us, 1000 * in_ms, rtol=1e-6)


def test_fit_is_deterministic() -> None:
    archs = lp.space("ofa-mobilenetv3").sample(400, seed=1)
    latency = additive_world(archs, seed=1)
    first, second = (lp.AdditivePredictor().fit(archs, latency).predict(archs) for _ in range(2))
    np.testing.assert_array_equal(first, second)
