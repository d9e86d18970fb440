"""Bad graphs, parameters, settings and inputs: typed errors that say what was expected."""

from __future__ import annotations

from typing import Any

import latpred as lp
import numpy as np
import pytest
from latpred.graphs import GraphBuilder, OpGraph, Window
from latpred.networks import MODES, Network, random_parameters


@pytest.fixture(name="graph")
def _graph() -> OpGraph:
    b = GraphBuilder()
    b.place(1, 0)
    b.batch_norm(b.conv(b.input(3, 8, 8), 4, Window((3, 3))))
    return b.build()


def test_missing_superfluous_and_misshaped_parameters(graph: OpGraph) -> None:
    good = random_parameters(graph)
    with pytest.raises(lp.SchemaError, match=r"1 of 5 .* missing: u1\.l0\.conv\.weight"):
        Network(graph, {k: v for k, v in good.items() if k != "u1.l0.conv.weight"})
    with pytest.raises(lp.SchemaError, match=r"1 entries belong to no operator: other\.weight"):
        Network(graph, good | {"other.weight": np.zeros(3)})
    with pytest.raises(lp.SchemaError, match=r"shape \(4, 3, 3\) given, \(4, 3, 3, 3\) expected"):
        Network(graph, good | {"u1.l0.conv.weight": np.zeros((4, 3, 3))})
    # A counter that PyTorch keeps is no parameter.
    Network(graph, good | {"u1.l0.bn.num_batches_tracked": np.array(3)})


def test_unusable_values(graph: OpGraph) -> None:
    good = random_parameters(graph)
    with pytest.raises(lp.DataError, match=r"u1\.l0\.bn\.weight.* nan at place 2"):
        Network(graph, good | {"u1.l0.bn.weight": [1, 2, np.nan, 4]})
    with pytest.raises(lp.DataError, match=r"variance -1"):
        Network(graph, good | {"u1.l0.bn.running_var": [1, 2, -1, 4]})
    unusable: list[Any] = ["text", [1j, 2, 3, 4], None, object()]
    for bad in unusable:
        with pytest.raises(lp.ConfigError, match="real numbers expected"):
            Network(graph, good | {"u1.l0.bn.weight": bad})


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    "shape", [(3, 8, 8), (1, 3, 8, 7), (1, 4, 8, 8), (0, 3, 8, 8), (1, 3, 16, 4), ()]
)
def test_input_of_another_shape(graph: OpGraph, mode: str, shape: tuple[int, ...]) -> None:
    with pytest.raises(lp.ConfigError, match=r"\(N, 3, 8, 8\) with N >= 1 expected"):
        Network(graph, mode=mode).forward(np.zeros(shape))


def test_input_that_is_no_number(graph: OpGraph) -> None:
    with pytest.raises(lp.ConfigError, match="real numbers expected"):
        Network(graph).forward(np.full((1, 3, 8, 8), "x"))


def test_other_number_types_are_converted(graph: OpGraph) -> None:
    network = Network(graph)
    image = np.arange(192).reshape(1, 3, 8, 8)
    want = network.forward(image.astype(np.float32))
    np.testing.assert_array_equal(network.forward(image), want)
    np.testing.assert_array_equal(network.forward(image.astype(np.float64)), want)
    strided = np.repeat(image, 2, axis=3)[..., ::2].astype(np.float32)
    np.testing.assert_array_equal(network.forward(strided), want)


def test_settings(graph: OpGraph) -> None:
    with pytest.raises(lp.ConfigError, match="mode 'fast', one of plain, folded"):
        Network(graph, mode="fast")
    with pytest.raises(lp.ConfigError, match="threads -1"):
        Network(graph, threads=-1)
    with pytest.raises(lp.ConfigError, match="batch size 0"):
        Network(graph, batch_size=0)
    with pytest.raises(lp.ConfigError, match="2 architectures given"):
        Network(lp.space("ofa-mobilenetv3").sample(2, seed=0))


def test_graphs_that_cannot_run() -> None:
    with pytest.raises(lp.ConfigError, match="exactly one input"):
        Network(GraphBuilder().build())
    b = GraphBuilder()
    b.add([b.input(3, 4, 4), b.input(3, 4, 4)])
    with pytest.raises(lp.ConfigError, match="2 inputs"):
        Network(b.build())
    b = GraphBuilder()
    b.avg_pool(b.input(3, 8, 8), Window((2, 2), 1, dilation=2))
    with pytest.raises(lp.ConfigError, match="dilation 2, 1 expected"):
        Network(b.build())
    b = GraphBuilder()
    b.conv(b.conv(b.input(3, 8, 8), 4, Window()), 4, Window())
    with pytest.raises(lp.ConfigError, match=r"'conv\.weight': two operators"):
        Network(b.build())


def test_builder() -> None:
    b = GraphBuilder()
    i = b.input(3, 8, 8)
    with pytest.raises(lp.ConfigError, match="groups 2 must divide"):
        b.conv(i, 4, Window(groups=2))
    with pytest.raises(lp.ConfigError, match="activation 'sine'"):
        b.activation(i, "sine")
    with pytest.raises(lp.ConfigError, match="stride 0"):
        Window(stride=0)
    with pytest.raises(lp.ConfigError, match="too small"):
        b.conv(i, 4, Window((9, 9)))
    with pytest.raises((lp.ConfigError, IndexError)):
        b.identity(7)
