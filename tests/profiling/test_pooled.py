"""One regression for all effects: against NumPy's formulas, exact means, and coverage."""

from __future__ import annotations

import latpred as lp
import numpy as np
import pytest
from latpred._core import profiling
from latpred.profiling.pooled import pooled_frames
from numpy.typing import NDArray
from scipy import stats

from tests.profiling.small_spaces import (
    placement_columns,
    small_population,
    small_space,
    tangled,
)

Floats = NDArray[np.float64]

CHOSEN = 25  # placements of the small space where there is a choice


def spread_design(archs: lp.Architectures) -> Floats:
    """Intercept, depths and placements of the small space: overcomplete."""
    genes = np.asarray(archs.genes)
    gates = [c for c, g in enumerate(small_space().genes) if g.group == "d"][:2]
    depths = [genes[:, gate] == level for gate in gates for level in range(3)]
    ones = np.ones((len(genes), 1))
    return np.hstack([ones, np.array(depths, float).T, placement_columns(small_space(), archs)])


def test_effects_are_those_of_numpy_s_least_squares() -> None:
    archs = small_space().sample(150, seed=4)
    y = tangled(archs)
    effects = pooled_frames(small_space(), archs, {"y": y})["effects"]
    x, everyone = spread_design(archs), small_population()
    population = spread_design(everyone.archs)
    inverse = np.linalg.pinv(x.T @ x)
    expected = (population * everyone.weights[:, None]).T @ everyone.columns
    expected /= expected[0]
    contrast = expected - (everyone.weights @ population)[:, None]
    np.testing.assert_allclose(effects["effect"], contrast.T @ inverse @ x.T @ y, atol=1e-9)
    hat = x @ inverse @ x.T
    rest = 1 - np.diag(hat)
    residuals = y - hat @ y
    weights = x @ inverse @ contrast
    variance = (weights**2).T @ (residuals**2 / rest)
    np.testing.assert_allclose(effects["standard_error"], np.sqrt(variance), rtol=1e-8, atol=1e-9)
    makers = np.eye(len(y)) - hat
    for k, column in enumerate(weights.T[:CHOSEN]):  # Bell and McCaffrey's degrees of freedom
        form = makers @ np.diag(column**2 / rest) @ makers
        degrees = np.trace(form) ** 2 / np.trace(form @ form)
        assert effects["degrees"][k] == pytest.approx(degrees, rel=1e-6)
        half = stats.t.ppf(0.975, degrees) * np.sqrt(variance[k])
        assert effects["high"][k] - effects["effect"][k] == pytest.approx(half, rel=1e-6)


def test_a_large_sample_has_the_exact_means_of_a_function_that_is_no_sum() -> None:
    archs = small_space().sample(20000, seed=1)
    frames = pooled_frames(small_space(), archs, {"y": tangled(archs)})
    everyone = small_population()
    truth = tangled(everyone.archs)
    exact = everyone.means(truth) - everyone.weights @ truth
    effects = frames["effects"][:CHOSEN]
    errors = (effects["effect"] - exact[:CHOSEN]) / effects["standard_error"]
    assert errors.abs().max() < 4
    assert effects["standard_error"].max() < 0.04


def test_sums_over_blocks_are_found_exactly_and_without_false_effects() -> None:
    archs = small_space().sample(100, seed=2)
    weights = np.linspace(-1, 1, 10)
    everyone = small_population()

    def add(networks: lp.Architectures) -> Floats:
        columns = placement_columns(small_space(), networks)
        return 5 + columns[:, [0, 1, 3, 4, 5, 9, 12, 13, 15, 18]] @ weights

    found = pooled_frames(small_space(), archs, {"y": add(archs)})["effects"]
    np.testing.assert_allclose(found["mean"], everyone.means(add(everyone.archs)), atol=1e-10)
    flat = pooled_frames(small_space(), archs, {"y": np.full(100, 3.0)})["effects"]
    assert (flat["p_holm"] > 0.99).all()
    assert (flat["high"] - flat["low"]).max() < 1e-9


def test_intervals_cover_the_truth() -> None:
    space, everyone = small_space(), small_population()
    rng = np.random.default_rng(0)
    truth = tangled(everyone.archs)
    exact = (everyone.means(truth) - everyone.weights @ truth)[:CHOSEN]
    inside, together = [], []
    for repetition in range(100):
        archs = space.sample(70, seed=1000 + repetition)
        values = tangled(archs)
        y = values + rng.normal(size=70) * (0.2 + 0.5 * (values > 1.5))
        found = profiling.pooled_effects(space, archs, [y], ["y"], 0.95, repetition, False, [None])[
            "metrics"
        ][0]["effects"]
        low, high = found["low"][:CHOSEN], found["high"][:CHOSEN]
        inside.append((low <= exact) & (exact <= high))
        low, high = found["family_low"][:CHOSEN], found["family_high"][:CHOSEN]
        together.append(((low <= exact) & (exact <= high)).all())
    assert 0.93 <= np.mean(inside) <= 0.97
    assert 0.91 <= np.mean(together) <= 0.99


def test_the_legacy_rule_leaves_layers_out() -> None:
    space = lp.space("ofa-mobilenetv3")
    archs = space.sample(400, seed=0)
    weights = np.random.default_rng(0).normal(size=(180,))

    def cost(networks: lp.Architectures) -> Floats:
        return np.asarray(placement_columns(space, networks) @ weights)

    found = pooled_frames(space, archs, {"y": cost(archs)}, estimand="legacy")["effects"]
    rng = np.random.default_rng(9)
    for place, layer in (("u1.l2", 2), ("u3.l3", 3), ("u0.l1", 1)):
        row = found[(found["place"] == place) & (found["block"] == "e6k7")].iloc[0]
        unit = int(place[1])
        slot = 4 * unit + layer
        kernels = rng.choice([3, 5, 7], (8000, 20))
        expansions = rng.choice([3, 4, 6], (8000, 20))
        depths = rng.choice([2, 3, 4], (8000, 5))
        kernels[:, slot], expansions[:, slot] = 7, 6
        depths[:, unit] = np.maximum(depths[:, unit], layer)
        forced = [
            {"ks": k, "e": e, "d": d, "r": [224]}
            for k, e, d in zip(kernels.tolist(), expansions.tolist(), depths.tolist(), strict=True)
        ]
        values = cost(space.architectures(forced))
        error = values.std() / np.sqrt(len(values))
        assert abs(row["mean"] - values.mean()) < 4 * error


def test_too_few_networks_and_wrong_requests_are_refused() -> None:
    space = lp.space("ofa-mobilenetv3")
    archs = space.sample(100, seed=0)
    with pytest.raises(lp.errors.DataError, match=r"100 networks .* at least 1\d\d expected"):
        pooled_frames(space, archs, {"y": np.zeros(100)})
    many = space.sample(300, seed=0)
    with pytest.raises(lp.errors.DataError, match="300 networks"):
        pooled_frames(space, many, {"y": np.zeros(299)})
    bad = np.zeros(300)
    bad[7] = np.nan
    with pytest.raises(lp.errors.DataError, match="speed: value 7"):
        pooled_frames(space, many, {"speed": bad})
    with pytest.raises(lp.errors.ConfigError, match="estimand"):
        pooled_frames(space, many, {"y": np.zeros(300)}, estimand="mean")
    coupled = lp.space("compofa-elastic")
    others = coupled.sample(300, seed=0)
    with pytest.raises(lp.errors.ConfigError, match="couplings"):
        pooled_frames(coupled, others, {"y": np.zeros(300)}, estimand="legacy")


def test_few_networks_give_sums_over_genes_and_say_so() -> None:
    space = lp.space("ofa-mobilenetv3")
    archs = space.sample(200, seed=0)
    genes = np.asarray(archs.genes).astype(float)
    found = pooled_frames(space, archs, {"y": genes.sum(axis=1)})
    assert (found["effects"]["terms"] == "genes").all()
    assert len(found["effects"]) == 180


@pytest.mark.parametrize("name", ["compofa-fixed", "nas-bench-201", "ofa-resnet50", "fbnet"])
def test_means_agree_with_conditional_samples_in_every_kind_of_space(name: str) -> None:
    space = lp.space(name)
    archs = space.sample(600, seed=3)
    big = space.sample(30000, seed=4)
    columns = placement_columns(space, big)
    possible = columns.sum(axis=0) > 0
    weights = np.random.default_rng(1).normal(size=columns.shape[1])
    y = placement_columns(space, archs) @ weights
    found = pooled_frames(space, archs, {"y": y})["effects"]
    values = columns @ weights
    counts = columns.sum(axis=0)[possible]
    means = (values @ columns)[possible] / counts
    assert len(found) == possible.sum()
    assert (np.abs(found["mean"] - means) < 5 * values.std() / np.sqrt(counts)).all()


def test_bans_change_the_law_of_draws() -> None:
    bans = [{"ks[0]": 7, "e[0]": 6}, {"ks[0]": 3, "d[0]": 2}, {"ks[1]": 5, "ks[2]": 5}]
    space = small_space().restrict("banned", bans=bans[:2])
    archs = space.sample(400, seed=5)
    big = space.sample(60000, seed=6)
    columns = placement_columns(space, big)
    weights = np.random.default_rng(2).normal(size=columns.shape[1])
    y = placement_columns(space, archs) @ weights
    found = pooled_frames(space, archs, {"y": y})["effects"]
    values = columns @ weights
    counts = columns.sum(axis=0)
    assert (np.abs(found["mean"] - values @ columns / counts) * np.sqrt(counts) < 5 * 3).all()
    assert found["standard_error"].max() < 1e-9


def test_order_of_networks_changes_nothing_but_rounding() -> None:
    archs = small_space().sample(120, seed=8)
    y = tangled(archs)
    order = np.random.default_rng(0).permutation(120)
    one = pooled_frames(small_space(), archs, {"y": y})
    other = pooled_frames(small_space(), archs[order], {"y": y[order]})
    for name in ("effects", "random", "block_means", "depth_effects", "contrasts"):
        numbers = one[name].select_dtypes("number")
        np.testing.assert_allclose(numbers, other[name][numbers.columns], rtol=1e-7, atol=1e-9)


@pytest.mark.parametrize("rows", [24, 120])
def test_validation_corrects_a_biased_predictor_and_covers_the_truth(rows: int) -> None:
    space, everyone = small_space(), small_population()
    rng = np.random.default_rng(1)

    def biased(archs: lp.Architectures) -> Floats:
        columns = placement_columns(space, archs)
        return np.asarray(tangled(archs) + 1 + columns[:, [1, 7, 12, 20]] @ [0.5, -0.5, 0.4, 0.6])

    truth = tangled(everyone.archs)
    exact = (everyone.means(truth) - everyone.weights @ truth)[:CHOSEN]
    inside: list[NDArray[np.bool_]] = []
    plain: list[NDArray[np.bool_]] = []
    kinds = set()
    for repetition in range(25):
        archs = space.sample(100, seed=5000 + repetition)
        others = space.sample(rows, seed=9000 + repetition)
        measured = tangled(others) + 0.3 * rng.normal(size=rows)
        for validation, covered in ((others, inside), (None, plain)):
            rest = [(others, measured, biased(others)) if validation is not None else None]
            metric = profiling.pooled_effects(
                space, archs, [biased(archs)], ["y"], 0.95, 0, False, rest
            )["metrics"][0]
            low, high = (metric["effects"][end][:CHOSEN] for end in ("low", "high"))
            covered.append((low <= exact) & (exact <= high))
            kinds.add(metric["correction"])
    assert np.mean(plain) < 0.9
    assert 0.92 <= np.mean(inside) <= 0.99
    assert kinds == {"", "blocks" if rows == 120 else "depths"}


def test_validation_of_an_unknown_metric_and_of_few_rows_is_refused() -> None:
    archs = small_space().sample(100, seed=0)
    y = tangled(archs)
    few = (archs[:5], y[:5], y[:5])
    with pytest.raises(lp.errors.DataError, match="validation: 5 networks"):
        pooled_frames(small_space(), archs, {"y": y}, validation={"y": few})
    with pytest.raises(lp.errors.ConfigError, match="validation of 'z'"):
        pooled_frames(small_space(), archs, {"y": y}, validation={"z": few})


def test_spaces_whose_layers_share_genes() -> None:
    whole = lp.space("fbnetv3")
    single = {f"{g.group}[{g.slot}]": [g.choices[0]] for g in whole.genes if g.unit >= 2}
    space = whole.restrict("two units", allowed=single)
    kinds = set()
    for networks in (150, 320, 1500):
        archs = space.sample(networks, seed=2)
        columns = placement_columns(space, archs)
        y = np.asarray(archs.genes).astype(float).sum(axis=1)
        found = profiling.pooled_effects(space, archs, [y], ["y"], 0.95, 0, False, [None])
        kinds.add((networks, found["joint"]))
        means = found["metrics"][0]["means"]
        sampled = (y @ columns) / np.maximum(columns.sum(axis=0), 1)
        seen = columns.sum(axis=0) >= 20
        assert np.abs(means["value"] - sampled)[seen].max() < 5 * y.std() / np.sqrt(20)
    assert (150, False) in kinds
    assert (1500, True) in kinds
