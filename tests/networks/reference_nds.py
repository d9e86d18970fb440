"""Networks of NDS's cells in PyTorch from their description, independent of latpred's graphs.

Cells and operations as in DARTS (Liu et al., ICLR 2019) and NDS (Radosavovic et al., ICCV 2019).
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as fn

Pair = tuple[str, int]


def named(**modules: nn.Module) -> nn.Sequential:
    """Modules one after the other."""
    return nn.Sequential(OrderedDict(modules))


def relu_conv_bn(inside: int, outside: int, kernel: int, stride: int) -> nn.Sequential:
    """ReLU, convolution, batch norm."""
    conv = nn.Conv2d(inside, outside, kernel, stride, kernel // 2, bias=False)
    return named(relu=nn.ReLU(), conv=conv, bn=nn.BatchNorm2d(outside))


class Halved(nn.Module):
    """Half of the channels of every other pixel, half of those between."""

    def __init__(self, inside: int, outside: int) -> None:
        super().__init__()
        self.even = nn.Conv2d(inside, outside // 2, 1, 2, bias=False)
        self.odd = nn.Conv2d(inside, outside // 2, 1, 2, bias=False)
        self.bn = nn.BatchNorm2d(outside)

    def forward(self, x: Tensor) -> Tensor:
        """A plane of half the size."""
        x = fn.relu(x)
        return self.bn(torch.cat([self.even(x), self.odd(x[:, :, 1:, 1:])], 1))


def separable(channels: int, kernel: int, stride: int, dilation: int) -> nn.Sequential:
    """ReLU, depthwise, pointwise, batch norm."""
    pad = dilation * (kernel - 1) // 2
    deep = nn.Conv2d(channels, channels, kernel, stride, pad, dilation, channels, bias=False)
    point = nn.Conv2d(channels, channels, 1, bias=False)
    return named(relu=nn.ReLU(), depthwise=deep, pointwise=point, bn=nn.BatchNorm2d(channels))


class Edge(nn.Module):
    """One operation; its modules carry the names of its parts."""

    def __init__(self, operation: str, channels: int, stride: int) -> None:
        super().__init__()
        *words, size = operation.split("_")
        self.kind, kernel = "_".join(words), int(size[-1]) if size[-1].isdigit() else 0
        self.pool: tuple[int, int] = kernel, stride
        self.whole = operation == "skip_connect" and stride == 1
        if operation == "skip_connect" and stride == 2:
            self.reduce = Halved(channels, channels)
        elif self.kind in ("sep_conv", "dil_conv", "dil_sep_conv"):
            dilation = 1 if self.kind == "sep_conv" else 2
            self.first = separable(channels, kernel, stride, dilation)
            if self.kind != "dil_conv":
                self.second = separable(channels, kernel, 1, dilation)
        elif self.kind == "conv":
            self.conv = relu_conv_bn(channels, channels, kernel, stride)
        elif self.kind.startswith("conv_"):
            pad, more = kernel // 2, {"bias": False}
            wide = nn.Conv2d(channels, channels, (1, kernel), (1, stride), (0, pad), **more)
            high = nn.Conv2d(channels, channels, (kernel, 1), (stride, 1), (pad, 0), **more)
            self.conv = named(relu=nn.ReLU(), wide=wide, high=high, bn=nn.BatchNorm2d(channels))

    def forward(self, x: Tensor) -> Tensor:
        """The value of the operation."""
        kernel, stride = self.pool
        if self.kind == "none" or self.kind == "":
            return x[:, :, ::stride, ::stride] * 0
        if self.kind == "avg_pool":
            return fn.avg_pool2d(x, kernel, stride, kernel // 2, count_include_pad=False)
        if self.kind == "max_pool":
            return fn.max_pool2d(x, kernel, stride, kernel // 2)
        for module in self.children():
            x = module(x)
        return x


class Network(nn.Module):
    """A network given by its genotype."""

    def __init__(
        self, genotype: Mapping[str, Any], width: int, depth: int, size: int, classes: int
    ) -> None:
        super().__init__()
        self.genotype, self.depth = genotype, depth
        self.small = size == 32
        conv = lambda a, b, s: nn.Conv2d(a, b, 3, s, 1, bias=False)  # noqa: E731
        if self.small:
            self.stem = named(conv=conv(3, 3 * width, 1), bn=nn.BatchNorm2d(3 * width))
            before = last = 3 * width
        else:
            half = width // 2
            self.stem0 = named(conv=conv(3, half, 2), bn=nn.BatchNorm2d(half), relu=nn.ReLU())
            self.stem1 = named(conv=conv(half, width, 2), bn=nn.BatchNorm2d(width))
            self.stem2 = relu_conv_bn(width, width, 3, 2)
            before = last = width
        blocks: OrderedDict[str, nn.Module] = OrderedDict()
        reduced = not self.small
        for cell in range(depth):
            width *= 2 if self.reduces(cell) else 1
            first = Halved(before, width) if reduced else relu_conv_bn(before, width, 1, 1)
            blocks[f"u{cell}_l0"] = named(input=first)
            blocks[f"u{cell}_l1"] = named(input=relu_conv_bn(last, width, 1, 1))
            pairs, joined = self.of(cell)
            for number, (operation, source) in enumerate(pairs):
                stride = 2 if self.reduces(cell) and source < 2 else 1
                place = 2 + number // 2 * 3 + number % 2
                blocks[f"u{cell}_l{place}"] = Edge(operation, width, stride)
            before, last, reduced = last, width * len(joined), self.reduces(cell)
        self.blocks = nn.ModuleDict(blocks)
        self.classifier = nn.Linear(last, classes)

    def reduces(self, cell: int) -> bool:
        """Whether a cell halves the planes."""
        return cell in (self.depth // 3, 2 * self.depth // 3)

    def of(self, cell: int) -> tuple[Sequence[Pair], Sequence[int]]:
        """The pairs of a cell and the nodes that it joins."""
        name = "reduce" if self.reduces(cell) else "normal"
        return self.genotype[name], self.genotype[f"{name}_concat"]

    def forward(self, x: Tensor) -> Tensor:
        """Logits."""
        if self.small:
            before = last = self.stem(x)
        else:
            before = self.stem1(self.stem0(x))
            last = self.stem2(before)
        for cell in range(self.depth):
            states = [self.blocks[f"u{cell}_l0"](before), self.blocks[f"u{cell}_l1"](last)]
            pairs, joined = self.of(cell)
            for node in range(len(pairs) // 2):
                edges = [self.blocks[f"u{cell}_l{2 + 3 * node + k}"] for k in (0, 1)]
                sources = [states[source] for _, source in pairs[2 * node : 2 * node + 2]]
                states.append(edges[0](sources[0]) + edges[1](sources[1]))
            before, last = last, torch.cat([states[node] for node in joined], 1)
        return self.classifier(last.mean((2, 3)))
