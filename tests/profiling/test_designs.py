"""Effects from drawn networks: against SciPy, against the truth, and against each other."""

from __future__ import annotations

import latpred as lp
import numpy as np
import pytest
from latpred._core import profiling as native
from latpred.profiling import placements_of
from scipy import stats

from .test_draws import own_space

RNG = np.random.default_rng(0)


def effects(random: np.ndarray, placed: np.ndarray, paired: bool, confidence: float = 0.95):
    return native.design_effects(random, placed, paired=paired, confidence=confidence, seed=0)


def test_paired_effects_are_those_of_the_paired_t_test() -> None:
    random, placed = RNG.normal(20, 3, 40), RNG.normal(21, 3, (5, 40))
    placed += random
    found = effects(random, placed, paired=True, confidence=0.9)
    for place, values in enumerate(placed):
        test = stats.ttest_rel(values, random)
        interval = test.confidence_interval(0.9)
        assert found["effect"][place] == pytest.approx(np.mean(values - random))
        assert found["low"][place] == pytest.approx(interval.low)
        assert found["high"][place] == pytest.approx(interval.high)
        assert found["p_value"][place] == pytest.approx(test.pvalue, rel=1e-9)
        assert found["standard_error"][place] == pytest.approx(stats.sem(values - random))


def test_independent_effects_are_those_of_welch() -> None:
    random, placed = RNG.normal(20, 3, 30), RNG.normal(21, 5, (4, 30))
    found = effects(random, placed, paired=False)
    for place, values in enumerate(placed):
        test = stats.ttest_ind(values, random, equal_var=False)
        interval = test.confidence_interval(0.95)
        assert found["low"][place] == pytest.approx(interval.low)
        assert found["high"][place] == pytest.approx(interval.high)
        assert found["p_value"][place] == pytest.approx(test.pvalue, rel=1e-9)


def test_statistics_are_numpy_s() -> None:
    random, placed = RNG.normal(20, 3, 31), RNG.normal(21, 5, (4, 31))
    found = effects(random, placed, paired=False)
    for name, share in {"q01": 0.01, "q05": 0.05, "q95": 0.95, "q99": 0.99}.items():
        assert found[name] == pytest.approx(np.quantile(placed, share, axis=1))
    assert found["sd"] == pytest.approx(placed.std(axis=1))
    assert found["mean"] == pytest.approx(placed.mean(axis=1))
    assert (found["lowest"] == placed.argmin(axis=1)).all()
    assert (found["maximum"] == placed.max(axis=1)).all()
    summary = native.random_summary(random, confidence=0.95)
    low, high = stats.t.interval(0.95, 30, random.mean(), stats.sem(random))
    assert (summary["low"][0], summary["high"][0]) == pytest.approx((low, high))


def test_p_values_are_corrected_for_their_number() -> None:
    random, placed = RNG.normal(20, 3, 30), RNG.normal(20.5, 3, (12, 30))
    found = effects(random, placed, paired=True)
    expected = stats.false_discovery_control(found["p_value"], method="bh")
    assert found["p_bh"] == pytest.approx(expected)
    order = np.argsort(found["p_value"])
    holm = np.maximum.accumulate((12 - np.arange(12)) * found["p_value"][order])
    assert found["p_holm"][order] == pytest.approx(np.minimum(holm, 1))
    assert (found["family_low"] < found["low"]).all()


def test_family_intervals_use_correlations() -> None:
    """Placements that move together need hardly more than one interval; unrelated ones more."""
    random = np.zeros(400)
    shared = RNG.normal(size=400)
    together = shared + 0.01 * RNG.normal(size=(20, 400))
    apart = RNG.normal(size=(20, 400))
    width = {}
    for name, placed in {"together": together, "apart": apart}.items():
        found = effects(random, placed, paired=True)
        width[name] = np.mean((found["family_high"] - found["effect"]) / found["standard_error"])
    single = stats.t.ppf(0.975, 399)
    assert single <= width["together"] < single * 1.1
    bonferroni = stats.t.ppf(1 - 0.025 / 20, 399)
    assert single * 1.3 < width["apart"] <= bonferroni * 1.001


def test_effects_without_spread_are_certain() -> None:
    random = np.full(10, 3.0)
    found = effects(random, np.stack([random, random + 1]), paired=True)
    assert found["p_value"].tolist() == pytest.approx([1, 0], abs=1e-12)
    assert found["low"] == pytest.approx([0, 1]) == found["high"]


@pytest.mark.parametrize("paired", [True, False])
def test_intervals_cover_the_truth(paired: bool) -> None:
    """Shares of 30 profiles x 24 placements, of a metric with known means."""
    space = own_space()
    placements = list(placements_of(space))
    truth = native.exact_means(space, "macs", placements, "conditional")
    inside, family = [], []
    for seed in range(30):
        random = native.draw_random(space, 60, seed=seed)
        placed = native.draw_placements(
            space, placements, 60, estimand="conditional", paired=paired, seed=seed
        )
        values = [space.count(archs)["macs"].astype(float) for archs in (random, placed)]
        found = native.design_effects(
            values[0], values[1].reshape(-1, 60), paired=paired, confidence=0.95, seed=seed
        )
        expected = truth[1:] - truth[0]
        inside.append((found["low"] <= expected) & (expected <= found["high"]))
        outside = (found["family_low"] > expected) | (found["family_high"] < expected)
        family.append(not outside.any())
    assert 0.92 < np.mean(inside) < 0.98
    assert np.mean(family) > 0.8


def test_designs_agree_with_the_exact_means() -> None:
    space = own_space()
    kw = {"progress": False, "seed": 4}
    exact = lp.profile_blocks(space, {"m": "macs"}, design="exact", **kw).effects
    for design in ("paired", "independent"):
        found = lp.profile_blocks(space, {"m": "macs"}, samples=4000, design=design, **kw)
        gap = (found.effects["effect"] - exact["effect"]) / found.effects["standard_error"]
        assert gap.abs().max() < 4.5
        assert (found.effects["n"] == 4000).all()
    assert (exact["low"] == exact["effect"]).all()


def test_pairs_tell_effects_apart_with_far_fewer_networks() -> None:
    space = lp.space("ofa-mobilenetv3", resolutions=[224])
    kw = {"progress": False, "samples": 60}
    width = {
        design: lp.profile_blocks(space, {"m": "macs"}, design=design, **kw).effects[
            "standard_error"
        ]
        for design in ("paired", "independent")
    }
    assert (width["independent"] / width["paired"]).median() > 3


def test_layers_and_blocks_are_means_over_placements() -> None:
    space = own_space()
    for design in ("paired", "independent", "exact"):
        found = lp.profile_blocks(space, {"m": "macs"}, samples=50, design=design, progress=False)
        by_layer = found.effects.groupby(["unit", "layer"])["effect"].mean()
        depth = found.depth_effects.set_index(["unit", "layer"])
        assert np.allclose(depth["effect"], by_layer[depth.index])
        by_block = found.effects.groupby("block")["mean"].mean()
        means = found.block_means.set_index("block")
        assert np.allclose(means["mean"], by_block[means.index])
        assert set(means["expand"]) == {3.0, 6.0}


def test_every_network_is_asked_for_once() -> None:
    space = lp.space("nas-bench-201")
    seen: list[str] = []

    def objective(archs: lp.Architectures) -> np.ndarray:
        seen.extend(archs.to_strings())
        return archs.genes.sum(axis=1).astype(float)

    found = lp.profile_blocks(
        space, {"sum": objective}, samples=400, design="independent", progress=False
    )
    assert len(seen) == len(set(seen)) == found.evaluations < 400 * 31


@pytest.mark.parametrize("name", [name for name in lp.space_names() if name != "fbnetv3"])
def test_every_space_is_profiled(name: str) -> None:
    space = lp.space(name)
    design = "independent" if name.startswith("compofa") else "paired"

    def objective(archs: lp.Architectures) -> np.ndarray:
        return archs.genes @ np.arange(1.0, archs.genes.shape[1] + 1)

    found = lp.profile_blocks(
        space, {"toy": objective}, samples=8, design=design, progress=False, estimand="legacy"
    )
    assert len(found.effects) == len(placements_of(space))
    assert np.isfinite(found.effects[["effect", "low", "family_high", "p_holm"]]).all(axis=None)


def test_required_samples_give_the_wanted_width() -> None:
    space = lp.space("ofa-mobilenetv3", resolutions=[224])
    found = lp.profile_blocks(space, {"m": "macs"}, samples=100, design="paired", progress=False)
    widest = ((found.effects["high"] - found.effects["low"]) / 2).max()
    needed = found.required_samples("m", widest)
    assert needed["paired"] == pytest.approx(100, abs=1)
    assert found.required_samples("m", widest / 2)["paired"] == pytest.approx(400, rel=0.03)
    with pytest.raises(lp.ConfigError, match="no metric"):
        found.required_samples("n", 1)
    with pytest.raises(lp.ConfigError, match="above 0"):
        found.required_samples("m", 0)
