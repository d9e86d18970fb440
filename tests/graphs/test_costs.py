"""Costs of op graphs: by hand on small graphs, by PyTorch's hooks on whole networks."""

from __future__ import annotations

import latpred as lp
import pytest
import torch
from latpred.graphs import GraphBuilder, OpGraph, Window
from torch import nn


def residual_graph() -> OpGraph:
    """A 4x6x6 input, 3x3 convolution to 8 with BN and ReLU, 1x1 with bias, added to the former."""
    g = GraphBuilder()
    x = g.input(4, 6, 6)
    x = g.conv(x, 8, Window(kernel=[3, 3], padding=[1, 1, 1, 1]))
    x = g.activation(g.batch_norm(x), "relu")
    y = g.conv(x, 8, Window(), bias=True)
    z = g.add([x, y])
    z = g.flatten(g.global_pool(z))
    g.linear(z, 10)
    return g.build()


def test_costs_by_hand() -> None:
    plane = 36
    macs = plane * 8 * 9 * 4 + plane * 8 * 8 + 8 * 10
    params = 8 * 9 * 4 + 2 * 8 + (8 * 8 + 8) + (8 * 10 + 10)
    written = 3 * 8 * plane + 8 + 10
    read = 4 * plane + 8 * plane + 2 * 8 * plane + 8 * plane + 8
    assert residual_graph().costs == {
        "macs": macs,
        "params": params,
        "bytes": 4 * (written + read + params),
        "peak_bytes": 4 * (3 * 8 * plane),  # the addition holds both branches and its result
        "kernels": 5,  # convolution with BN and ReLU, 1x1, addition, pool, linear
    }


@pytest.mark.parametrize(
    ("window", "module"),
    [
        (Window(kernel=[3, 3], padding=[1, 1, 1, 1]), nn.Conv2d(8, 16, 3, padding=1)),
        (Window(kernel=[3, 3], stride=2), nn.Conv2d(8, 16, 3, stride=2)),
        (Window(kernel=[5, 3], dilation=2), nn.Conv2d(8, 16, (5, 3), dilation=2)),
        (Window(kernel=[3, 3], groups=8), nn.Conv2d(8, 16, 3, groups=8)),
    ],
)
def test_convolutions_count_as_pytorch(window: Window, module: nn.Conv2d) -> None:
    g = GraphBuilder()
    g.conv(g.input(8, 15, 13), 16, window, bias=True)
    graph = g.build()
    out = module(torch.zeros(1, 8, 15, 13))
    assert tuple(graph.layers()[-1]["shape"]) == tuple(out.shape[1:])
    assert graph.costs["params"] == sum(p.numel() for p in module.parameters())
    assert graph.costs["macs"] == out.numel() * module.weight[0].numel()


class SqueezeExcite(nn.Module):
    """Of MobileNetV3, with biases."""

    def __init__(self, channels: int, middle: int) -> None:
        super().__init__()
        self.reduce = nn.Conv2d(channels, middle, 1)
        self.expand = nn.Conv2d(middle, channels, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Channel-wise scale."""
        scale = self.expand(self.reduce(x.mean((2, 3), keepdim=True)))
        return x * scale


def smallest_mobilenet() -> nn.Sequential:
    """OFA-MobileNetV3, width 1.0, k3 e3 d2, from the published table; activations left out."""
    layers: list[nn.Module] = []

    def conv(in_: int, out: int, kernel: int = 1, stride: int = 1, groups: int = 1) -> None:
        pad = kernel // 2
        layers.append(nn.Conv2d(in_, out, kernel, stride, pad, groups=groups, bias=False))
        layers.append(nn.BatchNorm2d(out))

    conv(3, 16, 3, 2)
    conv(16, 16, 3, groups=16)
    conv(16, 16)
    channels = 16
    table = [(24, 2, 0), (40, 2, 1), (80, 2, 0), (112, 1, 1), (160, 2, 1)]
    squeezed = {72: 24, 120: 32, 240: 64, 336: 88, 480: 120}
    for out, stride, squeeze in table:
        for layer in range(2):
            middle = {48: 48, 72: 72, 120: 120, 240: 240, 336: 336, 480: 480}[3 * channels]
            conv(channels, middle)
            conv(middle, middle, 3, stride if layer == 0 else 1, middle)
            if squeeze:
                layers.append(SqueezeExcite(middle, squeezed[middle]))
            conv(middle, out)
            channels = out
    conv(160, 960)
    layers += [nn.AdaptiveAvgPool2d(1), nn.Conv2d(960, 1280, 1, bias=False), nn.Flatten()]
    return nn.Sequential(*layers, nn.Linear(1280, 1000))


@pytest.mark.parametrize("resolution", [160, 224])
def test_a_whole_network_counts_as_pytorch(resolution: int) -> None:
    network = smallest_mobilenet().eval()
    macs = 0

    def count(module: nn.Module, _: object, out: torch.Tensor) -> None:
        nonlocal macs
        macs += out.numel() * module.weight[0].numel()

    for module in network.modules():
        if isinstance(module, nn.Conv2d | nn.Linear):
            module.register_forward_hook(count)
    with torch.no_grad():
        network(torch.zeros(1, 3, resolution, resolution))
    arch = {"ks": [3] * 20, "e": [3] * 20, "d": [2] * 5, "r": [resolution]}
    counts = lp.space("ofa-mobilenetv3").count([arch])
    assert counts["macs"][0] == macs
    assert counts["params"][0] == sum(p.numel() for p in network.parameters())


def test_shapes_that_do_not_fit_name_the_operator() -> None:
    g = GraphBuilder()
    x = g.input(3, 4, 4)
    with pytest.raises(lp.ConfigError, match="'wide': output 8x0x0 is empty"):
        g.conv(x, 8, Window(kernel=[5, 5]), part="wide")
    with pytest.raises(lp.ConfigError, match="'grouped': groups 2 must divide the channels 3"):
        g.conv(x, 8, Window(groups=2), part="grouped")
