"""Layers of stacks written with PyTorch in double precision, and data to try them on."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence

import latpred as lp
import numpy as np
import torch
from latpred import _core

Weights = dict[str, torch.Tensor]
RNG = np.random.default_rng


def random_graph(nodes: int, rng: np.random.Generator, density: float = 0.4) -> np.ndarray:
    """Adjacency, source x target, of a graph without cycles; some nodes may have no edge."""
    return np.triu(rng.random((nodes, nodes)) < density, 1)


class Graphs:
    """Graphs of several sizes with random features, as arrays and as what a stack reads."""

    def __init__(self, sizes: Sequence[int], features: int, seed: int = 0, density: float = 0.4):
        rng = RNG(seed)
        self.sizes = list(sizes)
        self.offsets = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
        self.adjacency = [random_graph(size, rng, density) for size in sizes]
        self.nodes = rng.standard_normal((self.offsets[-1], features)).astype(np.float32)

    @property
    def edges(self) -> np.ndarray:
        pairs = [
            np.argwhere(one.T)[:, ::-1] + start
            for one, start in zip(self.adjacency, self.offsets, strict=False)
        ]
        return np.concatenate(pairs).T.astype(np.int64)

    def batch(self) -> lp.GraphBatch:
        return lp.GraphBatch.from_arrays(self.nodes, self.edges, self.offsets)

    def data(self, **inputs: np.ndarray) -> _core.neural.StackData:
        return _core.neural.StackData(self.batch(), inputs=inputs)

    def dense(self, x: torch.Tensor) -> list[torch.Tensor]:
        return list(torch.split(x, self.sizes))


def stack_of(inputs: dict[str, int], layers: list[dict], seed: int = 0, **options):
    text = json.dumps({"inputs": inputs, "layers": layers, **options})
    return _core.neural.LayerStack(text, seed=seed)


def weights_of(stack) -> Weights:
    return {
        name: torch.tensor(value, dtype=torch.float64, requires_grad=True)
        for name, value in stack.parameters.items()
    }


def joined(adjacency: np.ndarray, direction: str, self_loops: bool) -> torch.Tensor:
    """A[i, j] = 1 where node j is a neighbour of node i."""
    into = adjacency.T.astype(float)
    if direction != "predecessors":
        into = into.T + (into if direction == "both" else 0)
    return torch.tensor(into + (np.eye(len(into)) if self_loops else 0))


def normalised(a: torch.Tensor, how: str) -> torch.Tensor:
    degree = a.sum(1).clamp(min=1)
    if how == "rows":
        return a / degree[:, None]
    return a / (degree[:, None] * degree[None, :]).sqrt() if how == "symmetric" else a


def gcn(x, a, w: Weights, name: str) -> torch.Tensor:
    return a @ (x @ w[f"{name}.weight"].T) + w[f"{name}.bias"]


def gate(e, w: Weights, name: str) -> torch.Tensor:
    return torch.sigmoid(e @ w[f"{name}.gate.weight"].T + w[f"{name}.gate.bias"])


def dgf(x, a, w: Weights, name: str, e=None) -> torch.Tensor:
    own = x @ w[f"{name}.weight"].T
    opened = 1 if e is None else gate(e, w, name)
    return opened * (a @ own) + own + w[f"{name}.bias"]


def gat(
    x, a, w: Weights, name: str, e=None, slope: float = 0.01, mask: str = "edges"
) -> torch.Tensor:
    k = x @ w[f"{name}.weight"].T
    scores = (k * w[f"{name}.score"]) @ k.T / k.shape[1] ** 0.5
    scores = torch.nn.functional.leaky_relu(scores, slope)
    scores = scores * a if mask == "multiply" else scores.masked_fill(a == 0, float("-inf"))
    shares = torch.nan_to_num(torch.softmax(scores, 1), nan=0.0)
    value = (1 if e is None else gate(e, w, name)) * (shares @ k)
    return torch.nn.functional.layer_norm(
        value, value.shape[1:], w[f"{name}.norm.weight"], w[f"{name}.norm.bias"]
    )


def gin(x, a, w: Weights, name: str) -> torch.Tensor:
    value = (1 + w[f"{name}.epsilon"]) * x + a @ x
    count = sum(key.startswith(f"{name}.") and key.endswith("weight") for key in w)
    for i in range(count):
        value = value @ w[f"{name}.{i}.weight"].T + w[f"{name}.{i}.bias"]
        value = torch.relu(value) if i + 1 < count else value
    return value


def agree(stack, data, rows, reference: Callable[[Weights], torch.Tensor], seed: int = 1) -> None:
    """Outputs within 1e-5 and gradients within 1e-4 of their sizes."""
    weights = weights_of(stack)
    expected = reference(weights)
    found = stack.forward(data, rows)
    size = float(expected.detach().abs().max()) + 1e-30
    np.testing.assert_allclose(found, expected.detach(), rtol=1e-5, atol=1e-5 * size)
    slopes = RNG(seed).standard_normal(found.shape)
    (expected * torch.tensor(slopes)).sum().backward()
    for name, gradient in stack.gradients(data, rows, slopes.astype(np.float32)).items():
        wanted = weights[name].grad
        wanted = torch.zeros_like(weights[name]) if wanted is None else wanted
        size = float(wanted.abs().max()) + 1e-6
        np.testing.assert_allclose(gradient, wanted, rtol=1e-4, atol=1e-4 * size, err_msg=name)
