"""Means in closed form: against listing, against the published heat-maps and their right values."""

from __future__ import annotations

import csv
from pathlib import Path

import latpred as lp
import numpy as np
import pytest
from latpred._core import profiling as native
from latpred.profiling import placements_of

from .test_draws import own_space

# Conditional block means of the Note10 tables at 224 pixels, kernels 3, 5 and 7.
CONDITIONAL = {6: (42.875, 43.605, 44.640), 3: (41.555, 41.926, 42.452)}


def heat_map(profile: lp.BlockProfile) -> dict[tuple[int, int], float]:
    rows = profile.block_means
    return {(int(r.expand), int(r.kernel)): r.mean for r in rows.itertuples()}


@pytest.fixture(scope="module")
def note10(data_dir: Path) -> lp.LookupTablePredictor:
    return lp.LookupTablePredictor.from_yaml(data_dir / "ofa" / "lut_note10")


def published(data_dir: Path, metric: str) -> dict[int, dict[tuple[int, int], float]]:
    found: dict[int, dict[tuple[int, int], float]] = {}
    path = data_dir / "block_profiling" / "published_heatmaps.csv"
    with path.open(newline="") as file:
        for row in csv.DictReader(file):
            if row["space"] == "ofa_mbv3" and row["metric"] == metric:
                cells = found.setdefault(int(row["resolution"]), {})
                for kernel, column in zip((3, 5, 7), ("c1", "c2", "c3"), strict=True):
                    cells[int(row["row_value"]), kernel] = float(row[column])
    return found


def test_legacy_means_are_the_published_heat_maps(
    note10: lp.LookupTablePredictor, data_dir: Path
) -> None:
    """All 27 cells to .03 ms; of the exact expectation, .018 ms."""
    maps = published(data_dir, "lat_note10")
    assert {size: len(cells) for size, cells in maps.items()} == {192: 9, 208: 9, 224: 9}
    for size, cells in maps.items():
        found = lp.profile_blocks(
            note10.space, {"note10": note10}, design="exact", estimand="legacy", resolution=size,
            progress=False,
        )  # fmt: skip
        mean = heat_map(found)
        assert max(abs(mean[cell] - value) for cell, value in cells.items()) < 0.019


def test_sampled_legacy_means_are_the_published_heat_maps(
    note10: lp.LookupTablePredictor, data_dir: Path
) -> None:
    found = lp.profile_blocks(
        note10.space, {"note10": note10}, design="independent", estimand="legacy", samples=1000,
        resolution=224, progress=False,
    )  # fmt: skip
    cells = published(data_dir, "lat_note10")[224]
    mean = heat_map(found)
    assert max(abs(mean[cell] - value) for cell, value in cells.items()) < 0.15


def test_conditional_means_of_note10(note10: lp.LookupTablePredictor) -> None:
    found = lp.profile_blocks(
        note10.space, {"note10": note10}, design="exact", resolution=224, progress=False
    )
    mean = heat_map(found)
    for expand, values in CONDITIONAL.items():
        for kernel, value in zip((3, 5, 7), values, strict=True):
            assert mean[expand, kernel] == pytest.approx(value, abs=6e-4)


@pytest.mark.parametrize("estimand", ["conditional", "legacy"])
@pytest.mark.parametrize("cost", ["macs", "params"])
def test_sums_agree_with_listing_all_networks(estimand: str, cost: str) -> None:
    space = own_space()
    placements = list(placements_of(space))
    archs = space.enumerate()
    chances = native.exact_chances(archs, placements, estimand)
    listed = chances @ space.count(archs)[cost]
    summed = native.exact_means(space, cost, placements, estimand)
    assert np.allclose(listed, summed, rtol=1e-12)
    assert np.allclose(chances.sum(axis=1), 1)


@pytest.mark.parametrize("name", ["compofa-fixed", "ofa-resnet50", "ofa-proxyless", "fbnet"])
@pytest.mark.parametrize("estimand", ["conditional", "legacy"])
def test_sums_agree_with_sampling(name: str, estimand: str) -> None:
    space = lp.space(name)
    placements = list(placements_of(space))[::7]
    exact = native.exact_means(space, "macs", placements, estimand)
    archs = native.draw_placements(space, placements, 400, estimand=estimand, paired=False, seed=1)
    macs = space.count(archs)["macs"].reshape(-1, 400).astype(float)
    error = macs.std(axis=1, ddof=1) / 20
    assert (np.abs(macs.mean(axis=1) - exact[1:]) < 4.5 * error + 1e-9).all()


def test_small_spaces_are_listed_for_any_metric() -> None:
    space = lp.space("nas-bench-201")

    def product(archs: lp.Architectures) -> np.ndarray:
        return np.prod(archs.genes + 1.0, axis=1)

    found = lp.profile_blocks(space, {"product": product}, design="exact", progress=False)
    assert found.evaluations == 15625
    factors = 3.0**5  # the mean of 1 to 5 at the five other edges
    expected = [factors * (choice + 1) for choice in range(5)] * 6
    assert np.allclose(found.effects["mean"], expected)
    assert found.random["mean"][0] == pytest.approx(3.0**6)
    values = product(space.enumerate())
    assert found.random["sd"][0] == pytest.approx(values.std())
    assert found.random["maximum"][0] == 5.0**6


def test_fitted_additive_predictors_are_sums() -> None:
    space = own_space()
    archs = space.sample(150, seed=0)
    table = lp.LatencyTable(archs, space.count(archs)["macs"] / 1e6)
    model = lp.AdditivePredictor().fit(table)
    found = lp.profile_blocks(space, {"ms": model}, design="exact", progress=False)
    archs = space.enumerate()
    chances = native.exact_chances(archs, list(placements_of(space)), "conditional")
    means = chances @ model.predict(archs)
    assert np.allclose(found.effects["mean"], means[1:])
    assert found.units == {"ms": "ms"}


def test_what_is_no_sum_is_refused() -> None:
    space = lp.space("ofa-mobilenetv3")
    with pytest.raises(lp.ConfigError, match="not known to be a sum"):
        lp.profile_blocks(space, {"m": lambda a: np.zeros(len(a))}, design="exact", progress=False)
    with pytest.raises(lp.ConfigError, match="not known to be a sum"):
        lp.profile_blocks(space, {"m": "kernels"}, design="exact", progress=False)
    banned = own_space().restrict("b", bans=[{"ks[0]": 3, "e[0]": 6}])
    with pytest.raises(lp.ConfigError, match="bans"):
        lp.profile_blocks(banned, {"m": "macs"}, design="exact", progress=False)
    model = lp.FlopsPredictor()
    archs = own_space().sample(20, seed=0)
    fitted = lp.AdditivePredictor().fit(archs, np.ones(20))
    with pytest.raises(lp.SchemaError):
        lp.profile_blocks(space, {"m": fitted}, design="exact", progress=False)
    with pytest.raises(lp.NotFittedError):
        lp.profile_blocks(space, {"m": model}, design="exact", progress=False)
