"""Zero-cost proxies against PyTorch, and what their formulas say about other inputs."""

from __future__ import annotations

from typing import Any

import latpred as lp
import numpy as np
import pandas as pd
import pytest
from latpred._core import networks as native
from latpred.networks import proxy_names

from tests.networks.proxy_references import Reference

pytestmark = pytest.mark.libtorch
BATCH = 6
LABELS = np.array([0, 1, 0, 3, 1, 1])
MOBILE: dict[str, Any] = {
    "name": "mobile-of-proxies",
    "resolutions": [32],
    "stem": {"channels": 8, "activation": "relu6"},
    "units": [
        {"block": "mbconv", "depth": [1, 2], "channels": [8, 12], "kernel": [3, 5],
         "expand": [2, 3], "stride": 2, "activation": "relu6"},
        {"block": "mbconv", "depth": [1, 2], "channels": [16], "kernel": [3], "expand": [3],
         "stride": 2, "activation": "h_swish", "squeeze_excite": True},
    ],
    "head": {"channels": 24, "classes": 10, "activation": "h_swish"},
}  # fmt: skip
# Every operator once or more, and as few as that; in the second one no image reaches the output.
FEW = {
    "nas-bench-201": [[3, 1, 2, 4, 0, 1], [0] * 6],
    "fbnet": [[0, 1, 8, 8, 8, 5, 8, 8, 8, 3, 8, 8, 8, 4, 8, 8, 8, 7, 8, 8, 8, 2]],
}


def archs_of(name: str) -> lp.Architectures:
    if name == "mobile":
        return lp.define_space(**MOBILE).sample(4, seed=0, unique=True)
    return lp.space(name).architectures(np.array(FEW[name]))


def batch_of(archs: lp.Architectures, seed: int = 0, size: int = BATCH) -> dict[str, Any]:
    shape = archs.graph(0).layers()[0]["shape"]
    images = np.random.default_rng(seed).standard_normal((size, *shape), dtype=np.float32)
    return {"images": images, "labels": LABELS[:size]}


@pytest.fixture(scope="module", params=["mobile", "nas-bench-201", "fbnet"])
def known(request: pytest.FixtureRequest) -> tuple[Reference, pd.Series]:
    archs = archs_of(request.param)[:1]
    batch = batch_of(archs, size=3)
    found = lp.zero_cost_proxies(archs, **batch, seed=2, threads=1).iloc[0]
    return Reference(archs.graph(0), **batch, seed=2), found


@pytest.mark.parametrize("name", [n for n in proxy_names() if n not in ("flops", "params")])
def test_proxies_are_those_of_pytorch(known: tuple[Reference, pd.Series], name: str) -> None:
    reference, found = known
    want = reference(name)
    # Sums of what nearly cancels are as exact as what they sum up.
    scale = {"plain": lambda: found["snip"], "grasp": lambda: np.abs(reference.grasp_terms()).sum()}
    size = scale.get(name, lambda: abs(want))()
    assert abs(found[name] - want) <= 1e-5 * size


def test_counts_are_those_of_the_space() -> None:
    archs = archs_of("mobile")
    found = lp.zero_cost_proxies(archs, ["params", "flops"])
    counts = archs.space.count(archs)
    assert found["params"].tolist() == list(counts["params"])
    assert found["flops"].tolist() == list(counts["macs"])


def test_each_alone_is_as_all_at_once() -> None:
    archs = archs_of("mobile")[:2]
    batch = batch_of(archs)
    whole = lp.zero_cost_proxies(archs, **batch)
    assert whole.columns.tolist() == proxy_names()
    for name in proxy_names():
        alone = lp.zero_cost_proxies(archs, [name], **batch)
        pd.testing.assert_frame_equal(alone, whole[[name]], rtol=1e-5)


def test_bit_equal_for_any_threads_order_and_repeats() -> None:
    archs = archs_of("mobile")
    one = lp.zero_cost_proxies(archs, threads=1)
    three = lp.zero_cost_proxies(archs[[3, 1, 1, 0, 2]], threads=3)
    pd.testing.assert_frame_equal(
        three, one.iloc[[3, 1, 1, 0, 2]].reset_index(drop=True), check_exact=True
    )


def test_what_does_not_depend_on_images_or_labels() -> None:
    archs = archs_of("mobile")[:1]
    first, second = batch_of(archs, 0), batch_of(archs, 1)
    one, other = (lp.zero_cost_proxies(archs, **batch).iloc[0] for batch in (first, second))
    same = {"synflow", "zen", "l2_norm", "flops", "params"}
    assert {name for name in proxy_names() if one[name] == other[name]} == same
    relabelled = lp.zero_cost_proxies(archs, images=first["images"], labels=LABELS[::-1]).iloc[0]
    unlabelled = same | {"jacov", "nwot"}
    assert {name for name in proxy_names() if one[name] == relabelled[name]} == unlabelled


def test_order_of_the_batch_and_names_of_classes() -> None:
    archs = archs_of("mobile")[:1]
    batch, order = batch_of(archs), np.array([4, 2, 0, 5, 1, 3])
    names = ["jacov", "epe_nas", "nwot", "snip", "grad_norm", "fisher"]
    one = lp.zero_cost_proxies(archs, names, **batch)
    turned = lp.zero_cost_proxies(archs, names, images=batch["images"][order], labels=LABELS[order])
    pd.testing.assert_frame_equal(turned, one, rtol=1e-4)
    renamed = lp.zero_cost_proxies(archs, ["epe_nas"], images=batch["images"], labels=9 - LABELS)
    pd.testing.assert_frame_equal(renamed, one[["epe_nas"]])


def test_images_that_are_drawn() -> None:
    archs = archs_of("mobile")[:1]
    graph = archs.graph(0)
    images = native.proxy_images(graph, batch=8, seed=5)[0]
    labels = native.proxy_labels(8, 10, 5)
    assert images.shape == (8, 3, 32, 32)
    assert abs(images.mean()) < 0.03
    assert abs(images.std() - 1) < 0.03
    assert sorted(np.unique(labels, return_counts=True)[1]) == [2, 2, 2, 2]
    assert {*native.proxy_labels(64, 10, 5)} == {*range(10)}
    drawn = lp.zero_cost_proxies(archs, batch_size=8, seed=5)
    given = lp.zero_cost_proxies(archs, images=images, labels=labels, seed=5)
    pd.testing.assert_frame_equal(drawn, given, check_exact=True)
    other = lp.zero_cost_proxies(archs, ["l2_norm", "snip"], batch_size=8, seed=6)
    assert (other != drawn[["l2_norm", "snip"]]).all(axis=None)


def test_a_network_that_does_not_see_its_images_spoils_no_other() -> None:
    archs = archs_of("nas-bench-201")[::-1]
    names = [name for name in proxy_names() if name != "grasp"]
    found = lp.zero_cost_proxies(archs, names, batch_size=3)
    blank = found.columns[found.iloc[0].isna()].tolist()
    assert blank == ["zen", "epe_nas", "jacov", "nwot"]
    assert (found.loc[0, ["grad_norm", "plain", "snip", "synflow"]] == 0).all()
    assert found.iloc[1].notna().all()
    alone = lp.zero_cost_proxies(archs[1:], names, batch_size=3)
    pd.testing.assert_frame_equal(found.iloc[1:].reset_index(drop=True), alone, check_exact=True)
    assert lp.zero_cost_proxies(archs[:1], ["grasp"], batch_size=2).iloc[0, 0] == 0
