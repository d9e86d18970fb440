"""Networks written by hand on images, sound, points and tables."""

from __future__ import annotations

import torch
from torch import nn
from torch.nn import functional

__all__ = [
    "Points", "Ranking", "Skip", "Speech", "UNet", "Wave", "film", "generator", "perceptron",
    "style", "upscaler",
]  # fmt: skip


class Skip(nn.Module):
    """A part whose input is added to its result."""

    def __init__(self, inner: nn.Module) -> None:
        super().__init__()
        self.inner = inner

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x + self.inner(x)


class UNet(nn.Module):
    """U-Net with transposed convolutions."""

    def __init__(self, width: int, depth: int) -> None:
        super().__init__()
        sizes = [width * 2**i for i in range(depth + 1)]
        self.down = nn.ModuleList(
            _double(a, b) for a, b in zip([3, *sizes[:-1]], sizes, strict=True)
        )
        pairs = list(zip(sizes[:0:-1], sizes[-2::-1], strict=True))
        self.lift = nn.ModuleList(nn.ConvTranspose2d(a, b, 2, 2) for a, b in pairs)
        self.up = nn.ModuleList(_double(2 * b, b) for _, b in pairs)
        self.head = nn.Conv2d(width, 2, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        kept: list[torch.Tensor] = []
        for number, layer in enumerate(self.down):
            x = layer(functional.max_pool2d(x, 2) if number else x)
            kept.append(x)
        for lift, up, before in zip(self.lift, self.up, kept[-2::-1], strict=True):
            x = up(torch.cat([before, lift(x)], 1))
        return self.head(x)


def _double(a: int, b: int) -> nn.Module:
    return nn.Sequential(
        nn.Conv2d(a, b, 3, padding=1, bias=False), nn.BatchNorm2d(b), nn.ReLU(),
        nn.Conv2d(b, b, 3, padding=1, bias=False), nn.BatchNorm2d(b), nn.ReLU(),
    )  # fmt: skip


def upscaler(width: int, depth: int, factor: int) -> nn.Module:
    """ESPCN-like: features of the small image, then channels become pixels."""
    layers: list[nn.Module] = [nn.Conv2d(3, width, 5, padding=2), nn.PReLU(width)]
    layers += [
        Skip(nn.Sequential(nn.Conv2d(width, width, 3, padding=1), nn.PReLU())) for _ in range(depth)
    ]
    return nn.Sequential(
        *layers, nn.Conv2d(width, 3 * factor**2, 3, padding=1), nn.PixelShuffle(factor)
    )


def generator(width: int) -> nn.Module:
    """DCGAN's generator."""
    layers: list[nn.Module] = [nn.Unflatten(1, (100, 1, 1))]
    before = 100
    for number, scale in enumerate((8, 4, 2, 1)):
        first = number == 0
        layers += [
            nn.ConvTranspose2d(before, width * scale, 4, 1 if first else 2, 0 if first else 1),
            nn.BatchNorm2d(width * scale),
            nn.ReLU(),
        ]
        before = width * scale
    return nn.Sequential(*layers, nn.ConvTranspose2d(before, 3, 4, 2, 1), nn.Tanh())


def style(width: int, depth: int) -> nn.Module:
    """Style transfer: reflected edges, norms of instances, resizing."""

    def conv(a: int, b: int, kernel: int, stride: int = 1) -> list[nn.Module]:
        return [nn.ReflectionPad2d(kernel // 2), nn.Conv2d(a, b, kernel, stride),
                nn.InstanceNorm2d(b, affine=True)]  # fmt: skip

    body: list[nn.Module] = [
        *conv(3, width, 9), nn.ReLU(), *conv(width, 2 * width, 3, 2), nn.ReLU(),
        *conv(2 * width, 4 * width, 3, 2), nn.ReLU(),
    ]  # fmt: skip
    for _ in range(depth):
        inner = [*conv(4 * width, 4 * width, 3), nn.ReLU(), *conv(4 * width, 4 * width, 3)]
        body.append(Skip(nn.Sequential(*inner)))
    for a, b in ((4, 2), (2, 1)):
        body += [nn.Upsample(scale_factor=2), *conv(a * width, b * width, 3), nn.ReLU()]
    return nn.Sequential(*body, nn.ReflectionPad2d(4), nn.Conv2d(width, 3, 9))


class Wave(nn.Module):
    """WaveNet-like: dilated causal convolutions with gates."""

    def __init__(self, width: int, depth: int) -> None:
        super().__init__()
        self.stem = nn.Conv1d(1, width, 1)
        self.gates = nn.ModuleList(
            nn.Conv1d(width, 2 * width, 2, dilation=2 ** (i % 8)) for i in range(depth)
        )
        self.outs = nn.ModuleList(nn.Conv1d(width, width, 1) for _ in range(depth))
        self.head = nn.Conv1d(width, 256, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.stem(x)
        total = torch.zeros_like(x)
        for gate, out in zip(self.gates, self.outs, strict=True):
            left, right = gate(functional.pad(x, (gate.dilation[0], 0))).chunk(2, 1)
            y = out(left.tanh() * right.sigmoid())
            x, total = x + y, total + y
        return self.head(total.relu())


class Speech(nn.Module):
    """QuartzNet-like: separable convolutions over time."""

    def __init__(self, width: int, depth: int) -> None:
        super().__init__()
        self.stem = nn.Conv1d(64, width, 33, 2, 16)
        self.blocks = nn.ModuleList(
            nn.Sequential(
                nn.Conv1d(width, width, 33 + 6 * i, padding=(33 + 6 * i) // 2, groups=width),
                nn.Conv1d(width, width, 1, bias=False),
                nn.BatchNorm1d(width),
            )
            for i in range(depth)
        )
        self.head = nn.Conv1d(width, 29, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.stem(x)
        for block in self.blocks:
            x = functional.relu(block(x) + x)
        return self.head(x).log_softmax(1)


class Points(nn.Module):
    """PointNet."""

    def __init__(self, width: int) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        for a, b in ((3, width), (width, 2 * width), (2 * width, 16 * width)):
            layers += [nn.Conv1d(a, b, 1), nn.BatchNorm1d(b), nn.ReLU()]
        self.local = nn.Sequential(*layers)
        self.head = nn.Sequential(nn.Linear(16 * width, 256), nn.ReLU(), nn.Linear(256, 40))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.head(self.local(x).amax(2))


class Ranking(nn.Module):
    """DLRM: tables of categories, products of pairs, perceptrons."""

    def __init__(self, width: int, tables: int) -> None:
        super().__init__()
        self.tables = nn.ModuleList(nn.Embedding(5000, width) for _ in range(tables))
        self.dense = nn.Sequential(nn.Linear(13, 256), nn.ReLU(), nn.Linear(256, width), nn.ReLU())
        pairs = (tables + 1) * tables // 2
        self.register_buffer("pairs", torch.tril_indices(tables + 1, tables + 1, -1))
        self.top = nn.Sequential(nn.Linear(width + pairs, 256), nn.ReLU(), nn.Linear(256, 1))

    def forward(self, dense: torch.Tensor, sparse: torch.Tensor) -> torch.Tensor:
        x = self.dense(dense)
        rows = [table(sparse[:, i]) for i, table in enumerate(self.tables)]
        every = torch.stack([x, *rows], 1)
        products = torch.bmm(every, every.transpose(1, 2))
        return self.top(torch.cat([x, products[:, self.pairs[0], self.pairs[1]]], 1)).sigmoid()


def film(width: int) -> nn.Module:
    """C3D-like: convolutions over time and space."""
    layers: list[nn.Module] = []
    for a, b in ((3, width), (width, 2 * width), (2 * width, 4 * width)):
        layers += [nn.Conv3d(a, b, 3, padding=1), nn.BatchNorm3d(b), nn.ReLU(), nn.MaxPool3d(2)]
    return nn.Sequential(*layers, nn.AdaptiveAvgPool3d(1), nn.Flatten(), nn.Linear(4 * width, 101))


def perceptron(inputs: int, width: int, depth: int) -> nn.Module:
    """Layers of one width."""
    layers: list[nn.Module] = [nn.Linear(inputs, width), nn.ReLU()]
    for _ in range(depth):
        layers += [nn.Linear(width, width), nn.ReLU()]
    return nn.Sequential(*layers, nn.Linear(width, 10))
