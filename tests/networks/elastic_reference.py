"""An elastic MobileNet in PyTorch, independent of latpred: modules named and nested as in the
published Once-for-all state dicts, a forward pass per choice of depths, kernels and ratios."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

import torch
from torch import Tensor, nn
from torch.nn import functional

from tests.networks.reference import make_div


@dataclass
class Stage:
    """Channels out, blocks at most, stride of the first, activation, squeeze-and-excite."""

    channels: int
    depth: int
    stride: int
    act: type[nn.Module]
    squeeze: bool


@dataclass
class Choice:
    """Of every stage the depth, of every block of every stage the kernel and the ratio."""

    depths: Sequence[int]
    kernels: Sequence[Sequence[int]]
    ratios: Sequence[Sequence[float]]


class Norm(nn.BatchNorm2d):
    """Of which the first channels are used. With a list `taken` it normalises by the batch and adds
    its images, means and biased variances to the list."""

    taken: list[tuple[int, Tensor, Tensor]] | None = None

    def forward(self, x: Tensor) -> Tensor:
        count = x.shape[1]
        mean, var, weight, bias = (
            cast("Tensor", each)[:count]
            for each in (self.running_mean, self.running_var, self.weight, self.bias)
        )
        if self.taken is not None:
            mean, var = x.detach().mean((0, 2, 3)), x.detach().var((0, 2, 3), unbiased=False)
            self.taken.append((len(x), mean, var))
        return functional.batch_norm(x, mean, var, weight, bias, self.training, 0.1, self.eps)


def named(**modules: nn.Module) -> nn.Module:
    """A module that holds others."""
    return nn.Sequential(OrderedDict(modules))


def elastic(conv: nn.Conv2d) -> tuple[nn.Module, nn.Module]:
    """A convolution and its batch norm, each within a module as elastic layers have them."""
    return named(conv=conv), named(bn=Norm(conv.out_channels))


def pointwise(x: Tensor, conv: Any, out: int) -> Tensor:
    bias = None if conv.bias is None else conv.bias[:out]
    return functional.conv2d(x, conv.weight[:out, : x.shape[1]], bias)


class DepthConv(nn.Module):
    """A depthwise convolution of 7 x 7 filters and the matrices that lead to smaller ones."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(channels, channels, 7, groups=channels, bias=False)
        for name, size in {"7to5": 25, "5to3": 9}.items():
            matrix = torch.eye(size) + 0.3 / size * torch.randn(size, size)
            self.register_parameter(f"{name}_matrix", nn.Parameter(matrix))

    def filters(self, channels: int, kernel: int) -> Tensor:
        weight = self.conv.weight[:channels]
        for size in (5, 3):
            if kernel <= size:
                matrix = getattr(self, f"{size + 2}to{size}_matrix")
                centre = weight[:, :, 1:-1, 1:-1].reshape(channels, -1)
                weight = functional.linear(centre, matrix).view(channels, 1, size, size)
        return weight


class Block(nn.Module):
    def __init__(self, inside: int, stage: Stage, stride: int, most: float) -> None:
        super().__init__()
        middle = make_div(round(inside * most))
        self.stride = stride
        self.same = stride == 1 and inside == stage.channels
        self.act = stage.act()
        conv, bn = elastic(nn.Conv2d(inside, middle, 1, bias=False))
        self.inverted_bottleneck = named(conv=conv, bn=bn)
        self.depth_conv = named(conv=DepthConv(middle), bn=named(bn=Norm(middle)))
        if stage.squeeze:
            less = make_div(middle // 4)
            fc = named(reduce=nn.Conv2d(middle, less, 1), expand=nn.Conv2d(less, middle, 1))
            self.depth_conv.add_module("se", named(fc=fc))
        conv, bn = elastic(nn.Conv2d(middle, stage.channels, 1, bias=False))
        self.point_linear = named(conv=conv, bn=bn)

    def forward(self, x: Tensor, kernel: int, ratio: float) -> Tensor:
        middle = make_div(round(x.shape[1] * ratio))
        parts = "inverted_bottleneck", "depth_conv", "point_linear"
        expand, depth, project = (self.get_submodule(name) for name in parts)
        y = self.act(expand.bn.bn(pointwise(x, expand.conv.conv, middle)))
        weight = depth.conv.filters(middle, kernel)
        y = functional.conv2d(y, weight, None, self.stride, kernel // 2, groups=middle)
        y = self.act(depth.bn.bn(y))
        if hasattr(depth, "se"):
            fc = depth.se.fc
            scale = pointwise(y.mean((2, 3), keepdim=True), fc.reduce, make_div(middle // 4))
            y = y * functional.hardsigmoid(pointwise(functional.relu(scale), fc.expand, middle))
        outside = project.conv.conv.out_channels
        y = project.bn.bn(pointwise(y, project.conv.conv, outside))
        return x + y if self.same else y


class FixedBlock(nn.Module):
    """Depthwise and pointwise, no choice."""

    def __init__(self, channels: int, act: type[nn.Module]) -> None:
        super().__init__()
        conv = nn.Conv2d(channels, channels, 3, padding=1, groups=channels, bias=False)
        self.depth_conv = named(conv=conv, bn=Norm(channels), act=act())
        conv = nn.Conv2d(channels, channels, 1, bias=False)
        self.point_linear = named(conv=conv, bn=Norm(channels))

    def forward(self, x: Tensor) -> Tensor:
        return x + self.point_linear(self.depth_conv(x))


class ElasticMobileNet(nn.Module):
    """Stem, a fixed block, elastic stages, a head with or without a second layer."""

    def __init__(
        self,
        stem: int,
        stages: Sequence[Stage],
        head: int,
        mix: int | None,
        classes: int,
        acts: tuple[type[nn.Module], type[nn.Module], type[nn.Module]],
        most: float = 6,
    ) -> None:
        super().__init__()
        conv = nn.Conv2d(3, stem, 3, 2, 1, bias=False)
        self.first_conv = named(conv=conv, bn=Norm(stem), act=acts[0]())
        self.stages = [stage.depth for stage in stages]
        blocks: list[nn.Module] = [named(conv=FixedBlock(stem, acts[1]))]
        inside = stem
        for stage in stages:
            for layer in range(stage.depth):
                block = Block(inside, stage, 1 if layer else stage.stride, most)
                blocks.append(named(conv=block))
                inside = stage.channels
        self.blocks = nn.ModuleList(blocks)
        conv = nn.Conv2d(inside, head, 1, bias=False)
        self.final_expand_layer = named(conv=conv, bn=Norm(head), act=acts[2]())
        if mix is not None:
            conv = nn.Conv2d(head, mix, 1, bias=False)
            self.feature_mix_layer = named(conv=conv, act=acts[2]())
        self.classifier = named(linear=nn.Linear(mix or head, classes))

    def forward(self, x: Tensor, choice: Choice) -> Tensor:
        x = self.blocks[0](self.first_conv(x))
        number = 1
        for stage, most in enumerate(self.stages):
            for layer in range(choice.depths[stage]):
                block = self.blocks[number + layer].get_submodule("conv")
                x = block(x, choice.kernels[stage][layer], choice.ratios[stage][layer])
            number += most
        x = self.final_expand_layer(x).mean((2, 3), keepdim=True)
        if hasattr(self, "feature_mix_layer"):
            x = self.feature_mix_layer(x)
        return self.classifier(x.flatten(1))


def shake(module: nn.Module, seed: int) -> None:
    """Batch norms away from 0 and 1, as training leaves them."""
    torch.manual_seed(seed)
    for each in module.modules():
        if isinstance(each, nn.BatchNorm2d):
            for tensor, low, high in (
                (each.weight, 0.6, 1.2), (each.bias, -0.2, 0.2),
                (each.running_mean, -0.2, 0.2), (each.running_var, 0.75, 1.25),
            ):  # fmt: skip
                nn.init.uniform_(tensor, low, high)
