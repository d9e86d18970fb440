"""Zero-cost proxies by PyTorch's autograd on exported modules, one pass for each."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import latpred as lp
import numpy as np
import torch
from latpred._core import networks as native
from latpred.graphs import OpGraph
from torch import fx, nn
from torch.nn.functional import cross_entropy

LAYERS = (nn.Conv2d, nn.Linear)


def as_stored(images: np.ndarray) -> torch.Tensor:
    """In the layout that the proxies compute in: a deep network amplifies what its convolutions
    round, so that other layouts agree to three digits only."""
    return torch.from_numpy(images).contiguous(memory_format=torch.channels_last)


class Watched(fx.Interpreter):
    """Runs a module and keeps outputs of layers, inputs of ReLUs and of poolings of images."""

    def __init__(self, module: fx.GraphModule, norms: bool = True) -> None:
        super().__init__(module)
        self.norms = norms
        self.layers: dict[str, torch.Tensor] = {}
        self.relus: list[torch.Tensor] = []
        self.pooled = torch.empty(0)

    def call_module(self, target: Any, args: Any, kwargs: Any) -> Any:
        module = self.fetch_attr(target)
        if isinstance(module, nn.BatchNorm2d) and not self.norms:
            return args[0]
        result = super().call_module(target, args, kwargs)
        if isinstance(module, LAYERS):
            self.layers[target] = result
        return result

    def call_function(self, target: Any, args: Any, kwargs: Any) -> Any:
        name = getattr(target, "__name__", "")
        if name in ("relu", "relu6") and not self._of_sigmoid:
            self.relus.append(args[0])
        if name == "mean":
            self.pooled = args[0]
        return super().call_function(target, args, kwargs)

    def run_node(self, node: fx.Node) -> Any:
        # A hard sigmoid is written as relu6(x + 3) / 6.
        first = node.args[0] if node.args else None
        self._of_sigmoid = isinstance(first, fx.Node) and 3 in first.args
        return super().run_node(node)


class Reference:
    """Proxies of one network; `images` and `labels` are those of the batch."""

    def __init__(self, graph: OpGraph, images: np.ndarray, labels: np.ndarray, seed: int) -> None:
        self.graph, self.seed = graph, seed
        self.images = as_stored(images)
        self.labels = torch.from_numpy(labels)

    def module(self, zen: bool = False) -> fx.GraphModule:
        state = native.proxy_parameters(self.graph, seed=self.seed, zen=zen)
        module: Any = lp.to_torch(self.graph, state=state).train()
        return module.to(memory_format=torch.channels_last)  # type: ignore[no-any-return]

    def __call__(self, name: str) -> float:
        method: Callable[[], float] = getattr(self, name)
        return method()

    def gradients(self, **settings: bool) -> tuple[list[nn.Parameter], Any]:
        module = self.module()
        weights = [m.weight for m in module.modules() if isinstance(m, LAYERS)]
        loss = cross_entropy(module(self.images), self.labels)
        found = torch.autograd.grad(loss, weights, allow_unused=True, **settings)
        return weights, [
            torch.zeros_like(w) if g is None else g for w, g in zip(weights, found, strict=True)
        ]

    def sums(self, score: Callable[[torch.Tensor, torch.Tensor], torch.Tensor]) -> float:
        weights, found = self.gradients()
        pairs = zip(weights, found, strict=True)
        return float(sum(score(w.detach().double(), g.double()).sum() for w, g in pairs))

    def grad_norm(self) -> float:
        return self.sums(lambda _, g: g.norm())

    def snip(self) -> float:
        return self.sums(lambda w, g: (w * g).abs())

    def plain(self) -> float:
        return self.sums(lambda w, g: w * g)

    def l2_norm(self) -> float:
        return self.sums(lambda w, _: w.norm())

    def grasp_terms(self) -> np.ndarray:
        """−w·(Hg), of each layer."""
        weights, first = self.gradients(create_graph=True)
        along = sum((g * g.detach()).sum() for g in first)
        if not along.requires_grad:
            return np.zeros(1)
        second = torch.autograd.grad(along, weights, allow_unused=True)
        pairs = zip(weights, second, strict=True)
        return np.array(
            [0.0 if h is None else -float((w * h).detach().double().sum()) for w, h in pairs]
        )

    def grasp(self) -> float:
        return float(self.grasp_terms().sum())

    def fisher(self) -> float:
        module = self.module()
        watched = Watched(module)
        loss = cross_entropy(watched.run(self.images), self.labels)
        names, outputs = zip(*watched.layers.items(), strict=True)
        slopes = torch.autograd.grad(loss, outputs, allow_unused=True)
        score = 0.0
        for name, a, slope in zip(names, outputs, slopes, strict=True):
            if slope is None:
                continue
            products = (a * slope).detach().double().flatten(2 if a.dim() > 2 else 1)
            sums = products.sum(2) if a.dim() > 2 else products
            weight = module.get_submodule(name).weight
            score += float((sums.square().mean(0) / 2).abs().sum()) * weight[0].numel()
        return score

    def synflow(self) -> float:
        module = self.module().double()
        with torch.no_grad():
            for parameter in module.parameters():
                parameter.abs_()
        output = Watched(module, norms=False).run(torch.ones_like(self.images[:1]).double())
        weights = [m.weight for m in module.modules() if isinstance(m, LAYERS)]
        found = torch.autograd.grad(output.sum(), weights, allow_unused=True)
        pairs = zip(weights, found, strict=True)
        return sum(0.0 if g is None else float((w * g).detach().abs().sum()) for w, g in pairs)

    def jacobians(self) -> np.ndarray:
        images = self.images.clone().requires_grad_()
        (found,) = torch.autograd.grad(self.module()(images).sum(), images, allow_unused=True)
        found = torch.zeros_like(images) if found is None else found
        return found.flatten(1).numpy().astype(np.float64)

    def jacov(self) -> float:
        values = np.linalg.eigvalsh(np.corrcoef(self.jacobians()))
        return float(-np.sum(np.log(values + 1e-5) + 1 / (values + 1e-5)))

    def epe_nas(self) -> float:
        rows, score = self.jacobians(), 0.0
        for label in {*self.labels.tolist()}:
            correlations = np.atleast_2d(np.corrcoef(rows[self.labels.numpy() == label]))
            score += abs(np.sum(np.log(np.abs(correlations) + 1e-5)))
        return float(score)

    def nwot(self) -> float:
        watched = Watched(self.module())
        watched.run(self.images)
        kernel = np.zeros((len(self.images), len(self.images)))
        for value in watched.relus:
            code = (value.flatten(1) > 0).double().numpy()
            kernel += code @ code.T + (1 - code) @ (1 - code).T
        return float(np.linalg.slogdet(kernel)[1])

    def zen(self) -> float:
        module = self.module(zen=True)
        batch = len(self.images)
        _, images, mixed = native.proxy_images(self.graph, batch=batch, seed=self.seed)
        features = []
        with torch.no_grad():
            for given in (images, images + np.float32(0.01) * mixed):
                watched = Watched(module)
                watched.run(as_stored(given))
                features.append(watched.pooled)
        distance = (features[0] - features[1]).abs().sum(dim=(1, 2, 3)).mean()
        norms = [m for m in module.modules() if isinstance(m, nn.BatchNorm2d)]
        scales = [float(m.running_var.double().mean().sqrt().log()) for m in norms]
        return math.log(float(distance)) + sum(scales)
