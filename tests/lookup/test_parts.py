"""Cutting networks of any space into parts."""

from __future__ import annotations

from functools import cache

import latpred as lp
import numpy as np
import pytest
from latpred._core import predictors as native

from tests.lookup.synthetic_device import part_ms

SPACES = [
    ("ofa-mobilenetv3", "block"),
    ("ofa-mobilenetv3", "layer"),
    ("ofa-proxyless", "block"),
    ("ofa-resnet50", "block"),
    ("compofa-fixed", "block"),
    ("nas-bench-201", "layer"),
    ("fbnet", "block"),
    ("fbnet", "layer"),
    ("fbnetv3", "block"),
]


@cache
def catalogue_of(name: str, by: str) -> native.PartCatalogue:
    return native.PartCatalogue(lp.space(name), by)


@pytest.mark.parametrize(("name", "by"), SPACES)
def test_sum_of_tables_is_sum_over_parts(name: str, by: str) -> None:
    space = lp.space(name)
    catalogue = catalogue_of(name, by)
    keys = [catalogue.key(i) for i in range(len(catalogue))]
    assert len(set(keys)) == len(keys)
    values = np.array([part_ms(key) for key in keys])
    archs = space.sample(200, seed=4)
    counts = catalogue.counts(archs)
    model = catalogue.model(values, constant=0.25, kind="lookup-table", device="")
    np.testing.assert_allclose(model.evaluate(archs), counts @ values + 0.25, rtol=1e-12)


@pytest.mark.parametrize(("name", "by"), SPACES)
def test_parts_hold_all_work_of_a_network(name: str, by: str) -> None:
    space = lp.space(name)
    catalogue = catalogue_of(name, by)
    archs = space.sample(50, seed=5)
    macs = catalogue.counts(archs) @ catalogue.costs()[:, 0]
    np.testing.assert_array_equal(macs, space.count(archs)["macs"])


def test_parts_of_a_mobile_network_are_as_many_as_its_keys() -> None:
    space = lp.space("ofa-mobilenetv3")
    catalogue = native.PartCatalogue(space, "block")
    archs = space.sample(20, seed=1)
    keys = lp.LookupTablePredictor.keys(archs)
    np.testing.assert_array_equal(catalogue.counts(archs).sum(axis=1), [len(k) for k in keys])


def test_blocks_of_equal_shape_are_one_part() -> None:
    space = lp.space("ofa-mobilenetv3", resolutions=[160])
    catalogue = native.PartCatalogue(space, "block")
    deepest = space.architectures([{"ks": [3] * 20, "e": [4] * 20, "d": [4] * 5, "r": [160]}])
    assert catalogue.counts(deepest).max() == 3  # the blocks after the first of each stage


def test_restriction_leaves_parts_out() -> None:
    whole = native.PartCatalogue(lp.space("ofa-mobilenetv3"), "block")
    fixed = native.PartCatalogue(lp.space("compofa-fixed"), "block")
    reachable = [fixed.key(i) for i in range(len(fixed)) if fixed.reachable(i)]
    assert len(reachable) < len(whole)
    assert set(reachable) <= {whole.key(i) for i in range(len(whole))}


def test_cells_as_blocks_have_too_many_forms() -> None:
    with pytest.raises(lp.ConfigError, match="more than 4096 forms; cut by 'layer'"):
        native.PartCatalogue(lp.space("nas-bench-201"), "block")
    with pytest.raises(lp.ConfigError, match="'block' or 'layer' expected"):
        native.PartCatalogue(lp.space("nas-bench-201"), "cell")


def test_a_part_alone_computes_what_it_computes_within() -> None:
    """The classifier's part of a network, fed with the network's own features."""
    pytest.importorskip("torch")
    space = lp.space("nas-bench-201")
    catalogue = native.PartCatalogue(space, "layer")
    part = next(i for i in range(len(catalogue)) if catalogue.place(i) == "classifier")
    state = lp.Network(space.sample(1, seed=0)).state_dict()
    own = {name: state[name] for name in ("classifier.weight", "classifier.bias")}
    x = np.random.default_rng(0).standard_normal((2, 64, 1, 1)).astype(np.float32)
    out = lp.Network(catalogue.graph(part), own).forward(x)
    expected = x[:, :, 0, 0] @ own["classifier.weight"].T + own["classifier.bias"]
    np.testing.assert_allclose(out, expected, rtol=1e-4, atol=1e-5)


def test_missing_latency_names_the_part() -> None:
    catalogue = native.PartCatalogue(lp.space("nas-bench-201"), "layer")
    values = np.ones(len(catalogue))
    values[3] = np.nan
    with pytest.raises(lp.LookupTableError, match="was not measured"):
        catalogue.model(values, constant=0, kind="lookup-table", device="")
    with pytest.raises(lp.ConfigError, match="2 latencies for"):
        catalogue.model([1.0, 2.0], constant=0, kind="lookup-table", device="")
