"""Dense linear algebra against NumPy and SciPy, in every instruction set of the machine."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import latpred as lp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from latpred._core import base, predictors, sampling
from scipy import linalg

SIZES = [1, 3, 24, 63, 64, 65, 129, 200]


@pytest.fixture(params=base.instruction_sets(), autouse=True, scope="module")
def instructions(request: pytest.FixtureRequest) -> Iterator[str]:
    before = base.instruction_set()
    base.use_instruction_set(request.param)
    yield request.param
    base.use_instruction_set(before)


def positive(size: int, seed: int = 0) -> np.ndarray:
    root = np.random.default_rng(seed).normal(size=(size, size + 5))
    return root @ root.T / size + 0.1 * np.eye(size)


@given(st.tuples(*[st.integers(0, 70)] * 2, st.integers(0, 300)), st.booleans(), st.integers(0, 99))
def test_products_equal_numpy(shape: tuple[int, int, int], transposed: bool, seed: int) -> None:
    rows, columns, depth = shape
    rng = np.random.default_rng(seed)
    a, b = rng.normal(size=(rows, depth)), rng.normal(size=(depth, columns))
    found = base.product(a.T if transposed else a, b, transposed=transposed)
    np.testing.assert_allclose(found, a @ b, rtol=1e-12, atol=1e-12 * max(depth, 1))
    square = base.gram(a)
    np.testing.assert_allclose(square, a @ a.T, rtol=1e-12, atol=1e-12 * max(depth, 1))
    np.testing.assert_array_equal(square, square.T)


def test_an_element_does_not_depend_on_what_stands_beside_it() -> None:
    rng = np.random.default_rng(1)
    a, b = rng.normal(size=(300, 700)), rng.normal(size=(700, 531))
    whole = base.product(a, b)
    for i, j in [
        (slice(0, 1), slice(0, 1)),
        (slice(17, 40), slice(500, 531)),
        (slice(299, 300),) * 2,
    ]:
        np.testing.assert_array_equal(base.product(a[i], b[:, j]), whole[i, j])
    matrix = positive(150)
    right = rng.normal(size=(150, 90))
    solved = base.cholesky(matrix, right)["solved"]
    for columns in [slice(0, 1), slice(3, 70), slice(89, 90)]:
        alone = base.cholesky(matrix, right[:, columns])["solved"]
        np.testing.assert_array_equal(alone, solved[:, columns])


@pytest.mark.parametrize("size", SIZES)
def test_cholesky_equals_scipy(size: int) -> None:
    matrix = positive(size)
    right = np.random.default_rng(2).normal(size=(size, 7))
    found = base.cholesky(np.tril(matrix), right)  # the upper triangle is not read
    np.testing.assert_allclose(found["lower"], linalg.cholesky(matrix, lower=True), atol=1e-11)
    np.testing.assert_allclose(found["solved"], linalg.solve(matrix, right), atol=1e-9)
    inverse = linalg.inv(matrix)
    np.testing.assert_allclose(found["inverse"], inverse, atol=1e-9)
    np.testing.assert_array_equal(found["inverse"], found["inverse"].T)
    np.testing.assert_allclose(found["inverse_diagonal"], np.diag(inverse), atol=1e-9)
    assert found["log_determinant"] == pytest.approx(np.linalg.slogdet(matrix)[1], abs=1e-9)


@pytest.mark.parametrize("place", [0, 70, 149])
@pytest.mark.parametrize("value", [-1.0, 0.0, np.nan, np.inf, -np.inf])
def test_a_matrix_without_factor_is_told(place: int, value: float) -> None:
    matrix = positive(150)
    matrix[place, place] = value
    assert not base.cholesky(matrix, matrix)["holds"]
    with pytest.raises(lp.DataError, match="150 rows is not positive definite"):
        base.cholesky(matrix, matrix, lift=True)


def test_a_singular_matrix_is_lifted() -> None:
    row = np.random.default_rng(3).normal(size=(100, 4))
    singular = row @ row.T
    lower = base.cholesky(singular, singular, lift=True)["lower"]
    np.testing.assert_allclose(lower @ lower.T, singular, atol=1e-9 * np.trace(singular))


def test_shapes_are_checked() -> None:
    with pytest.raises(lp.ConfigError, match="2 x 3 and 2 x 3"):
        base.product(np.ones((2, 3)), np.ones((2, 3)))
    with pytest.raises(lp.ConfigError, match="2 x 3: a square matrix"):
        base.cholesky(np.ones((2, 3)), np.ones((2, 1)))


@given(st.lists(st.floats(0, 1e4), max_size=20), st.floats(1e-3, 10))
def test_exponentials_equal_numpy(values: list[float], rate: float) -> None:
    x = np.array(values)
    found = base.exponential_pair(x, 0.7, 0.3, rate)
    expected = 0.7 * np.exp(-16 * rate * x) + 0.3 * np.exp(-np.minimum(rate * x, 700))
    np.testing.assert_allclose(found, expected, rtol=1e-13)


@pytest.mark.parametrize("size", [1, 2, 5, 60])
def test_eigenvalues_equal_numpy(size: int) -> None:
    matrix = positive(size)
    values, vectors = base.symmetric_eigen(matrix)
    np.testing.assert_allclose(values, np.linalg.eigvalsh(matrix), atol=1e-11)
    np.testing.assert_allclose(vectors * values @ vectors.T, matrix, atol=1e-11)
    with pytest.raises(lp.DataError):
        base.symmetric_eigen(matrix * np.nan)


def test_least_squares_of_least_length_equal_numpy() -> None:
    rng = np.random.default_rng(4)
    full = rng.normal(size=(30, 6))
    for matrix, rank in [(full, 6), (np.hstack([full, full[:, :2]]), 6), (0 * full, 0)]:
        y = rng.normal(size=30)
        coefficients, basis = base.least_squares(matrix, y, 1e-9)
        np.testing.assert_allclose(
            coefficients, np.linalg.lstsq(matrix, y, rcond=1e-9)[0], atol=1e-10
        )
        assert basis.shape == (30, rank)
    rest = base.orthogonal_complement(full)
    np.testing.assert_allclose(rest.T @ rest, np.eye(24), atol=1e-12)
    np.testing.assert_allclose(rest.T @ full, 0, atol=1e-12)


def test_a_long_factorisation_polls() -> None:
    assert base.polls_of_factor(positive(500)) > 8


@pytest.mark.parametrize(
    ("call", "shapes"),
    [
        (base.cholesky, [(3, 4), (3, 1)]),
        (base.cholesky, [(3, 3), (4, 1)]),
        (base.symmetric_eigen, [(3, 4)]),
        (base.symmetric_eigen, [(0, 0)]),
        (base.least_squares, [(5, 2), (4,)]),
        (base.least_squares, [(0, 2), (0,)]),
        (base.orthogonal_complement, [(2, 3)]),
        (base.product, [(3, 4), (3, 4)]),
        (base.polls_of_factor, [(3, 4)]),
        (predictors.variance_components, [(1, 3, 3), (4,), (4,)]),
        (predictors.variance_components, [(1, 3, 3), (3,), (4,)]),
        (predictors.variance_components, [(0,), (3,), (3,)]),
        (sampling.information, [(3, 2)]),
    ],
)
def test_sizes_that_do_not_fit_are_refused(call: Any, shapes: list[tuple[int, ...]]) -> None:
    arguments: list[Any] = [np.ones(shape) for shape in shapes]
    settings: dict[str, Any] = {}
    if call is predictors.variance_components:
        arguments[0], settings = list(arguments[0]), {"iterations": 2, "huber": 0.0}
    if call is sampling.information:
        arguments.append([3])
    with pytest.raises(lp.ConfigError):
        call(*arguments, **settings)
