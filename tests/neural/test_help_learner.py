"""HELP's meta-gradient against PyTorch's, with graphs of gradients, and against differences."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import latpred as lp
import numpy as np
import pytest
import torch
from latpred._core import neural
from torch.nn.functional import linear, mse_loss, softplus

WIDTH, REFERENCES, SUPPORT, QUERY = 12, 4, 5, 9
HALF = 3 * (2 * WIDTH + 1)
Tensors = dict[str, torch.Tensor]
CELL, CHAIN = lp.space("nas-bench-201"), lp.space("fbnet")


class World:
    """A learner with strong rates and modulation, and one task."""

    def __init__(self, space: lp.Space, **changed: Any) -> None:
        settings = neural.HelpSettings()
        usual = {"width": WIDTH, "references": REFERENCES, "inner_rate": 0.05, "z_scale": 0.3}
        for name, value in {**usual, **changed}.items():
            setattr(settings, name, value)
        rng = np.random.default_rng(0)
        self.settings = settings
        self.learner = neural.HelpLearner(settings, space, seed=1)
        known = self.learner.parameters  # graph weights start small; here they weigh as others do
        self.learner.move({k: v * k.startswith("theta.gc") for k, v in known.items()}, 4.0)
        self.archs = space.sample(SUPPORT + QUERY, seed=3, unique=True)
        self.targets = rng.uniform(0, 1, SUPPORT + QUERY).astype(np.float32)
        self.device = rng.uniform(0, 1, REFERENCES).astype(np.float32)
        self.noise = rng.standard_normal(self.learner.noises)

    def gradient(self, kl_weight: float = 0.1) -> tuple[float, dict[str, np.ndarray]]:
        support, query = self.archs[:SUPPORT], self.archs[SUPPORT:]
        task = (support, query, self.targets, self.device, self.noise, kl_weight)
        found: tuple[float, dict[str, np.ndarray]] = self.learner.gradient(*task)
        return found


def cells(archs: lp.Architectures) -> tuple[torch.Tensor, torch.Tensor]:
    """Features and adjacency with a last node that all feed, as HELP's code makes them."""
    x, adjacency = archs.space.encode_graph(archs)
    n, nodes, features = x.shape
    wide = np.zeros((n, nodes + 1, features + 1))
    wide[:, :nodes, :features] = x
    wide[:, nodes, features] = 1
    all_edges = np.zeros((n, nodes + 1, nodes + 1))
    all_edges[:, :nodes, :nodes] = adjacency
    all_edges[:, :nodes, nodes] = 1
    all_edges[:, np.arange(nodes + 1), np.arange(nodes + 1)] = 1
    return torch.from_numpy(wide), torch.from_numpy(all_edges.transpose(0, 2, 1).copy())


def network(archs: lp.Architectures, device: torch.Tensor) -> Callable[[Tensors], torch.Tensor]:
    def layer(x: torch.Tensor, p: Tensors, name: str) -> torch.Tensor:
        return linear(x, p[f"{name}.weight"], p[f"{name}.bias"])

    def forward(p: Tensors) -> torch.Tensor:
        if archs.space.name == "nas-bench-201":
            x, adjacency = cells(archs)
            for i in range(1, 5):
                product = adjacency @ (x @ p[f"gc{i}.weight"].T)
                x = torch.relu(product + p[f"gc{i}.bias"])
            x = x[:, -1]
        else:
            x = torch.from_numpy(archs.space.encode(archs, "one-hot").astype(float))
            x = torch.relu(layer(torch.relu(layer(x, p, "fc1")), p, "fc2"))
        hardware = torch.relu(layer(torch.relu(layer(device, p, "fc_hw1")), p, "fc_hw2"))
        x = torch.cat([x, hardware.expand(len(x), -1)], 1)
        return layer(torch.relu(layer(torch.relu(layer(x, p, "fc3")), p, "fc4")), p, "fc5")

    return forward


def torch_loss(world: World, p: Tensors, kl_weight: float) -> torch.Tensor:
    """The query's loss after the inner steps, recorded for gradients through them."""
    device = torch.from_numpy(world.device).double()
    hidden = torch.relu(linear(device, p["modulator.0.weight"].view(10, -1), p["modulator.0.bias"]))
    out = linear(hidden, p["modulator.1.weight"].view(-1, 10), p["modulator.1.bias"])
    posterior = torch.distributions.Normal(out[:HALF], softplus(out[HALF:]))
    z = posterior.mean + posterior.stddev * torch.from_numpy(world.noise)
    prior = torch.distributions.Normal(torch.zeros(HALF).double(), torch.ones(HALF).double())
    kl = torch.distributions.kl_divergence(posterior, prior).sum()
    weights = {k.removeprefix("theta."): v for k, v in p.items() if k.startswith("theta.")}
    rates = {k.removeprefix("rates."): v for k, v in p.items() if k.startswith("rates.")}
    scale = world.settings.z_scale
    for i, name in enumerate(("fc3", "fc4", "fc5")):
        of_inputs = z[i * 2 * WIDTH : (i + 1) * 2 * WIDTH]
        weights[f"{name}.weight"] = weights[f"{name}.weight"] * (1 + scale * of_inputs)
        weights[f"{name}.bias"] = weights[f"{name}.bias"] + scale * z[3 * 2 * WIDTH + i]
    targets = torch.from_numpy(world.targets).double()[:, None]
    support = network(world.archs[:SUPPORT], device)
    second = world.settings.second_order
    for _ in range(world.settings.steps):
        loss = mse_loss(support(weights), targets[:SUPPORT])
        slopes = torch.autograd.grad(loss, list(weights.values()), create_graph=second)
        slopes = slopes if second else [slope.detach() for slope in slopes]
        weights = {k: v - rates[k] * g for (k, v), g in zip(weights.items(), slopes, strict=True)}
    query = network(world.archs[SUPPORT:], device)
    return mse_loss(query(weights), targets[SUPPORT:]) + kl_weight * kl


@pytest.mark.parametrize("changed", [{}, {"steps": 3}, {"second_order": False}])
@pytest.mark.parametrize("space", [CELL, CHAIN], ids=["cells", "chains"])
def test_loss_and_meta_gradient_are_those_of_pytorch(
    space: lp.Space, changed: dict[str, Any]
) -> None:
    world = World(space, **changed)
    p = {
        k: torch.from_numpy(v).double().requires_grad_()
        for k, v in world.learner.parameters.items()
    }
    expected = torch_loss(world, p, 0.1)
    expected.backward()
    loss, found = world.gradient()
    assert loss == pytest.approx(expected.item(), rel=1e-5)
    for name, tensor in p.items():
        wanted = tensor.grad.numpy()
        error = np.abs(found[name] - wanted).max()
        assert error <= 1e-4 * np.abs(wanted).max(), name
        assert np.abs(wanted).max() > 1e-6, name


@pytest.mark.parametrize("space", [CELL, CHAIN], ids=["cells", "chains"])
@pytest.mark.parametrize("part", ["theta", "rates", "modulator"])
def test_meta_gradient_is_the_limit_of_differences(space: lp.Space, part: str) -> None:
    world = World(space)
    _, gradient = world.gradient()
    rng = np.random.default_rng(5)
    along = {
        name: (rng.standard_normal(slope.shape) * name.startswith(part)).astype(np.float32)
        for name, slope in gradient.items()
    }
    expected = sum(float((along[name] * gradient[name]).sum()) for name in along)
    step = 1e-5
    world.learner.move(along, step)
    above = world.gradient()[0]
    world.learner.move(along, -2 * step)
    below = world.gradient()[0]
    scale = np.sqrt(sum(float((slope**2).sum()) for slope in gradient.values()))
    assert (above - below) / (2 * step) == pytest.approx(expected, abs=0.03 * scale)


def test_the_second_order_is_no_small_matter_here() -> None:
    both = [World(CELL, second_order=order).gradient()[1] for order in (True, False)]
    first, second = (found["theta.fc3.weight"] for found in both)
    assert np.abs(first - second).max() > 0.01 * np.abs(first).max()


def test_published_sizes() -> None:
    learner = neural.HelpLearner(neural.HelpSettings(), CELL)
    weights = 8 * 100 + 3 * 100**2 + 400 + 10 * 100 + 100**2 + 200 + 2 * (200**2 + 200) + 201
    modulator = 10 * 10 + 10 + 10 * 1206 + 1206
    assert learner.count == 2 * weights + modulator
    gcn = learner.parameters["theta.gc2.weight"]
    assert np.abs(gcn).max() <= 0.05 < 1.05 * np.abs(gcn).max()
    assert (learner.parameters["rates.fc4.weight"] == np.float32(1e-3)).all()
