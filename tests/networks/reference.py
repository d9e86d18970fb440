"""OFA-MobileNetV3 in PyTorch from the published layer table, independent of latpred's graphs.

Modules carry plain PyTorch names; `load` translates latpred's parameter names.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

Act = type[nn.ReLU] | type[nn.Hardswish]

# base channels, stride of the first block, activation, squeeze-and-excite
STAGES = [
    (24, 2, nn.ReLU, False),
    (40, 2, nn.ReLU, True),
    (80, 2, nn.Hardswish, False),
    (112, 1, nn.Hardswish, True),
    (160, 2, nn.Hardswish, True),
]


def make_div(value: float) -> int:
    """MobileNet's rounding to multiples of 8."""
    rounded = max(8, int(value + 4) // 8 * 8)
    return rounded + 8 if rounded < 0.9 * value else rounded


def conv_bn(
    inside: int,
    outside: int,
    kernel: int,
    stride: int,
    groups: int,
    act: Act | None,
) -> nn.Sequential:
    """Convolution without bias, batch norm, activation."""
    parts: OrderedDict[str, nn.Module] = OrderedDict()
    parts["conv"] = nn.Conv2d(
        inside, outside, kernel, stride, kernel // 2, groups=groups, bias=False
    )
    parts["bn"] = nn.BatchNorm2d(outside, eps=1e-5)
    if act is not None:
        parts["act"] = act(inplace=True)
    return nn.Sequential(parts)


class SqueezeExcite(nn.Module):
    """Channel attention with a hard sigmoid."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        middle = make_div(channels // 4)
        self.reduce = nn.Conv2d(channels, middle, 1)
        self.expand = nn.Conv2d(middle, channels, 1)

    def forward(self, x: Tensor) -> Tensor:
        """Scale channels."""
        gate = self.expand(torch.relu(self.reduce(x.mean((2, 3), keepdim=True))))
        return x * nn.functional.hardsigmoid(gate)


class MbConv(nn.Module):
    """Expansion, depthwise convolution, projection, shortcut."""

    def __init__(
        self,
        channels: tuple[int, int],
        kernel: int,
        stride: int,
        expand: int,
        act: Act,
        se: bool,
    ) -> None:
        super().__init__()
        inside, outside = channels
        middle = make_div(round(inside * expand))
        self.expand = conv_bn(inside, middle, 1, 1, 1, act) if expand != 1 else nn.Identity()
        self.depthwise = conv_bn(middle, middle, kernel, stride, middle, act)
        self.se = SqueezeExcite(middle) if se else nn.Identity()
        self.project = conv_bn(middle, outside, 1, 1, 1, None)
        self.residual = stride == 1 and inside == outside

    def forward(self, x: Tensor) -> Tensor:
        """Block with shortcut."""
        y = self.project(self.se(self.depthwise(self.expand(x))))
        return x + y if self.residual else y


class MobileNetV3(nn.Module):
    """A sub-network given by the originals' dict: ks and e of 20 blocks, d of 5 stages."""

    def __init__(self, arch: Mapping[str, Any], width: float) -> None:
        super().__init__()
        stem = make_div(16 * width)
        self.first_conv = conv_bn(3, stem, 3, 2, 1, nn.Hardswish)
        self.first_block = MbConv((stem, stem), 3, 1, 1, nn.ReLU, False)
        blocks: OrderedDict[str, nn.Module] = OrderedDict()
        inside = stem
        for s, (base, stride, act, se) in enumerate(STAGES):
            for j in range(arch["d"][s]):
                kernel, expand = arch["ks"][4 * s + j], arch["e"][4 * s + j]
                outside = make_div(base * width)
                blocks[f"u{s}_l{j}"] = MbConv(
                    (inside, outside), kernel, stride if j == 0 else 1, expand, act, se
                )
                inside = outside
        self.blocks = nn.Sequential(blocks)
        self.final_expand = conv_bn(inside, make_div(960 * width), 1, 1, 1, nn.Hardswish)
        last = make_div(1280 * width)
        self.feature_mix = nn.Conv2d(make_div(960 * width), last, 1, bias=False)
        self.classifier = nn.Linear(last, 1000)

    def forward(self, x: Tensor) -> Tensor:
        """Logits."""
        x = self.blocks(self.first_block(self.first_conv(x)))
        x = self.final_expand(x).mean(3, keepdim=True).mean(2, keepdim=True)
        x = nn.functional.hardswish(self.feature_mix(x))
        return self.classifier(x.flatten(1))


def _torch_name(name: str) -> str:
    """latpred's "u2.l1.depthwise.bn.weight" as "blocks.u2_l1.depthwise.bn.weight"."""
    parts = name.split(".")
    if parts[0].startswith("u") and parts[1].startswith("l"):
        parts = ["blocks", f"{parts[0]}_{parts[1]}", *parts[2:]]
    plain = parts[-2] in ("feature_mix", "classifier", "bn") or parts[-3:-2] == ["se"]
    if not plain:
        parts.insert(-1, "conv")
    return ".".join(parts)


def load(module: nn.Module, state: Mapping[str, NDArray[np.float32]]) -> nn.Module:
    """Module with latpred's parameters, in inference mode; every name must find its place."""
    tensors = {_torch_name(name): torch.from_numpy(array) for name, array in state.items()}
    result = module.load_state_dict(tensors, strict=False)
    missing = [key for key in result.missing_keys if not key.endswith("num_batches_tracked")]
    assert not missing
    assert not result.unexpected_keys
    return module.eval()
