"""Passes with statistics of the batch, taps, gradients and second derivatives, against PyTorch."""

from __future__ import annotations

from typing import Any

import latpred as lp
import numpy as np
import pytest
import torch
from latpred.graphs import GraphBuilder, OpGraph
from latpred.networks import Network
from torch.nn.functional import cross_entropy, mse_loss

from tests.exports.references import OPERATORS, images, small
from tests.networks.derivatives import (
    BATCH,
    CASES,
    GRAPH,
    LABELS,
    SPACES,
    Arrays,
    close,
    close_by_name,
    sampled,
    soft_cross_entropy,
)
from tests.networks.transformers import VOCABULARY, encoder


class Reference:
    """Derivatives of the loss of the exported module by PyTorch's autograd."""

    def __init__(self, graph: OpGraph, batch: np.ndarray, mode: str) -> None:
        self.module = lp.to_torch(graph, seed=1).train(mode == "train")
        self.images = torch.from_numpy(batch).requires_grad_()
        self.outputs = self.module(self.images)
        self.parameters = dict(self.module.named_parameters())
        loss = soft_cross_entropy(self.outputs)
        self.by = [*self.parameters.values(), self.images]
        self.first = self.grad(loss, create_graph=True)

    def grad(self, of: torch.Tensor, create_graph: bool = False) -> list[torch.Tensor]:
        found = torch.autograd.grad(
            of, self.by, retain_graph=True, create_graph=create_graph, allow_unused=True
        )
        return [
            torch.zeros_like(b) if g is None else g for g, b in zip(found, self.by, strict=True)
        ]

    def weights(self, gradients: list[torch.Tensor]) -> Arrays:
        return {
            name: g.detach().numpy()
            for name, g in zip(self.parameters, gradients[:-1], strict=True)
        }

    def times_itself(self) -> Arrays:
        """The Hessian by the weights times the gradient."""
        return self.weights(self.grad(sum((g * g.detach()).sum() for g in self.first[:-1])))

    def times(self, direction: np.ndarray) -> np.ndarray:
        """The Hessian by the images times a direction."""
        return self.grad((self.first[-1] * torch.from_numpy(direction)).sum())[-1].numpy()


@pytest.mark.parametrize(("row", "mode"), CASES)
@pytest.mark.parametrize("name", SPACES)
def test_derivatives_of_every_space(name: str, row: int, mode: str) -> None:
    graph = sampled(name, row)
    batch = images(graph)
    network = Network(graph, seed=1)
    reference = Reference(graph, batch, mode)
    close(network.run(batch, mode)[0], reference.outputs.detach())
    loss: dict[str, Any] = {"loss": soft_cross_entropy, "mode": mode}
    close_by_name(network.gradients(batch, **loss), reference.weights(reference.first))
    close(network.gradients(batch, wrt="inputs", **loss), reference.first[-1].detach())
    close_by_name(network.gradients(batch, order=2, **loss), reference.times_itself())
    direction = np.random.default_rng(1).standard_normal(batch.shape, dtype=np.float32)
    close(
        network.gradients(batch, wrt="inputs", order=2, vector=direction, **loss),
        reference.times(direction),
    )


@pytest.mark.parametrize("case", OPERATORS)
def test_derivatives_of_every_kind_of_operator(case: str) -> None:
    graph = small(OPERATORS[case][0])
    batch = images(graph)
    module = lp.to_torch(graph, seed=1)
    variable = torch.from_numpy(batch).requires_grad_()
    outputs = module(variable)
    network = Network(graph, seed=1)
    if not outputs.requires_grad:  # zeros
        assert not network.gradients(batch, "sum", "inputs").any()
        return
    target = np.random.default_rng(3).standard_normal(outputs.shape).astype(np.float32)
    loss: dict[str, Any] = {"loss": "mse", "target": target}
    error = mse_loss(outputs, torch.from_numpy(target))
    parameters = dict(module.named_parameters())
    by = [variable, *parameters.values()]
    found = torch.autograd.grad(error, by, create_graph=True)
    close(network.gradients(batch, wrt="inputs", **loss), found[0].detach())
    if parameters:
        want = {n: g.detach().numpy() for n, g in zip(parameters, found[1:], strict=True)}
        close_by_name(network.gradients(batch, **loss), want)
    along = (found[0] * torch.from_numpy(batch)).sum()
    (product,) = torch.autograd.grad(along, variable)
    got = network.gradients(batch, wrt="inputs", order=2, vector=batch, **loss)
    close(got, product)


def test_derivatives_of_an_encoder_of_tokens() -> None:
    graph = encoder()
    ids = np.random.default_rng(0).integers(0, VOCABULARY, (3, *graph.layers()[0]["shape"]))
    module = lp.to_torch(graph, seed=1)
    network = Network(graph, seed=1)
    parameters = dict(module.named_parameters())
    total = module(torch.from_numpy(ids.astype(np.float32))).square().mean()
    first = torch.autograd.grad(total, list(parameters.values()), create_graph=True)
    second = torch.autograd.grad(
        sum((g * g.detach()).sum() for g in first), list(parameters.values())
    )
    for order, want in (1, first), (2, second):
        got = network.gradients(ids, lambda y: y.square().mean(), order=order)
        names = {n: g.detach().numpy() for n, g in zip(parameters, want, strict=True)}
        close_by_name(got, names)
    kinds = {row["kind"]: row["name"] for row in graph.layers()}
    for wrt in ("inputs", ["input"]):
        with pytest.raises(lp.ConfigError, match=f"'{kinds['embedding']}' reads integers"):
            network.gradients(ids.astype(float), "sum", wrt)
    assert network.gradients(ids, "sum", [kinds["embedding"]])[kinds["embedding"]].any()


def test_losses_by_name_are_those_of_torch() -> None:
    network = Network(GRAPH, seed=1)
    outputs = network.run(BATCH)[0]
    target = np.random.default_rng(0).standard_normal(outputs.shape).astype(np.float32)
    cases: list[tuple[Any, Any, Any]] = [
        ("sum", None, lambda y: y.sum()),
        ("mean", None, lambda y: y.mean()),
        ("mse", target, lambda y: mse_loss(y, torch.from_numpy(target))),
        ("cross-entropy", LABELS, lambda y: cross_entropy(y, torch.tensor(LABELS))),
        (target, None, lambda y: (y * torch.from_numpy(target)).sum()),
    ]
    for loss, wanted, function in cases:
        for order in (1, 2):
            close_by_name(
                network.gradients(BATCH, loss, order=order, target=wanted),
                network.gradients(BATCH, function, order=order),
            )


def test_gradients_by_outputs_of_operators() -> None:
    names = ["u0.l0.depthwise", "u1.l0.expand", "u1.l0.project.bn", "classifier"]
    module = lp.to_torch(GRAPH, seed=1)
    kept: dict[str, torch.Tensor] = {}
    for name in names:
        module.get_submodule(name).register_forward_hook(
            lambda _, __, value, name=name: kept.__setitem__(name, value)
        )
    loss = cross_entropy(module(torch.from_numpy(BATCH)), torch.tensor(LABELS))
    want = torch.autograd.grad(loss, [kept[name] for name in names])
    network = Network(GRAPH, seed=1)
    got = network.gradients(BATCH, "cross-entropy", names, target=LABELS)
    close_by_name(got, {name: g.numpy() for name, g in zip(names, want, strict=True)})


def test_hessian_vector_products_are_linear_and_symmetric() -> None:
    network = Network(GRAPH, seed=1)
    loss: dict[str, Any] = {"loss": "cross-entropy", "target": LABELS}
    rng = np.random.default_rng(0)
    shapes = {name: g.shape for name, g in network.gradients(BATCH, **loss).items()}
    u, v = ({n: rng.standard_normal(s) for n, s in shapes.items()} for _ in range(2))

    def product(vector: Any) -> Arrays:
        result: Arrays = network.gradients(BATCH, order=2, vector=vector, **loss)
        return result

    def dot(a: Arrays, b: Arrays) -> float:
        return sum(float((a[n].astype(float) * b[n]).sum()) for n in shapes)

    hu, hv = product(u), product(v)
    assert dot(v, hu) == pytest.approx(dot(u, hv), rel=1e-3, abs=1e-3 * abs(dot(u, hu)))
    close_by_name(product({n: u[n] + 2 * v[n] for n in shapes}), {n: hu[n] + 2 * hv[n] for n in hu})
    # Names that are left out are zeros.
    some = {n: u[n] for n in list(shapes)[::3]}
    close_by_name(product(some), product({n: some.get(n, 0 * u[n]) for n in shapes}))


def test_training_leaves_the_network_as_it_is() -> None:
    network = Network(GRAPH, seed=1)
    before, state = network.forward(BATCH), network.state_dict()
    network.run(BATCH, "train", taps=["classifier"])
    network.gradients(BATCH, "sum", mode="train")
    np.testing.assert_array_equal(network.forward(BATCH), before)
    for name, array in network.state_dict().items():
        np.testing.assert_array_equal(array, state[name])


@pytest.mark.filterwarnings("ignore:.*autocast")
def test_settings_of_the_host_change_nothing() -> None:
    network = Network(GRAPH, seed=1)
    want = network.gradients(BATCH, "mean", "inputs")
    with torch.inference_mode(), torch.autocast("cpu", dtype=torch.bfloat16):
        again = Network(GRAPH, seed=1).gradients(BATCH, "mean", "inputs")
        function = network.gradients(BATCH, lambda y: y.mean(), "inputs")
    np.testing.assert_array_equal(again, want)
    close(function, want)
    assert torch.is_grad_enabled()


def test_single_values_have_no_statistics() -> None:
    builder = GraphBuilder()
    builder.batch_norm(builder.global_pool(builder.input(3, 4, 4)), part="norm")
    network = Network(builder.build())
    with pytest.raises(lp.ConfigError, match="'norm': a batch of one value a channel"):
        network.run(np.ones((1, 3, 4, 4)), "train")
    assert network.run(np.ones((2, 3, 4, 4)), "train")[0].shape == (2, 3)


def test_gradients_by_zeros() -> None:
    """What depends on nothing itself can still be what the loss depends on."""
    builder = GraphBuilder()
    image = builder.input(3, 4, 4)
    builder.add([builder.zero(image, 3, 1, part="zeros"), image], part="sum")
    network = Network(builder.build())
    batch = images(network.graph)
    got = network.gradients(batch, batch, ["zeros", "sum", "input"])
    for name in ("zeros", "sum", "input"):
        close(got[name], batch)
    assert not network.gradients(batch, batch, ["zeros"], order=2)["zeros"].any()
