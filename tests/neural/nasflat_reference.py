"""NASFLAT's network written with PyTorch in double precision, graph by graph and dense."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch

from tests.neural.layer_reference import Weights, dgf, gat


def linear(x: torch.Tensor, w: Weights, name: str) -> torch.Tensor:
    return x @ w[f"{name}.weight"].T + w[f"{name}.bias"]


def perceptron(x: torch.Tensor, w: Weights, name: str) -> torch.Tensor:
    count = sum(key.startswith(f"{name}.") and key.endswith("weight") for key in w)
    for i in range(count):
        x = linear(x, w, f"{name}.{i}")
        x = torch.relu(x) if i + 1 < count else x
    return x


def layers(x, flow, attention, e, w: Weights, name: str, count: int, mask: str) -> torch.Tensor:
    """The mean of both kinds, ReLU between."""
    for i in range(count):
        found = dgf(x, flow, w, f"{name}{i}flow", e)
        x = (found + gat(x, attention, w, f"{name}{i}attention", e, mask=mask)) / 2
        x = torch.relu(x) if i + 1 < count else x
    return x


def nasflat(
    operations: torch.Tensor,
    into: torch.Tensor,
    device: int,
    w: Weights,
    *,
    mask: str = "edges",
    flow_loops: bool = False,
    loops: bool = True,
    operation_wise: bool = True,
    ends: bool = True,
    counted: np.ndarray | None = None,
    beside: Sequence[torch.Tensor] = (),
) -> torch.Tensor:
    """The score of one network: `operations` V x 40 (or 48), `into` V x V, row i from column j."""
    nodes = len(operations)
    machine = w["hardware.weight"][device]
    e = operations
    if operation_wise:
        e = torch.cat([operations, machine.expand(nodes, -1)], 1)
    if ends:
        e = torch.cat([torch.zeros_like(e[:1]), e[1:-1], w["e.last"][None]])
    place = torch.cat([w["place.first"][None], w["node.value"].expand(nodes - 1, -1)])
    x = linear(place, w, "x")
    eye = torch.eye(nodes)
    flow, attention = into + eye * flow_loops, into + eye * loops
    told = layers(x, flow, attention, e, w, "refining", 2, mask)[-1]
    told = perceptron(told, w, "told").expand(nodes, -1)
    refined = perceptron(torch.cat([e, told], 1), w, "refined")
    main = layers(x, flow, attention, refined, w, "main", 3, mask)
    kept = np.ones(nodes, bool) if counted is None else counted.copy()
    kept[0] &= not ends
    parts = [main[kept].mean(0)]
    if not operation_wise:
        parts.append(perceptron(machine, w, "machine"))
    return perceptron(torch.cat([*parts, *beside]), w, "head")
