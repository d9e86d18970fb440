"""Arch2Vec and CATE as PyTorch modules, written from the papers for tests alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

Graph = tuple[Sequence[int], Any, Any]  # operations, numbers, adjacency


def padded(graphs: Sequence[Graph], absent: int) -> dict[str, Tensor]:
    width = max(len(graph[0]) for graph in graphs)
    numbers = np.asarray(graphs[0][1]).shape[1]
    found = {
        "operations": torch.full((len(graphs), width), absent),
        "numbers": torch.zeros(len(graphs), width, numbers),
        "adjacency": torch.zeros(len(graphs), width, width),
        "there": torch.zeros(len(graphs), width, dtype=torch.bool),
    }
    for i, (operations, values, adjacency) in enumerate(graphs):
        n = len(operations)
        found["operations"][i, :n] = torch.tensor(operations)
        found["numbers"][i, :n] = torch.tensor(np.asarray(values))
        found["adjacency"][i, :n, :n] = torch.tensor(np.asarray(adjacency))
        found["there"][i, :n] = True
    return found


def assign(module: nn.Module, arrays: Mapping[str, Any], names: Mapping[str, str]) -> None:
    """Fill each tensor of the module from the array that `names` gives for it."""
    state = {key: torch.tensor(np.asarray(arrays[name])) for key, name in names.items()}
    missing, unexpected = module.load_state_dict(state, strict=False)
    assert not unexpected
    assert all(key.endswith("num_batches_tracked") for key in missing)


class Arch2Vec(nn.Module):
    def __init__(self, operations: int, numbers: int, hops: int, hidden: int, latent: int) -> None:
        super().__init__()
        widths = [operations + numbers, *[hidden] * (hops - 1)]
        self.count = operations
        self.epsilon = nn.ParameterList([nn.Parameter(torch.zeros(1)) for _ in widths])
        self.first = nn.ModuleList([nn.Linear(width, hidden) for width in widths])
        self.first_norm = nn.ModuleList([nn.BatchNorm1d(hidden) for _ in widths])
        self.second = nn.ModuleList([nn.Linear(hidden, hidden) for _ in widths])
        self.second_norm = nn.ModuleList([nn.BatchNorm1d(hidden) for _ in widths])
        self.mean, self.log = nn.Linear(hidden, latent), nn.Linear(hidden, latent)
        self.decoder = nn.Linear(latent, operations)

    def names(self) -> dict[str, str]:
        names = {}
        for i in range(len(self.first)):
            names[f"epsilon.{i}"] = f"hop{i}.epsilon"
            for part, number in (("first", 0), ("second", 1)):
                for what in ("weight", "bias"):
                    names[f"{part}.{i}.{what}"] = f"hop{i}.{number}.{what}"
                    names[f"{part}_norm.{i}.{what}"] = f"hop{i}.{number}.norm.{what}"
                names[f"{part}_norm.{i}.running_mean"] = f"hop{i}.{number}.norm.mean"
                names[f"{part}_norm.{i}.running_var"] = f"hop{i}.{number}.norm.variance"
        for part, name in (("mean", "mean"), ("log", "log_deviation"), ("decoder", "operations")):
            names |= {f"{part}.{what}": f"{name}.{what}" for what in ("weight", "bias")}
        return names

    def posterior(self, graphs: Mapping[str, Tensor]) -> tuple[Tensor, Tensor]:
        there = graphs["there"]
        one_hot = functional.one_hot(graphs["operations"], self.count + 1)[..., : self.count]
        x = torch.cat([one_hot.float(), graphs["numbers"]], -1)
        adjacency = graphs["adjacency"] + graphs["adjacency"].triu(1).transpose(1, 2)
        layers = zip(
            self.epsilon, self.first, self.first_norm, self.second, self.second_norm, strict=True
        )
        for epsilon, first, first_norm, second, second_norm in layers:
            rows = ((1 + epsilon) * x + adjacency @ x)[there]
            rows = torch.relu(second_norm(second(torch.relu(first_norm(first(rows))))))
            x = torch.zeros(*there.shape, rows.shape[1])
            x[there] = rows
        return self.mean(x), self.log(x)

    def loss(self, graphs: Mapping[str, Tensor]) -> Tensor:
        """Of the posterior's mean; all graphs have as many nodes, as in the original."""
        mean, log = self.posterior(graphs)
        one_hot = functional.one_hot(graphs["operations"], self.count + 1)[..., : self.count]
        operations = functional.binary_cross_entropy(
            torch.softmax(self.decoder(mean), -1), one_hot.float()
        )
        edges = functional.binary_cross_entropy(
            torch.sigmoid(mean @ mean.transpose(1, 2)).triu(1), graphs["adjacency"].triu(1)
        )
        divergence = (1 + 2 * log - mean.pow(2) - log.exp().pow(2)).sum(2).mean()
        return operations + edges - 0.5 / (mean.shape[0] * mean.shape[1]) * divergence


class Cate(nn.Module):
    def __init__(self, operations: int, numbers: int, sizes: Mapping[str, int]) -> None:
        super().__init__()
        width, heads = sizes["latent"], sizes["heads"]
        self.heads = heads
        self.embedding = nn.Embedding(operations + 1, width)
        self.numbers = nn.Linear(numbers, width) if numbers else None
        self.graph = self.encoder(width, heads, sizes["graph_hidden"], sizes["graph_layers"])
        self.pair = self.encoder(width, heads, sizes["pair_hidden"], sizes["pair_layers"])
        self.sides = nn.Parameter(torch.zeros(2, width))
        self.guess = nn.ModuleList([nn.Linear(width, width), nn.Linear(width, operations)])

    @staticmethod
    def encoder(width: int, heads: int, hidden: int, layers: int) -> nn.TransformerEncoder:
        layer = nn.TransformerEncoderLayer(
            width, heads, hidden, 0.0, "gelu", batch_first=True, norm_first=True
        )
        norm = nn.LayerNorm(width)
        return nn.TransformerEncoder(layer, layers, norm, enable_nested_tensor=False)

    def names(self) -> dict[str, str]:
        names = {"embedding.weight": "operations", "sides": "sides"}
        ours = {
            "self_attn.in_proj_": "attention.in.",
            "self_attn.out_proj.": "attention.out.",
            "norm1.": "attention.norm.",
            "norm2.": "norm.",
            "linear1.": "0.",
            "linear2.": "1.",
        }
        for what in ("weight", "bias"):
            if self.numbers is not None:
                names[f"numbers.{what}"] = f"numbers.{what}"
            names |= {f"guess.{i}.{what}": f"guess.{i}.{what}" for i in (0, 1)}
            for part in ("graph", "pair"):
                names[f"{part}.norm.{what}"] = f"{part}.norm.{what}"
                for i in range(len(getattr(self, part).layers)):
                    for theirs, own in ours.items():
                        names[f"{part}.layers.{i}.{theirs}{what}"] = f"{part}.layer{i}.{own}{what}"
        return names

    def nodes(self, graphs: Mapping[str, Tensor], tokens: Tensor) -> Tensor:
        x = self.embedding(tokens)
        if self.numbers is not None:
            x = x + self.numbers(graphs["numbers"])
        size = tokens.shape[1]
        seen = torch.eye(size) + graphs["adjacency"].transpose(1, 2)
        for _ in range(size):
            seen = (seen @ seen > 0).float()
        return self.graph(x, mask=(seen == 0).repeat_interleave(self.heads, 0))

    def loss(self, first: Tensor, second: Tensor, there: Tensor, places: Any, smoothing: float):
        """`places`: (pair, node in both, operation) of each operation to guess."""
        x = torch.cat([first + self.sides[0], second + self.sides[1]], 1)
        x = self.pair(x, src_key_padding_mask=~there)
        logits = torch.stack(
            [self.guess[1](torch.tanh(self.guess[0](x[pair, node]))) for pair, node, _ in places]
        )
        count = logits.shape[1]
        wanted = torch.full_like(logits, smoothing / (count - 1))
        for i, (_, _, operation) in enumerate(places):
            wanted[i, operation] = 1 - smoothing
        return functional.kl_div(logits.log_softmax(1), wanted, reduction="sum") / len(places)
