"""The other families in PyTorch from their published layer tables, independent of latpred's graphs.

`load` finds the place of each of latpred's parameters by name; every name must find one.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as fn

from tests.networks.reference import MbConv, MobileNetV3, conv_bn, make_div
from tests.networks.reference_fbnet import FbNet
from tests.networks.reference_fbnetv3 import PublishedFbNetV3, fbnetv3

RESNET_STAGES = [
    (2, 0, 1, (168, 208, 256)),
    (2, 4, 2, (336, 408, 512)),
    (4, 8, 2, (664, 816, 1024)),
    (2, 14, 2, (1328, 1640, 2048)),
]


class ProxylessNas(nn.Module):
    """OFA-ProxylessNAS, width 1.3, given by the originals' dict."""

    def __init__(self, arch: Mapping[str, Any]) -> None:
        super().__init__()
        self.first_conv = conv_bn(3, 40, 3, 2, 1, nn.ReLU6)
        self.first_block = MbConv((40, 24), 3, 1, 1, nn.ReLU6, False)
        blocks: OrderedDict[str, nn.Module] = OrderedDict()
        inside = 24
        table = [(32, 2), (56, 2), (104, 2), (128, 1), (248, 2), (416, 1)]
        for s, (outside, stride) in enumerate(table):
            for j in range(1 if s == 5 else arch["d"][s]):
                kernel, expand = arch["ks"][4 * s + j], arch["e"][4 * s + j]
                first = stride if j == 0 else 1
                block = MbConv((inside, outside), kernel, first, expand, nn.ReLU6, False)
                blocks[f"u{s}_l{j}"] = block
                inside = outside
        self.blocks = nn.Sequential(blocks)
        self.feature_mix = conv_bn(416, 1664, 1, 1, 1, nn.ReLU6)
        self.classifier = nn.Linear(1664, 1000)
        for module in self.modules():
            if isinstance(module, nn.BatchNorm2d):
                module.eps = 1e-3

    def forward(self, x: Tensor) -> Tensor:
        """Logits."""
        x = self.feature_mix(self.blocks(self.first_block(self.first_conv(x))))
        return self.classifier(x.mean((2, 3)))


class Bottleneck(nn.Module):
    """Of ResNet-D: the shortcut pools before it projects."""

    def __init__(self, inside: int, outside: int, middle: int, stride: int) -> None:
        super().__init__()
        self.reduce = conv_bn(inside, middle, 1, 1, 1, nn.ReLU)
        self.conv = conv_bn(middle, middle, 3, stride, 1, nn.ReLU)
        self.expand = conv_bn(middle, outside, 1, 1, 1, None)
        self.pool = nn.AvgPool2d(stride, stride, ceil_mode=True)
        projects = stride > 1 or inside != outside
        self.shortcut = conv_bn(inside, outside, 1, 1, 1, None) if projects else nn.Identity()

    def forward(self, x: Tensor) -> Tensor:
        """Block with shortcut."""
        return torch.relu(self.expand(self.conv(self.reduce(x))) + self.shortcut(self.pool(x)))


class ResNet50D(nn.Module):
    """OFA-ResNet50 given by a dict: d of stem and 4 stages, e of 18 slots, w of 6 places."""

    def __init__(self, arch: Mapping[str, Any]) -> None:
        super().__init__()
        middle, inside = (24, 24, 32)[arch["w"][0]], (40, 48, 64)[arch["w"][1]]
        self.stem = nn.ModuleDict({"first": conv_bn(3, middle, 3, 2, 1, nn.ReLU)})
        if arch["d"][0] == 2:
            self.stem["block"] = conv_bn(middle, middle, 3, 1, 1, nn.ReLU)
        self.stem["last"] = conv_bn(middle, inside, 3, 1, 1, nn.ReLU)
        blocks: OrderedDict[str, nn.Module] = OrderedDict()
        for s, (base, slot, stride, widths) in enumerate(RESNET_STAGES):
            outside = widths[arch["w"][s + 2]]
            for j in range(base + arch["d"][s + 1]):
                reduced = make_div(round(outside * arch["e"][slot + j]))
                first = stride if j == 0 else 1
                blocks[f"u{s}_l{j}"] = Bottleneck(inside, outside, reduced, first)
                inside = outside
        self.blocks = nn.Sequential(blocks)
        self.classifier = nn.Linear(inside, 1000)

    def forward(self, x: Tensor) -> Tensor:
        """Logits."""
        x = self.stem["first"](x)
        if "block" in self.stem:
            x = x + self.stem["block"](x)
        x = fn.max_pool2d(self.stem["last"](x), 3, 2, 1)
        return self.classifier(self.blocks(x).mean((2, 3)))


def relu_conv_bn(inside: int, outside: int, kernel: int, stride: int = 1) -> nn.Sequential:
    """As NAS-Bench-201 orders them."""
    conv = nn.Conv2d(inside, outside, kernel, stride, kernel // 2, bias=False)
    parts = [("relu", nn.ReLU()), ("conv", conv), ("bn", nn.BatchNorm2d(outside))]
    return nn.Sequential(OrderedDict(parts))


class Zero(nn.Module):
    """The operation none."""

    def forward(self, x: Tensor) -> Tensor:
        """Zeros."""
        return x * 0


class Cell(nn.Module):
    """Node j is the sum over i < j of the operation on edge (i, j) of node i."""

    def __init__(self, channels: int, operations: Sequence[str]) -> None:
        super().__init__()
        made = {
            "none": Zero,
            "skip_connect": nn.Identity,
            "nor_conv_1x1": lambda: relu_conv_bn(channels, channels, 1),
            "nor_conv_3x3": lambda: relu_conv_bn(channels, channels, 3),
            "avg_pool_3x3": lambda: nn.AvgPool2d(3, 1, 1, count_include_pad=False),
        }
        edges = [(0, 1), (0, 2), (1, 2), (0, 3), (1, 3), (2, 3)]
        for (i, j), operation in zip(edges, operations, strict=True):
            self.add_module(f"edge{i}{j}", made[operation]())

    def forward(self, x: Tensor) -> Tensor:
        """The last node."""
        nodes = [x]
        for j in (1, 2, 3):
            terms = [getattr(self, f"edge{i}{j}")(nodes[i]) for i in range(j)]
            nodes.append(torch.stack(terms).sum(0))
        return nodes[3]


class Reduction(nn.Module):
    """Halves the size between stages."""

    def __init__(self, inside: int, outside: int) -> None:
        super().__init__()
        self.first = relu_conv_bn(inside, outside, 3, 2)
        self.second = relu_conv_bn(outside, outside, 3)
        self.shortcut = nn.Conv2d(inside, outside, 1, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        """Both branches."""
        return self.second(self.first(x)) + self.shortcut(fn.avg_pool2d(x, 2, 2))


class NasBench201(nn.Module):
    """A cell's network of 3 stages of 5 cells, given by its official string."""

    def __init__(self, text: str, classes: int = 10) -> None:
        super().__init__()
        operations = [edge.split("~")[0] for edge in text.replace("+", "").split("|") if edge]
        self.stem = conv_bn(3, 16, 3, 1, 1, None)
        blocks: OrderedDict[str, nn.Module] = OrderedDict()
        for s in range(3):
            if s:
                blocks[f"u{s}_l0"] = Reduction(8 << s, 16 << s)
            for j in range(1, 6):
                blocks[f"u{s}_l{j}"] = Cell(16 << s, operations)
        self.blocks = nn.Sequential(blocks)
        self.last = nn.ModuleDict({"bn": nn.BatchNorm2d(64)})
        self.classifier = nn.Linear(64, classes)

    def forward(self, x: Tensor) -> Tensor:
        """Logits."""
        x = torch.relu(self.last["bn"](self.blocks(self.stem(x))))
        return self.classifier(x.mean((2, 3)))


def reference(arch: Any) -> nn.Module:
    """The network of one architecture of any built-in family."""
    space = arch.space
    if space.name == "nas-bench-201":
        return NasBench201(arch.to_strings()[0], space.classes or 10)
    form = arch.to_dicts()[0]
    if space.name == "fbnet":
        return FbNet(form["op"], space.image_size, space.classes)
    if space.name == "fbnetv3":
        return fbnetv3(form, space.classes)
    if space.name == "fbnetv3-published":
        return PublishedFbNetV3(form["net"][0])
    if space.name == "ofa-proxyless":
        return ProxylessNas(form)
    return ResNet50D(form) if space.name == "ofa-resnet50" else MobileNetV3(form, space.width)


def load(module: nn.Module, state: Mapping[str, NDArray[np.float32]]) -> nn.Module:
    """Module with latpred's parameters, in inference mode."""
    places = module.state_dict()
    tensors = {}
    for name, array in state.items():
        operator, parameter = name.rsplit(".", 1)
        unit, _, rest = operator.partition(".")
        if unit[0] == "u" and unit[1:].isdigit():
            layer, rest = rest.split(".", 1)
            operator = f"blocks.{unit}_{layer}.{rest}"
        plain = f"{operator}.{parameter}"
        tensors[plain if plain in places else f"{operator}.conv.{parameter}"] = torch.tensor(array)
    result = module.load_state_dict(tensors, strict=False)
    assert all(key.endswith("num_batches_tracked") for key in result.missing_keys)
    assert not result.unexpected_keys
    return module.eval()


def count(module: nn.Module, size: int) -> tuple[int, int]:
    """MACs of convolutions and linear layers for one image, and parameters; on any device."""
    macs = 0

    def add(layer: nn.Module, _: object, out: Tensor) -> None:
        nonlocal macs
        macs += out.numel() * layer.weight[0].numel()

    hooks = [
        layer.register_forward_hook(add)
        for layer in module.modules()
        if isinstance(layer, nn.Conv2d | nn.Linear)
    ]
    device = next(module.parameters()).device
    with torch.no_grad():
        module.eval()(torch.zeros(1, 3, size, size, device=device))
    for hook in hooks:
        hook.remove()
    return macs, sum(parameter.numel() for parameter in module.parameters())
