"""Spaces derived from profiles: what is left out, against brute force on known models."""

from __future__ import annotations

import dataclasses
import itertools
import math
from typing import Any

import latpred as lp
import numpy as np
import pytest
from latpred._core import profiling
from latpred._core.profiling import layer_counts, plan_reduction
from latpred.profiling import Reduction, reduce_space

MB = lp.space("ofa-mobilenetv3", resolutions=[224])
GOALS = {"accuracy": 0, "ms": 1}


class Sum:
    """A sum over the blocks that are there and the units' depths, with numbers of a seed."""

    def __init__(self, space, seed, noise=0.0):
        rng = np.random.default_rng(seed)
        self.space, self.noise = space, noise
        self.sites = profiling.sites(space)
        self.worth = [rng.normal(2.0, 1.0, len(site.blocks)) for site in self.sites]

    def __call__(self, archs):
        total = np.zeros(len(archs))
        for site, worth in zip(self.sites, self.worth, strict=True):
            there = np.ones(len(archs), bool)
            if site.gate >= 0:
                there = archs.genes[:, site.gate] >= site.gate_from
            for block, value in zip(site.blocks, worth, strict=True):
                has = np.all([archs.genes[:, c] == i for c, i in block.choices], axis=0)
                total += value * (there & has)
        wobble = (archs.hashes % 1000).astype(float) if self.noise else 0.0
        return total + self.noise * wobble


def profile_of(space, metrics, **more):
    options = {"samples": 1500, "design": "paired", "progress": False} | more
    return lp.profile_blocks(space, metrics, **options)


def on_the_hull(up, down, margin=1e-9):
    """Which points some weighting of the two goals finds best."""
    best = np.zeros(len(up), bool)
    for weight in np.arange(201) / 200:
        score = weight * up - (1 - weight) * down
        best |= score >= score.max() - margin
    return best


@pytest.fixture(scope="module")
def models():
    return {"accuracy": Sum(MB, 1), "ms": Sum(MB, 2)}


@pytest.fixture(scope="module")
def profile(models):
    return profile_of(MB, models, samples=60)


def test_what_is_left_are_the_blocks_on_the_hull(models, profile) -> None:
    reduction = reduce_space(profile, maximise="accuracy", minimise="ms", surely=0, surely_depths=0)
    sd = profile.random.set_index("metric")["sd"]
    kept = reduction.kept_blocks()
    for k, site in enumerate(profiling.sites(MB)):
        up = models["accuracy"].worth[k] / sd["accuracy"]
        hull = on_the_hull(up, models["ms"].worth[k] / sd["ms"])
        names = {block.name for block, on in zip(site.blocks, hull, strict=True) if on}
        if site.name in kept and site.layer != 2:  # whose depths are drawn anew a placement
            assert set(kept[site.name]) == names
    assert reduction.space.size < MB.size


def test_reductions_lose_nothing_of_an_additive_front(models, profile) -> None:
    reduction = reduce_space(profile, maximise="accuracy", surely=0)
    for weight in (0.0, 0.2, 0.5, 0.8, 1.0):

        def best(space, weight=weight):  # fmt: skip
            return _best_sum(space, models, weight)

        assert best(reduction.space) == pytest.approx(best(MB), rel=1e-9)


def _best_sum(space, models, weight):
    """Of all networks of the space; units are independent of each other."""
    full = {site.name: k for k, site in enumerate(profiling.sites(MB))}
    left = {site.name: site for site in profiling.sites(space)}
    total = 0.0
    for unit, counts in layer_counts(space):
        layers = []
        for layer in range(max(counts)):
            site = left[f"{unit}.l{layer}"]
            k = full[site.name]
            names = [block.name for block in profiling.sites(MB)[k].blocks]
            worth = [
                weight * models["accuracy"].worth[k][names.index(block.name)]
                - (1 - weight) * models["ms"].worth[k][names.index(block.name)]
                for block in site.blocks
            ]
            layers.append(max(worth))
        total += max(sum(layers[:count]) for count in counts)
    return total


def test_surer_reductions_leave_out_less() -> None:
    noisy = {name: Sum(MB, seed, noise=0.002) for name, seed in (("accuracy", 1), ("ms", 2))}
    found = profile_of(MB, noisy, samples=40, design="independent")
    sizes = [
        reduce_space(found, maximise="accuracy", surely=surely).space.size
        for surely in (0, 0.5, 2, 5, 1e6)
    ]
    assert sizes == sorted(sizes)
    assert sizes[-1] == MB.size


def test_rules_say_what_is_better_and_by_how_much(profile) -> None:
    reduction = reduce_space(profile, maximise="accuracy", minimise=["ms"], surely=0)
    rules = reduction.rules
    assert set(rules["kind"]) <= {"block", "depth"}
    assert (rules["behind"] > 0).all()
    blocks = rules[rules["kind"] == "block"]
    kept = reduction.kept_blocks()
    for row in blocks.itertuples():
        assert row.block not in kept[row.place]
        assert row.rival != row.block
        assert row.rival in row.reason
        assert "accuracy" in row.reason and "ms" in row.reason  # noqa: PT018
        assert len(row.reason) < 400
    left_out = sum(9 - len(names) for names in kept.values())
    assert len(blocks) == left_out
    assert "derived" in repr(reduction)


def test_a_block_better_in_both_goals_stands_alone() -> None:
    made = profile_of(MB, {"accuracy": "macs", "ms": "macs"}, design="exact")
    both = reduce_space(made, maximise=["accuracy", "ms"])
    assert both.space.size == 1  # the largest network
    assert both.kept_blocks() == {site.name: ["e6k7"] for site in profiling.sites(MB)}
    neither = reduce_space(made, maximise=[], minimise=["accuracy", "ms"])
    assert neither.space.size == 1
    assert len(neither.kept_blocks()) == 10  # two layers a unit
    opposed = reduce_space(made, maximise="accuracy", minimise="ms", surely=0)
    assert opposed.space.size == MB.size  # all weightings are the same line
    assert opposed.rules.empty
    one = reduce_space(made, maximise="accuracy", minimise=[])
    assert one.space.size == 1


def test_probabilities_go_with_what_is_left_to_decide() -> None:
    class OneUnit(Sum):
        def __init__(self, seed):
            super().__init__(MB, seed)
            scale = [3.0 if site.unit == 2 else 0.5 for site in self.sites]
            self.worth = [s * worth for s, worth in zip(scale, self.worth, strict=True)]

    made = profile_of(MB, {"accuracy": OneUnit(3), "ms": OneUnit(4)}, samples=40)
    found = reduce_space(
        made, maximise="accuracy", surely=1e6, surely_depths=1e6
    ).mutation_probabilities
    assert found["u2"] == 0.3
    assert all(0.05 <= p < 0.15 for unit, p in found.items() if unit != "u2")
    often = reduce_space(made, maximise="accuracy", likely=0.8, unlikely=0.4)
    assert set(often.mutation_probabilities.values()) == {0.8, 0.4}


def test_a_derived_space_is_searched_and_its_profile_is_charged(models, profile) -> None:
    reduction = reduce_space(profile, maximise="accuracy")
    assert reduction.evaluations == math.ceil(profile.evaluations / 2)
    found = lp.profiling.unit_search(
        reduction, objectives=models, maximise=["accuracy"], initial=20, iterations=3, children=20,
        progress=False,
    )  # fmt: skip
    reduction.space.architectures(found.front.archs.to_strings())


OTHERS = ["ofa-resnet50", "ofa-proxyless", "nas-bench-201", "fbnet"]


@pytest.mark.parametrize("name", [*OTHERS, "compofa-fixed", "compofa-elastic"])
def test_every_space_is_reduced(name) -> None:
    space = lp.space(name)
    made = profile_of(space, {"accuracy": "params", "ms": "macs"}, samples=3)
    reduction = reduce_space(made, maximise="accuracy", surely=0)
    assert 1 <= reduction.space.size <= space.size
    archs = reduction.space.sample(40, seed=0)
    space.architectures(archs.to_strings())
    known = set(profiling.mutation_units(reduction.space))
    assert set(reduction.mutation_probabilities) == known


def test_a_space_of_ones_own_is_reduced() -> None:
    own = lp.define_space("own-reduced", resolutions=[32], units=[
        {"channels": [16, 24], "expand": [2, 3], "depth": [1, 2, 3]},
        {"channels": [32, 48], "kernel": [3, 5], "depth": [2]},
    ])  # fmt: skip
    made = profile_of(own, {"accuracy": "params", "ms": "macs"}, samples=200)
    least = reduce_space(made, maximise=[], minimise=["ms"], surely=0, surely_depths=0)
    archs = own.enumerate()
    smallest = archs[int(np.argmin(own.count(archs)["macs"]))]
    assert smallest.to_strings()[0] in least.space.enumerate().to_strings()
    assert least.space.size < own.size


def test_widths_of_units_are_judged_together() -> None:
    space = lp.space("ofa-resnet50", resolutions=[224])
    made = profile_of(space, {"accuracy": "params"}, samples=20)
    widest = reduce_space(made, maximise="accuracy", surely=0)
    genes = {g.name: i for i, g in enumerate(space.genes)}
    archs = widest.space.sample(100, seed=0).genes
    for name in ("w[2]", "w[3]", "w[4]", "w[5]"):
        assert (archs[:, genes[name]] == 2).all()


def test_restricted_spaces_are_reduced_by_the_profile_of_the_whole(models, profile) -> None:
    narrow = MB.restrict(allowed={"d[1]": [2], "ks[0]": [3, 5]})
    reduction = reduce_space(profile, maximise="accuracy", space=narrow, surely=0)
    narrow.architectures(reduction.space.sample(50, seed=0).to_strings())
    made = profile_of(narrow, models, samples=50)
    with pytest.raises(lp.DataError, match=r"u0\.l0=e3k7"):
        reduce_space(made, maximise="accuracy", space=MB)


def test_wrong_questions_are_refused(profile) -> None:
    questions: list[dict[str, Any]] = [
        {"maximise": "speed"},
        {"maximise": "accuracy", "minimise": "accuracy"},
        {"maximise": [], "minimise": []},
        {"maximise": "accuracy", "surely": -1},
        {"maximise": "accuracy", "surely_depths": math.nan},
        {"maximise": "accuracy", "slack": math.inf},
        {"maximise": "accuracy", "likely": 0.0},
        {"maximise": "accuracy", "unlikely": 0.9},
    ]
    for wrong in questions:
        with pytest.raises(lp.ConfigError, match="reduction"):
            reduce_space(profile, **wrong)
    with pytest.raises(lp.SchemaError, match="ofa-proxyless"):
        reduce_space(profile, maximise="accuracy", space=lp.space("ofa-proxyless"))
    with pytest.raises(lp.ConfigError, match="conditional"):
        reduce_space(dataclasses.replace(profile, estimand="legacy"), maximise="accuracy")


def test_profiles_that_say_nothing_or_twice_are_refused(profile) -> None:
    effects = profile.effects
    missing = dataclasses.replace(profile, effects=effects[effects["place"] != "u1.l1"])
    with pytest.raises(lp.DataError, match=r"u1\.l1"):
        reduce_space(missing, maximise="accuracy")
    import pandas as pd

    twice = dataclasses.replace(profile, effects=pd.concat([effects, effects.iloc[:1]]))
    with pytest.raises(lp.DataError, match="twice"):
        reduce_space(twice, maximise="accuracy")
    for column in ("effect", "standard_error"):
        unknown = effects.copy()
        unknown.loc[unknown.index[7], column] = math.nan
        with pytest.raises(lp.DataError, match="has no"):
            reduce_space(dataclasses.replace(profile, effects=unknown), maximise="accuracy")


def test_a_profile_of_one_constant_metric_leaves_everything() -> None:
    made = profile_of(MB, {"accuracy": lambda archs: np.ones(len(archs))}, samples=10)
    reduction = reduce_space(made, maximise="accuracy")
    assert reduction.space.size == MB.size
    assert reduction.rules.empty
    assert len(set(reduction.mutation_probabilities.values())) == 1


def test_wrong_numbers_of_effects_are_refused() -> None:
    options = {"surely": 0, "surely_depths": 0, "slack": 0, "likely": 0.5, "unlikely": 0.1}
    with pytest.raises(lp.DataError, match="places"):
        plan_reduction(MB, [], 2, **options)
    site = ([0.0] * 9, [0.0] * 9, [0.0], [0.0])
    with pytest.raises(lp.DataError, match=r"u0\.l1"):
        plan_reduction(MB, [site, ([0.0] * 8, [0.0] * 9, [0.0], [0.0])] + [site] * 18, 1, **options)
    with pytest.raises(lp.DataError, match="places"):
        plan_reduction(MB, [site] * 21, 1, **options)


def test_three_goals_weigh_all_of_them(models) -> None:
    third = {**models, "joules": Sum(MB, 3)}
    made = profile_of(MB, third, samples=20)
    two = reduce_space(made, maximise="accuracy", minimise="ms", surely=0)
    three = reduce_space(made, maximise="accuracy", surely=0)
    assert isinstance(three, Reduction)
    more = three.kept_blocks()
    fewer = two.kept_blocks()
    assert sum(map(len, more.values())) > sum(map(len, fewer.values()))
    assert sorted(itertools.chain(*more.values()))
