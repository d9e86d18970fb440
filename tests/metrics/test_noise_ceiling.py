"""What a perfect predictor scores, against the log-normal distribution."""

from __future__ import annotations

import math

import latpred as lp
import numpy as np
import pytest
from scipy import stats

MS = np.linspace(5, 60, 200)


def off_by(deviation: float, bound: float) -> float:
    """P[|exp(-deviation Z) - 1| <= bound], in percent."""
    low, high = -math.log1p(bound) / deviation, -math.log1p(-bound) / deviation
    return float(100 * (stats.norm.cdf(high) - stats.norm.cdf(low)))


@pytest.mark.parametrize("noise", [0.5, 2.0, 8.0])
@pytest.mark.parametrize("rows", [3, 200, 5000])
def test_errors_are_those_of_the_distribution(noise: float, rows: int) -> None:
    latency = np.random.default_rng(0).uniform(5, 60, rows)
    found = lp.metrics.noise_ceiling(latency, noise, seed=4)
    z = stats.norm.ppf((np.arange(20000) + 0.5) / 20000)
    factors = np.exp(noise / 100 * z)
    assert found.mape_percent == pytest.approx(100 * np.abs(1 / factors - 1).mean(), rel=0.01)
    assert found.mae_ms == pytest.approx(latency.mean() * np.abs(factors - 1).mean(), rel=0.015)
    assert found.within_5_percent == pytest.approx(off_by(noise / 100, 0.05), abs=0.4)
    assert found.within_10_percent == pytest.approx(off_by(noise / 100, 0.1), abs=0.4)


def test_correlations_are_those_of_noisy_labels() -> None:
    rng = np.random.default_rng(0)
    draws = [MS * rng.lognormal(0, 0.2, len(MS)) for _ in range(60)]
    found = lp.metrics.noise_ceiling(MS, 20.0)
    for name, of in (
        ("spearman", stats.spearmanr),
        ("kendall", stats.kendalltau),
        ("pearson", stats.pearsonr),
    ):
        assert found[name] == pytest.approx(
            np.mean([of(MS, labels)[0] for labels in draws]), abs=5e-3
        )


def test_without_noise_nothing_is_lost() -> None:
    found = lp.metrics.noise_ceiling(MS, 0.0)
    assert dict(found) == dict(lp.evaluate(MS, MS))


def test_noise_of_each_label() -> None:
    mixed = lp.metrics.noise_ceiling(MS, np.where(np.arange(200) < 100, 1.0, 3.0))
    each = [lp.metrics.noise_ceiling(MS, noise).mape_percent for noise in (1.0, 3.0)]
    assert mixed.mape_percent == pytest.approx(np.mean(each), rel=0.01)
    assert lp.metrics.noise_ceiling(MS, [2.0] * 200) == lp.metrics.noise_ceiling(MS, 2.0)


def test_the_seed_matters_little_and_is_kept() -> None:
    first, again, other = (lp.metrics.noise_ceiling(MS, 3.0, seed=s) for s in (1, 1, 2))
    assert first == again
    assert first != other
    assert first.mape_percent == pytest.approx(other.mape_percent, rel=0.005)
    assert first.spearman == pytest.approx(other.spearman, abs=2e-4)


def test_more_noise_is_a_lower_ceiling() -> None:
    found = [lp.metrics.noise_ceiling(MS, noise) for noise in (1.0, 3.0, 9.0)]
    assert [one.spearman for one in found] == sorted((one.spearman for one in found), reverse=True)
    assert [one.mape_percent for one in found] == sorted(one.mape_percent for one in found)


def test_few_and_equal_latencies() -> None:
    assert math.isnan(lp.metrics.noise_ceiling([3.0], 1.0).spearman)
    assert math.isnan(lp.metrics.noise_ceiling([3.0, 3.0], 1.0).pearson)


@pytest.mark.parametrize("bad", [[], [1.0, 0.0], [1.0, -2.0], [math.inf], [math.nan, 1.0]])
def test_latencies_that_are_refused(bad: list[float]) -> None:
    with pytest.raises(lp.DataError, match="noise ceiling"):
        lp.metrics.noise_ceiling(bad, 2.0)


@pytest.mark.parametrize("noise", [-1.0, math.nan, math.inf, 2000.0, [1.0, -1.0]])
def test_noise_that_is_refused(noise: object) -> None:
    with pytest.raises(lp.ConfigError, match="from 0 to 1000"):
        lp.metrics.noise_ceiling([1.0, 2.0], noise)  # type: ignore[arg-type]
    with pytest.raises(lp.DataError, match="one for each"):
        lp.metrics.noise_ceiling([1.0, 2.0], [1.0] * 3)
