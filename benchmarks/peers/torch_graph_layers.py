"""Layers over graphs as PyTorch modules in their usual, padded and dense form."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional


def _uniform(*shape: int) -> nn.Parameter:
    return nn.Parameter((2 * torch.rand(*shape) - 1) / shape[-1] ** 0.5)


class Gcn(nn.Module):
    """Kipf and Welling's convolution."""

    def __init__(self, inputs: int, width: int, _gate: int) -> None:
        super().__init__()
        self.weight, self.bias = _uniform(inputs, width), _uniform(width)

    def forward(self, x: Tensor, a: Tensor, _e: Tensor) -> Tensor:
        """`x`: B x V x F; `a`: B x V x V, 1 where the column's node feeds the row's."""
        return a @ (x @ self.weight) + self.bias


class Dgf(nn.Module):
    """Dense graph flow, as NASFLAT's."""

    def __init__(self, inputs: int, width: int, gate: int) -> None:
        super().__init__()
        self.weight, self.bias = _uniform(inputs, width), _uniform(width)
        self.gate = nn.Linear(gate, width)

    def forward(self, x: Tensor, a: Tensor, e: Tensor) -> Tensor:
        """`e`: B x V x G, or B x 1 x G for all nodes: what opens the gate."""
        own = x @ self.weight
        return torch.sigmoid(self.gate(e)) * (a @ own) + own + self.bias


class Gat(nn.Module):
    """NASFLAT's attention, masked with minus infinity where there is no edge."""

    def __init__(self, inputs: int, width: int, gate: int) -> None:
        super().__init__()
        self.weight, self.score = nn.Linear(inputs, width, bias=False), _uniform(width)
        self.gate, self.norm = nn.Linear(gate, width), nn.LayerNorm(width)

    def forward(self, x: Tensor, a: Tensor, e: Tensor) -> Tensor:
        k = self.weight(x)
        scores = functional.leaky_relu((k * self.score) @ k.transpose(1, 2) / k.shape[2] ** 0.5)
        loops = a + torch.eye(a.shape[1])
        shares = torch.softmax(scores.masked_fill(loops == 0, float("-inf")), 2)
        return self.norm(torch.sigmoid(self.gate(e)) * (shares @ k))


class Gin(nn.Module):
    """Xu et al.'s isomorphism layer with two linear layers."""

    def __init__(self, inputs: int, width: int, _gate: int) -> None:
        super().__init__()
        self.epsilon = nn.Parameter(torch.zeros(1))
        self.body = nn.Sequential(nn.Linear(inputs, width), nn.ReLU(), nn.Linear(width, width))

    def forward(self, x: Tensor, a: Tensor, _e: Tensor) -> Tensor:
        return self.body((1 + self.epsilon) * x + a @ x)


def perceptron(inputs: int, *widths: int, rate: float = 0.0) -> nn.Sequential:
    """Linear layers with ReLU and dropout between them."""
    parts: list[nn.Module] = []
    for before, width in zip((inputs, *widths), widths, strict=False):
        parts += [nn.Linear(before, width), nn.ReLU(), nn.Dropout(rate)]
    return nn.Sequential(*parts[:-2])


class _Both(nn.Module):
    """Mean of dense graph flow and attention."""

    def __init__(self, inputs: int) -> None:
        super().__init__()
        self.flow, self.attention = Dgf(inputs, 128, 48), Gat(inputs, 128, 48)

    def forward(self, x: Tensor, a: Tensor, e: Tensor) -> Tensor:
        return functional.relu((self.flow(x, a, e) + self.attention(x, a, e)) / 2)


class Nasflat(nn.Module):
    """NASFLAT's network: a pass that refines the operations, then the main one."""

    def __init__(self) -> None:
        super().__init__()
        self.ops, self.devices = nn.Embedding(128, 40), nn.Embedding(128, 8)
        self.last_op = nn.Parameter(torch.randn(40))
        self.first, self.others = nn.Parameter(torch.randn(48)), nn.Parameter(torch.zeros(48))
        self.x = nn.Linear(48, 96)
        self.refine = nn.ModuleList([_Both(96), _Both(128)])
        self.main = nn.ModuleList([_Both(96), _Both(128), _Both(128)])
        self.of_last = perceptron(128, 128, 128, 128)
        self.update = perceptron(176, 128, 48)
        self.head = perceptron(128, 200, 200, 200, 1, rate=0.1)

    def forward(self, ids: Tensor, a: Tensor, device: Tensor) -> Tensor:
        """`ids`: B x V of the operations; `device`: B."""
        batch, nodes = ids.shape
        op = self.ops(ids)
        ends = (torch.zeros(batch, 1, 40), self.last_op.expand(batch, 1, 40))
        op = torch.cat([ends[0], op[:, 1:-1], ends[1]], 1)
        e = torch.cat([op, self.devices(device)[:, None].expand(batch, nodes, 8)], 2)
        x = torch.cat([self.first[None], self.others.expand(nodes - 1, 48)])
        x = self.x(x.expand(batch, nodes, 48))
        y = x
        for layer in self.refine:
            y = layer(y, a, e)
        y = self.of_last(y[:, -1])[:, None].expand(batch, nodes, 128)
        e = self.update(torch.cat([e, y], 2))
        for layer in self.main:
            x = layer(x, a, e)
        return self.head(x[:, 1:].mean(1))[:, 0]
