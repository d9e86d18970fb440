"""The distribution-free interval: ranks against SciPy, coverage by simulation."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from latpred import ConfigError
from latpred._core import measurement as core
from scipy import stats

Noise = Callable[[np.random.Generator, int], np.ndarray]


@given(st.integers(0, 600), st.sampled_from([0.01, 0.03, 0.05, 0.1, 0.32]))
def test_rank_is_the_largest_that_keeps_the_level(n: int, alpha: float) -> None:
    k = core.sign_test_rank(n, alpha)
    assert 2 * stats.binom.cdf(k - 1, n, 0.5) <= alpha * (1 + 1e-9)
    if n > 0:
        assert 2 * stats.binom.cdf(k, n, 0.5) > alpha * (1 - 1e-9)


def test_interval_equals_scipys_inverted_sign_test() -> None:
    """A value lies inside exactly where SciPy's binomial test does not reject it as the median."""
    values = np.sort(np.random.default_rng(0).standard_normal(30))
    k = core.sign_test_rank(30, 0.05)
    for below in range(1, 30):
        middle = 0.5 * (values[below - 1] + values[below])
        kept = stats.binomtest(int((values < middle).sum()), 30, 0.5).pvalue > 0.05
        assert kept == (values[k - 1] < middle < values[30 - k])


def test_five_values_bound_no_median_at_95_percent() -> None:
    assert [core.sign_test_rank(n, 0.05) for n in (0, 1, 5, 6, 8, 9)] == [0, 0, 0, 1, 1, 2]


@pytest.mark.parametrize("alpha", [0.0, 1.0, -0.1, float("nan")])
def test_level_out_of_range(alpha: float) -> None:
    with pytest.raises(ConfigError, match="alpha"):
        core.sign_test_rank(10, alpha)


def student(rng: np.random.Generator, n: int) -> np.ndarray:
    return rng.standard_t(3, n)


def skewed(rng: np.random.Generator, n: int) -> np.ndarray:
    """Exponential with median 0: noise of timings only adds."""
    return rng.exponential(1.0, n) - np.log(2.0)


def bimodal(rng: np.random.Generator, n: int) -> np.ndarray:
    """Two clock rates, the median on the upper flank of the more frequent one."""
    return rng.standard_normal(n) * 0.3 + np.where(rng.random(n) < 0.4, 2.0, 0.0)


def normal(rng: np.random.Generator, n: int) -> np.ndarray:
    return rng.standard_normal(n)


@pytest.mark.parametrize("noise", [normal, student, skewed, bimodal])
def test_coverage_of_2000_fixed_size_intervals(noise: Noise) -> None:
    """Nominal 95 %: at least that, up to the simulation's own error (three sigma: 1.5 %)."""
    rng = np.random.default_rng(11)
    median = np.median(noise(rng, 2_000_000))
    samples = np.sort(noise(rng, 2000 * 25).reshape(2000, 25), axis=1)
    k = core.sign_test_rank(25, 0.05)
    inside = (samples[:, k - 1] <= median) & (median <= samples[:, 25 - k])
    assert inside.mean() >= 0.935


def coverage(noise: Noise, scale: float, effort: str, runs: int = 2000) -> tuple[float, float]:
    """Share of `runs` networks whose interval holds the true ratio, and their mean visits.

    Noise comes a visit, as the machine's does: all samples of a leg share it.
    """
    rng = np.random.default_rng(5)
    clock = core.SyntheticClock()
    reference = core.ScriptedRunnable("r", clock, [4.0])
    true_ratio = 1.25
    networks = []
    for i in range(runs):
        # Per visit: 2 warm-up runs that agree and 3 samples; before them 4 of calibration.
        visits = 5.0 * np.exp(scale * noise(rng, 200))
        networks.append(
            core.ScriptedRunnable(str(i), clock, np.r_[np.full(4, 5.0), np.repeat(visits, 5)])
        )
    arguments = core.MeterArguments(clock=clock, effort=effort, group=50)
    rows = core.measure_runnables(networks, reference, arguments).rows
    inside = [row.ratio_low <= true_ratio <= row.ratio_high for row in rows]
    return float(np.mean(inside)), float(np.mean([row.visits for row in rows]))


@pytest.mark.parametrize(
    ("noise", "effort", "scale"),
    [
        (normal, "default", 0.02),
        (student, "default", 0.03),
        (skewed, "default", 0.03),
        (student, "fast", 0.054),
        (skewed, "gold", 0.02),
    ],
)
def test_coverage_of_2000_campaigns_with_optional_stopping(
    noise: Noise, effort: str, scale: float
) -> None:
    """Stopping as soon as an interval is narrow enough must not cost its coverage."""
    inside, visits = coverage(noise, scale, effort)
    assert inside >= (0.97 if effort == "gold" else 0.95) - 0.015
    assert 8 <= visits <= 200
