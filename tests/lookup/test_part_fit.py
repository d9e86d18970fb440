"""Fitted additive tables and additivity: intervals that hold, against known truth and oracles."""

from __future__ import annotations

from typing import Any

import latpred as lp
import numpy as np
import pytest
from latpred._core import metrics, predictors
from latpred.lookup.additivity import bounded_figures
from latpred.lookup.table import LookupEntry

RNG = np.random.default_rng


def networks(rng: Any, rows: int, slots: int = 8, choices: int = 5) -> np.ndarray:
    """Counts of parts: each slot takes one of its choices, some slots take none."""
    counts = np.zeros((rows, slots * choices))
    for slot in range(slots):
        taken = rng.integers(0, choices, rows) + slot * choices
        there = (rng.random(rows) < 0.7) | (slot < 3)
        counts[np.arange(rows)[there], taken[there]] = 1
    return counts


def truth(rng: Any, parts: int) -> tuple[np.ndarray, np.ndarray]:
    """Expected and true latencies of parts, ms."""
    expected = rng.uniform(0.5, 2.0, parts)
    return expected, expected * (1.3 + 0.25 * rng.standard_normal(parts))


@pytest.mark.parametrize("rows", [40, 120])
def test_intervals_of_parts_hold(rows: int) -> None:
    """Parts, constant and networks left out; more networks than parts, and as many."""
    inside, constants, spreads = [], [], []
    for seed in range(120):
        rng = RNG(seed)
        counts = networks(rng, rows)
        expected, exact = truth(rng, counts.shape[1])
        ideal = counts @ exact + 3.0
        y = ideal * np.exp(0.01 * rng.standard_normal(rows))
        fit = predictors.fit_parts(counts, expected[:, None], expected, y)
        inside.append(np.mean(np.abs(fit["mean"] - exact) < 1.96 * fit["error"]))
        constants.append(abs(fit["constant"] - 3) < 1.96 * fit["constant_error"])
        spreads.append(fit["spread"])
    assert 0.90 < np.mean(inside) < 0.985
    assert 0.88 < np.mean(constants) <= 1
    assert np.median(spreads) == pytest.approx(0.25, rel=0.2)


def test_held_out_errors_are_those_of_refits() -> None:
    """Leave-one-out in closed form, against Gaussian conditioning with the same variances."""
    rng = RNG(3)
    counts = networks(rng, 40)
    expected, exact = truth(rng, counts.shape[1])
    y = (counts @ exact + 3) * np.exp(0.02 * rng.standard_normal(40))
    fit = predictors.fit_parts(counts, expected[:, None], expected, y)
    z = counts * expected / y[:, None]
    fixed = np.column_stack([counts @ expected, np.ones(40)]) / y[:, None]
    free = 1e6  # a flat prior on what is fixed
    covariance = (
        fit["spread"] ** 2 * z @ z.T + free * fixed @ fixed.T + fit["noise"] ** 2 * np.eye(40)
    )
    for row in (0, 17, 39):
        others = np.delete(np.arange(40), row)
        weights = np.linalg.solve(covariance[np.ix_(others, others)], np.ones(39))
        assert fit["held_out"][row] == pytest.approx(
            1 - covariance[row, others] @ weights, abs=1e-4
        )


@pytest.mark.parametrize("scale", [[1.0] * 3, [1.0] * 5, [], [1.0, 1.0, np.nan, 1.0]])
def test_scales_of_a_design_are_one_a_part(scale: list[float]) -> None:
    with pytest.raises(lp.ConfigError, match=f"{len(scale)} scales for 4 parts"):
        predictors.design_rows(np.eye(4), scale, 2)


def test_design_is_better_than_chance() -> None:
    rng = RNG(0)
    counts = networks(rng, 400)
    scale = np.ones(counts.shape[1])
    chosen = predictors.design_rows(counts, scale, 60)
    assert len(set(chosen)) == 60

    def log_determinant(rows: Any) -> float:
        z = counts[rows] / counts[rows].sum(axis=1, keepdims=True)
        return float(np.linalg.slogdet(z.T @ z + 1e-4 * np.eye(z.shape[1]))[1])

    by_chance = [log_determinant(RNG(s).choice(400, 60, replace=False)) for s in range(50)]
    assert log_determinant(chosen) > max(by_chance)
    assert counts[chosen].sum(axis=0).min() >= 1
    with pytest.raises(lp.ConfigError, match="500 networks out of 400"):
        predictors.design_rows(counts, scale, 500)


def test_fit_refuses_bad_rows() -> None:
    counts = networks(RNG(0), 20)
    ones = np.ones(counts.shape[1])
    with pytest.raises(lp.DataError, match="at least 5 expected"):
        predictors.fit_parts(counts[:4], ones[:, None], ones, np.ones(4))
    with pytest.raises(lp.DataError, match="positive finite"):
        predictors.fit_parts(counts, ones[:, None], ones, -np.ones(20))
    with pytest.raises(lp.DataError, match="hardly differ"):
        predictors.fit_parts(np.ones_like(counts), ones[:, None], ones, np.ones(20))


def test_space_table_fitted_with_parts_alone_as_expectation() -> None:
    """Through the public function: entries' intervals hold the truth about as often as they say."""
    space = lp.space("nas-bench-201")
    catalogue = predictors.PartCatalogue(space, "layer")
    rng = RNG(5)
    expected, exact = truth(rng, len(catalogue))
    archs = space.sample(120, seed=1)
    noise = np.exp(0.01 * rng.standard_normal(120))
    latency = (catalogue.counts(archs) @ exact + 2) * noise
    entries = [
        LookupEntry(catalogue.key(i), catalogue.place(i), float(ms))
        for i, ms in enumerate(expected)
    ]
    alone = lp.LookupMeasurement(catalogue, tuple(entries), "alone", "layer")
    table = lp.fit_lookup_table(lp.LatencyTable(archs, latency), by="layer", alone=alone)
    held = [e.low_ms < ms < e.high_ms for e, ms in zip(table.entries, exact, strict=True)]
    assert np.mean(held) > 0.8
    value, low, high = table.meta["held_out"]["spread_percent"]
    assert low < value < high
    assert value == pytest.approx(1, abs=0.5)
    assert isinstance(table.predictor(), lp.AdditivePredictor)


@pytest.mark.parametrize("n", [12, 40])
def test_intervals_of_additivity_hold(n: int) -> None:
    """Additive + fixed overhead + interaction: networks differ from the sum by 3 %."""
    held: dict[str, list[bool]] = {}
    for seed in range(600):
        rng = RNG(seed)
        sums = rng.uniform(5, 30, n)
        interaction = 0.03 * rng.standard_normal(n)
        whole = (1.2 + 0.9 * sums) * np.exp(interaction)
        found = bounded_figures(sums, whole)
        exact = {"constant_ms": 1.2, "slope": 0.9, "remaining_percent": 3.0}
        for name, value in exact.items():
            held.setdefault(name, []).append(found[name].low <= value <= found[name].high)
    for name, hits in held.items():
        assert 0.91 < np.mean(hits) < 0.985, name


@pytest.mark.parametrize("n", [12, 40])
def test_intervals_of_ratio_and_spread_hold(n: int) -> None:
    held: dict[str, list[bool]] = {"ratio": [], "spread_percent": []}
    for seed in range(600):
        rng = RNG(seed)
        sums = rng.uniform(5, 30, n)
        found = bounded_figures(sums, 1.1 * sums * np.exp(0.05 * rng.standard_normal(n)))
        for name, value in (("ratio", 1.1), ("spread_percent", 5.0)):
            held[name].append(found[name].low <= value <= found[name].high)
    for name, hits in held.items():
        assert 0.91 < np.mean(hits) < 0.985, name


def test_line_and_student_against_scipy() -> None:
    stats = pytest.importorskip("scipy.stats")
    for degrees in (5, 10, 28, 200):
        assert metrics.student_quantile(degrees) == pytest.approx(
            stats.t.ppf(0.975, degrees), rel=2e-3
        )
    rng = RNG(1)
    sums = rng.uniform(5, 30, 25)
    whole = (1.2 + 0.9 * sums) * np.exp(0.03 * rng.standard_normal(25))
    found = metrics.additivity(sums, whole)
    design = np.column_stack([1 / sums, np.ones(25)])
    expected = np.linalg.lstsq(design, whole / sums, rcond=None)[0]
    np.testing.assert_allclose([found.constant_ms.value, found.slope.value], expected, rtol=1e-9)
    hat = design @ np.linalg.inv(design.T @ design) @ design.T
    residual = (whole / sums - design @ expected) / (1 - np.diag(hat))
    bread = np.linalg.inv(design.T @ design)
    sandwich = bread @ design.T @ np.diag(residual**2) @ design @ bread
    half = metrics.student_quantile(23) * np.sqrt(np.diag(sandwich))
    np.testing.assert_allclose(
        [found.constant_ms.high - expected[0], found.slope.high - expected[1]], half, rtol=1e-9
    )


@pytest.mark.parametrize(
    ("sums", "whole", "text"),
    [
        (np.ones(7), np.ones(7), "at least 8"),
        (np.ones(9), np.ones(8), "the same number"),
        (np.ones(9), np.ones(9) * -1, "positive values"),
        (np.ones(9), np.arange(1.0, 10), "hardly differ"),
    ],
)
def test_additivity_refuses_bad_values(sums: Any, whole: Any, text: str) -> None:
    with pytest.raises(lp.DataError, match=text):
        metrics.additivity(sums, whole)
