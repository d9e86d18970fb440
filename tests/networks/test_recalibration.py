"""Running statistics estimated anew, against PyTorch's own and against NumPy's."""

from __future__ import annotations

from typing import Any

import latpred as lp
import numpy as np
import pytest
import torch
from latpred.graphs import GraphBuilder
from latpred.networks import Network

from tests.exports.references import images, space_of
from tests.networks.derivatives import ALL, SPACES, sampled


def batches(graph: lp.graphs.OpGraph, sizes: list[int]) -> list[np.ndarray]:
    whole = images(graph, sum(sizes))
    return np.split(whole, np.cumsum(sizes)[:-1])


def running_statistics(graph: Any, given: list[np.ndarray]) -> dict[str, np.ndarray]:
    """PyTorch's: a module in training mode whose statistics are averages over batches."""
    module = lp.to_torch(graph, seed=1).train()
    for part in module.modules():
        if isinstance(part, torch.nn.BatchNorm2d):
            part.reset_running_stats()
            part.momentum = None
    with torch.no_grad():
        for batch in given:
            module(torch.from_numpy(batch))
    return {name: t.numpy() for name, t in module.state_dict().items() if "num_" not in name}


def assert_close(got: dict[str, np.ndarray], want: dict[str, np.ndarray]) -> None:
    assert got.keys() == want.keys()
    for name, array in want.items():
        scale = np.abs(array).max() if "running_var" in name else max(1, np.abs(array).max())
        assert np.abs(got[name] - array).max() <= 1e-4 * scale, name


@pytest.mark.parametrize("row", range(5) if ALL else [1])
@pytest.mark.parametrize("name", SPACES)
def test_equals_running_statistics_of_pytorch(name: str, row: int) -> None:
    graph = sampled(name, row)
    given = batches(graph, [2, 3])
    network = lp.recalibrate(Network(graph, seed=1), given)
    assert_close(network.state_dict(), running_statistics(graph, given))


def layered() -> lp.graphs.OpGraph:
    builder = GraphBuilder()
    x = builder.input(3, 5, 5)
    for part in ("first", "second"):
        x = builder.activation(builder.batch_norm(x, part=part), "relu", part=f"{part}.act")
    return builder.build()


def test_ofa_weighs_batches_by_size_and_divides_by_their_count() -> None:
    graph = layered()
    given = batches(graph, [1, 4])
    network = Network(graph, seed=2)
    got = lp.recalibrate(network, given, averaging="ofa").state_dict()
    state = network.state_dict()
    sums: dict[str, Any] = {}
    for batch in given:
        x = batch.astype(float)
        for part in ("first", "second"):
            mean, var = x.mean((0, 2, 3)), x.var((0, 2, 3))
            pair = np.stack([mean, var]) * len(batch)
            sums[part] = sums.get(part, 0) + pair
            scale = state[f"{part}.weight"] / np.sqrt(var + 1e-5)
            x = (x - mean[:, None, None]) * scale[:, None, None]
            x = np.maximum(x + state[f"{part}.bias"][:, None, None], 0)
    for part, pair in sums.items():
        np.testing.assert_allclose(got[f"{part}.running_mean"], pair[0] / 5, rtol=1e-5, atol=1e-6)
        np.testing.assert_allclose(got[f"{part}.running_var"], pair[1] / 5, rtol=1e-5)


def test_one_batch_makes_inference_what_training_is() -> None:
    graph = space_of("my-mobile").sample(1, seed=3).graph(0)
    batch = images(graph, 4)
    network = Network(graph, seed=1, mode="plain")
    again = lp.recalibrate(network, iter([batch]), averaging="ofa")
    np.testing.assert_allclose(
        again.forward(batch), network.run(batch, "train")[0], rtol=1e-3, atol=1e-3
    )
    assert again.mode == "plain"
    assert (network.forward(batch) != again.forward(batch)).any()


def test_everything_but_statistics_stays() -> None:
    network = Network(layered(), seed=2)
    new = lp.recalibrate(network, [images(network.graph)]).state_dict()
    for name, array in network.state_dict().items():
        assert np.array_equal(new[name], array) == ("running" not in name), name


def test_what_makes_no_sense_is_refused() -> None:
    network = Network(layered())
    batch = images(network.graph)
    with pytest.raises(lp.ConfigError, match="no batch of images"):
        lp.recalibrate(network, [])
    with pytest.raises(lp.ConfigError, match="averaging 'mean', one of pytorch, ofa expected"):
        lp.recalibrate(network, [batch], averaging="mean")
    with pytest.raises(lp.ConfigError, match="a list of such batches expected"):
        lp.recalibrate(network, batch)
    with pytest.raises(lp.ConfigError, match=r"\(N, 3, 5, 5\) with N >= 1 expected"):
        lp.recalibrate(network, [batch[:, :2]])
    with pytest.raises(lp.DataError, match="'first': mean nan"):
        lp.recalibrate(network, [batch * np.nan])
