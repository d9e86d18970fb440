"""`FactorPredictor`: a linear Gaussian process of groups of features."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import latpred as lp
import numpy as np
import pytest

from tests.device_generic.worlds import errors, true_factors
from tests.predictors.damaged_files import seal

dg = lp.device_generic
METHODS = ["structure", "cost-gp", "pairwise-ridge"]
CELLS = lp.space("nas-bench-201")
OWN = {
    "name": "own",
    "resolutions": [64, 96],
    "units": [{"depth": [1, 2], "channels": [8, 16], "kernel": [3, 5], "expand": [1, 2.5]}],
}


def rows(count: int = 60, space: lp.Space = CELLS, seed: int = 0, noise: float = 0.02) -> Any:
    archs = space.sample(count, seed=seed)
    rng = np.random.default_rng(seed)
    return archs, true_factors(archs) * rng.lognormal(0, noise, len(archs))


@pytest.mark.parametrize("name", lp.space_names())
def test_every_space(name: str) -> None:
    """Networks that were not seen, far better than by their mean."""
    space = lp.space(name)
    archs, values = rows(100, space)
    fresh = space.sample(50, seed=9)
    truth = true_factors(fresh)
    found = dg.FactorPredictor().fit(archs, values).predict(fresh)
    assert errors(found, truth) < max(0.04, 0.6 * errors(np.full(50, np.median(values)), truth))


def test_own_and_restricted_spaces() -> None:
    own = lp.define_space(**OWN)
    archs, values = rows(60, own)
    model = dg.FactorPredictor().fit(archs, values)
    assert errors(model.predict(archs), values) < 0.04
    wide = lp.space("ofa-mobilenetv3", resolutions=[160, 224])
    narrow = wide.restrict(allowed={"r": [160]})
    archs, values = rows(60, narrow)
    model = dg.FactorPredictor().fit(archs, values)
    fresh = narrow.sample(20, seed=2)
    assert errors(model.predict(fresh), true_factors(fresh)) < 0.04


def one_hot_and_pairs(archs: lp.Architectures) -> tuple[np.ndarray, np.ndarray]:
    genes = np.asarray(archs.genes)
    choices = np.stack([genes[:, g] == c for g in range(6) for c in range(5)], 1).astype(float)
    pairs = [
        choices[:, i] * choices[:, j]
        for i in range(30)
        for j in range(i + 1, 30)
        if i // 5 != j // 5
    ]
    return choices, np.stack(pairs, 1)


def test_pairwise_ridge_is_a_process_of_choices_and_pairs() -> None:
    """An independent process with the same kernels: for some ratio of variances NumPy's algebra
    gives what the predictor gives."""
    archs, values = rows(150, noise=0.01)
    fresh = CELLS.sample(200, seed=5)
    found = np.log(dg.FactorPredictor("pairwise-ridge").fit(archs, values).predict(fresh))
    y = np.log(values)
    gram, cross = [], []
    for own, other in zip(one_hot_and_pairs(archs), one_hot_and_pairs(fresh), strict=True):
        mean, scale = own.mean(0), own.std(0)
        used = scale > 0
        a, b = ((x - mean)[:, used] / scale[used] for x in (own, other))
        gram.append(a @ a.T / used.sum())
        cross.append(b @ a.T / used.sum())
    apart = []
    for pair in 10.0 ** np.arange(-3, 2, 0.5):
        for noise in 10.0 ** np.arange(-5, 0, 0.5):
            kernel = gram[0] + pair * gram[1] + 100
            alpha = np.linalg.solve(kernel + noise * np.eye(len(y)), y - y.mean())
            mean = y.mean() + (cross[0] + pair * cross[1] + 100) @ alpha
            apart.append(np.sqrt(np.mean((mean - found) ** 2)))
    assert min(apart) < 0.15 * np.std(found)


@pytest.mark.parametrize("method", METHODS)
def test_units_do_not_matter(method: str) -> None:
    archs, values = rows()
    fresh = CELLS.sample(30, seed=9)
    base = dg.FactorPredictor(method).fit(archs, values).predict(fresh)
    for factor in (1e-20, 1e-3, 1e3, 1e20):
        found = dg.FactorPredictor(method).fit(archs, values * factor).predict(fresh)
        np.testing.assert_allclose(found, base * factor, rtol=1e-6)


@pytest.mark.parametrize("method", METHODS)
def test_order_and_copies_of_rows_do_not_matter(method: str, tmp_path: Path) -> None:
    archs, values = rows()
    fresh = CELLS.sample(30, seed=9)
    model = dg.FactorPredictor(method).fit(archs, values)
    base = model.predict(fresh)
    order = np.random.default_rng(1).permutation(60)
    again = dg.FactorPredictor(method).fit(archs[order], values[order])
    np.testing.assert_array_equal(again.predict(fresh), base)
    twice = np.r_[order, order[:20]]
    again = dg.FactorPredictor(method).fit(archs[twice], values[twice])
    np.testing.assert_array_equal(again.predict(fresh), base)
    np.testing.assert_array_equal(model.predict(fresh[7:9]), base[7:9])
    model.save(tmp_path / "model")
    loaded = lp.load_predictor(tmp_path / "model")
    assert isinstance(loaded, dg.FactorPredictor)
    assert loaded.method == method
    np.testing.assert_array_equal(loaded.predict(fresh), base)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("count", [1, 2, 5])
def test_few_rows_and_equal_ones(method: str, count: int) -> None:
    archs, values = rows(count)
    fresh = CELLS.sample(30, seed=9)
    found = dg.FactorPredictor(method).fit(archs, values).predict(fresh)
    assert np.isfinite(found).all()
    assert (found > 0).all()
    equal = dg.FactorPredictor(method).fit(archs, np.full(count, 7.0)).predict(fresh)
    np.testing.assert_allclose(equal, 7.0, rtol=1e-6)


def test_values_of_which_most_are_the_same() -> None:
    """In whole steps of a coarse clock: the others are no slips."""
    archs, exact = rows(100, noise=0.0)
    values = np.where(exact > np.quantile(exact, 0.6), exact, np.quantile(exact, 0.6))
    found = dg.FactorPredictor().fit(archs, values).predict(archs)
    assert np.corrcoef(found, values)[0, 1] > 0.8


def test_one_slip_does_not_count() -> None:
    archs, values = rows(100)
    fresh = CELLS.sample(50, seed=9)
    truth = true_factors(fresh)
    base = dg.FactorPredictor().fit(archs, values).predict(fresh)
    values[3] *= 10
    found = dg.FactorPredictor().fit(archs, values).predict(fresh)
    assert errors(found, truth) < errors(base, truth) + 0.02


@pytest.mark.parametrize("bad", [-1.0, 0.0, np.nan, np.inf, 1e300])
def test_values_that_are_none(bad: float) -> None:
    archs, values = rows(12)
    values[5] = bad
    with pytest.raises(lp.errors.DataError, match="5"):
        dg.FactorPredictor().fit(archs, values)


def test_settings_that_are_none() -> None:
    archs, values = rows(12)
    with pytest.raises(lp.errors.ConfigError, match="structure"):
        dg.FactorPredictor("magic").fit(archs, values)
    with pytest.raises(lp.errors.DataError):
        dg.FactorPredictor().fit(archs, values[:-1])
    with pytest.raises(lp.errors.DataError):
        dg.FactorPredictor().fit(archs[:0], values[:0])


def test_damaged_files(tmp_path: Path) -> None:
    archs, values = rows(12)
    path = tmp_path / "model"
    dg.FactorPredictor().fit(archs, values).save(path)
    content = path.read_bytes()
    for old, new in (
        (b"factor.weights", b"factor.weightz"),
        (b"factor.numbers", b"factor.numberz"),
    ):
        path.write_bytes(seal(content.replace(old, new)))
        with pytest.raises(lp.errors.CorruptionError):
            lp.load_predictor(path)
