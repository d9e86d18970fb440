"""Parts of graphs that hold learnt numbers: each with all that it needs, nothing counted twice."""

from __future__ import annotations

import latpred as lp
import numpy as np
import pytest
from latpred._core.graphs import parts_of
from latpred.graphs import GraphBuilder, OpGraph
from latpred.networks import Network

from tests.networks.transformers import encoder, vision_transformer


def positions() -> OpGraph:
    b = GraphBuilder()
    x = b.input(4, 6, 8)
    places = b.activation(b.parameter(4, 6, 8, part="places"), "tanh", part="places.tanh")
    x = b.linear(b.add([x, places], part="placed"), 5, part="out")
    b.multiply(x, b.parameter(4, 1, 1, part="gate"), part="gated")
    return b.build()


def test_a_part_holds_the_parameters_that_it_reads() -> None:
    parts = dict(parts_of(positions(), "layer"))
    assert list(parts) == ["places", "placed", "out", "gated"]
    kinds = [[row["kind"] for row in part.layers()] for part in parts.values()]
    assert kinds == [
        ["input", "parameter", "activation"],
        ["input", "add"],
        ["input", "linear"],
        ["input", "parameter", "multiply"],
    ]
    assert [part.costs["params"] for part in parts.values()] == [4 * 6 * 8, 0, 8 * 5 + 5, 4]
    assert parts["gated"].layers()[0]["shape"] == (4, 6, 5)
    got = Network(parts["gated"], seed=1).forward(np.ones((2, 4, 6, 5)))
    want = Network(positions(), seed=1).state_dict()["gate.weight"]
    np.testing.assert_allclose(got, np.broadcast_to(want[None], got.shape))


@pytest.mark.parametrize("by", ["block", "layer"])
@pytest.mark.parametrize("graph", [encoder(), vision_transformer()])
def test_parts_add_up(graph: OpGraph, by: str) -> None:
    parts = parts_of(graph, by)
    assert len(parts) > 5
    for cost in ("macs", "params"):
        assert sum(part.costs[cost] for _, part in parts) == graph.costs[cost]


def test_parts_of_several_shapes_are_refused() -> None:
    b = GraphBuilder()
    x = b.input(4, 6, 8)
    y = b.linear(x, 3, part="first")
    b.concat([x, y], axis=2, part="joined")
    with pytest.raises(lp.ConfigError, match="part 'joined' reads values of 6x8x4 and 6x3x4"):
        parts_of(b.build(), "layer")
