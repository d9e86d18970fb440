"""Few-shot transfer against formulas written down anew: NumPy, SciPy, scikit-learn."""

from __future__ import annotations

import latpred as lp
import numpy as np
import pytest
from latpred._core import transfer as _native
from scipy.optimize import minimize
from scipy.stats import multivariate_normal, norm
from sklearn.linear_model import Ridge

from tests.transfer.few_shot_world import FBNET, SPACE, tables


def standardised(features: np.ndarray, pool: np.ndarray) -> np.ndarray:
    deviation = pool.std(0)
    varies = deviation > 1e-9 * np.abs(pool).max(0)
    return (features[:, varies] - pool[:, varies].mean(0)) / deviation[varies]


def encoded(archs: lp.Architectures, names: tuple[str, ...]) -> np.ndarray:
    return np.concatenate([archs.space.encode(archs, name) for name in names], 1).astype(float)


@pytest.mark.parametrize("space", [SPACE, FBNET], ids=["nas-bench-201", "fbnet"])
def test_cost_ridge_is_ridge_regression(space: lp.Space) -> None:
    sources, target = tables(100, 3, seed=1, space=space)
    few = target[:15]
    archs = target.archs

    def features(some: lp.Architectures) -> np.ndarray:
        groups = [("cost-features", "op-counts"), ("stage-costs",), ("one-hot",)]
        parts = [standardised(encoded(some, g), encoded(archs, g)) for g in groups]
        return np.concatenate(
            [parts[0], parts[1], 0.3 * parts[2], np.full((len(some), 1), 0.3**0.5)], 1
        )

    y = (few.latency_ms - few.latency_ms.mean()) / few.latency_ms.std()
    oracle = Ridge(alpha=20, fit_intercept=False).fit(features(few.archs), y)
    expected = few.latency_ms.mean() + few.latency_ms.std() * oracle.predict(features(archs))
    model = lp.TransferPredictor(sources, "cost-ridge").fit(few)
    least = few.latency_ms.min() / 10
    np.testing.assert_allclose(model.predict(archs), np.maximum(expected, least), rtol=2e-5)


def test_intervals_are_those_of_a_normal_posterior() -> None:
    """ "flops" is one process with one feature, so its posterior is two lines of NumPy."""
    sources, target = tables(80, 3, seed=2)
    few, archs = target[:12], target.archs
    model = lp.TransferPredictor(sources, "flops").fit(few)
    macs = np.asarray(SPACE.count(archs)["macs"], float)
    x = (macs - macs.mean()) / macs.std()
    mean, scale = few.latency_ms.mean(), few.latency_ms.std()
    y = (few.latency_ms - mean) / scale
    kernel = np.outer(x[:12], x[:12])
    (variance,), noise, _ = _native.maximal_evidence([kernel], y, [1.0])
    inverse = np.linalg.inv(0.3 + variance * kernel + noise * np.eye(12))
    cross = 0.3 + variance * np.outer(x, x[:12])
    spread = np.sqrt(
        0.3 + variance * x**2 + noise - np.einsum("ij,jk,ik->i", cross, inverse, cross)
    )
    np.testing.assert_allclose(model.predict(archs), mean + scale * cross @ inverse @ y, rtol=1e-6)
    for confidence in (0.5, 0.9, 0.95):
        low, high = model.predict_interval(archs, confidence)
        reach = norm.ppf((1 + confidence) / 2)
        np.testing.assert_allclose((high - low) / 2, reach * scale * spread, rtol=1e-6)


@pytest.mark.parametrize("seed", range(6))
def test_evidence_is_maximal(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n, groups = 15, int(rng.integers(1, 5))
    features = [rng.standard_normal((n, k)) / k**0.5 for k in rng.integers(1, 30, groups)]
    kernels = [f @ f.T for f in features]
    y = features[0] @ rng.standard_normal(features[0].shape[1]) + 0.3 * rng.standard_normal(n)
    y = (y - y.mean()) / y.std()
    prior = rng.uniform(0.05, 1, groups)
    centre = np.log([*prior, 0.1])

    def negative(logs: np.ndarray) -> float:
        covariance = 0.3 + sum(np.exp(v) * k for v, k in zip(logs, kernels, strict=False))
        covariance = covariance + np.exp(logs[-1]) * np.eye(n)
        likelihood = multivariate_normal(np.zeros(n), covariance).logpdf(y)
        return -likelihood - 0.5 * n * np.log(2 * np.pi) + np.sum((logs - centre) ** 2) / 8

    bounds = [(-9, 4)] * groups + [(-7, 1)]
    oracle = minimize(negative, centre, method="L-BFGS-B", bounds=bounds)
    variances, noise, value = _native.maximal_evidence(kernels, y, list(prior))
    assert negative(np.log([*variances, noise])) == pytest.approx(-value, abs=1e-6)
    assert -value <= oracle.fun + 1e-4


def test_the_design_takes_what_is_least_known() -> None:
    """Greedily the greatest determinant, over all candidates in NumPy."""
    sources, target = tables(60, 4, seed=3)
    archs = target.archs
    hot = standardised(encoded(archs, ("one-hot",)), encoded(archs, ("one-hot",)))
    values = [source_values(sources, device, archs) for device in sources.devices]
    sources_part = standardised(np.array(values).T, np.array(values).T)
    kernel = 0.3 + 0.5 * hot @ hot.T / hot.shape[1]
    kernel += 0.5 * sources_part @ sources_part.T / sources_part.shape[1]
    chosen: list[int] = []
    for _ in range(8):
        gains = []
        for i in range(len(archs)):
            rows = [*chosen, i]
            gains.append(
                -np.inf
                if i in chosen
                else np.linalg.slogdet(np.eye(len(rows)) + kernel[np.ix_(rows, rows)] / 0.1)[1]
            )
        chosen.append(int(np.argmax(gains)))
    assert list(lp.TransferPredictor(sources).choose(archs, 8)) == sorted(chosen)


def source_values(
    sources: lp.transfer.DeviceTables, device: str, archs: lp.Architectures
) -> np.ndarray:
    """Values of one source's model up to a line: "nearest-device" is a line through them."""
    table = sources[device]
    model = lp.TransferPredictor(sources.select([device]), "nearest-device").fit(table)
    return model.predict(archs)
