"""Networks written by hand as papers describe them, for what the packages do not have."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import nn
from torch.nn import functional

__all__ = ["OWN", "Made"]

Made = tuple[Callable[[], nn.Module], object]


class Mixer(nn.Module):
    """MLP-Mixer; with one affine norm and no second activation it is ResMLP."""

    def __init__(self, size: int, patch: int, width: int, depth: int) -> None:
        super().__init__()
        patches = (size // patch) ** 2
        self.stem = nn.Conv2d(3, width, patch, patch)
        self.norms = nn.ModuleList(nn.LayerNorm(width) for _ in range(2 * depth + 1))
        self.places = nn.ModuleList(_mlp(patches, patches // 2) for _ in range(depth))
        self.channels = nn.ModuleList(_mlp(width, 4 * width) for _ in range(depth))
        self.head = nn.Linear(width, 1000)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.stem(x).flatten(2).transpose(1, 2)
        for number, (places, channels) in enumerate(zip(self.places, self.channels, strict=True)):
            mixed = places(self.norms[2 * number](x).transpose(1, 2)).transpose(1, 2)
            x = x + mixed
            x = x + channels(self.norms[2 * number + 1](x))
        return self.head(self.norms[-1](x).mean(1))


def _mlp(width: int, inner: int) -> nn.Module:
    return nn.Sequential(nn.Linear(width, inner), nn.GELU(), nn.Linear(inner, width))


class Gated(nn.Module):
    """gMLP: places are mixed by one half of the channels, which gates the other."""

    def __init__(self, length: int, width: int, depth: int) -> None:
        super().__init__()
        self.words = nn.Embedding(8000, width)
        self.rise = nn.ModuleList(nn.Linear(width, 4 * width) for _ in range(depth))
        self.mix = nn.ModuleList(nn.Conv1d(length, length, 1) for _ in range(depth))
        self.fall = nn.ModuleList(nn.Linear(2 * width, width) for _ in range(depth))
        self.norms = nn.ModuleList(nn.LayerNorm(2 * width) for _ in range(depth))

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        x = self.words(ids)
        for rise, mix, fall, norm in zip(self.rise, self.mix, self.fall, self.norms, strict=True):
            left, right = functional.gelu(rise(x)).chunk(2, -1)
            x = x + fall(left * mix(norm(right)))
        return x


class _Skip(nn.Module):
    def __init__(self, inner: nn.Module) -> None:
        super().__init__()
        self.inner = inner

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x + self.inner(x)


def conv_mixer(width: int, depth: int, kernel: int, patch: int) -> nn.Module:
    """ConvMixer."""

    def last() -> list[nn.Module]:
        return [nn.GELU(), nn.BatchNorm2d(width)]

    layers: list[nn.Module] = [nn.Conv2d(3, width, patch, patch), *last()]
    for _ in range(depth):
        depthwise = nn.Conv2d(width, width, kernel, padding="same", groups=width)
        layers += [_Skip(nn.Sequential(depthwise, *last())), nn.Conv2d(width, width, 1), *last()]
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(width, 1000))


class Transformer(nn.Module):
    """A vision transformer with attention as nn.MultiheadAttention has it."""

    def __init__(self, size: int, patch: int, width: int, heads: int, depth: int) -> None:
        super().__init__()
        self.cut = nn.Conv2d(3, width, patch, patch)
        self.first = nn.Parameter(torch.randn(1, 1, width))
        self.places = nn.Parameter(torch.randn(1, (size // patch) ** 2 + 1, width))
        layer = nn.TransformerEncoderLayer(
            width, heads, 4 * width, activation="gelu", batch_first=True, norm_first=True
        )
        self.layers = nn.TransformerEncoder(layer, depth, enable_nested_tensor=False)
        self.head = nn.Linear(width, 1000)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.cut(x).flatten(2).transpose(1, 2)
        x = torch.cat([self.first.expand(x.shape[0], -1, -1), x], 1) + self.places
        return self.head(self.layers(x)[:, 0])


class Translator(nn.Module):
    """Encoder and decoder with a mask, as nn.Transformer has them."""

    def __init__(self, width: int, depth: int) -> None:
        super().__init__()
        self.words = nn.Embedding(4000, width)
        self.body = nn.Transformer(width, 4, depth, depth, 4 * width, batch_first=True)
        self.head = nn.Linear(width, 4000)

    def forward(self, source: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
        length = target.shape[1]
        mask = torch.full((length, length), float("-inf")).triu(1)
        return self.head(self.body(self.words(source), self.words(target), tgt_mask=mask))


class Recurrent(nn.Module):
    """Words to a class by an LSTM or a GRU."""

    def __init__(self, kind: Any, width: int, depth: int, both: bool) -> None:
        super().__init__()
        self.words = nn.Embedding(8000, width)
        self.layers = kind(width, width, depth, batch_first=True, bidirectional=both)
        self.head = nn.Linear(width * (2 if both else 1), 20)

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        found, _ = self.layers(self.words(ids))
        return self.head(found.amax(1))


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
    for _ in range(depth):
        layers.append(_Skip(nn.Sequential(nn.Conv2d(width, width, 3, padding=1), nn.PReLU())))
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
        body.append(_Skip(nn.Sequential(*inner)))
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


def _image(size: int) -> tuple[int, ...]:
    return (1, 3, size, size)


def _ids(length: int) -> object:
    return ((1, length), "int64")


# Family and variant: how it is made, and what it is run on.
OWN: dict[tuple[str, str], Made] = {
    ("mlp-mixer", "s16@224"): (lambda: Mixer(224, 16, 256, 6), _image(224)),
    ("mlp-mixer", "s8@96"): (lambda: Mixer(96, 8, 192, 8), _image(96)),
    ("gmlp", "4@128"): (lambda: Gated(128, 128, 4), _ids(128)),
    ("conv-mixer", "128x6@160"): (lambda: conv_mixer(128, 6, 7, 8), _image(160)),
    ("conv-mixer", "192x4@224"): (lambda: conv_mixer(192, 4, 9, 16), _image(224)),
    ("vit-by-hand", "tiny@224"): (lambda: Transformer(224, 16, 192, 3, 6), _image(224)),
    ("vit-by-hand", "small@128"): (lambda: Transformer(128, 8, 128, 4, 4), _image(128)),
    ("translator", "2@64"): (lambda: Translator(128, 2), [_ids(64), _ids(48)]),
    ("lstm", "1@64"): (lambda: Recurrent(nn.LSTM, 128, 1, both=True), _ids(64)),
    ("gru", "2@40"): (lambda: Recurrent(nn.GRU, 96, 2, both=False), _ids(40)),
    ("unet-by-hand", "16x3@128"): (lambda: UNet(16, 3), _image(128)),
    ("unet-by-hand", "8x4@192"): (lambda: UNet(8, 4), _image(192)),
    ("upscaler", "32x4@96"): (lambda: upscaler(32, 4, 3), _image(96)),
    ("upscaler", "16x8@128"): (lambda: upscaler(16, 8, 2), _image(128)),
    ("generator", "32"): (lambda: generator(32), (1, 100)),
    ("style", "16x3@128"): (lambda: style(16, 3), _image(128)),
    ("wavenet", "32x12@2000"): (lambda: Wave(32, 12), (1, 1, 2000)),
    ("speech", "128x6@400"): (lambda: Speech(128, 6), (1, 64, 400)),
    ("pointnet", "64@1024"): (lambda: Points(64), (1, 3, 1024)),
    ("ranking", "32x12"): (lambda: Ranking(32, 12), [(16, 13), ((16, 12), "int64")]),
    ("film", "8@56"): (lambda: film(8), (1, 3, 8, 56, 56)),
    ("perceptron", "512x4"): (lambda: perceptron(784, 512, 4), (8, 784)),
}
