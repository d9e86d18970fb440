"""Counted costs as objectives, limits on several quantities, and constraints on units."""

from __future__ import annotations

import latpred as lp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.searching.made_up import weighted_genes

NAMES = ("macs", "params", "bytes", "peak_bytes", "kernels")
SPACES = (
    "ofa-mobilenetv3",
    "ofa-resnet50",
    "ofa-proxyless",
    "compofa-elastic",
    "nas-bench-201",
    "fbnet",
    "fbnetv3",
)


def unit_costs(arch, unit):
    """MACs, parameters and kernels of one unit, from the operators themselves."""
    layers = [layer for layer in arch.graph().layers() if layer["unit"] == unit]
    kernels = {layer["kernel_group"] for layer in layers} - {-1}
    sizes = {name: sum(layer[name] for layer in layers) for name in ("macs", "params")}
    return sizes | {"kernels": len(kernels)}


@settings(max_examples=20)
@given(st.sampled_from(SPACES), st.sampled_from(NAMES), st.integers(0, 2**32 - 1))
def test_costs_equal_the_count(space, name, seed):
    archs = lp.space(space).sample(6, seed=seed)
    objective = lp.cost_objective(name)
    want = archs.space.count(archs)[name]
    np.testing.assert_array_equal(objective.evaluate(archs), want)
    np.testing.assert_array_equal(objective.evaluate(archs[2:3]), want[2:3])  # another batch
    np.testing.assert_array_equal(objective.evaluate(archs), want)


@pytest.mark.parametrize("name", ["macs", "params", "kernels"])
def test_units_share_the_whole(name):
    space = lp.space("ofa-mobilenetv3", width=1.2)
    archs = space.sample(20, seed=3)
    parts = [lp.cost_objective(f"u{unit}.{name}").evaluate(archs) for unit in range(5)]
    rest = space.count(archs)[name] - np.sum(parts, axis=0)
    assert (rest > 0).all()
    if name != "macs":  # stem and head do not depend on the blocks
        assert len(set(rest.tolist())) == 1
    for unit, part in enumerate(parts):
        np.testing.assert_array_equal(part, [unit_costs(arch, unit)[name] for arch in archs])


@pytest.mark.parametrize("name", ["flops", "u1.bytes", "u.macs", "u1x.macs", "1.macs", ".macs", ""])
def test_unknown_costs_raise(name):
    with pytest.raises(lp.ConfigError, match=r"u0\.macs"):
        lp.cost_objective(name)


def test_units_beyond_the_space_raise():
    with pytest.raises(lp.ConfigError, match="has 5 units, u0 to u4"):
        lp.cost_objective("u7.macs").evaluate(lp.space("ofa-mobilenetv3").sample(1, seed=0))


def search(space, **more):
    options = {"population": 20, "generations": 10, "progress": False}
    return lp.search(space, **(options | more))


@pytest.mark.parametrize("method", ["evolution", "nsga2"])
@settings(max_examples=8)
@given(shares=st.lists(st.floats(0.2, 0.9), min_size=5, max_size=5), seed=st.integers(0, 2**63 - 1))
def test_limits_on_all_costs_hold(method, shares, seed):
    space = lp.space("ofa-mobilenetv3")
    counts = space.count(space.sample(300, seed=0))
    limits = {n: float(np.quantile(counts[n], s)) for n, s in zip(NAMES, shares, strict=True)}
    found = search(space, objective=weighted_genes, limits=limits, method=method, seed=seed)
    for name, values in space.count(found.front.archs).items():
        assert (values <= limits[name]).all()
        assert found.values[name] == space.count(found.architecture)[name][0]


def test_several_devices_by_several_predictors():
    space = lp.space("compofa-fixed")
    archs = space.enumerate()
    devices = {
        "wide": lambda a: a.space.count(a)["bytes"] / 1e6,
        "deep": lambda a: a.space.count(a)["kernels"] * 0.3,
    }
    limits = {n: (f, float(np.quantile(f(archs), 0.5))) for n, f in devices.items()}
    inside = np.all([f(archs) <= most for f, most in limits.values()], axis=0)
    found = search(space, objective=weighted_genes, limits=limits, method="exhaustive")
    assert found.objective == weighted_genes(archs)[inside].max()
    assert list(found.values) == ["wide", "deep"]


def test_every_limit_that_cannot_be_kept_is_named():
    space = lp.space("compofa-fixed")
    counts = space.count(space.enumerate())
    least = {name: float(counts[name].min()) for name in ("macs", "params", "peak_bytes")}
    limits = {"macs": least["macs"] - 1, "params": 1e12, "peak_bytes": least["peak_bytes"] - 1}
    with pytest.raises(lp.InfeasibleError) as caught:
        search(space, objective=weighted_genes, limits=limits)
    assert caught.value.minima == least
    assert caught.value.minimum_ms == least["macs"]
    assert "the least macs" in str(caught.value)
    assert "the least peak_bytes" in str(caught.value)
    assert "params" not in str(caught.value)


@pytest.mark.parametrize("name", ["compofa-fixed", "ofa-mobilenetv3"])
def test_limits_that_fail_only_together_are_told(name):
    space = lp.space(name)
    limits = {"small": ("macs", 1.6e8), "large": (lambda a: -a.space.count(a)["macs"], -3e8)}
    with pytest.raises(lp.InfeasibleError, match="each can be kept alone") as caught:
        search(space, objective=weighted_genes, limits=limits)
    assert caught.value.minima["small"] <= 1.6e8
    assert caught.value.minima["large"] <= -3e8


@pytest.mark.parametrize("method", ["evolution", "nsga2"])
def test_unit_limits_hold(method):
    space = lp.space("ofa-mobilenetv3")
    wanted = {"u2": {"macs": 3e7, "d": 3, "ks": [3, 7]}, "u0": {"e": 4}}
    found = search(
        space, objective=weighted_genes, latency="macs", unit_limits=wanted, method=method, seed=4
    )
    for arch, row in zip(found.front.archs, found.front.archs.to_dicts(), strict=True):
        assert unit_costs(arch, 2)["macs"] <= 3e7
        assert row["d"][2] <= 3
        assert set(row["ks"][8:12]) <= {3, 7}
        assert set(row["e"][:4]) <= {3, 4}
    assert found.values["u2.macs"] == unit_costs(found.architecture, 2)["macs"]
    free = search(space, objective=weighted_genes, latency="macs", method=method, seed=4)
    assert free.objective > found.objective


@pytest.mark.parametrize("method", ["evolution", "nsga2"])
def test_mutation_rates_of_units(method):
    space = lp.space("ofa-mobilenetv3")
    start = space.sample(1, seed=0).to_dicts()[0] | {"d": [4] * 5}
    kernels = [[3, 3], [3, 5], [5, 3], [7, 3], [5, 5], [7, 7], [3, 7], [7, 5]]
    rows = [start | {"ks": start["ks"][:8] + k + start["ks"][10:]} for k in kernels]
    seen = []

    def score(archs):
        seen.append(archs.genes)
        return weighted_genes(archs)

    still = {f"u{unit}": 0 for unit in range(5)} | {"r": 0, "u2": 2, "d": 0}  # later names win
    search(
        space,
        objective=score,
        latency="macs",
        initial=rows,
        population=len(rows),
        generations=4,
        mutation_ratio=1,
        mutation_rates=still,
        method=method,
    )
    genes = np.vstack(seen)
    assert len(genes) == len(rows) * 5
    changed = np.flatnonzero((genes != genes[0]).any(axis=0))
    assert set(changed) <= {*range(8, 12), *range(28, 32)}
    assert len(changed) > 4


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"unit_limits": {"u9": {"macs": 1e7}}}, "no unit 'u9'|has 5 units"),
        ({"unit_limits": {"u9": {"d": 3}}}, "no unit 'u9'"),
        ({"unit_limits": {"u1": {"w": 3}}}, "limits 'w', one of d, e, ks, macs"),
        ({"unit_limits": {"u1": {"d": 1}}}, r"no choice of d\[1\] is at most 1"),
        ({"unit_limits": {"u1": {"ks": [4]}}}, r"ks\[4\] is 4"),
        ({"mutation_rates": {"u7": 1}}, "no gene 'u7'"),
        ({"mutation_rates": {"u1": -1}}, "mutation rate -1"),
    ],
)
def test_wrong_unit_constraints_raise(options, words):
    with pytest.raises(lp.ConfigError, match=words):
        search(lp.space("ofa-mobilenetv3"), objective=weighted_genes, **options)


def test_limits_on_units_that_cannot_be_kept():
    space = lp.space("ofa-mobilenetv3")
    with pytest.raises(lp.InfeasibleError, match=r"the least (found )?u3\.params is") as caught:
        search(space, objective=weighted_genes, unit_limits={"u3": {"params": 10}})
    small = {"ks": [3] * 20, "e": [3] * 20, "d": [2] * 5, "r": [160]}
    least = lp.cost_objective("u3.params").evaluate(space.architectures([small]))[0]
    assert caught.value.minima == {"u3.params": least}
