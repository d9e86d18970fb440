"""Passes with statistics of the batch, taps, gradients and second derivatives, against PyTorch."""

from __future__ import annotations

import os
from typing import Any

import latpred as lp
import numpy as np
import pytest
import torch
from latpred.graphs import GraphBuilder, OpGraph, Window
from latpred.networks import Network
from torch.nn.functional import cross_entropy, mse_loss

from tests.exports.references import OPERATORS, OWN, images, small, space_of

LABELS = [3, 7]
# All networks in both modes take minutes of CPU time; otherwise it is the least of each space.
ALL = os.environ.get("LATPRED_ALL_NETWORKS") == "1"
CASES = [(row, mode) for row in range(5) for mode in ("infer", "train")] if ALL else [(0, "train")]
Arrays = dict[str, np.ndarray]


def close(got: Any, want: Any, scale: float = 0.0) -> None:
    """Within 1e-4 of the largest value, or of `scale` where that is larger."""
    got, want = np.asarray(got), np.asarray(want)
    assert got.shape == want.shape
    assert np.isfinite(want).all()
    assert np.abs(got - want).max(initial=0) <= 1e-4 * max(np.abs(want).max(initial=0), scale)


def close_by_name(got: Arrays, want: Arrays) -> None:
    """Arrays whose exact values are 0, such as those of a shift before a batch norm, are rounding
    errors of the others' size."""
    assert got.keys() == want.keys()
    scale = max(float(np.abs(array).max(initial=0)) for array in want.values())
    assert scale > 0
    for name, array in want.items():
        close(got[name], array, 1e-2 * scale)


def sampled(name: str, row: int) -> OpGraph:
    """One of five random networks of a space, the least one first."""
    archs = space_of(name).sample(5, seed=8)
    return archs.graph(int(np.argsort(archs.space.count(archs)["macs"])[row]))


def soft_cross_entropy(outputs: torch.Tensor) -> torch.Tensor:
    """Outputs of random weights are large; as they are, the second derivatives would vanish."""
    return cross_entropy(outputs / outputs.detach().abs().max(), torch.tensor(LABELS))


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
@pytest.mark.parametrize("name", [*lp.space_names(), *OWN])
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
@pytest.mark.parametrize("name", [*lp.space_names(), *OWN])
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


@pytest.mark.parametrize("case", OPERATORS)
def test_derivatives_of_every_kind_of_operator(case: str) -> None:
    graph = small(OPERATORS[case][0])
    batch = images(graph)
    module = lp.to_torch(graph, seed=1)
    variable = torch.from_numpy(batch).requires_grad_()
    outputs = module(variable)
    network = Network(graph, seed=1)
    weights = np.random.default_rng(3).standard_normal(outputs.shape).astype(np.float32)
    if not outputs.requires_grad:  # zeros
        assert not network.gradients(batch, weights, "inputs").any()
        return
    total = (outputs * torch.from_numpy(weights)).sum()
    (by_images,) = torch.autograd.grad(total, variable, retain_graph=True)
    close(network.gradients(batch, weights, "inputs"), by_images)
    parameters = dict(module.named_parameters())
    if parameters:
        found = torch.autograd.grad(total, list(parameters.values()))
        want = {n: g.numpy() for n, g in zip(parameters, found, strict=True)}
        close_by_name(network.gradients(batch, weights), want)


GRAPH = space_of("my-mobile").sample(3, seed=4).graph(0)
BATCH = images(GRAPH)


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
    names = [row["name"] for row in GRAPH.layers() if row["kind"] == "conv"][:4] + ["classifier"]
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


BAD: list[tuple[dict[str, Any], str]] = [
    ({"wrt": "weight"}, "'weight', 'weights', 'inputs' or a list"),
    ({"wrt": ["u9.l9.conv"]}, "no operator is named 'u9.l9.conv', one of"),
    ({"wrt": [3]}, "no list of names"),
    ({"order": 3}, "order 3, 1 or 2 expected"),
    ({"mode": "eval"}, "mode 'eval', 'infer' or 'train' expected"),
    ({"loss": "nll"}, "'nll', one of sum, mean, mse, cross-entropy expected"),
    ({"loss": "mse"}, "'mse' needs target="),
    ({"loss": "sum", "target": [1]}, "target= given, 'sum' has none"),
    ({"loss": "mse", "target": [1.0]}, "1 targets for 2 x"),
    ({"loss": np.ones(3)}, "3 weights for 2 x"),
    ({"loss": "cross-entropy", "target": [0.5, 1.5]}, "one integer an image expected"),
    ({"loss": lambda y: y.sum(0)}, "a tensor of one element"),
    ({"loss": lambda _: 3.0}, "float, a tensor of one element"),
    ({"images": np.ones((2, 3, 9, 9))}, "N >= 1 expected"),
    ({"wrt": "inputs", "images": BATCH.astype(int)}, "images of type int64 have none"),
    ({"wrt": "inputs", "images": BATCH > 0}, "images of type bool have none"),
    ({"order": 2, "vector": 1.0}, "vector of type float"),
]


@pytest.mark.parametrize(("change", "text"), BAD)
def test_what_makes_no_sense_is_refused(change: dict[str, Any], text: str) -> None:
    with pytest.raises(lp.ConfigError, match=text) as caught:
        Network(GRAPH).gradients(**({"images": BATCH, "loss": "sum"} | change))
    assert len(str(caught.value)) < 400


def test_bad_labels_and_directions() -> None:
    network = Network(GRAPH)
    with pytest.raises(lp.DataError, match="label 5000 of image 1, one from 0 to"):
        network.gradients(BATCH, "cross-entropy", target=[0, 5000])
    with pytest.raises(lp.DataError, match="3 labels for 2 images"):
        network.gradients(BATCH, "cross-entropy", target=[0, 1, 2])
    with pytest.raises(lp.SchemaError, match="direction 'nothing': nothing of this name"):
        network.gradients(BATCH, "sum", order=2, vector={"nothing": np.ones(3)})
    with pytest.raises(lp.SchemaError, match=r"'classifier.bias': shape \(2\) given"):
        network.gradients(BATCH, "sum", order=2, vector={"classifier.bias": np.ones(2)})
    with pytest.raises(lp.SchemaError, match="'input': shape"):
        network.gradients(BATCH, "sum", "inputs", 2, vector=np.ones(2))


def test_errors_of_a_function_come_through() -> None:
    class OwnError(Exception):
        pass

    def loss(outputs: torch.Tensor) -> torch.Tensor:
        raise OwnError(str(tuple(outputs.shape)))

    with pytest.raises(OwnError, match=r"\(2, "):
        Network(GRAPH).gradients(BATCH, loss)


def test_unknown_tap() -> None:
    with pytest.raises(lp.ConfigError, match="'u0.l0.expandx', one of .* such as u0.l0."):
        Network(GRAPH).run(BATCH, taps=["u0.l0.expandx"])
    with pytest.raises(lp.ConfigError, match="taps is no list"):
        Network(GRAPH).run(BATCH, taps="classifier")
    builder = GraphBuilder()
    first = builder.conv(builder.input(3, 4, 4), 3, Window())
    builder.activation(builder.activation(first, "relu"), "relu6")
    with pytest.raises(lp.ConfigError, match="2 operators are named 'act'"):
        Network(builder.build()).run(np.ones((1, 3, 4, 4)), taps=["act"])
