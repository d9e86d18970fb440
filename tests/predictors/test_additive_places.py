"""Sums over places are learnt to rounding, whatever the space: the layout reads the place map."""

from __future__ import annotations

from functools import cache
from typing import Any

import latpred as lp
import numpy as np
import pytest


@cache
def own_space(name: str) -> lp.Space:
    """Spaces of `define_space`. "wide" has as many genes as FBNetV3's and widths that two places
    share; "deep" has so many depths that no table holds all of them.
    """
    units: Any = {
        "widths": [
            {"block": "mbconv", "depth": [1, 2], "channels": [16, 24], "kernel": [3, 5]},
            {"block": "bottleneck", "depth": [2], "channels": [32, 48, 64], "stride": 2},
            {"block": "conv", "depth": [1, 3], "channels": [64, 96], "kernel": [1, 3]},
        ],
        "wide": [
            {"block": "mbconv", "depth": [1, 2], "channels": [c, c + 8], "kernel": [3, 5],
             "expand": [2, 4], "stride": 2}
            for c in (16, 24, 40, 64)
        ]
        + [{"block": "mbconv", "channels": [96, 104], "expand": [4, 6]}],
        "deep": [
            {"block": "conv", "depth": [1, 2, 3, 4], "channels": [c], "kernel": [1, 3]}
            for c in (8, 8, 8, 8, 8, 8, 8, 8, 8, 8)
        ],
    }[name]  # fmt: skip
    resolutions = {"widths": [128, 160], "wide": [224], "deep": [32, 64, 96, 128, 160]}[name]
    return lp.define_space(name, resolutions=resolutions, units=units)


def space_of(name: str) -> lp.Space:
    if name in ("widths", "wide", "deep"):
        return own_space(name)
    if name in ("nas-bench-201", "fbnet"):
        return lp.space(name)
    return lp.space(name, resolutions=[160, 224])


def additive_device(
    archs: lp.Architectures, seed: int, *, edges_only: bool = False, by_setting: bool = False
) -> np.ndarray:
    """A sum of a random table of each place, over all of its genes, and one of the settings.

    With `by_setting`, each place's table is another at each setting.
    """
    space = archs.space
    names = [gene.name for gene in space.genes]
    genes = np.asarray(archs.genes).astype(int)
    sizes = np.array([len(gene.choices) for gene in space.genes])
    total = np.full(len(archs), 30.0)
    groups = [(place.name, place.genes) for place in space.places if place.genes]
    groups.append(("settings", tuple(space.settings)))
    for number, (name, group) in enumerate(groups):
        if edges_only and not name.startswith("edge"):
            continue
        more = space.settings if by_setting and name != "settings" else []
        columns = [names.index(gene) for gene in (*group, *more)]
        table = np.random.default_rng([seed, number]).uniform(0, 1, size=tuple(sizes[columns]))
        total += table[tuple(genes[:, columns].T)]
    return total


@pytest.mark.parametrize(
    ("name", "rows"),
    [
        ("nas-bench-201", 4000),
        ("fbnet", 1500),
        ("widths", 1500),
        ("wide", 3000),
        ("compofa-elastic", 4000),
        ("ofa-proxyless", 4000),
    ],
)
def test_sums_over_places_are_learnt_to_rounding(name: str, rows: int) -> None:
    archs = space_of(name).sample(rows + 300, seed=1)
    truth = additive_device(archs, 2)
    model = lp.AdditivePredictor().fit(archs[:rows], truth[:rows])
    errors = np.abs(model.predict(archs[rows:]) - truth[rows:])
    # A network with a choice that no row has cannot be known; of these there are few.
    assert np.quantile(errors, 0.95) <= 1e-8 * truth.std()


@pytest.mark.parametrize(("name", "rows"), [("widths", 3000), ("ofa-mobilenetv3", 7000)])
def test_tables_of_places_may_differ_by_setting(name: str, rows: int) -> None:
    archs = space_of(name).sample(rows + 300, seed=1)
    truth = additive_device(archs, 2, by_setting=True)
    model = lp.AdditivePredictor().fit(archs[:rows], truth[:rows])
    errors = np.abs(model.predict(archs[rows:]) - truth[rows:])
    assert np.quantile(errors, 0.95) <= 1e-8 * truth.std()


def test_a_process_learns_the_edges_of_a_cell() -> None:
    archs = lp.space("nas-bench-201").sample(1400, seed=3)
    truth = additive_device(archs, 4, edges_only=True)
    model = lp.GaussianProcessPredictor().fit(archs[:400], truth[:400])
    errors = np.abs(model.predict(archs[400:]) - truth[400:])
    assert errors.mean() <= 0.03 * truth.std()


@pytest.mark.parametrize("share_slots", [True, False])
def test_edges_of_a_cell(share_slots: bool) -> None:
    archs = lp.space("nas-bench-201").sample(2300, seed=3)
    truth = additive_device(archs, 4, edges_only=True)
    model = lp.AdditivePredictor(share_slots=share_slots).fit(archs[:2000], truth[:2000])
    errors = np.abs(model.predict(archs[2000:]) - truth[2000:])
    assert errors.max() <= 1e-8 * truth.std()


@pytest.mark.parametrize(
    ("name", "resolutions"),
    [("ofa-resnet50", [112 + 4 * i for i in range(32)]), ("deep", None)],
)
def test_many_settings_and_depths_are_no_large_tables(
    name: str, resolutions: list[int] | None
) -> None:
    space = own_space(name) if resolutions is None else lp.space(name, resolutions=resolutions)
    archs = space.sample(300, seed=5)
    macs = space.count(archs)["macs"] / 1e8 + 1
    model = lp.AdditivePredictor().fit(archs[:200], macs[:200])
    errors = np.abs(model.predict(archs[200:]) - macs[200:])
    assert errors.mean() < 0.1 * macs.std()
