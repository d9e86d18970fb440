"""FBNetV3 in PyTorch, independent of latpred's graphs: as DGL decodes 28 genes, and as published.

From the descriptions and layer tables of both; a gene or row of a table is named as there.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence

from torch import Tensor, nn

from tests.networks.reference import conv_bn

# stride and squeeze-and-excite of the seven stages
STAGES = [(1, 0), (2, 0), (2, 1), (2, 0), (1, 1), (2, 1), (1, 1)]


class Gate(nn.Module):
    """Squeeze-and-excite with a hard sigmoid."""

    def __init__(self, channels: int, reduced: int, bias: bool, act: type[nn.Module]) -> None:
        super().__init__()
        self.reduce = nn.Conv2d(channels, reduced, 1, bias=bias)
        self.act = act()
        self.expand = nn.Conv2d(reduced, channels, 1, bias=bias)

    def forward(self, x: Tensor) -> Tensor:
        """Scale channels."""
        gate = self.expand(self.act(self.reduce(x.mean((2, 3), keepdim=True))))
        return x * nn.functional.hardsigmoid(gate)


class DecodedBlock(nn.Module):
    """DGL's: always an expansion, the gate before the activation, projected shortcuts."""

    def __init__(
        self, channels: tuple[int, int], kernel: int, stride: int, expand: int, squeeze: int
    ) -> None:
        super().__init__()
        inside, outside = channels
        middle = inside * expand
        self.expand = conv_bn(inside, middle, 1, 1, 1, nn.Hardswish)
        self.depthwise = conv_bn(middle, middle, kernel, stride, middle, None)
        self.se = Gate(middle, middle // 4, False, nn.ReLU) if squeeze else nn.Identity()
        self.project = conv_bn(middle, outside, 1, 1, 1, None)
        self.residual = stride == 1
        if self.residual and inside != outside:
            self.shortcut = conv_bn(inside, outside, 1, 1, 1, None)

    def forward(self, x: Tensor) -> Tensor:
        """Block with shortcut."""
        y = nn.functional.hardswish(self.se(self.depthwise(self.expand(x))))
        y = self.project(y)
        if not self.residual:
            return y
        return y + (self.shortcut(x) if hasattr(self, "shortcut") else x)


class DecodedFbNetV3(nn.Module):
    """A network given by DGL's 28 numbers."""

    def __init__(self, genes: Sequence[int], classes: int = 1000) -> None:
        super().__init__()
        first = [1, genes[7], genes[9], genes[11], genes[11], genes[13], 6]
        others = [1, genes[8], genes[10], genes[12], genes[12], genes[13], 6]
        widths, depths = genes[15:22], [*genes[22:28], 1]
        self.stem = conv_bn(3, genes[14], 3, 2, 1, nn.Hardswish)
        blocks: OrderedDict[str, nn.Module] = OrderedDict()
        inside = genes[14]
        for s, (stride, squeeze) in enumerate(STAGES):
            for j in range(depths[s]):
                channels, expand = (inside, widths[s]), others[s] if j else first[s]
                blocks[f"u{s}_l{j}"] = DecodedBlock(
                    channels, genes[s], 1 if j else stride, expand, squeeze
                )
                inside = widths[s]
        self.blocks = nn.Sequential(blocks)
        self.final_expand = conv_bn(inside, 6 * inside, 1, 1, 1, nn.Hardswish)
        self.feature_mix = nn.Conv2d(6 * inside, 1984, 1)
        self.classifier = nn.Linear(1984, classes)

    def forward(self, x: Tensor) -> Tensor:
        """Logits."""
        x = self.final_expand(self.blocks(self.stem(x))).mean((2, 3), keepdim=True)
        return self.classifier(nn.functional.hardswish(self.feature_mix(x)).flatten(1))


# Rows "kernel, channels, stride, blocks, expansion"; a last number is the padding of the block of
# stride 2.
PUBLISHED = {
    "A": (16, "3 16 1 2 1 | 5 24 2 1 4 / 5 24 1 3 2 | 5 40 2 1 5 / 5 40 1 4 3 | "
              "5 72 2 1 5 1 / 3 72 1 4 3 | 3 120 1 1 5 / 5 120 1 5 3 | "
              "3 184 2 1 6 0 / 5 184 1 5 4 | 5 224 1 1 6"),
    "C": (16, "3 16 1 2 1 | 5 24 2 1 5 / 3 24 1 4 3 | 5 48 2 1 5 / 5 48 1 4 2 | "
              "5 88 2 1 4 1 / 3 88 1 4 3 | 3 120 1 1 4 / 5 120 1 5 3 | "
              "5 216 2 1 5 1 / 5 216 1 5 5 | 5 216 1 1 6"),
    "D": (24, "3 16 1 2 1 | 3 24 2 1 5 / 3 24 1 5 2 | 5 40 2 1 4 / 3 40 1 4 3 | "
              "3 72 2 1 5 / 3 72 1 4 3 | 3 128 1 1 5 / 5 128 1 6 3 | "
              "3 208 2 1 6 / 5 208 1 5 5 | 5 240 1 1 6"),
    "E": (24, "3 16 1 3 1 | 5 24 2 1 4 / 5 24 1 4 2 | 5 48 2 1 4 / 5 48 1 4 3 | "
              "5 80 2 1 5 1 / 3 80 1 4 3 | 3 128 1 1 5 / 5 128 1 7 3 | "
              "3 216 2 1 6 / 5 216 1 5 5 | 5 240 1 1 6"),
    "F": (24, "3 24 1 3 1 | 5 32 2 1 4 / 5 32 1 4 2 | 5 56 2 1 4 / 5 56 1 4 3 | "
              "5 88 2 1 5 / 3 88 1 4 3 | 3 144 1 1 5 / 5 144 1 8 3 | "
              "3 248 2 1 6 0 / 5 248 1 6 5 | 5 272 1 1 6"),
    "G": (32, "3 24 1 3 1 | 5 40 2 1 4 / 5 40 1 4 2 | 5 56 2 1 4 / 5 56 1 4 3 | "
              "5 104 2 1 5 / 3 104 1 4 3 | 3 160 1 1 5 / 5 160 1 8 3 | "
              "3 264 2 1 6 / 5 264 1 6 5 | 5 288 1 2 6"),
}  # fmt: skip
PUBLISHED["B"] = PUBLISHED["A"]


def round8(value: float) -> int:
    """To multiples of 8, no more than 5 % down."""
    rounded = max(8, int(value / 8 + 0.5) * 8)
    return rounded + 8 if rounded < 0.95 * value else rounded


class PublishedBlock(nn.Module):
    """Without expansion where that adds no channels; the gate behind the activation."""

    def __init__(self, inside: int, row: Sequence[int], stride: int, squeeze: int) -> None:
        super().__init__()
        kernel, outside, _, _, expansion, *padding = row
        middle = round8(inside * expansion)
        self.expand = nn.Identity()
        if middle != inside:
            self.expand = conv_bn(inside, middle, 1, 1, 1, nn.Hardswish)
        self.depthwise = conv_bn(middle, middle, kernel, stride, middle, nn.Hardswish)
        if padding:
            self.depthwise.conv.padding = (padding[0], padding[0])
        reduced = round8(int(middle * 0.25 / expansion))
        self.se = Gate(middle, reduced, True, nn.Hardswish) if squeeze else nn.Identity()
        self.project = conv_bn(middle, outside, 1, 1, 1, None)
        self.residual = stride == 1 and inside == outside

    def forward(self, x: Tensor) -> Tensor:
        """Block with shortcut."""
        y = self.project(self.se(self.depthwise(self.expand(x))))
        return x + y if self.residual else y


class PublishedFbNetV3(nn.Module):
    """A network given by its letter."""

    def __init__(self, name: str) -> None:
        super().__init__()
        inside, table = PUBLISHED[name]
        self.stem = conv_bn(3, inside, 3, 2, 1, nn.Hardswish)
        blocks: OrderedDict[str, nn.Module] = OrderedDict()
        for s, (stage, (_, squeeze)) in enumerate(zip(table.split("|"), STAGES, strict=True)):
            rows = [[int(number) for number in row.split()] for row in stage.split("/")]
            repeated = [(row, 1 if i else row[2]) for row in rows for i in range(row[3])]
            for j, (row, stride) in enumerate(repeated):
                blocks[f"u{s}_l{j}"] = PublishedBlock(inside, row, stride, squeeze)
                inside = row[1]
        self.blocks = nn.Sequential(blocks)
        self.final_expand = conv_bn(inside, round8(6 * inside), 1, 1, 1, nn.Hardswish)
        self.feature_mix = nn.Conv2d(round8(6 * inside), 1984, 1, bias=False)
        self.classifier = nn.Linear(1984, 1000)

    def forward(self, x: Tensor) -> Tensor:
        """Logits."""
        x = self.final_expand(self.blocks(self.stem(x))).mean((2, 3), keepdim=True)
        return self.classifier(nn.functional.hardswish(self.feature_mix(x)).flatten(1))


def fbnetv3(form: Mapping[str, Sequence[int]], classes: int) -> DecodedFbNetV3:
    """The network of latpred's dict."""
    return DecodedFbNetV3([*form["ks"], *form["e"], *form["c"], *form["d"]], classes)
