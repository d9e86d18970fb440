"""Networks that leave latpred compute what the runner computes."""

from __future__ import annotations

import copy
import subprocess
import sys
from pathlib import Path
from typing import Any

import latpred as lp
import numpy as np
import pandas as pd
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from latpred.graphs import GraphBuilder, OpGraph, Window
from latpred.networks import Network, random_parameters

from tests.exports.references import OPERATORS, OWN, images, small, space_of
from tests.networks.operator_cases import ACTIVATIONS


def outputs(module: torch.nn.Module, batch: np.ndarray) -> np.ndarray:
    with torch.inference_mode():
        return module(torch.from_numpy(batch)).numpy()


def assert_equals_runner(graph: OpGraph, seed: int = 1, state: Any = None) -> None:
    batch = images(graph)
    expected = Network(graph, state, seed=seed).forward(batch)
    got = outputs(lp.to_torch(graph, seed=seed, state=state), batch)
    assert got.shape == expected.shape
    assert np.isfinite(expected).all()
    scale = max(1.0, float(np.abs(expected).max()))
    assert np.abs(got - expected).max() <= 1e-4 * scale
    # Unfused, the runner makes the same calls in the same order.
    plain = Network(graph, state, seed=seed, mode="plain").forward(batch)
    assert np.abs(got - plain).max() <= 1e-6 * scale


@pytest.mark.parametrize("name", [*lp.space_names(), *OWN])
def test_five_networks_of_every_space(name: str) -> None:
    archs = space_of(name).sample(5, seed=8)
    for row in range(5):
        graph = archs.graph(row)
        assert_equals_runner(graph)
        batch = images(graph)
        first, second = outputs(lp.to_torch(graph, seed=1), batch)
        # The outputs depend on the image, so an error in an early layer shows.
        assert np.abs(first - second).max() > 1e-3 * np.abs(first).max()


@pytest.mark.parametrize("case", OPERATORS)
def test_every_kind_of_operator(case: str) -> None:
    assert_equals_runner(small(OPERATORS[case][0]))


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_every_activation(name: str) -> None:
    assert_equals_runner(small(lambda b, i: b.activation(i, name)))


@settings(max_examples=60, deadline=None)
@given(
    kernel=st.integers(1, 4),
    stride=st.integers(1, 5),
    padding=st.tuples(*[st.integers(0, 2)] * 4),
    ceil=st.booleans(),
    include=st.booleans(),
    maximum=st.booleans(),
)
def test_every_pool(
    kernel: int, stride: int, padding: tuple[int, ...], ceil: bool, include: bool, maximum: bool
) -> None:
    window = Window((kernel, kernel), stride, tuple(min(p, kernel // 2) for p in padding))
    if maximum:
        assert_equals_runner(small(lambda b, i: b.max_pool(i, window, ceil_mode=ceil)))
    else:
        assert_equals_runner(
            small(
                lambda b, i: b.avg_pool(i, window, ceil_mode=ceil, count_include_pad=include),
            )
        )


def test_vectors_and_planes_mix() -> None:
    def build(b: GraphBuilder, i: int) -> int:
        gate = b.activation(b.linear(b.flatten(i), 12, part="gate"), "h_sigmoid")
        x = b.multiply(i, b.batch_norm(b.identity(gate)))
        x = b.concat([b.global_pool(x), gate])
        return b.linear(b.activation(b.linear(x, 9, part="mid"), "relu"), 5, part="last")

    assert_equals_runner(small(build))


def test_state_has_the_runners_names_and_values() -> None:
    arch = space_of("my-mobile").sample(1, seed=2)
    module = lp.to_torch(arch, seed=3)
    state = module.state_dict()
    expected = random_parameters(arch, seed=3)
    assert {n for n in state if not n.endswith(".num_batches_tracked")} == expected.keys()
    for name, array in expected.items():
        np.testing.assert_array_equal(state[name].numpy(), array)
    batch = images(arch.graph(0))
    # There and back: PyTorch's state in the runner, the runner's in another module.
    again = Network(arch, {name: tensor.numpy() for name, tensor in state.items()})
    np.testing.assert_array_equal(again.forward(batch), Network(arch, seed=3).forward(batch))
    other = lp.to_torch(arch, seed=4)
    assert not np.array_equal(outputs(other, batch), outputs(module, batch))
    other.load_state_dict({name: torch.tensor(array) for name, array in expected.items()})
    np.testing.assert_array_equal(outputs(other, batch), outputs(module, batch))


def test_weights_of_ones_own() -> None:
    graph = small(lambda b, i: b.batch_norm(b.conv(i, 4, Window((3, 3)), bias=True)))
    state = {name: array + 0.25 for name, array in random_parameters(graph, seed=6).items()}
    batch = images(graph)
    got = outputs(lp.to_torch(graph, state=state), batch)
    np.testing.assert_allclose(got, Network(graph, state).forward(batch), rtol=1e-4, atol=1e-5)
    del state["conv.bias"]
    with pytest.raises(lp.SchemaError, match=r"missing: conv\.bias"):
        lp.to_torch(graph, state=state)


def test_module_runs_without_latpred(tmp_path: Path) -> None:
    arch = space_of("my-resnet").sample(1, seed=1)
    module, batch = lp.to_torch(arch), torch.from_numpy(images(arch.graph(0)))
    torch.save((module, batch, module(batch)), tmp_path / "network.pt")
    code = (
        "import sys, torch;"
        f"m, x, y = torch.load({str(tmp_path / 'network.pt')!r}, weights_only=False);"
        "assert torch.allclose(m(x), y, rtol=1e-5);"
        "sys.exit('latpred' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_module_trains_and_copies() -> None:
    arch = space_of("my-mobile").sample(1, seed=1)
    module = lp.to_torch(arch)
    assert not module.training
    assert sum(p.numel() for p in module.parameters()) == arch.graph(0).costs["params"]
    twin = copy.deepcopy(module).train()
    twin(torch.from_numpy(images(arch.graph(0)))).square().mean().backward()
    assert all(p.grad is not None and p.grad.isfinite().all() for p in twin.parameters())
    assert all(p.grad is None for p in module.parameters())


def test_random_numbers_of_the_process_stay() -> None:
    before = torch.get_rng_state()
    lp.to_torch(space_of("my-mobile").sample(1, seed=1))
    assert torch.equal(torch.get_rng_state(), before)


def test_several_architectures() -> None:
    with pytest.raises(lp.ConfigError, match="2 architectures given"):
        lp.to_torch(space_of("my-mobile").sample(2, seed=1))


@pytest.mark.parametrize("part", ["forward", "a b", "class", "graph", "a..b"])
def test_names_that_are_no_submodules(part: str) -> None:
    graph = small(lambda b, i: b.conv(i, 4, Window(), part=part))
    with pytest.raises(lp.ConfigError, match=f"operator '{part}'"):
        lp.to_torch(graph)


def test_names_that_hide_a_parameter() -> None:
    graph = small(lambda b, i: b.batch_norm(b.conv(i, 4, Window()), part="conv.weight"))
    with pytest.raises(lp.ConfigError, match="named 'weight'"):
        lp.to_torch(graph)


def test_layer_table() -> None:
    arch = space_of("my-resnet").sample(1, seed=1)
    graph = arch.graph(0)
    table = lp.layer_table(arch)
    assert isinstance(table, pd.DataFrame)
    assert len(table) == len(graph)
    assert table["macs"].sum() == graph.costs["macs"]
    assert table["params"].sum() == graph.costs["params"]
    assert table.loc[0, "kind"] == "input"
    assert table["shape"].iloc[-1] == (100, 1, 1)
    assert all(source < row for row in table.index for source in table.loc[row, "inputs"])


def test_import_leaves_torch_and_pandas_alone() -> None:
    code = "import sys, latpred.exports; sys.exit(bool({'torch', 'pandas'} & sys.modules.keys()))"
    subprocess.run([sys.executable, "-c", code], check=True)
