"""The OFA latency network (128-400-400-400-1) trained and run by plain PyTorch and NumPy."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch

from benchmarks.peers.numpy_mbv3 import Floats, Genes, one_hot

Layers = Sequence[tuple[Any, Any]]


def module(layers: Layers) -> torch.nn.Sequential:
    """Dense layers with ReLU between them, from (weight, bias) arrays."""
    parts: list[torch.nn.Module] = []
    for weight, bias in layers:
        linear = torch.nn.Linear(weight.shape[1], weight.shape[0])
        linear.weight.data = torch.from_numpy(np.array(weight))
        linear.bias.data = torch.from_numpy(np.array(bias))
        parts += [linear, torch.nn.ReLU()]
    return torch.nn.Sequential(*parts[:-1])


def _root_of_squares(predicted: torch.Tensor, wanted: torch.Tensor) -> torch.Tensor:
    return torch.sqrt(torch.nn.functional.mse_loss(predicted, wanted) + 1e-6)


class TorchTraining:
    """A recipe, an epoch at a time, as one writes it in PyTorch: SGD in ms or AdamW.

    Tensors are in memory and indexed by a permutation: without the data loader of the originals,
    which doubles the time.
    """

    def __init__(
        self,
        genes: Genes,
        latency: Floats,
        layers: Layers,
        *,
        fused: bool,
        recipe: str = "tutorial",
    ) -> None:
        self.x = torch.from_numpy(one_hot(genes))
        self.y = torch.from_numpy(np.asarray(latency, np.float32))
        self.model = module(layers)
        self.optimizer: torch.optim.Optimizer
        if recipe == "tutorial":
            self.optimizer = torch.optim.SGD(
                self.model.parameters(), lr=1e-3, weight_decay=1e-3, momentum=0.9, fused=fused
            )
            self.loss: Callable[..., torch.Tensor] = _root_of_squares
        else:
            self.optimizer = torch.optim.AdamW(
                self.model.parameters(), lr=2e-3, weight_decay=0.3, fused=fused
            )
            self.loss = torch.nn.SmoothL1Loss(beta=0.02)

    def epoch(self) -> None:
        """7,000 rows in minibatches of 32."""
        order = torch.randperm(len(self.x))
        for begin in range(0, len(order), 32):
            rows = order[begin : begin + 32]
            predicted = self.model(self.x[rows])[:, 0]
            loss = self.loss(predicted, self.y[rows])
            self.optimizer.zero_grad()
            loss.backward()
            self.optimizer.step()


class TorchPrediction:
    """From genes to ms: NumPy encodes, PyTorch multiplies."""

    def __init__(self, layers: Layers) -> None:
        self.model = module(layers).eval()

    @torch.inference_mode()
    def predict(self, genes: Genes) -> Floats:
        """N predictions."""
        return np.asarray(self.model(torch.from_numpy(one_hot(genes)))[:, 0].numpy(), np.float64)


class NumpyPrediction:
    """From genes to ms in NumPy."""

    def __init__(self, layers: Layers) -> None:
        self.layers = [(np.ascontiguousarray(weight.T), bias) for weight, bias in layers]

    def predict(self, genes: Genes) -> Floats:
        """N predictions."""
        x = one_hot(genes)
        for weight, bias in self.layers[:-1]:
            x = x @ weight
            x += bias
            np.maximum(x, 0, out=x)
        weight, bias = self.layers[-1]
        return np.asarray((x @ weight + bias)[:, 0], np.float64)
