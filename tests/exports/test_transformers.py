"""Transformers and wider operators leave latpred whole: to PyTorch, to ONNX, to a drawing."""

from __future__ import annotations

import io
from pathlib import Path

import latpred as lp
import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from latpred.graphs import GraphBuilder, OpGraph
from latpred.networks import Network

from tests.exports.references import small
from tests.exports.test_onnx import assert_equals_runner, outputs
from tests.networks import transformers


def tokens(images: int) -> np.ndarray:
    shape = (images, 1, transformers.TOKENS, 1)
    drawn = np.random.default_rng(4).integers(0, transformers.VOCABULARY, shape)
    return drawn.astype(np.float32)


def pixels(images: int) -> np.ndarray:
    return np.random.default_rng(4).standard_normal((images, 3, 12, 8), dtype=np.float32)


NETWORKS = {
    "encoder": (transformers.encoder(), tokens),
    "vision": (transformers.vision_transformer(), pixels),
}


@pytest.mark.parametrize("name", NETWORKS)
def test_onnx_of_open_batch(name: str, tmp_path: Path) -> None:
    graph, batch_of = NETWORKS[name]
    lp.to_onnx(graph, tmp_path / "network.onnx", seed=1, dynamic_batch=True)
    for images in (1, 3):
        batch = batch_of(images)
        got = outputs(tmp_path / "network.onnx", batch)
        expected = Network(graph, seed=1).forward(batch)
        np.testing.assert_allclose(got, expected, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("name", NETWORKS)
def test_torch(name: str) -> None:
    graph, batch_of = NETWORKS[name]
    batch = batch_of(3)
    module = lp.to_torch(graph, seed=1)
    got = module(torch.from_numpy(batch)).detach()
    expected = Network(graph, seed=1, mode="plain").forward(batch)
    np.testing.assert_allclose(got, expected, rtol=1e-5, atol=1e-6)
    assert sum(p.numel() for p in module.parameters()) == graph.costs["params"]
    state = {key: tensor.numpy() for key, tensor in module.state_dict().items()}
    np.testing.assert_array_equal(Network(graph, state, mode="plain").forward(batch), expected)
    copied = io.BytesIO()
    torch.save(module, copied)
    copied.seek(0)
    again = torch.load(copied, weights_only=False)
    np.testing.assert_array_equal(again(torch.from_numpy(batch)).detach(), got)


def test_an_exported_program(tmp_path: Path) -> None:
    graph, batch_of = NETWORKS["vision"]
    lp.export_network(graph, tmp_path / "network.pt2", seed=1)
    program = torch.export.load(tmp_path / "network.pt2").module()
    batch = batch_of(1)
    expected = Network(graph, seed=1).forward(batch)
    np.testing.assert_allclose(
        program(torch.from_numpy(batch)).detach(), expected, rtol=1e-4, atol=1e-5
    )


@settings(max_examples=25, deadline=None)
@given(
    size=st.tuples(st.integers(1, 40), st.integers(1, 40)),
    mode=st.sampled_from(["nearest", "bilinear"]),
)
def test_sizes_of_upsampled_planes(
    tmp_path_factory: pytest.TempPathFactory, size: tuple[int, int], mode: str
) -> None:
    graph = small(lambda b, i: b.upsample(i, size=size, mode=mode))
    assert_equals_runner(graph, tmp_path_factory.mktemp("upsample"))


@pytest.mark.parametrize("name", NETWORKS)
def test_drawings_and_tables(name: str, tmp_path: Path) -> None:
    graph, _ = NETWORKS[name]
    lp.export_network(graph, tmp_path / "network.svg")
    drawn = (tmp_path / "network.svg").read_text(encoding="utf-8")
    assert "linear, product" in drawn
    table = lp.layer_table(graph)
    assert table["macs"].sum() == graph.costs["macs"]
    assert set(table.loc[table["kind"] == "parameter", "inputs"].map(tuple)) == {()}


def test_values_inside() -> None:
    graph, batch_of = NETWORKS["vision"]
    inside = lp.Network(graph, seed=1).run(batch_of(2), taps=["u0.l0.grow", "token"])[1]
    assert inside["u0.l0.grow"].shape == (2, 1, 7, 32)
    assert inside["token"].shape == (2, 1, 1, 8)


def test_gradients_by_tokens() -> None:
    graph, batch_of = NETWORKS["encoder"]
    network = lp.Network(graph, seed=1)
    with pytest.raises(lp.ConfigError, match="operator 'words' reads integers"):
        network.gradients(batch_of(2), "sum", wrt="inputs")
    module = lp.to_torch(graph, seed=1)
    module(torch.from_numpy(batch_of(2))).sum().backward()
    got = network.gradients(batch_of(2), "sum")
    for name, parameter in module.named_parameters():
        np.testing.assert_allclose(got[name], parameter.grad, rtol=1e-4, atol=1e-4)


def scaled(factor: float) -> OpGraph:
    b = GraphBuilder()
    b.scale(b.input(3, 4, 4), factor)
    return b.build()


def test_a_graph_key_knows_what_costs() -> None:
    from latpred._core.predictors import graph_key

    assert graph_key(scaled(2)) == graph_key(scaled(3))
    keys = {
        graph_key(small(build))
        for build in (
            lambda b, i: b.softmax(i),
            lambda b, i: b.softmax(i, axis=0),
            lambda b, i: b.layer_norm(i),
            lambda b, i: b.layer_norm(i, bias=False),
            lambda b, i: b.layer_norm(i, axes="channels"),
            lambda b, i: b.transpose(i, (0, 2, 1)),
            lambda b, i: b.transpose(i, (0, 1, 2)),
            lambda b, i: b.upsample(i, scale=2),
            lambda b, i: b.upsample(i, scale=2, mode="bilinear"),
            lambda b, i: b.pad(i, (1, 1, 1, 1)),
            lambda b, i: b.pad(i, (1, 1, 1, 1), mode="reflect"),
            lambda b, i: b.concat([i, i], axis=1),
            lambda b, i: b.linear(i, 3),
            lambda b, i: b.linear(i, 3, bias=False),
        )
    }
    assert len(keys) == 14
