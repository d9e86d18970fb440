"""Random networks to learn a device from."""

from __future__ import annotations

import hashlib
import json

import latpred as lp
import numpy as np
import pytest
from latpred._core import kernels as core

NUMBERS = range(234)


@pytest.fixture(scope="module")
def probes() -> list[lp.graphs.OpGraph]:
    return [core.probe_network(0, number) for number in NUMBERS]


def text(graph: lp.graphs.OpGraph) -> str:
    return json.dumps(graph.layers())


def test_same_seed_and_number_make_the_same_probe(probes: list[lp.graphs.OpGraph]) -> None:
    for number in (0, 17, 211):
        assert text(core.probe_network(0, number)) == text(probes[number])
    assert text(core.probe_network(1, 17)) != text(probes[17])
    assert len({text(one) for one in probes[:80]}) == 80


def test_probes_are_the_same_on_all_machines(probes: list[lp.graphs.OpGraph]) -> None:
    digest = hashlib.sha256("".join(map(text, probes[:80])).encode()).hexdigest()
    assert digest[:16] == "ddf3dcda4554f88e"


def test_each_family_comes_once_in_a_round() -> None:
    families = core.probe_families()
    assert len(families) == len(set(families)) >= 30
    for first in (0, 3 * len(families)):
        found = [core.probe_family(7, first + i) for i in range(len(families))]
        assert sorted(found) == sorted(families)
    assert [core.probe_family(7, i) for i in range(8)] != [
        core.probe_family(8, i) for i in range(8)
    ]


def test_sizes_are_as_networks_have_them(probes: list[lp.graphs.OpGraph]) -> None:
    macs = np.array([one.costs["macs"] for one in probes]) / 1e6
    assert macs.min() >= 0.1
    assert macs.max() <= 4500
    assert 15 <= np.median(macs) <= 80
    assert np.mean(macs < 5) > 0.1
    assert np.mean(macs > 400) > 0.1
    held = np.array([4 * one.costs["params"] + one.costs["peak_bytes"] for one in probes])
    assert held.max() <= 300e6
    assert all(len(one) <= 1500 for one in probes)


def test_probes_hold_all_kinds_of_operators(probes: list[lp.graphs.OpGraph]) -> None:
    kinds = {row["kind"] for one in probes for row in core.tensor_graph(one).layers()}
    assert {
        "conv",
        "conv_transpose",
        "matmul",
        "softmax",
        "layer_norm",
        "batch_norm",
        "activation",
        "arithmetic",
        "multiply",
        "max_pool",
        "avg_pool",
        "global_pool",
        "concat",
        "resize",
        "pad",
        "embedding",
        "view",
    } <= kinds


def test_costs_of_probes_as_tensors(probes: list[lp.graphs.OpGraph]) -> None:
    for one in probes:
        found = core.tensor_graph(one).costs
        assert found["macs"] == one.costs["macs"]
        assert found["params"] == one.costs["params"]


def test_whole_networks_are_among_them(probes: list[lp.graphs.OpGraph]) -> None:
    def whole(graph: lp.graphs.OpGraph) -> bool:
        rows = graph.layers()
        return bool(rows[0]["shape"][0] == 3 and rows[-1]["kind"] == "linear" and len(rows) > 20)

    share = np.mean([whole(one) for one in probes])
    assert 0.08 <= share <= 0.4


def test_names_can_be_modules_of_torch(probes: list[lp.graphs.OpGraph]) -> None:
    pytest.importorskip("torch")
    small = sorted(probes, key=lambda one: one.costs["params"])[:4]
    for one in small:
        assert lp.to_torch(one) is not None
