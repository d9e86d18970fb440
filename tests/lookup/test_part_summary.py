"""Figures of catalogues and fits of parts, against NumPy and SciPy."""

from __future__ import annotations

import latpred as lp
import numpy as np
import pytest
from latpred._core import metrics
from latpred._core import predictors as core
from scipy import stats


@pytest.fixture(scope="module")
def catalogue() -> core.PartCatalogue:
    return core.PartCatalogue(lp.space("nas-bench-201"), "layer")


def test_sizes_weigh_each_cost_alike(catalogue: core.PartCatalogue) -> None:
    costs = catalogue.costs()
    graphs = [catalogue.graph(part) for part in range(len(catalogue))]
    assert costs[:, 0].tolist() == [graph.costs["macs"] for graph in graphs]
    expected = (costs / np.maximum(costs.mean(axis=0), 1)).sum(axis=1)
    np.testing.assert_allclose(catalogue.expected_sizes(), expected)


def test_a_fit_in_figures() -> None:
    random = np.random.default_rng(5)
    counts = random.integers(0, 4, (60, 6)).astype(float)
    counts[:, 2] = 0
    truth = random.uniform(1, 3, 6)
    latency = (counts @ truth + 4) * random.normal(1, 0.01, 60)
    fit = core.fit_parts(counts, np.ones((6, 1)), np.ones(6), latency)
    values = np.array([[one.value, one.low, one.high] for one in fit["values"]])
    half = stats.norm.ppf(0.975) * fit["error"]
    np.testing.assert_allclose(values.T, [fit["mean"], fit["mean"] - half, fit["mean"] + half])
    assert fit["seen"] == [True, True, False, True, True, True]
    assert fit["noise_percent"] == pytest.approx(100 * fit["noise"])
    left_out = np.maximum(latency * (1 - fit["held_out"]), 1e-3 * latency)
    expected = metrics.additivity(left_out, latency)
    for name in ("ratio", "spread_percent", "slope"):
        found, wanted = (getattr(one, name) for one in (fit["held_out_figures"], expected))
        assert (found.value, found.low) == pytest.approx((wanted.value, wanted.low))


@pytest.mark.parametrize(("parts", "networks"), [(0, 40), (80, 40), (82, 41), (999, 400)])
def test_networks_for_so_many_parts(parts: int, networks: int) -> None:
    assert core.usual_networks(parts) == networks
