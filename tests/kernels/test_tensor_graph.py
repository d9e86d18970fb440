"""Op graphs as operators on tensors: the same costs, and what PyTorch's export has."""

from __future__ import annotations

import latpred as lp
import pytest
from latpred._core import kernels as core
from latpred.errors import ConfigError

SPACES = [
    "ofa-mobilenetv3",
    "ofa-proxyless",
    "ofa-resnet50",
    "compofa-fixed",
    "nas-bench-201",
    "fbnet",
    "fbnetv3",
]


def window(kernel: int, stride: int = 1, padding: int = 0, groups: int = 1) -> lp.graphs.Window:
    return lp.graphs.Window(
        [kernel, kernel], stride=stride, padding=[padding] * 4, dilation=1, groups=groups
    )


def planes() -> lp.graphs.OpGraph:
    """Most operators on planes."""
    b = lp.graphs.GraphBuilder()
    x = b.input(6, 12, 10)
    y = b.activation(b.batch_norm(b.conv(x, 8, window(3, 1, 1, 2), part="a")), "h_swish")
    gate = b.activation(b.conv(b.global_pool(y), 8, window(1), bias=True, part="g"), "sigmoid")
    y = b.multiply(y, gate)
    left = b.crop(b.channel_shuffle(y, 2), 4, lp.graphs.Window([0, 0]))
    y = b.concat([left, b.max_pool(left, window(3, 1, 1)), b.avg_pool(left, window(3, 1, 1))])
    y = b.layer_norm(y, axes="channels")
    wide = b.conv_transpose(y, 6, window(2, 2), bias=True, part="up")
    wide = b.pad(wide, [1, 2, 1, 2], mode="reflect", part="border")
    y = b.conv(wide, 5, window(3, 2), part="down")
    y = b.upsample(y, size=(12, 10), mode="bilinear", part="resized")
    z = b.conv(x, 5, window(1), part="side")
    y = b.add([y, z, b.activation(z, "swish", part="again")])
    y = b.flatten(y)
    b.linear(b.activation(b.linear(y, 16, part="first"), "tanh", part="between"), 4, part="last")
    return b.build()


def words() -> lp.graphs.OpGraph:
    """Embedding, attention as it is written, learnt places."""
    b = lp.graphs.GraphBuilder()
    x = b.embedding(b.input(1, 10, 1), 50, 12, part="words")
    x = b.layer_norm(b.add([x, b.parameter(1, 10, 12, part="places")]), axes=1)
    heads = [
        b.transpose(b.reshape(b.linear(x, 12, part=name), (10, 3, 4), part=f"{name}r"), (1, 0, 2))
        for name in ("query", "keys", "values")
    ]
    scores = b.matmul(b.scale(heads[0], 0.5), heads[1], transpose_b=True, part="scores")
    mixed = b.matmul(b.softmax(scores, axis=2), heads[2], part="mixed")
    y = b.reshape(b.transpose(mixed, (1, 0, 2), part="back"), (1, 10, 12), part="joined")
    x = b.add([x, b.linear(y, 12, part="out")], part="sum")
    b.linear(b.activation(b.linear(x, 20, part="wide"), "gelu"), 12, part="narrow")
    return b.build()


def same_costs(graph: lp.graphs.OpGraph, batch: int = 1) -> None:
    found, expected = core.tensor_graph(graph, batch).costs, graph.costs
    assert found["macs"] == batch * expected["macs"]
    assert found["params"] == expected["params"]


@pytest.mark.parametrize("name", SPACES)
def test_costs_of_spaces(name: str) -> None:
    archs = lp.space(name).sample(4, seed=5)
    for place in range(len(archs)):
        same_costs(archs.graph(place), batch=1 + place)


@pytest.mark.parametrize("make", [planes, words])
def test_costs_of_graphs_by_hand(make: object) -> None:
    assert callable(make)
    same_costs(make())
    same_costs(make(), batch=3)


@pytest.mark.parametrize("make", [planes, words])
def test_as_torch_exports_them(make: object) -> None:
    pytest.importorskip("torch")
    assert callable(make)
    graph = make()
    shape = graph.layers()[0]["shape"]
    theirs = lp.import_network(lp.to_torch(graph), input_shape=(2, *shape))
    ours = core.tensor_graph(graph, 2)
    assert ours.costs == theirs.costs

    def kinds(rows: list[dict[str, object]]) -> list[object]:
        found = [row["kind"] for row in rows if row["kind"] != "view"]
        return ["global_pool" if one == "reduction" else one for one in found]

    assert kinds(ours.layers()) == kinds(theirs.layers())
    assert list(ours.outputs.values()) == list(theirs.outputs.values())


def test_sizes_are_those_of_torch() -> None:
    rows = core.tensor_graph(planes(), 2).layers()
    shapes = {row["name"]: row["shape"] for row in rows}
    assert shapes["a"] == (2, 8, 12, 10)
    assert shapes["last"] == (2, 4)
    attention = core.tensor_graph(words(), 2)
    kernels = {row["name"]: row["kernel"] for row in attention.layers()}
    assert kernels["scores"] == kernels["softmax"] == kernels["mixed"]


@pytest.mark.parametrize("batch", [0, -3])
def test_wrong_batch(batch: int) -> None:
    with pytest.raises(ConfigError, match=f"batch of {batch} images"):
        core.tensor_graph(planes(), batch)


def test_import_of_graphs_and_architectures() -> None:
    arch = lp.space("nas-bench-201").sample(1, seed=2)
    network = lp.import_network(arch)
    assert network.name == arch.to_strings()[0]
    assert network.costs["macs"] == arch.graph().costs["macs"]
    assert lp.import_network(arch[0]).costs == network.costs
    graph = planes()
    larger = lp.import_network(graph, input_shape=(4, 6, 12, 10))
    assert larger.costs["macs"] == 4 * graph.costs["macs"]
    assert list(larger.inputs.values()) == [(4, 6, 12, 10)]
    with pytest.raises(ConfigError, match="images"):
        lp.import_network(graph, input_shape=(1, 3, 12, 10))
    with pytest.raises(ConfigError, match="no open size"):
        lp.import_network(graph, open_sizes={"batch": 2})
    with pytest.raises(ConfigError, match="one"):
        lp.import_network(lp.space("nas-bench-201").sample(2, seed=2))
