"""The stop rule under noise of known kind, in the campaign's own code."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from latpred import ConfigError
from latpred._core import measurement as core
from scipy import stats

RUNS = 2000
# Student's t over 1.4826, in units of the scale; the others by their definition.
CASES = [
    ("normal", 0.02, None),
    ("student3", 0.02, 14),
    ("student3", 0.054, 47),
    ("exponential", 0.05, 48),
    ("ar25", 0.054, 104),
    ("ar50", 0.054, 153),
    ("spikes", 0.02, None),
]


@pytest.mark.parametrize(("kind", "scale", "planned"), CASES)
def test_coverage_and_visits_at_2_percent(kind: str, scale: float, planned: int | None) -> None:
    found = core.simulate_stop_rule(kind, scale, "default", RUNS, seed=1)
    assert 0.93 <= found["coverage"] <= 0.985
    assert found["mean_visits"] <= 200
    if planned is not None:
        assert found["mean_visits"] <= 1.1 * planned


@pytest.mark.parametrize(("kind", "scale"), [("student3", 0.02), ("exponential", 0.03)])
def test_gold_covers_more_and_takes_longer(kind: str, scale: float) -> None:
    gold = core.simulate_stop_rule(kind, scale, "gold", RUNS, seed=1)
    default = core.simulate_stop_rule(kind, scale, "default", RUNS, seed=1)
    assert gold["coverage"] >= 0.96
    assert gold["far"] <= 0.02
    assert gold["mean_visits"] > 1.5 * default["mean_visits"]


def test_simulations_repeat_and_depend_on_the_seed() -> None:
    a, b, c = (core.simulate_stop_rule("normal", 0.02, "fast", 50, seed) for seed in (1, 1, 2))
    assert a == b
    assert a != c


@pytest.mark.parametrize("kind", core.noise_kinds())
def test_noise_has_median_zero(kind: str) -> None:
    values = np.concatenate([core.noise(kind, 0.05, 200, seed=3, run=run) for run in range(400)])
    below = (values < 0).mean()
    assert below == pytest.approx(0.5, abs=0.02)


def test_noise_follows_its_distribution() -> None:
    def sample(kind: str) -> np.ndarray:
        return np.concatenate([core.noise(kind, 0.05, 200, seed=3, run=run) for run in range(100)])

    scaled = 0.05 / 1.4826
    assert stats.kstest(sample("student3") / scaled, stats.t(3).cdf).pvalue > 0.001
    assert stats.kstest(sample("normal") / 0.05, stats.norm.cdf).pvalue > 0.001
    moved = sample("exponential") / 0.05 + np.log(2)
    assert stats.kstest(moved, stats.expon.cdf).pvalue > 0.001
    series = [core.noise("ar50", 1.0, 200, seed=1, run=run) for run in range(100)]
    lag = np.mean([np.dot(s[1:], s[:-1]) / np.dot(s, s) for s in series])
    assert lag == pytest.approx(0.5, abs=0.03)


def test_unknown_noise() -> None:
    with pytest.raises(ConfigError, match="noise 'pink' is unknown, expected one of normal"):
        core.simulate_stop_rule("pink", 0.02)
    with pytest.raises(ConfigError, match="0 runs, at least 1"):
        core.simulate_stop_rule("normal", 0.02, "default", 0)


@given(st.lists(st.floats(-1, 1, width=32), min_size=1, max_size=60))
def test_serial_correlation_is_the_clipped_moment(values: list[float]) -> None:
    y = np.array(values)
    distance = y - np.median(y)
    reach = 3 * np.median(np.abs(distance))
    z = np.clip(distance, -reach, reach)
    expected = max(0.0, z[1:] @ z[:-1] / (z @ z)) if len(y) > 1 and z @ z > 0 else 0.0
    assert core.serial_correlation(values) == pytest.approx(expected, abs=1e-9)


@given(st.lists(st.floats(-1, 1), min_size=1, max_size=80), st.sampled_from([0.03, 0.05]))
def test_correlated_values_get_a_wider_interval(values: list[float], alpha: float) -> None:
    low, high = core.serial_median_interval(values, alpha)
    k = core.sign_test_rank(len(values), alpha)
    y = np.sort(values)
    if k > 0 and np.isfinite(low):
        assert low <= y[k - 1]
        assert y[len(y) - k] <= high
    if core.serial_correlation(values) == 0 and k > 0:
        assert (low, high) == (y[k - 1], y[len(y) - k])
