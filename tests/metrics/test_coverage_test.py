"""The test of coverage against SciPy's distributions."""

from __future__ import annotations

import math

import latpred as lp
import pytest
from scipy import stats


@pytest.mark.parametrize(
    ("inside", "total", "confidence"),
    [(90, 100, 0.9), (80, 100, 0.9), (200, 200, 0.95), (0, 7, 0.5), (3, 7, 0.4), (880, 1000, 0.9)],
)
def test_binomial(inside: int, total: int, confidence: float) -> None:
    expected = stats.binomtest(inside, total, confidence).pvalue
    assert lp.metrics.coverage_test(inside, total, confidence) == pytest.approx(expected, rel=1e-8)


@pytest.mark.parametrize("rows", [9, 19, 60, 512])
@pytest.mark.parametrize(
    ("inside", "total", "confidence"), [(150, 200, 0.9), (199, 200, 0.9), (12, 30, 0.5)]
)
def test_beta_binomial(inside: int, total: int, confidence: float, rows: int) -> None:
    rank = math.ceil((rows + 1) * confidence - 1e-9)
    of = stats.betabinom(total, rank, rows + 1 - rank)
    masses = of.pmf(range(total + 1))
    expected = masses[masses <= of.pmf(inside) * (1 + 1e-7)].sum()
    found = lp.metrics.coverage_test(inside, total, confidence, calibration_rows=rows)
    assert found == pytest.approx(expected, rel=1e-7)


def test_many_calibration_rows_are_the_binomial() -> None:
    exact = lp.metrics.coverage_test(84, 100, 0.9)
    assert lp.metrics.coverage_test(84, 100, 0.9, 10**8) == pytest.approx(exact, rel=1e-3)


def test_few_calibration_rows_forgive_more() -> None:
    found = [lp.metrics.coverage_test(160, 200, 0.9, rows) for rows in (20, 100, 1000)]
    assert found == sorted(found, reverse=True)


def test_true_intervals_are_rarely_rejected() -> None:
    """Under split conformal prediction, p below .05 comes in at most about 5 % of cases."""
    rows, total, confidence = 40, 60, 0.9
    rank = math.ceil((rows + 1) * confidence)
    of = stats.betabinom(total, rank, rows + 1 - rank)
    rejected = sum(
        of.pmf(k)
        for k in range(total + 1)
        if lp.metrics.coverage_test(k, total, confidence, rows) < 0.05
    )
    assert 0 < rejected <= 0.05 + 1e-9


def test_it_is_the_rank_of_the_intervals() -> None:
    """The confidence that so many rows support is the same as that of `predict_interval`."""
    archs = lp.space("nas-bench-201").sample(49, seed=0, unique=True)
    ms = 1 + 1e-7 * archs.space.count(archs)["macs"]
    model = lp.FlopsPredictor().fit(archs[:30], ms[:30]).calibrate(archs[30:], ms[30:])
    assert model.calibration_rows == 19
    model.predict_interval(archs[:2], 0.95)
    assert lp.metrics.coverage_test(5, 5, 0.95, 19) > 0
    for call in (
        lambda: model.predict_interval(archs[:2], 0.951),
        lambda: lp.metrics.coverage_test(5, 5, 0.951, 19),
    ):
        with pytest.raises(lp.DataError, match="19 calibration rows"):
            call()


def test_what_is_refused() -> None:
    for inside, total in ((1, 0), (6, 5)):
        with pytest.raises(lp.DataError, match="at least one value"):
            lp.metrics.coverage_test(inside, total, 0.9)
    for confidence in (0.0, 1.0, -1.0, math.nan):
        with pytest.raises(lp.ConfigError, match="between 0 and 1"):
            lp.metrics.coverage_test(1, 2, confidence)
    for bad in (-1, 1.5, "a"):
        with pytest.raises(lp.ConfigError):
            lp.metrics.coverage_test(bad, 10, 0.9)  # type: ignore[arg-type]
