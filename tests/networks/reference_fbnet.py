"""FBNet in PyTorch from its description in HW-NAS-Bench's form, independent of latpred's graphs.

Operations as in FBNet (Wu et al., CVPR 2019): the name holds kernel, expansion and groups.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence

import torch
from torch import Tensor, nn

from tests.networks.reference import conv_bn

# blocks, channels, stride at 32 pixels and at 224
STAGES = [
    (1, 16, 1, 1), (4, 24, 1, 2), (4, 32, 2, 2), (4, 64, 2, 2),
    (4, 112, 1, 1), (4, 184, 2, 2), (1, 352, 1, 1),
]  # fmt: skip


def shuffle(x: Tensor, groups: int) -> Tensor:
    """Channel i of group j becomes channel j of place i."""
    return x.unflatten(1, (groups, -1)).transpose(1, 2).flatten(1, 2)


class Block(nn.Module):
    """Two 1x1 convolutions, perhaps in groups, around a depthwise one."""

    def __init__(self, operation: str, channels: tuple[int, int], stride: int) -> None:
        super().__init__()
        kernel, expansion, *groups = (int(part[1:]) for part in operation.split("_"))
        self.groups = groups[0] if groups else 1
        inside, outside = channels
        middle = inside * expansion
        self.expand = conv_bn(inside, middle, 1, 1, self.groups, nn.ReLU)
        self.depthwise = conv_bn(middle, middle, kernel, stride, middle, nn.ReLU)
        self.project = conv_bn(middle, outside, 1, 1, self.groups, None)
        self.residual = stride == 1 and inside == outside

    def forward(self, x: Tensor) -> Tensor:
        """Block with residual, and no activation after it."""
        y = self.expand(x)
        if self.groups > 1:
            y = shuffle(y, self.groups)
        y = self.project(self.depthwise(y))
        return x + y if self.residual else y


class Skip(nn.Module):
    """A convolution where the shape changes."""

    def __init__(self, channels: tuple[int, int], stride: int) -> None:
        super().__init__()
        self.skip = conv_bn(*channels, 1, stride, 1, nn.ReLU)

    def forward(self, x: Tensor) -> Tensor:
        """Another shape."""
        return self.skip(x)


class FbNet(nn.Module):
    """A network given by the names of its 22 operations."""

    def __init__(self, operations: Sequence[str], size: int = 32, classes: int = 100) -> None:
        super().__init__()
        small = size == 32
        self.stem = conv_bn(3, 16, 3, 1 if small else 2, 1, nn.ReLU)
        blocks: OrderedDict[str, nn.Module] = OrderedDict()
        names, inside = iter(operations), 16
        for s, (count, outside, at_32, at_224) in enumerate(STAGES):
            for j in range(count):
                stride = 1 if j else at_32 if small else at_224
                operation, channels = next(names), (inside, outside)
                if operation != "skip":
                    blocks[f"u{s}_l{j}"] = Block(operation, channels, stride)
                elif stride != 1 or inside != outside:
                    blocks[f"u{s}_l{j}"] = Skip(channels, stride)
                inside = outside
        self.blocks = nn.Sequential(blocks)
        head = 1504 if small else 1984
        self.header = conv_bn(352, head, 1, 1, 1, nn.ReLU)
        self.classifier = nn.Linear(head, classes)

    def forward(self, x: Tensor) -> Tensor:
        """Logits."""
        return self.classifier(torch.mean(self.header(self.blocks(self.stem(x))), (2, 3)))
