"""Things of another kind than expected: one bounded sentence, never a print of all arrays."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import latpred as lp
import numpy as np
import pytest
from latpred.graphs import GraphBuilder, OpGraph
from latpred.networks import random_parameters

SPACE = lp.space("nas-bench-201")
ARCH = SPACE.sample(1, seed=3)


def _graph() -> OpGraph:
    b = GraphBuilder()
    b.conv(b.input(3, 4, 4), 2, lp.graphs.Window([3, 3]))
    return b.build()


GRAPH = _graph()
STATE: Any = {str(number): np.zeros(2000) for number in range(50)}
IMAGES = np.zeros((1, 3, 4, 4), np.float32)


@pytest.mark.parametrize("state", [[1], 3, None, object(), b"file", np.zeros(9)])
def test_states_of_another_kind(state: Any) -> None:
    takers: list[Callable[[], Any]] = [lambda: lp.Supernet(SPACE, state)]
    if state is not None:
        takers += [lambda: lp.Network(GRAPH, state), lambda: lp.to_torch(GRAPH, state=state)]
    for taker in takers:
        with pytest.raises(
            lp.ConfigError, match=r"a (path or a )?dict expected|arrays by name"
        ) as e:
            taker()
        assert len(str(e.value)) < 200


@pytest.mark.parametrize(
    "wrong", [STATE, 1.5, "1", None, np.zeros(2000)], ids=lambda w: type(w).__name__
)
def test_numbers_and_texts_of_another_kind(wrong: Any) -> None:
    network = lp.Network(GRAPH)
    takers: list[Callable[[], Any]] = [
        lambda: lp.to_torch(GRAPH, wrong),
        lambda: GRAPH.to_torch(wrong),
        lambda: ARCH.to_torch(wrong),
        lambda: lp.to_onnx(GRAPH, "unwritten.onnx", seed=wrong),
        lambda: lp.save_state(GRAPH, "unwritten.safetensors", seed=wrong),
        lambda: random_parameters(GRAPH, seed=wrong),
        lambda: lp.Network(GRAPH, seed=wrong),
        lambda: lp.Network(GRAPH, threads=wrong),
        lambda: lp.Network(GRAPH, batch_size=wrong),
        lambda: lp.Network(GRAPH, mode=wrong),
        lambda: lp.Network(GRAPH, device=wrong),
        lambda: lp.Supernet.random(SPACE, wrong),
        lambda: network.gradients(IMAGES, "sum", order=wrong),
        lambda: network.gradients(IMAGES, "sum", mode=wrong),
        lambda: network.run(IMAGES, mode=wrong),
        lambda: network.run(IMAGES, taps=wrong),
        lambda: lp.recalibrate(network, [IMAGES], averaging=wrong),
        lambda: lp.recalibrate(wrong, [IMAGES]),
        lambda: lp.Network(wrong),
        lambda: lp.Supernet.random(SPACE).parameters(wrong),
        lambda: lp.Supernet.random(SPACE).network(wrong),
    ]
    for taker in takers:
        with pytest.raises(lp.ConfigError) as caught:
            taker()
        assert len(str(caught.value)) < 200
        assert "\n" not in str(caught.value)


@pytest.mark.parametrize("space", [None, 3, "nas-bench-201"])
def test_supernets_of_no_space(space: Any) -> None:
    with pytest.raises(lp.ConfigError, match=r"space is .*, a Space expected"):
        lp.Supernet.random(space)
    with pytest.raises(lp.ConfigError, match=r"space is .*, a Space expected"):
        lp.Supernet(space, {})


def test_batches_that_are_none() -> None:
    network: Any = lp.Network(GRAPH)
    with pytest.raises(lp.ConfigError, match=r"batches is None, a list expected"):
        lp.recalibrate(network, None)  # type: ignore[arg-type]


@pytest.mark.parametrize("order", [1, 2])
def test_gradients_by_nothing(order: int) -> None:
    with pytest.raises(lp.ConfigError, match=r"wrt is no list of names"):
        lp.Network(GRAPH).gradients(IMAGES, "sum", [], order)


def test_outputs_that_no_machine_holds() -> None:
    b = GraphBuilder()
    b.upsample(b.input(3, 4, 4), size=(2**30, 2**30))
    network = lp.Network(b.build())
    for call in (network.forward, network.run, lambda x: network.gradients(x, "sum")):
        with pytest.raises(lp.ConfigError, match=r"1 x 3 x 1073741824 .* fewer than 2\^40"):
            call(IMAGES)
    runnable = lp.networks.NetworkRunnable(network.graph, "large")
    with pytest.raises(lp.ConfigError, match="fewer than"):
        runnable.prepare()
