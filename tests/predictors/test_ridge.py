"""The linear algebra under the additive predictor, against independent formulas."""

from __future__ import annotations

import numpy as np
import pytest
from latpred import _core
from scipy import linalg
from sklearn.linear_model import Ridge, RidgeCV

ridge = _core.predictors.structured_ridge


def problem(rows: int, features: int, seed: int) -> tuple[np.ndarray, ...]:
    rng = np.random.default_rng(seed)
    x = rng.poisson(0.4, size=(rows, features)).astype(float)
    y = x @ rng.normal(size=features) + rng.normal(size=rows)
    root = rng.normal(size=(features, features))
    return x, y, root @ root.T / features + 0.1 * np.eye(features)


@pytest.mark.parametrize(("rows", "features"), [(40, 12), (12, 40), (20, 20)])
def test_solves_the_normal_equations(rows: int, features: int) -> None:
    x, y, covariance = problem(rows, features, 1)
    precision = np.random.default_rng(2).uniform(0.2, 2, rows)
    got = ridge(x, covariance, y, precision, 0.7)
    normal = x.T @ (precision[:, None] * x) + 0.7 * linalg.inv(covariance)
    expected = linalg.solve(normal, x.T @ (precision * y))
    for way in ("weights", "by_factor", "by_steps"):
        np.testing.assert_allclose(got[way], expected, rtol=1e-6)


def test_equals_scikit_learn() -> None:
    x, y, _ = problem(60, 15, 3)
    got = ridge(x, np.eye(15), y, np.ones(60), 2.5)
    expected = Ridge(alpha=2.5, fit_intercept=False, solver="cholesky").fit(x, y).coef_
    np.testing.assert_allclose(got["weights"], expected, rtol=1e-8)


@pytest.mark.parametrize(("rows", "features"), [(60, 15), (25, 50)])
def test_cross_validation_takes_the_least_score(rows: int, features: int) -> None:
    x, y, covariance = problem(rows, features, 4)
    precision = np.random.default_rng(5).uniform(0.5, 2, rows)
    got = ridge(x, covariance, y, precision, 1.0)
    root = np.sqrt(precision)
    kernel = root[:, None] * (x @ covariance @ x.T) * root
    scores = {}
    for step in range(-48, 5):
        lam = 10 ** (step / 4)
        hat = linalg.solve(kernel + lam * np.eye(rows), kernel, assume_a="pos").T
        residual = root * y - hat @ (root * y)
        scores[lam] = residual @ residual / (rows - np.trace(hat)) ** 2
    lam, degrees = got["cross_validated"], got["degrees"]
    assert scores[min(scores, key=lambda key: abs(key - lam))] <= 1.0001 * min(scores.values())
    hat = linalg.solve(kernel + lam * np.eye(rows), kernel, assume_a="pos")
    assert degrees == pytest.approx(np.trace(hat), rel=1e-6)


def test_cross_validation_is_near_leave_one_out() -> None:
    x, y, _ = problem(200, 10, 6)
    y = y + np.random.default_rng(7).normal(0, 5, 200)
    grid = 10 ** (np.arange(-48, 5) / 4)
    loo = RidgeCV(alphas=grid, fit_intercept=False).fit(x, y).alpha_
    got = ridge(x, np.eye(10), y, np.ones(200), 1.0)["cross_validated"]
    assert abs(np.log10(got / loo)) <= 0.75 or min(got, loo) < 1e-3


def test_variance_components_reach_the_likelihood_s_maximum() -> None:
    rng = np.random.default_rng(8)
    rows = 120
    z1, z2 = rng.normal(size=(rows, 6)), rng.normal(size=(rows, 30))
    kernels = [np.ones((rows, rows)), z1 @ z1.T / 6, z2 @ z2.T / 30]
    y = 1 + z1 @ rng.normal(size=6) * 0.1 + z2 @ rng.normal(size=30) * 0.01
    y = y + 0.02 * rng.normal(size=rows)
    got = _core.predictors.variance_components(kernels, y, np.ones(rows), iterations=400, huber=0.0)
    best = np.append(got["variances"], got["noise"])

    def loss(values: np.ndarray) -> float:
        covariance = sum(v * k for v, k in zip(values, [*kernels, np.eye(rows)], strict=True))
        factor = linalg.cho_factor(covariance, lower=True)
        return float(y @ linalg.cho_solve(factor, y) + 2 * np.log(np.diag(factor[0])).sum())

    assert best[0] == 10  # the constant's variance is given
    for index in (1, 2, 3):
        for change in (0.8, 1.25):
            other = best.copy()
            other[index] *= change
            assert loss(best) <= loss(other) + 1e-3
