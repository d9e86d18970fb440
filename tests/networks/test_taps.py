"""Values inside networks, against those of PyTorch's modules of the same names."""

from __future__ import annotations

from typing import Any

import latpred as lp
import numpy as np
import pytest
import torch
from latpred.graphs import GraphBuilder, Window
from latpred.networks import Network

from tests.exports.references import images, space_of
from tests.networks.derivatives import (
    ALL,
    BATCH,
    CASES,
    GRAPH,
    SPACES,
    Arrays,
    close,
    close_by_name,
    sampled,
)


def tapped(module: torch.nn.Module, batch: np.ndarray) -> Arrays:
    """What every node of an exported module yields, by the name of its operator."""
    seen: Arrays = {}

    class Watch(torch.fx.Interpreter):
        def run_node(self, node: torch.fx.Node) -> Any:
            value = super().run_node(node)
            if node.op == "call_module":
                seen[str(node.target)] = value.detach().numpy().copy()
            return value

    Watch(module).run(torch.from_numpy(batch))
    return seen


@pytest.mark.parametrize(("row", "mode"), CASES if ALL else [(0, "infer")])
@pytest.mark.parametrize("name", SPACES)
def test_taps_of_every_space(name: str, row: int, mode: str) -> None:
    graph = sampled(name, row)
    batch = images(graph)
    want = tapped(lp.to_torch(graph, seed=1).train(mode == "train"), batch)
    network = Network(graph, seed=1)
    outputs, got = network.run(batch, mode, taps=list(want))
    close_by_name(got, want)
    close(outputs, network.run(batch, mode)[0])
    # A few of them leave most operators fused.
    some = list(want)[1::7]
    _, few = network.run(batch, mode, taps=some)
    close_by_name(few, {name: want[name] for name in some})


@pytest.mark.parametrize("mode", lp.networks.MODES)
def test_every_single_tap_in_every_mode(mode: str) -> None:
    graph = space_of("my-mobile").sample(5, seed=8).graph(1)
    batch = images(graph)
    want = tapped(lp.to_torch(graph, seed=1), batch)
    network = Network(graph, seed=1, mode=mode)
    for name, values in want.items():
        close(network.run(batch, taps=[name])[1][name], values, 1e-2)


def test_a_tap_keeps_its_value_from_those_behind_it() -> None:
    builder = GraphBuilder()
    image = builder.input(4, 6, 6)
    same = builder.identity(builder.activation(image, "relu", part="first"), part="same")
    builder.add([builder.activation(same, "sigmoid", part="next"), same], part="last")
    graph = builder.build()
    batch = images(graph)
    taps = ["input", "first", "same", "next", "last"]
    outputs, got = Network(graph).run(batch, taps=taps)
    relu = np.maximum(batch, 0)
    sigmoid = 1 / (1 + np.exp(-relu))
    for name, want in zip(taps, [batch, relu, relu, sigmoid, sigmoid + relu], strict=True):
        close(got[name], want)
    close(outputs, sigmoid + relu)


def test_unknown_tap() -> None:
    with pytest.raises(lp.ConfigError, match=r"'u0\.l0\.expandx', one of .* such as u0\.l0\."):
        Network(GRAPH).run(BATCH, taps=["u0.l0.expandx"])
    with pytest.raises(lp.ConfigError, match="taps is 'classifier', a list expected"):
        Network(GRAPH).run(BATCH, taps="classifier")
    builder = GraphBuilder()
    first = builder.conv(builder.input(3, 4, 4), 3, Window())
    builder.activation(builder.activation(first, "relu"), "relu6")
    with pytest.raises(lp.ConfigError, match="2 operators are named 'act'"):
        Network(builder.build()).run(np.ones((1, 3, 4, 4)), taps=["act"])
